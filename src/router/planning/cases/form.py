"""Reads the mappings that fixtures and cases are made of, key by key.

A fault is reported and a stand-in given, so that everything is checked at once; whoever reads looks at the findings.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from router.domain.identifiers import Day, Instant
from router.domain.limits import (
    AMOUNT_MINOR_MAX,
    DIMENSION_MM_MAX,
    DISTANCE_KM_MAX,
    QUANTITY_MAX,
    WEIGHT_GRAMS_MAX,
)
from router.domain.place import Point
from router.rules.blocks.context import CONSTANT, Context
from router.rules.blocks.dates import find_zone
from router.rules.diagnostics import Code, Findings, shown
from router.rules.expressions.scalar import constant
from router.rules.expressions.units import MILLI, clock_minutes
from router.rules.text.budget import Budget
from router.rules.text.fields import (
    Fields,
    head,
    read_bool,
    read_choice,
    read_fields,
    read_integer,
    read_text,
    wrong_kind,
)
from router.rules.text.tree import Kind, List, Node, Scalar
from router.rules.text.tree import Mapping as MappingNode
from router.rules.vocabulary import Type

Keys = Mapping[str, str]
"""The keys of a mapping, each with what it says."""

NAMES_SHOWN_MAX = 12
MOST: Mapping[Type, int] = {
    Type.MONEY: AMOUNT_MINOR_MAX * MILLI,
    Type.WEIGHT: WEIGHT_GRAMS_MAX,
    Type.LENGTH: DIMENSION_MM_MAX,
    Type.DISTANCE: DISTANCE_KM_MAX,
}
"""LIMIT: the sizes that a server accepts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """What every mapping of a file is read with: its currency and time zone, and where findings go."""

    findings: Findings
    budget: Budget
    currency: str
    time_zone: str

    @property
    def context(self) -> Context:
        return Context(
            findings=self.findings, budget=self.budget, set_id="", currency=self.currency,
            zone=find_zone(self.time_zone), lists={},
        )  # fmt: skip

    def form(self, node: Node, what: str, keys: Keys, *, required: Collection[str] = ()) -> "Form":
        """The mapping `node`; unknown and missing keys are reported."""
        optional = [key for key in keys if key not in required]
        fields = read_fields(node, what, self.findings, required=required, optional=optional)
        return Form(pen=self, node=node, fields=fields or {})

    def quantity(self, node: Node, what: str, type_: Type, default: int = 0, least: int = 0) -> int:
        """`kg(1.2)`, at least `least`, in the base unit of its type."""
        term = self.context.expression(node, CONSTANT, type_)
        if term is None:
            return default
        value = int(constant(term))
        if not least <= value <= MOST[type_]:
            wrong = "is too large" if value > 0 else "is too small" if least else "is negative"
            self.findings.add(Code.BAD_VALUE, term.span, f"{what} {wrong}")
        return max(least, min(value, MOST[type_]))

    def minor(self, node: Node, what: str, default: int = 0) -> int:
        """`usd(6.50)` in whole minor units."""
        amount_milli = self.quantity(node, what, Type.MONEY, default * MILLI)
        if amount_milli % MILLI:
            self.findings.add(Code.BAD_VALUE, head(node), f"{what} is finer than the minor unit")
        return amount_milli // MILLI

    def texts(self, node: Node, what: str) -> tuple[tuple[str, Node], ...]:
        """One text or a list of them, each with its place."""
        items = node.items if isinstance(node, List) else (node,)
        found = [(read_text(item, what, self.findings), item) for item in items]
        return tuple((text, item) for text, item in found if text is not None)

    def entries(self, node: Node, what: str) -> tuple[tuple[Scalar, Node], ...]:
        """Keys and values of a mapping whose keys are names."""
        if not isinstance(node, MappingNode):
            wrong_kind(node, f"{what} is a mapping", self.findings)
            return ()
        return tuple((entry.key, entry.value) for entry in node.entries)

    def counts(self, node: Node, what: str, known: Collection[str], noun: str) -> dict[str, int]:
        """Units by one of the `known` names."""
        counts = {}
        for key, value in self.entries(node, what):
            count = read_integer(value, f"the count of `{key.text}`", 0, QUANTITY_MAX, self.findings)
            if self.is_known(key.text, key, known, noun) and count is not None:
                counts[key.text] = count
        return counts

    def is_known(self, name: str, node: Node, known: Collection[str], noun: str) -> bool:
        """Whether there is such a thing; reports the nearest one if not."""
        if name in known:
            return True
        names = sorted(known)
        more = ", ..." if len(names) > NAMES_SHOWN_MAX else ""
        self.findings.add(
            Code.UNKNOWN_CHOICE, head(node), f"there is no {noun} {shown(name)}",
            expected=", ".join(names[:NAMES_SHOWN_MAX]) + more, word=name, known=known,
        )  # fmt: skip
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One mapping: its values by key, each read as what it should be, or the default where it is absent or faulty."""

    pen: Pen
    node: Node
    fields: Fields

    def __contains__(self, key: str) -> bool:
        return key in self.fields

    def text(self, key: str, default: str = "") -> str:
        found = read_text(self.fields[key], f"`{key}`", self.pen.findings) if key in self.fields else None
        return default if found is None else found

    def flag(self, key: str, *, default: bool) -> bool:
        found = read_bool(self.fields[key], f"`{key}`", self.pen.findings) if key in self.fields else None
        return default if found is None else found

    def count(self, key: str, default: int, most: int, *, least: int = 0) -> int:
        if key not in self.fields:
            return default
        found = read_integer(self.fields[key], f"`{key}`", least, most, self.pen.findings)
        return default if found is None else found

    def minor(self, key: str, default: int = 0) -> int:
        """An amount in minor units."""
        return self.pen.minor(self.fields[key], f"`{key}`", default) if key in self.fields else default

    def milli(self, key: str) -> int:
        """An amount in thousandths of a minor unit."""
        return self.pen.quantity(self.fields[key], f"`{key}`", Type.MONEY) if key in self.fields else 0

    def quantity(self, key: str, type_: Type, default: int) -> int:
        if key not in self.fields:
            return default
        return self.pen.quantity(self.fields[key], f"`{key}`", type_, default)

    def choices(
        self, key: str, known: Collection[str], noun: str, default: tuple[str, ...]
    ) -> tuple[str, ...]:
        """One or more of the `known` names."""
        if key not in self.fields:
            return default
        found = self.pen.texts(self.fields[key], f"`{key}`")
        return tuple(text for text, item in found if self.pen.is_known(text, item, known, noun))

    def choice(self, key: str, choices: Collection[str], default: str) -> str:
        """One of a closed set of words."""
        if key not in self.fields:
            return default
        return read_choice(self.fields[key], f"`{key}`", choices, self.pen.findings) or default

    def words(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        if key not in self.fields:
            return default
        return tuple(text for text, _ in self.pen.texts(self.fields[key], f"`{key}`"))

    def minutes(self, key: str, default: int) -> int:
        """A time of day `"17:00"` as minutes after midnight."""
        minutes = clock_minutes(self.text(key)) if key in self.fields else default
        if minutes is None:
            self.refuse_date(key, 'a time of day "17:00"')
        return default if minutes is None else minutes

    def day(self, key: str) -> Day | None:
        """A local date `"2026-12-05"`."""
        day = day_of(self.text(key))
        if key in self.fields and day is None:
            self.refuse_date(key, 'a local date "2026-12-05"')
        return day

    def days(self, key: str) -> tuple[Day, ...]:
        """Local dates."""
        texts = self.pen.texts(self.fields[key], f"`{key}`") if key in self.fields else ()
        days = [day_of(text) for text, _ in texts]
        for (text, item), day in zip(texts, days, strict=True):
            if day is None:
                expected = 'a local date "2026-12-25"'
                self.pen.findings.add(
                    Code.BAD_DATE, head(item), f"`{key}` cannot be {shown(text)}", expected=expected
                )
        return tuple(day for day in days if day is not None)

    def instant(self, key: str, default: Instant | None = None) -> Instant | None:
        """A local `"2026-12-01T09:00"`."""
        zone = find_zone(self.pen.time_zone)
        if key not in self.fields or zone is None:
            return default
        found = self.pen.context.instant(self.fields[key], f"`{key}`", zone)
        return default if found is None else Instant(found)

    def time_zone(self, key: str) -> str:
        """A time zone by its IANA name; that of the pen where there is none."""
        name = self.text(key, self.pen.time_zone)
        if find_zone(name) is not None:
            return name
        self.refuse_date(key, "such as America/New_York")
        return self.pen.time_zone

    def point(self, key: str) -> Point | None:
        """`[40.7, -74.2]`: latitude and longitude."""
        if key not in self.fields:
            return None
        node = self.fields[key]
        items = node.items if isinstance(node, List) else ()
        numbers = [number for item in items if (number := number_of(item)) is not None]
        if len(items) == len(numbers) == 2 and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180:
            return Point(round(numbers[0] * 1_000_000), round(numbers[1] * 1_000_000))
        message = f"`{key}` is latitude and longitude in degrees"
        self.pen.findings.add(Code.BAD_VALUE, head(node), message, expected="[40.7, -74.2]")
        return None

    def attributes(self) -> dict[str, str]:
        """`attributes: {gift: true, docks: 4}`: a company's own facts, as clients send them: as text."""
        texts = {}
        for key, value in self.entries("attributes"):
            if isinstance(value, Scalar) and value.kind is not Kind.NOTHING:
                texts[key.text] = value.text
            else:
                wrong_kind(value, f"the attribute `{key.text}` is one value", self.pen.findings)
        return texts

    def entries(self, key: str) -> Iterator[tuple[Scalar, Node]]:
        """Names and values of the mapping `key`."""
        if key in self.fields:
            yield from self.pen.entries(self.fields[key], f"`{key}`")

    def refuse_date(self, key: str, expected: str) -> None:
        """Reports a text that is no date or time; whatever is no text at all has been reported."""
        node = self.fields[key]
        if isinstance(node, Scalar) and node.kind is Kind.TEXT:
            message = f"`{key}` cannot be {shown(node.text)}"
            self.pen.findings.add(Code.BAD_DATE, node.span, message, expected=expected)


def number_of(node: Node) -> Decimal | None:
    """A number of bearable length."""
    if not isinstance(node, Scalar) or node.kind not in (Kind.INTEGER, Kind.DECIMAL) or len(node.text) > 18:
        return None
    return Decimal(node.text)


def day_of(text: str) -> Day | None:
    """The day of `2026-12-05`; None if it is no date."""
    try:
        return Day(date.fromisoformat(text).toordinal()) if len(text) == 10 else None
    except ValueError:
        return None
