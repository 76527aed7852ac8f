"""Checks of single fields. Every fault found is kept, so that one answer names them all."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import NoReturn

from google.protobuf.timestamp_pb2 import Timestamp

from router.domain.countries import COUNTRIES
from router.domain.identifiers import Day, Instant
from router.domain.limits import (
    ATTRIBUTES_MAX,
    ID_LENGTH_MAX,
    POSTAL_CODE_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    YEAR_MAX,
    YEAR_MIN,
)
from router.domain.reasons import Reason, RouterError, Violation

VIOLATIONS_KEPT_MAX = 1_000
"""LIMIT: of a request with more faults the rest is counted only, so that bad input cannot take memory."""

FIRST_SECOND = 0
LAST_SECOND = 7_258_118_399
"""The last second of YEAR_MAX."""
FIRST_DATE, LAST_DATE = date(YEAR_MIN, 1, 1), date(YEAR_MAX, 12, 31)

SHOWN_MAX = 40
CHOICES_NAMED_MAX = 30


class Faults:
    """Collects violations. Each check returns the value, whether or not it is at fault; `raise_if_any` ends it.

    A field is named by `at` (where its message stands, such as `orders[0].`) and its own `name`.
    """

    __slots__ = ("count", "violations")

    def __init__(self) -> None:
        self.violations: list[Violation] = []
        self.count = 0

    def add(self, field: str, code: str, description: str) -> None:
        self.count += 1
        if len(self.violations) < VIOLATIONS_KEPT_MAX:
            self.violations.append(Violation(field, code, description))

    def raise_if_any(self) -> None:
        """Refuse with INVALID_REQUEST, or with REQUEST_ID_REQUIRED when nothing else is at fault."""
        if self.count == 1 and self.violations[0].code == Reason.REQUEST_ID_REQUIRED:
            self.raise_all(Reason.REQUEST_ID_REQUIRED)
        if self.count:
            self.raise_all(Reason.INVALID_REQUEST)

    def raise_all(self, reason: Reason) -> NoReturn:
        raise RouterError(
            reason, summarize(self.violations, self.count), violations=self.violations, fault_count=self.count
        )

    def identifier(self, value: str, at: str, name: str) -> str:
        """1 to 128 printable characters; blanks only inside."""
        if is_identifier(value):
            return value
        if not value:
            self.add(at + name, "REQUIRED", f"{name} is empty, must have 1 to {ID_LENGTH_MAX} characters")
        elif len(value) > ID_LENGTH_MAX:
            self._too_long(value, at, name, ID_LENGTH_MAX)
        elif not value.isprintable():
            self._not_printable(value, at, name)
        else:
            self.add(
                at + name, "NOT_TRIMMED", f"{name} is {shown(value)}, must not begin or end with a blank"
            )
        return value

    def text(self, value: str, at: str, name: str, length_max: int = TEXT_LENGTH_MAX) -> str:
        """Up to `length_max` printable characters, or empty."""
        if value:
            if len(value) > length_max:
                self._too_long(value, at, name, length_max)
            elif not value.isprintable():
                self._not_printable(value, at, name)
        return value

    def postal_code(self, value: str, at: str, name: str) -> str:
        return self.text(value, at, name, POSTAL_CODE_LENGTH_MAX)

    def whole(self, value: int, at: str, name: str, low: int, high: int) -> int:
        if not low <= value <= high:
            self.add(at + name, "OUT_OF_RANGE", f"{name} is {value:,}, must be {low:,} to {high:,}")
        return value

    def count_of(self, items: Sequence[object], at: str, name: str, low: int, high: int) -> bool:
        """Whether `items` are neither too few nor too many to be looked at one by one."""
        if low <= len(items) <= high:
            return True
        self.add(
            at + name, "WRONG_COUNT", f"{name} has {len(items):,} entries, must have {low:,} to {high:,}"
        )
        return False

    def choice(self, value: str, at: str, name: str, choices: Sequence[str]) -> str:
        """One of `choices`; of many the likest are named."""
        if value not in choices:
            allowed = [choice for choice in choices if choice]
            said = f"must be one of {', '.join(allowed)}"
            if len(allowed) > CHOICES_NAMED_MAX:
                near = get_close_matches(value, allowed, n=3) or allowed[:3]
                said = f"must be one of {len(allowed)} words such as {', '.join(near)}"
            self.add(at + name, "UNKNOWN_VALUE", f"{name} is {shown(value)}, {said}")
        return value

    def country(self, value: str, at: str, name: str) -> str:
        if value not in COUNTRIES:
            self.add(
                at + name,
                "UNKNOWN_COUNTRY",
                f"{name} is {shown(value)}, must be an ISO 3166-1 alpha-2 code such as US",
            )
        return value

    def missing(self, at: str, name: str) -> None:
        self.add(at + name, "REQUIRED", f"{name} is absent, must be given")

    def instant(self, value: Timestamp, at: str, name: str) -> Instant:
        """A time in microseconds; finer digits are cut off."""
        seconds, nanos = value.seconds, value.nanos
        if not (FIRST_SECOND <= seconds <= LAST_SECOND and 0 <= nanos <= 999_999_999):
            self.add(
                at + name,
                "OUT_OF_RANGE",
                f"{name} is {seconds:,} s and {nanos:,} ns, must be between 1970 and 2199 "
                "with 0 to 999,999,999 nanoseconds",
            )
        return Instant(seconds * 1_000_000 + nanos // 1_000)

    def day(self, value: str, at: str, name: str) -> Day:
        """A date written `YYYY-MM-DD`."""
        try:
            parsed = date.fromisoformat(value) if len(value) == 10 else None
        except ValueError:
            parsed = None
        if parsed is None:
            self.add(at + name, "NOT_A_DATE", f"{name} is {shown(value)}, must be a date such as 2026-11-30")
            return Day(1)
        if not FIRST_DATE <= parsed <= LAST_DATE:
            self.add(at + name, "OUT_OF_RANGE", f"{name} is {value}, must be {FIRST_DATE} to {LAST_DATE}")
        return Day(parsed.toordinal())

    def attributes(self, value: Mapping[str, str], at: str) -> dict[str, str]:
        """Facts of the client's own: sorted by name, so that equal facts are equal bytes."""
        if not value:
            return {}
        if not self.count_of(tuple(value), at, "attributes", 0, ATTRIBUTES_MAX):
            return {}
        for name, text in value.items():
            self.identifier(name, at, "attributes")
            self.text(text, at, f"attributes[{name}]")
        return {name: value[name] for name in sorted(value)}

    def unique(self, values: Sequence[str], at: str, name: str, leaf: str = "") -> None:
        """No value twice; a repetition is named at its own index."""
        if len(set(values)) == len(values):
            return
        first_index: dict[str, int] = {}
        for index, value in enumerate(values):
            first = first_index.setdefault(value, index)
            if first != index:
                repeated = f"{name}[{index}]"
                field, subject = (f"{repeated}.{leaf}", leaf) if leaf else (repeated, repeated)
                self.add(
                    at + field,
                    "DUPLICATE",
                    f"{subject} is {shown(value)}, already given at {at}{name}[{first}]",
                )

    def _too_long(self, value: str, at: str, name: str, length_max: int) -> None:
        self.add(
            at + name, "TOO_LONG", f"{name} has {len(value):,} characters, must have at most {length_max:,}"
        )

    def _not_printable(self, value: str, at: str, name: str) -> None:
        self.add(
            at + name,
            "NOT_PRINTABLE",
            f"{name} is {shown(value)}, must not hold control or invisible characters",
        )


