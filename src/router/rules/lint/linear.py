"""Numbers of conditions as sums of the solver's variables, with bounds and how far they may be off."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

NUMBER_MAX = 1 << 61
"""No sum in a model may exceed this; what does is left untied."""

ROUNDING = Fraction(1, 1 << 50)
"""How far one operation on floats may be off, relative to its greatest value: a few units in the last place."""


@dataclass(frozen=True, slots=True)
class Linear:
    """constant + sum of coefficient x variable, by the variable's number; off by `error` at most."""

    coefficients: Mapping[int, Fraction]
    constant: Fraction
    low: Fraction
    high: Fraction
    error: Fraction = Fraction(0)

    @property
    def magnitude(self) -> Fraction:
        return max(abs(self.low), abs(self.high))

    @property
    def is_constant(self) -> bool:
        return not self.coefficients

    def plus(self, other: "Linear", sign: int) -> "Linear":
        """This plus `sign` (1 or -1) x the other."""
        coefficients = dict(self.coefficients)
        for number, coefficient in other.coefficients.items():
            coefficients[number] = coefficients.get(number, Fraction(0)) + sign * coefficient
        ends = (sign * other.low, sign * other.high)
        return Linear(
            {number: one for number, one in coefficients.items() if one},
            self.constant + sign * other.constant,
            self.low + min(ends),
            self.high + max(ends),
            self.error + other.error,
        )

    def times(self, factor: Fraction) -> "Linear":
        ends = (self.low * factor, self.high * factor)
        return Linear(
            {number: one * factor for number, one in self.coefficients.items() if factor},
            self.constant * factor,
            min(ends),
            max(ends),
            self.error * abs(factor),
        )

    def off_by(self, error: Fraction) -> "Linear":
        return Linear(self.coefficients, self.constant, self.low, self.high, self.error + error)


@dataclass(frozen=True, slots=True)
class Bounds:
    """low <= sum of coefficient x variable <= high, all whole; None: that side is open."""

    coefficients: Mapping[int, int]
    low: int | None
    high: int | None


def constant_of(value: int | float) -> Linear:
    """A literal: a decimal fraction is meant as written, and off by what its float differs from it."""
    exact = Fraction(value)
    meant = Fraction(repr(value)) if isinstance(value, float) else exact
    return Linear({}, meant, min(exact, meant), max(exact, meant), abs(exact - meant))


def between(sum_: Linear, low: int | float | None, high: int | float | None) -> Bounds | None:
    """What must hold in whole numbers where `sum_` lies between the bounds; None if the numbers grow too large."""
    scale = lcm(*(one.denominator for one in sum_.coefficients.values()), sum_.constant.denominator)
    if scale * (sum_.magnitude + abs(sum_.constant) + 1) > NUMBER_MAX:
        return None
    slack = sum_.error
    least = None if low is None else ceil((Fraction(low) - sum_.constant - slack) * scale)
    most = None if high is None else floor((Fraction(high) - sum_.constant + slack) * scale)
    coefficients = {number: int(one * scale) for number, one in sum_.coefficients.items()}
    return Bounds(coefficients, least, most)
