"""Words, numbers, strings and signs of an expression."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from router.rules.diagnostics import Code, Source, Span, shown


class ExpressionError(Exception):
    """The first thing in an expression that cannot be read; becomes a finding in `parse.py`."""

    def __init__(
        self, span: Span, message: str, *, code: Code = Code.EXPRESSION_SYNTAX, help: str = ""
    ) -> None:
        super().__init__(message)
        self.span, self.message, self.code, self.help = span, message, code, help


class TokenKind(Enum):
    WORD = "word"
    NUMBER = "number"
    STRING = "string"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is what was written; of a string, what it means."""

    kind: TokenKind
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class ExpressionText:
    """An expression and where in the file each of its characters stands."""

    value: str
    offsets: Sequence[int]
    source: Source

    def span(self, start: int, end: int) -> Span:
        last = len(self.offsets) - 1
        begin = self.offsets[min(start, last)]
        return Span(self.source, begin, max(self.offsets[min(end - 1, last)], begin) + 1)


INTEGER_DIGITS_MAX = 15
DECIMAL_DIGITS_MAX = 9

_TOKEN = re.compile(
    r"(?P<blank>\s+)"
    r"|(?P<number>[0-9][0-9A-Za-z_.]*)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|<>|[-+*/<>!()\[\],.=&|%?:])"
)
_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_INSTEAD = {
    "=": "write `==` to compare",
    "<>": "write `!=` for different",
    "&": "write `&&` for and",
    "|": "write `||` for or",
    "%": "there is no remainder",
    "?": "there is no `? :`; write two rules",
    ":": "there is no `? :`; write two rules",
    "and": "write `&&` for and",
    "or": "write `||` for or",
    "not": "write `!` for not",
}


def tokens_of(text: ExpressionText) -> Iterator[Token]:
    """The tokens in order, then one END. Raises `ExpressionError` at the first character that fits nothing."""
    place = 0
    while place < len(text.value):
        match = _TOKEN.match(text.value, place)
        if match is None:
            raise _unreadable(text, place)
        place = match.end()
        span = text.span(match.start(), match.end())
        written = match.group()
        if written.lower() in _INSTEAD:
            raise ExpressionError(
                span, f"{shown(written)} is not part of the language", help=_INSTEAD[written.lower()]
            )
        if match.lastgroup == "string":
            yield Token(TokenKind.STRING, _unescaped(written, span), span)
        elif match.lastgroup == "number":
            yield Token(TokenKind.NUMBER, _sound_number(written, span), span)
        elif match.lastgroup != "blank":
            yield Token(TokenKind.WORD if match.lastgroup == "word" else TokenKind.SIGN, written, span)
    yield Token(TokenKind.END, "", text.span(len(text.value) - 1, len(text.value)))


def _unreadable(text: ExpressionText, place: int) -> ExpressionError:
    character = text.value[place]
    if character in "\"'":
        return ExpressionError(
            text.span(place, len(text.value)), "a string without its closing quote",
            help="a blank and `#` begin a comment in YAML; put the whole expression in quotes to keep them",
        )  # fmt: skip
    help = "use straight quotes: \"...\" or '...'" if character in "“”„‘’«»`" else ""
    return ExpressionError(
        text.span(place, place + 1), f"the character {shown(character)} has no meaning here", help=help
    )


def _unescaped(written: str, span: Span) -> str:
    inner = written[1:-1]
    for escape in _ESCAPE.finditer(inner):
        if escape.group(1) not in "\\\"'":
            raise ExpressionError(
                span, f"unknown escape {shown(escape.group())}", help="only \\\\ \\\" and \\' exist"
            )
    return _ESCAPE.sub(r"\1", inner)


def _sound_number(written: str, span: Span) -> str:
    if _NUMBER.fullmatch(written) is None:
        as_text = f'a postal code or SKU is text: write "{written}"; ' if written.isdigit() else ""
        raise ExpressionError(
            span,
            f"{shown(written)} is not a number",
            help=as_text + "write 12 or 0.5, units as kg(2) or usd(1.5)",
        )
    whole, _, decimals = written.partition(".")
    if len(whole) > INTEGER_DIGITS_MAX or len(decimals) > DECIMAL_DIGITS_MAX:
        limits = f"{INTEGER_DIGITS_MAX} digits before the point and {DECIMAL_DIGITS_MAX} after it"
        raise ExpressionError(span, "the number is too long", code=Code.TOO_LARGE, help=f"at most {limits}")
    return written
