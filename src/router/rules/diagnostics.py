"""Findings about rule files: their codes, where they point, how they are collected and how they are shown."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple

FINDINGS_PER_FILE_MAX = 200
"""LIMIT: a hostile file must not drown the others; the last place says that more were left out."""

EXCERPT_LENGTH_MAX = 160
WORD_LENGTH_MAX = 64
TEXT_LENGTH_MAX = 600
"""LIMIT: of any one text of a finding; what quotes the author may quote a megabyte."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(StrEnum):
    """Stable names of findings. L1xx are errors of single rules and keep a pack from loading; L2xx say what rules do
    together, each with a witness; L3xx are advice.
    """

    SYNTAX = "L101"
    DUPLICATE_KEY = "L102"
    UNKNOWN_KEY = "L103"
    DUPLICATE_ID = "L104"
    EQUAL_PRIORITY = "L105"
    BAD_DATE = "L106"
    MISSING_DEFAULT = "L107"
    DEFAULT_NOT_LAST = "L108"
    UNKNOWN_LIST = "L109"
    TYPE = "L110"
    UNKNOWN_FACT = "L111"
    UNKNOWN_CHOICE = "L112"
    UNGUARDED_OPTIONAL = "L113"
    FACT_OUT_OF_REACH = "L114"
    COST_BUDGET = "L115"
    TOO_LARGE = "L116"
    EXPRESSION_SYNTAX = "L117"
    DIVISION = "L118"
    CURRENCY = "L119"
    MISSING_KEY = "L120"
    WRONG_KIND = "L121"
    NEEDS_QUOTES = "L122"
    BAD_VALUE = "L123"
    UNREACHABLE = "L201"
    CONTRADICTION = "L202"
    ALWAYS_TRUE = "L203"
    SUBSUMED = "L204"
    OVERLAP = "L205"
    NOTHING_LEFT = "L206"
    NO_CARRIER_LEFT = "L207"
    ONLY_DEFAULT = "L208"
    IDLE_SCORE = "L209"
    CHEAP_FENCE = "L210"
    IDLE_OFFER = "L211"
    UNKNOWN_COUNTRY = "L212"
    NEVER_EFFECTIVE = "L301"
    SILENT = "L302"
    UNTESTED = "L303"
    ODD = "L304"
    UNEXPLAINED = "L305"

    @property
    def severity(self) -> Severity:
        if self is Code.ODD:
            return Severity.INFO
        is_error = self.value < "L200" or self in (Code.UNREACHABLE, Code.CONTRADICTION, Code.NOTHING_LEFT)
        return Severity.ERROR if is_error else Severity.WARNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding. Lines and columns count from 1; `length` is what the caret underlines on that line."""

    code: Code
    severity: Severity
    file: str
    line: int
    column: int
    length: int
    message: str
    expected: str = ""
    suggestion: str = ""
    help: str = ""
    witness: str = ""
    """An order, in words, that shows it."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A rule file's text and the offsets at which its lines start."""

    name: str
    text: str
    line_starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        starts = (0, *(match.end() for match in re.finditer("\n", self.text)))
        object.__setattr__(self, "line_starts", starts)


