"""Expression text to syntax tree: CEL's grammar and precedence, of which the language is a strict subset.

SOURCE: Common Expression Language specification, section "Syntax" (github.com/google/cel-spec, doc/langdef.md).
"""

from collections.abc import Sequence
from decimal import Decimal

from router.rules.diagnostics import Code, Findings, Span, shown
from router.rules.expressions.syntax import Binary, Call, Choices, Constant, Logic, Path, Syntax, Unary
from router.rules.expressions.tokens import ExpressionError, ExpressionText, Token, TokenKind, tokens_of
from router.rules.text.budget import Budget

LENGTH_MAX = 4_096
DEPTH_MAX = 32

_OR, _AND, _COMPARISON, _SUM, _PRODUCT = 1, 2, 3, 4, 5
_LEVELS = {
    "||": _OR, "&&": _AND, **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), _COMPARISON),
    "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT,
}  # fmt: skip
"""How tightly an operator binds; the loosest first."""


def parse(text: ExpressionText, whole: Span, budget: Budget, findings: Findings) -> Syntax | None:
    """The tree, or None after reporting the first fault. `whole` is the scalar's place in the file.

    A pack that is too large, or full of faults already, is not read further.
    """
    if budget.tokens_left < 0 or findings.is_full(whole.source):
        return None
    if len(text.value) > LENGTH_MAX:
        message = f"an expression of {len(text.value)} characters; {LENGTH_MAX} is the most"
        findings.add(Code.TOO_LARGE, whole, message, help="move long lists to `lists:`")
        return None
    if not text.value.strip():
        findings.add(Code.MISSING_KEY, whole, "the expression is empty")
        return None
    try:
        tokens = tokens_of(text)
        if not budget.spend_tokens(len(tokens)):
            message = "the expressions of all rules together are too long"
            raise ExpressionError(whole, message, code=Code.TOO_LARGE, help="use fewer rules")
        return _Parser(text, tokens).parse()
    except ExpressionError as error:
        findings.add(error.code, error.span, error.message, help=error.help)
        return None


