"""The parsed YAML: scalars, sequences and mappings, each with its place in the file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from router.rules.diagnostics import Span


class Kind(StrEnum):
    """What a scalar is. BROKEN has been reported already; readers pass over it in silence."""

    TEXT = "text"
    INTEGER = "a whole number"
    DECIMAL = "a decimal number"
    BOOL = "true or false"
    NOTHING = "nothing"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    kind: Kind
    span: Span


@dataclass(frozen=True, slots=True)
class List:
    items: "tuple[Node, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Entry:
    key: Scalar
    value: "Node"


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: tuple[Entry, ...]
    span: Span


Node = Scalar | List | Mapping

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_BOOL = ("true", "false")
_NOTHING = ("", "~", "null")
# A plain scalar of these forms is a number, a date, a time, a truth value or nothing to some reader of YAML 1.1 or
# 1.2 or to a person, and text to another. SOURCE: yaml.org/type (1.1) and YAML 1.2.2 section 10.3.
_DOUBTFUL_WORDS = frozenset(
    ["y", "yes", "n", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"]
)
_DOUBTFUL = re.compile(
    r"[=~]|<<"
    r"|[-+]?\.(?i:inf|nan)"
    r"|[-+]?[0-9][0-9_]*([:.][0-9_]+){0,1}(?i:e[-+]?[0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"
    r"|[-+]?(0x[0-9A-Fa-f_]+|0o[0-7_]+|0b[01_]+)"
    r"|[-+]?([0-9][0-9_]*\.|\.[0-9_]+)(?i:e[-+]?[0-9]+)?"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"
)


def kind_of_plain(text: str) -> Kind:
    """What an unquoted scalar is by YAML 1.2's core schema; BROKEN where readers would disagree."""
    if text in _BOOL:
        return Kind.BOOL
    if text in _NOTHING:
        return Kind.NOTHING
    if text[0].isalpha():
        return Kind.BROKEN if text.lower() in _DOUBTFUL_WORDS else Kind.TEXT
    if _INTEGER.fullmatch(text):
        return Kind.INTEGER
    if _DECIMAL.fullmatch(text):
        return Kind.DECIMAL
    return Kind.BROKEN if _DOUBTFUL.fullmatch(text) else Kind.TEXT


def offsets_of(scalar: Scalar) -> Sequence[int]:
    """Where in the file each character of the scalar's text stands.

    Exact for plain, quoted and folded text; after an escape by code (`\\x41`) the rest points to the scalar's start.
    """
    source, start, end = scalar.span.source.text, scalar.span.start, scalar.span.end
    if source[start:end] == scalar.text:
        return range(start, end)
    if source[start] in "|>":
        place = source.find("\n", start)
    else:
        place = start + 1 if source[start] in "\"'" else start
    offsets: list[int] = []
    for character in scalar.text:
        if not character.isspace():
            while (
                place < end
                and source[place] != character
                and (source[place].isspace() or source[place] in "\\'")
            ):
                place += 1
            if place >= end or source[place] != character:
                return offsets + [start] * (len(scalar.text) - len(offsets))
        offsets.append(min(place, end - 1))
        place += 1 if not character.isspace() or source[place : place + 1] == character else 0
    return offsets
