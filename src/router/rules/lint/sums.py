"""Numbers of conditions as variables of a model: values of facts, sums, products, quotients and folds.

A sum that cannot be stated, because it is no whole number or grows too large, is None: whoever asked leaves it free.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from router.domain.limits import LINES_PER_ORDER_MAX
from router.rules.expressions.terms import (
    INTEGER_BOUND,
    Arithmetic,
    Default,
    Divide,
    Fold,
    FoldKind,
    Literal,
    Read,
    Term,
    ToFloat,
)
from router.rules.lint.classes import Absent, Whole
from router.rules.lint.domains import bounds_of
from router.rules.lint.formula import Formula, negation
from router.rules.lint.linear import NUMBER_MAX, ROUNDING, Bounds, Linear, between, constant_of
from router.rules.lint.space import Space
from router.rules.vocabulary import Fact, Type

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar, LinearExprT, LiteralT

SOLVER_MAX = 1 << 62
FLOAT_EXACT_MAX = 1 << 50
"""Up to here a float shows a whole number, and the quotient of two, without being off by half."""

NO_WHOLE_NUMBERS = (Type.FLOAT, Type.STRING, Type.BOOL)


class Sums:
    """The numbers of one model. `classes_of` gives a literal for each class of a dimension, `imply` states that a
    formula holds where a literal is true; with `one_line` folds are exact.
    """

    def __init__(
        self, space: Space, model: "CpModel", classes_of: "Callable[[int], list[IntVar]]",
        imply: "Callable[[LiteralT, Formula], None]", *, one_line: bool,
    ) -> None:  # fmt: skip
        self.space = space
        self.model = model
        self.classes_of = classes_of
        self.imply = imply
        self.one_line = one_line
        self.values: dict[Fact, IntVar] = {}
        self._terms: dict[Term, Linear | None] = {}

    def of_term(self, term: Term) -> Linear | None:
        """The term as a sum."""
        if term not in self._terms:
            self._terms[term] = self._stated(term)
        return self._terms[term]

    def of_fact(self, fact: Fact) -> Linear:
        """The value of a fact that is a whole number."""
        return _variable(self._value_of(fact), *bounds_of(fact))

    def expression(self, coefficients: Mapping[int, int]) -> "LinearExprT":
        from ortools.sat.python.cp_model import LinearExpr

        variables = [self.model.get_int_var_from_proto_index(number) for number in coefficients]
        return LinearExpr.weighted_sum(variables, list(coefficients.values()))

    def _value_of(self, fact: Fact) -> "IntVar":
        """The variable of a fact that is a whole number; an absent one may be anything."""
        known = self.values.get(fact)
        if known is None:
            known = self.values[fact] = self.model.new_int_var(*bounds_of(fact), "")
            if fact.optional:
                dimension = self.space.dimension_of(fact)
                for literal, one in zip(self.classes_of(dimension.number), dimension.classes, strict=True):
                    if isinstance(one, Whole):
                        self.model.add_linear_constraint(known, one.low, one.high).only_enforce_if(literal)
        return known

    def _stated(self, term: Term) -> Linear | None:
        match term:
            case Literal(value=bool() | int() | float() as value):
                return constant_of(value)
            case Read(fact=fact) if fact.type not in NO_WHOLE_NUMBERS:
                return self.of_fact(fact)
            case Default(fact=fact, value=int() as value) if fact.type not in NO_WHOLE_NUMBERS:
                return self._with_default(fact, value)
            case ToFloat(operand=operand):
                return _rounded_float(self.of_term(operand))
            case Fold() if term.type not in NO_WHOLE_NUMBERS:
                return self._fold(term)
            case Arithmetic(sign=sign, left=left, right=right):
                return self._combined(term, sign, self.of_term(left), self.of_term(right))
            case Divide(left=left, right=Literal(value=int() | float() as divisor), value=value):
                if divisor == 0:
                    return None if isinstance(value, str) else constant_of(value)
                return self._combined(term, "/", self.of_term(left), constant_of(divisor))
            case _:
                return None

    def _with_default(self, fact: Fact, value: int) -> Linear:
        """The fact's value, or `value` where it has none."""
        low, high = bounds_of(fact)
        low, high = min(low, value), max(high, value)
        shown, own = self.model.new_int_var(low, high, ""), self._value_of(fact)
        dimension = self.space.dimension_of(fact)
        for literal, one in zip(self.classes_of(dimension.number), dimension.classes, strict=True):
            wanted = value if isinstance(one, Absent) else own
            self.model.add(shown == wanted).only_enforce_if(literal)
        return _variable(shown, low, high)

    def _fold(self, term: Fold) -> Linear | None:
        """A free number, tied by what always holds between the order and this line; exact for one line."""
        low, high = self._fold_bounds(term)
        shown = self.model.new_int_var(low, high, "")
        if self.one_line and term.kind is FoldKind.COUNT:
            body = self.space.formula(term.operand)
            literal = self.model.new_bool_var("")
            self.model.add(shown == literal)
            self.imply(literal, body)
            self.imply(~literal, negation(body))
        elif self.one_line and (own := self.of_term(term.operand)) is not None:
            self._hold_between(_variable(shown, low, high).plus(own, -1), 0, 0)
        return _variable(shown, low, high)

    def _fold_bounds(self, term: Fold) -> tuple[int, int]:
        own = None if term.kind is FoldKind.COUNT else self.of_term(term.operand)
        if term.kind is FoldKind.COUNT:
            return 0, LINES_PER_ORDER_MAX
        if own is None:
            return -INTEGER_BOUND, INTEGER_BOUND
        times = LINES_PER_ORDER_MAX if term.kind is FoldKind.SUM else 1
        low, high = floor(own.low) * times, ceil(own.high) * times
        return max(-INTEGER_BOUND, min(0, low)), min(INTEGER_BOUND, max(0, high))

    def _combined(self, term: Term, sign: str, left: Linear | None, right: Linear | None) -> Linear | None:
        if left is None or right is None:
            return None
        match sign:
            case "+" | "-":
                result: Linear | None = left.plus(right, 1 if sign == "+" else -1)
            case "*":
                result = self._product(left, right)
            case _:
                result = left.times(1 / right.constant) if right.is_constant and right.constant else None
        if result is None or result.magnitude > INTEGER_BOUND:
            return None
        if term.type is Type.FLOAT:
            return _rounded_float(result)
        by_floats = sign == "/" or Type.FLOAT in (part.type for part in term.parts)
        if by_floats and result.magnitude > FLOAT_EXACT_MAX:
            return self._rounded(result)
        is_whole = result.error == 0 and all(
            one.denominator == 1 for one in (*result.coefficients.values(), result.constant)
        )
        return result if is_whole else self._rounded(result)

    def _product(self, left: Linear, right: Linear) -> Linear | None:
        if right.is_constant:
            return left.times(right.constant).off_by(right.error * left.magnitude)
        if left.is_constant:
            return self._product(right, left)
        corners = [one * other for one in (left.low, left.high) for other in (right.low, right.high)]
        if left.error or right.error or max(map(abs, corners)) > NUMBER_MAX:
            return None
        one, other = self._named(left), self._named(right)
        if one is None or other is None:
            return None
        low, high = int(min(corners)), int(max(corners))
        product = self.model.new_int_var(low, high, "")
        self.model.add_multiplication_equality(product, [one, other])
        return _variable(product, low, high)

    def _named(self, sum_: Linear) -> "IntVar | None":
        """A variable equal to a whole sum."""
        if any(one.denominator != 1 for one in (*sum_.coefficients.values(), sum_.constant)):
            return None
        if list(sum_.coefficients.values()) == [1] and not sum_.constant:
            return self.model.get_int_var_from_proto_index(next(iter(sum_.coefficients)))
        low, high = int(sum_.low), int(sum_.high)
        named = self.model.new_int_var(low, high, "")
        self._hold_between(_variable(named, low, high).plus(sum_, -1), 0, 0)
        return named

    def _rounded(self, sum_: Linear) -> Linear | None:
        """A whole number nearest to the sum; of two equally near ones either."""
        sum_ = sum_.off_by(sum_.magnitude * ROUNDING)
        low, high = floor(sum_.low) - 1, ceil(sum_.high) + 1
        shown = self.model.new_int_var(low, high, "")
        gap = _variable(shown, low, high).plus(sum_, -1)
        if between(gap, -0.5, 0.5) is None:
            return None
        self._hold_between(gap, -0.5, 0.5)
        return _variable(shown, low, high)

    def _hold_between(self, sum_: Linear, low: float, high: float) -> None:
        """The sum lies between the bounds."""
        bounds = between(sum_, low, high)
        if bounds is not None:
            self.model.add_linear_constraint(self.expression(bounds.coefficients), *interval(bounds))


def _variable(variable: "IntVar", low: int, high: int) -> Linear:
    return Linear({variable.index: Fraction(1)}, Fraction(0), Fraction(low), Fraction(high))


def _rounded_float(sum_: Linear | None) -> Linear | None:
    return None if sum_ is None else sum_.off_by(sum_.magnitude * ROUNDING)


def interval(bounds: Bounds) -> tuple[int, int]:
    """The bounds with open sides as far as the solver can count."""
    low = -SOLVER_MAX if bounds.low is None else max(-SOLVER_MAX, bounds.low)
    return low, SOLVER_MAX if bounds.high is None else min(SOLVER_MAX, bounds.high)
