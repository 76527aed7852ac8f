"""Expression text to syntax tree: CEL's grammar and precedence, of which the language is a strict subset.

SOURCE: Common Expression Language specification, section "Syntax" (github.com/google/cel-spec, doc/langdef.md).
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from router.rules.budget import Budget
from router.rules.diagnostics import Code, Findings, Span, shown
from router.rules.syntax import Binary, Call, Choices, Constant, Logic, Path, Syntax, Unary
from router.rules.tokens import ExpressionError, ExpressionText, Token, TokenKind, tokens_of

LENGTH_MAX = 4_096
DEPTH_MAX = 32

_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "in")


def parse(text: ExpressionText, whole: Span, budget: Budget, findings: Findings) -> Syntax | None:
    """The tree, or None after reporting the first fault. `whole` is the scalar's place in the file."""
    if budget.tokens_left < 0:
        return None
    if len(text.value) > LENGTH_MAX:
        message = f"an expression of {len(text.value)} characters; {LENGTH_MAX} is the most"
        findings.add(Code.TOO_LARGE, whole, message, help="move long lists to `lists:`")
        return None
    if not text.value.strip():
        findings.add(Code.MISSING_KEY, whole, "the expression is empty")
        return None
    try:
        tokens = list(tokens_of(text))
        if not budget.spend_tokens(len(tokens)):
            message = "the expressions of all rules together are too long"
            raise ExpressionError(whole, message, code=Code.TOO_LARGE, help="use fewer rules")
        return _Parser(tokens).parse()
    except ExpressionError as error:
        findings.add(error.code, error.span, error.message, help=error.help)
        return None


class _Parser:
    """Recursive descent, one method a level of precedence, loosest first."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.nesting = 0

    def parse(self) -> Syntax:
        tree = self.disjunction()
        if self.token.kind is not TokenKind.END:
            raise ExpressionError(
                self.token.span, f"{shown(self.token.text)} does not continue the expression"
            )
        return tree

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def accept(self, *texts: str) -> Token | None:
        """Take the next token if it is one of these signs or words."""
        token = self.token
        if token.kind in (TokenKind.SIGN, TokenKind.WORD) and token.text in texts:
            self.place += 1
            return token
        return None

    def expect(self, text: str) -> Token:
        token = self.accept(text)
        if token is None:
            found = shown(self.token.text) if self.token.text else "the end"
            raise ExpressionError(self.token.span, f"expected `{text}`, found {found}")
        return token

    def disjunction(self) -> Syntax:
        return self.logic("||", self.conjunction)

    def conjunction(self) -> Syntax:
        return self.logic("&&", self.relation)

    def logic(self, sign: str, operand: Callable[[], Syntax]) -> Syntax:
        operands = [operand()]
        while self.accept(sign):
            operands.append(operand())
        if len(operands) == 1:
            return operands[0]
        return Logic(sign, tuple(operands), operands[0].span.to(operands[-1].span), self.depth(*operands))

    def relation(self) -> Syntax:
        left = self.addition()
        sign = self.accept(*_COMPARISONS)
        if sign is None:
            return left
        right = self.addition()
        if (again := self.accept(*_COMPARISONS)) is not None:
            raise ExpressionError(again.span, "comparisons do not chain", help="write `a < b && b < c`")
        return self.binary(sign.text, left, right)

    def addition(self) -> Syntax:
        left = self.multiplication()
        while (sign := self.accept("+", "-")) is not None:
            left = self.binary(sign.text, left, self.multiplication())
        return left

    def multiplication(self) -> Syntax:
        left = self.unary()
        while (sign := self.accept("*", "/")) is not None:
            left = self.binary(sign.text, left, self.unary())
        return left

    def unary(self) -> Syntax:
        sign = self.accept("!", "-")
        if sign is None:
            return self.primary()
        self.deeper(sign.span)
        operand = self.unary()
        self.nesting -= 1
        return Unary(sign.text, operand, sign.span.to(operand.span), self.depth(operand))

    def primary(self) -> Syntax:
        token = self.token
        self.place += 1
        match token.kind:
            case TokenKind.NUMBER:
                return Constant(Decimal(token.text) if "." in token.text else int(token.text), token.span)
            case TokenKind.STRING:
                return Constant(token.text, token.span)
            case TokenKind.WORD if token.text in ("true", "false"):
                return Constant(token.text == "true", token.span)
            case TokenKind.WORD if token.text != "in":
                return self.path_or_call(token)
            case TokenKind.SIGN if token.text in "([":
                return self.bracketed(token)
            case TokenKind.END:
                raise ExpressionError(token.span, "the expression ends too early")
            case _:
                raise ExpressionError(token.span, f"expected a value, found {shown(token.text)}")

    def bracketed(self, opening: Token) -> Syntax:
        self.deeper(opening.span)
        if opening.text == "(":
            inner = self.disjunction()
            self.expect(")")
        else:
            items = self.items("]")
            closing = self.expect("]")
            inner = Choices(items, opening.span.to(closing.span), self.depth(*items))
        self.nesting -= 1
        return inner

    def path_or_call(self, first: Token) -> Syntax:
        words = [first]
        while self.accept("."):
            if self.token.kind is not TokenKind.WORD:
                raise ExpressionError(self.token.span, "expected a name after `.`")
            words.append(self.token)
            self.place += 1
        if self.accept("("):
            return self.call(words)
        return _path(words)

    def call(self, words: Sequence[Token]) -> Syntax:
        self.deeper(words[0].span)
        arguments = self.items(")")
        closing = self.expect(")")
        self.nesting -= 1
        receiver = _path(words[:-1]) if len(words) > 1 else None
        span = words[0].span.to(closing.span)
        return Call(words[-1].text, receiver, arguments, span, self.depth(*arguments))

    def items(self, closing: str) -> tuple[Syntax, ...]:
        items: list[Syntax] = []
        while not (self.token.kind is TokenKind.SIGN and self.token.text == closing):
            items.append(self.disjunction())
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
        depth = 1 + max((child.depth for child in children), default=0)
        if depth > DEPTH_MAX:
            message = f"an expression deeper than {DEPTH_MAX} operations"
            raise ExpressionError(
                children[-1].span, message, code=Code.TOO_LARGE, help="split the rule in two"
            )
        return depth


def _path(words: Sequence[Token]) -> Path:
    return Path(".".join(word.text for word in words), words[0].span.to(words[-1].span))