class _Parser:
    """Recursive descent; operators by how tightly they bind."""

    def __init__(self, text: ExpressionText, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.place = 0
        self.token = tokens[0]
        self.nesting = 0

    def parse(self) -> Syntax:
        tree = self.expression()
        if self.token.kind is not TokenKind.END:
            message = f"{shown(self.token.text)} does not continue the expression"
            raise ExpressionError(self.span(self.token), message)
        return tree

    def span(self, token: Token) -> Span:
        return self.text.span(token.start, token.end)

    def take(self) -> Token:
        """The next token, whatever it is. END stays the next one for ever."""
        token = self.token
        self.place = min(self.place + 1, len(self.tokens) - 1)
        self.token = self.tokens[self.place]
        return token

    def accept(self, *texts: str) -> Token | None:
        """The next token, if it is one of these signs or words."""
        return self.take() if self.token.sign in texts else None

    def expect(self, text: str) -> Token:
        token = self.accept(text)
        if token is None:
            found = shown(self.token.text) if self.token.text else "the end"
            raise ExpressionError(self.span(self.token), f"expected `{text}`, found {found}")
        return token

    def expression(self, loosest: int = _OR) -> Syntax:
        """Operands joined by operators that bind at least as tightly as `loosest`."""
        left = self.unary()
        while (level := _LEVELS.get(self.token.sign, 0)) >= loosest:
            if level <= _AND:
                left = self.logic(left, level)
                continue
            sign = self.take().text
            left = self.binary(sign, left, self.expression(level + 1))
            if level == _COMPARISON and _LEVELS.get(self.token.sign) == _COMPARISON:
                raise ExpressionError(
                    self.span(self.token), "comparisons do not chain", help="write `a < b && b < c`"
                )
        return left

    def logic(self, first: Syntax, level: int) -> Logic:
        """All operands joined by the same sign, which is the next token."""
        sign, operands = self.token.text, [first]
        while self.accept(sign):
            operands.append(self.expression(level + 1))
        return Logic(sign, tuple(operands), first.span.to(operands[-1].span), self.depth(*operands))

    def unary(self) -> Syntax:
        sign = self.accept("!", "-")
        if sign is None:
            return self.primary()
        span = self.span(sign)
        self.deeper(span)
        operand = self.unary()
        self.nesting -= 1
        return Unary(sign.text, operand, span.to(operand.span), self.depth(operand))

    def primary(self) -> Syntax:
        token = self.take()
        match token.kind:
            case TokenKind.NUMBER:
                value = Decimal(token.text) if "." in token.text else int(token.text)
                return Constant(value, self.span(token))
            case TokenKind.STRING:
                return Constant(token.text, self.span(token))
            case TokenKind.WORD if token.text in ("true", "false"):
                return Constant(token.text == "true", self.span(token))
            case TokenKind.WORD if token.text != "in":
                return self.path_or_call(token)
            case TokenKind.SIGN if token.text in "([":
                return self.bracketed(token)
            case TokenKind.END:
                raise ExpressionError(self.span(token), "the expression ends too early")
            case _:
                raise ExpressionError(self.span(token), f"expected a value, found {shown(token.text)}")

    def bracketed(self, opening: Token) -> Syntax:
        span = self.span(opening)
        self.deeper(span)
        if opening.text == "(":
            inner = self.expression()
            self.expect(")")
        else:
            items = self.items("]")
            closing = self.expect("]")
            inner = Choices(items, span.to(self.span(closing)), self.depth(*items))
        self.nesting -= 1
        return inner

    def path_or_call(self, first: Token) -> Syntax:
        words = [first]
        while self.accept("."):
            words.append(self.name())
        if self.accept("("):
            return self.call(words)
        return self.path(words)

    def name(self) -> Token:
        """The word after a point."""
        if self.token.kind is not TokenKind.WORD:
            raise ExpressionError(self.span(self.token), "expected a name after `.`")
        return self.take()

    def path(self, words: Sequence[Token]) -> Path:
        text = ".".join([word.text for word in words])
        return Path(text, self.text.span(words[0].start, words[-1].end))

    def call(self, words: Sequence[Token]) -> Syntax:
        before, _, name = words[-1].text.rpartition(".")
        if before:
            last = words[-1]
            words = [*words[:-1], Token(last.kind, before, last.start, last.start + len(before)), last]
        receiver = self.path(words[:-1]) if len(words) > 1 else None
        made = self.called(name, receiver, self.span(words[0]))
        while self.accept("."):
            method = self.name()
            self.expect("(")
            made = self.called(method.text, made, made.span)
        return made

    def called(self, name: str, receiver: Path | Call | None, first: Span) -> Call:
        """The call whose opening bracket has just been read."""
        self.deeper(first)
        arguments = self.items(")")
        closing = self.expect(")")
        self.nesting -= 1
        inner = (receiver, *arguments) if receiver is not None else arguments
        return Call(name, receiver, arguments, first.to(self.span(closing)), self.depth(*inner))

    def items(self, closing: str) -> tuple[Syntax, ...]:
        items: list[Syntax] = []
        while self.token.sign != closing:
            items.append(self.expression())
            if not self.accept(","):
                break
        return tuple(items)

    def binary(self, sign: str, left: Syntax, right: Syntax) -> Binary:
        return Binary(sign, left, right, left.span.to(right.span), self.depth(left, right))

    def deeper(self, span: Span) -> None:
        """One level of brackets or signs more; what recurses here is bounded here."""
        self.nesting += 1
        if self.nesting > DEPTH_MAX:
            raise ExpressionError(span, f"nested deeper than {DEPTH_MAX} levels", code=Code.TOO_LARGE)

    def depth(self, *children: Syntax) -> int:
        """The depth of a node over `children`; a long sum is deep too, as it leans to the left."""
        depth = 1 + max([child.depth for child in children], default=0)
        if depth > DEPTH_MAX:
            message = f"an expression deeper than {DEPTH_MAX} operations"
            raise ExpressionError(
                children[-1].span, message, code=Code.TOO_LARGE, help="split the rule in two"
            )
        return depth