def is_identifier(value: str) -> bool:
    return 0 < len(value) <= ID_LENGTH_MAX and value.isprintable() and value[0] != " " and value[-1] != " "


def are_identifiers(values: Collection[str]) -> bool:
    """Whether all of them surely are: one with a blank inside may be one, too."""
    joined = "".join(values)
    return (
        all(values)
        and " " not in joined
        and joined.isprintable()
        and (len(joined) <= ID_LENGTH_MAX or max(map(len, values)) <= ID_LENGTH_MAX)
    )


def are_texts(values: Collection[str], length_max: int) -> bool:
    """Whether all of them are printable, or empty, and none is too long."""
    joined = "".join(values)
    return not joined or (
        joined.isprintable() and (len(joined) <= length_max or max(map(len, values)) <= length_max)
    )


def shown(value: str) -> str:
    """The client's words, escaped and cut, so that they cannot break a line or fill a log."""
    cut = value if len(value) <= SHOWN_MAX else value[:SHOWN_MAX] + "…"
    return '"' + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut) + '"'


def summarize(violations: Sequence[Violation], count: int) -> str:
    """The first five faults in one line: some clients show nothing but this."""
    named = "; ".join(sentence_of(violation) for violation in violations[:5])
    more = f"; and {count - 5:,} more" if count > 5 else ""
    return named + more


def sentence_of(violation: Violation) -> str:
    """`orders[0].lines[2].quantity is 0, must be 1 to 1,000,000 [OUT_OF_RANGE]`."""
    head, dot, leaf = violation.field.rpartition(".")
    if not leaf:
        return f"{violation.description} [{violation.code}]"
    if violation.description.startswith(leaf + " "):
        return f"{head}{dot}{violation.description} [{violation.code}]"
    return f"{violation.field}: {violation.description} [{violation.code}]"
