"""Words, numbers, strings and signs of an expression."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from router.rules.diagnostics import Code, Source, Span, shown


class ExpressionError(Exception):
    """The first thing in an expression that cannot be read; becomes a finding in `parse.py`."""

    def __init__(
        self, span: Span, message: str, *, code: Code = Code.EXPRESSION_SYNTAX, help: str = ""
    ) -> None:
        super().__init__(message)
        self.span, self.message, self.code, self.help = span, message, code, help


class TokenKind(Enum):
    """A WORD may have points in it: `order.total` is one."""

    WORD = "word"
    NUMBER = "number"
    STRING = "string"
    SIGN = "sign"
    END = "end"


class Token(NamedTuple):
    """`text` is what was written; of a string, what it means. From `start` up to but not including `end`.

    `sign` is the text of a sign or word, and empty for anything else.
    """

    kind: TokenKind
    text: str
    start: int
    end: int
    sign: str = ""


@dataclass(frozen=True, slots=True)
class ExpressionText:
    """An expression and where in the file each of its characters stands."""

    value: str
    offsets: Sequence[int]
    source: Source

    def span(self, start: int, end: int) -> Span:
        last = len(self.offsets) - 1
        begin = self.offsets[start if start < last else last]
        final = self.offsets[end - 1 if end <= last else last]
        return Span(self.source, begin, (final if final > begin else begin) + 1)


INTEGER_DIGITS_MAX = 15
DECIMAL_DIGITS_MAX = 9

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9][0-9A-Za-z_.]*)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|<>|[-+*/<>!()\[\],.=&|%?:]))"
)
_KINDS = {_TOKEN.groupindex[kind.value]: kind for kind in TokenKind if kind is not TokenKind.END}
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


def tokens_of(text: ExpressionText) -> list[Token]:
    """The tokens in order, then one END. Raises `ExpressionError` at the first character that fits nothing."""
    tokens, written_out = [], text.value
    place = 0
    while (match := _TOKEN.match(written_out, place)) is not None:
        group = match.lastindex or 0
        kind, (start, place) = _KINDS[group], match.span(group)
        written = written_out[start:place]
        if kind is TokenKind.STRING:
            tokens.append(Token(kind, _unescaped(written, text, start), start, place))
        elif kind is TokenKind.NUMBER:
            tokens.append(Token(kind, _sound_number(written, text, start), start, place))
        elif written.lower() in _INSTEAD:
            message, help = f"{shown(written)} is not part of the language", _INSTEAD[written.lower()]
            raise ExpressionError(text.span(start, place), message, help=help)
        else:
            tokens.append(Token(kind, written, start, place, written))
    if rest := text.value[place:].lstrip():
        raise _unreadable(text, len(text.value) - len(rest))
    place = len(text.value)
    return [*tokens, Token(TokenKind.END, "", place - 1, place)]


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


def _unescaped(written: str, text: ExpressionText, start: int) -> str:
    inner = written[1:-1]
    if "\\" not in inner:
        return inner
    for escape in _ESCAPE.finditer(inner):
        if escape.group(1) not in "\\\"'":
            message, help = f"unknown escape {shown(escape.group())}", "only \\\\ \\\" and \\' exist"
            raise ExpressionError(text.span(start, start + len(written)), message, help=help)
    return _ESCAPE.sub(r"\1", inner)


def _sound_number(written: str, text: ExpressionText, start: int) -> str:
    if _NUMBER.fullmatch(written) is None:
        as_text = f'a postal code or SKU is text: write "{written}"; ' if written.isdigit() else ""
        raise ExpressionError(
            text.span(start, start + len(written)),
            f"{shown(written)} is not a number",
            help=as_text + "write 12 or 0.5, units as kg(2) or usd(1.5)",
        )
    whole, _, decimals = written.partition(".")
    if len(whole) > INTEGER_DIGITS_MAX or len(decimals) > DECIMAL_DIGITS_MAX:
        limits = f"{INTEGER_DIGITS_MAX} digits before the point and {DECIMAL_DIGITS_MAX} after it"
        span = text.span(start, start + len(written))
        raise ExpressionError(span, "the number is too long", code=Code.TOO_LARGE, help=f"at most {limits}")
    return written
