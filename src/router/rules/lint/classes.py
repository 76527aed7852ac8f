"""Classes of values: what conditions cannot tell apart is one class, and a class has a sample to show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from router.rules.expressions.terms import Value
from router.rules.expressions.units import UNITS, milli_per_unit
from router.rules.vocabulary import Type


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole numbers from `low` to `high`, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Real:
    """The floats from `low` to `high`; an end is included where it is not open."""

    low: float
    high: float
    low_open: bool
    high_open: bool


@dataclass(frozen=True, slots=True)
class Exactly:
    """One word or truth value."""

    value: Value


@dataclass(frozen=True, slots=True)
class Absent:
    """An optional fact without a value."""


Class = Whole | Real | Exactly | Absent

REAL_MAX = 1e18


@dataclass(frozen=True, slots=True)
class Cut:
    """Values are told apart at `at`: below it from it on, or, with `after`, up to it from above it."""

    at: int | float
    after: bool


def cuts_of(sign: str, constant: int | float) -> tuple[Cut, ...]:
    """Where a comparison with a constant tells values apart."""
    if sign in ("<", ">="):
        return (Cut(constant, after=False),)
    if sign in ("<=", ">"):
        return (Cut(constant, after=True),)
    return Cut(constant, after=False), Cut(constant, after=True)


def whole_classes(cuts: Iterable[Cut], low: int, high: int) -> tuple[Class, ...]:
    """The intervals of whole numbers between cuts."""
    starts = {low}
    for cut in cuts:
        floor = int(cut.at // 1)
        start = floor + 1 if cut.after or floor != cut.at else floor
        if low < start <= high:
            starts.add(start)
    ordered = sorted(starts)
    ends = [start - 1 for start in ordered[1:]] + [high]
    return tuple(Whole(start, end) for start, end in zip(ordered, ends, strict=True))


def real_classes(cuts: Iterable[Cut]) -> tuple[Class, ...]:
    """The intervals of floats between cuts."""
    ordered = sorted({(float(cut.at), cut.after) for cut in cuts if abs(cut.at) < REAL_MAX})
    edges = [(-REAL_MAX, False), *ordered, (REAL_MAX, True)]
    return tuple(
        Real(low, high, low_open=after, high_open=not until)
        for (low, after), (high, until) in pairwise(edges)
    )


def contains(one: Class, value: Value | None) -> bool:
    """Whether the value is in the class."""
    match one:
        case Exactly(own):
            return value is not None and value == own
        case Absent():
            return value is None
        case Whole(low, high):
            return value is not None and not isinstance(value, str) and low <= value <= high
        case Real(low, high, low_open, high_open):
            if value is None or isinstance(value, str):
                return False
            return (low < value if low_open else low <= value) and (
                value < high if high_open else value <= high
            )


def sample_of(one: Class, type_: Type, currency: str) -> Value | None:
    """A value of the class, as round as can be; None for no value."""
    match one:
        case Exactly(value):
            return value
        case Absent():
            return None
        case Real(low, high):
            if low == high or not one.low_open:
                return low if low > -REAL_MAX else _below(one)
            return low + 1.0 if low + 1.0 < high else (low + high) / 2
        case Whole(low, high):
            return _round_whole(low, high, steps_of(type_, currency))


def _below(one: Real) -> float:
    return 0.0 if one.high > 0 else one.high - 1.0


def steps_of(type_: Type, currency: str) -> Sequence[int]:
    """Steps in which people count such values, the largest first."""
    if type_ is Type.MONEY and currency:
        unit = milli_per_unit(currency)
        return (unit, unit // 10 or 1, unit // 100 or 1, 1)
    return sorted({1, *(scale for of, scale in UNITS.values() if of is type_)}, reverse=True)


def _round_whole(low: int, high: int, steps: Sequence[int]) -> int:
    """The number nearest to the inner end of the interval that is a multiple of the largest possible step."""
    if low <= 0 <= high:
        return 0
    if high < 0:
        return next(high // step * step for step in steps if high // step * step >= low)
    return next(-(-low // step) * step for step in steps if -(-low // step) * step <= high)