class Span(NamedTuple):
    """The characters `start` up to but not including `end` of a file."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """Counted from 1."""
        return bisect_right(self.source.line_starts, self.start)

    @property
    def column(self) -> int:
        """Counted from 1, in characters."""
        return self.start - self.source.line_starts[self.line - 1] + 1

    @property
    def position(self) -> str:
        return f"{self.source.name}:{self.line}"

    @property
    def text(self) -> str:
        """The characters themselves, runs of white space shown as one blank."""
        return " ".join(self.source.text[self.start : self.end].split())

    def to(self, other: "Span") -> "Span":
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))


class Findings:
    """Collects the findings of one compilation; too many of one file are counted, not kept."""

    def __init__(self) -> None:
        self._found: dict[str, list[Diagnostic]] = {}

    def add(
        self, code: Code, span: Span, message: str, *,
        expected: str = "", help: str = "", word: str = "", known: Collection[str] = (),
    ) -> None:  # fmt: skip
        """Report one fault. `word` is what was written where one of `known` was meant; the nearest is suggested."""
        if self.is_full(span.source):
            return
        found = self._found.setdefault(span.source.name, [])
        if len(found) == FINDINGS_PER_FILE_MAX:
            code, message = (
                Code.TOO_LARGE,
                f"more than {FINDINGS_PER_FILE_MAX} findings; the rest is left out",
            )
            expected = help = word = ""
        line_end = span.source.text.find("\n", span.start)
        end = min(span.end, line_end if line_end >= 0 else len(span.source.text))
        found.append(
            Diagnostic(
                code=code, severity=code.severity, file=span.source.name, line=span.line, column=span.column,
                length=max(1, end - span.start), message=cut(message, TEXT_LENGTH_MAX),
                expected=cut(expected, TEXT_LENGTH_MAX), suggestion=nearest(word, known) if word else "",
                help=cut(help, TEXT_LENGTH_MAX),
            )
        )  # fmt: skip

    def is_full(self, source: Source) -> bool:
        """Whether no further finding of the file would be kept."""
        return len(self._found.get(source.name, ())) > FINDINGS_PER_FILE_MAX

    def has_error(self) -> bool:
        return any(one.severity is Severity.ERROR for found in self._found.values() for one in found)

    def listed(self) -> tuple[Diagnostic, ...]:
        """All findings by file, line and column."""
        every = [one for found in self._found.values() for one in found]
        return tuple(sorted(every, key=lambda one: (one.file, one.line, one.column, one.code, one.message)))


def shown(word: str) -> str:
    """A word of the author's in backticks, cut to a readable length."""
    return f"`{cut(' '.join(word.split()), WORD_LENGTH_MAX)}`"


def cut(text: str, length_max: int) -> str:
    """The text, or its beginning and three points."""
    return text if len(text) <= length_max else text[: length_max - 3] + "..."


def nearest(word: str, known: Collection[str]) -> str:
    """The known word most like `word`, or one with the same last part (`line.sku` for `sku`); empty if none."""
    last_part = "." + word.rpartition(".")[2]
    close = get_close_matches(word[:WORD_LENGTH_MAX], sorted(known), n=1, cutoff=0.65)
    return next(iter(close or sorted(name for name in known if name.endswith(last_part))), "")


def render(diagnostics: Iterable[Diagnostic], files: Mapping[str, bytes]) -> str:
    """The findings as text for people: position, message, the line with a caret, and the way out."""
    lines = {
        name: content.decode("utf-8", "replace").lstrip("\ufeff").split("\n")
        for name, content in files.items()
    }
    return "".join(_rendered(one, lines.get(one.file, [])) for one in diagnostics)


def _rendered(one: Diagnostic, lines: list[str]) -> str:
    rows = [f"{one.file}:{one.line}:{one.column}: {one.severity} {one.code}: {one.message}"]
    if one.line <= len(lines) and lines[one.line - 1].strip():
        line, caret = lines[one.line - 1].rstrip("\r"), one.column - 1
        cut = max(0, caret - EXCERPT_LENGTH_MAX // 2)
        excerpt = line[cut : cut + EXCERPT_LENGTH_MAX].replace("\t", " ")
        width = max(1, min(one.length, len(excerpt) - (caret - cut)))
        rows += [f"   | {excerpt}".rstrip(), f"   | {' ' * (caret - cut)}{'^' * width}"]
    if one.expected:
        rows.append(f"   = expected: {one.expected}")
    if one.suggestion:
        rows.append(f"   = did you mean `{one.suggestion}`?")
    if one.witness:
        rows.append(f"   = for example: {one.witness}")
    if one.help:
        rows.append(f"   = help: {one.help}")
    return "\n".join(rows) + "\n"
