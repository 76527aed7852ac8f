"""Questions about orders as a CP-SAT model: exact where numbers are whole and bounded, else no stricter than the truth.

A number is a variable or a sum of variables, and a choice of classes says in which intervals it lies; anything else is
in exactly one of its classes. What cannot be stated is left untied: then the model allows more than orders can show,
so an answer `none` holds all the same, and an order found is checked by whoever asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from router.rules.expressions.terms import Compare, Fold, Read, Value
from router.rules.lint.classes import REAL_MAX, Absent, Real, Whole
from router.rules.lint.formula import TRUE, All, Among, Any, Formula, negation
from router.rules.lint.linear import Linear, between
from router.rules.lint.space import Dimension, Space
from router.rules.lint.sums import Sums, interval
from router.rules.vocabulary import Fact, Type

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar, LiteralT


@dataclass(frozen=True, slots=True)
class Solved:
    """`values` of the facts that sums read, and the class of each dimension as a bit."""

    bits: Mapping[int, int]
    values: Mapping[Fact, Value | None]


class Unsolved(Enum):
    NONE = "none"  # proven
    OPEN = "open"  # not decided in time


def solve(
    space: Space, formulas: Sequence[Formula], deterministic_seconds: float, *, one_line: bool
) -> Solved | Unsolved:
    """An order at which all formulas hold, or why there is none to show.

    With `one_line` the order has one line and folds over lines are exact.
    """
    from ortools.sat.python import cp_model

    encoding = Encoding(space, cp_model.CpModel(), one_line=one_line)
    for formula in formulas:
        encoding.demand(formula)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = deterministic_seconds
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    # SOURCE: google/or-tools#5293: these two presolve steps lose solutions of rows with amounts beyond 31 bits.
    solver.parameters.presolve_inclusion_work_limit = 0
    solver.parameters.auto_detect_greater_than_at_least_one_of = False
    status = solver.solve(encoding.model)
    if status == cp_model.INFEASIBLE:
        return Unsolved.NONE
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Unsolved.OPEN
    return encoding.read(solver)


class Encoding:
    """One model and what its variables mean."""

    def __init__(self, space: Space, model: "CpModel", *, one_line: bool) -> None:
        self.space = space
        self.model = model
        self.one_line = one_line
        self.sums = Sums(space, model, self._classes_of, self._implied, one_line=one_line)
        self.classes: dict[int, list[IntVar]] = {}
        self.choices: dict[tuple[int, int], IntVar] = {}

    def demand(self, formula: Formula) -> None:
        """The formula must hold."""
        match formula:
            case All(parts):
                for part in parts:
                    self.demand(part)
            case Among() | Any():
                self.model.add_bool_or(self._alternatives(formula))

    def read(self, solver: "CpSolver") -> Solved:
        bits = {
            number: 1 << [solver.boolean_value(one) for one in literals].index(True)
            for number, literals in self.classes.items()
        }
        for fact, variable in self.sums.values.items():
            if not fact.optional:
                dimension = self.space.dimension_of(fact)
                bits[dimension.number] = self.space.class_of(dimension, solver.value(variable))
        values: dict[Fact, Value | None] = {}
        for fact, variable in self.sums.values.items():
            dimension = self.space.dimension_of(fact)
            is_absent = isinstance(dimension.classes[bits[dimension.number].bit_length() - 1], Absent)
            values[fact] = None if is_absent else solver.value(variable)
        return Solved(bits, values)

    def _alternatives(self, formula: Formula) -> "list[IntVar]":
        """Literals of which one at least must be true for the formula to hold."""
        match formula:
            case Among(dimension, mask):
                return self._choice(self.space.dimensions[dimension], mask)
            case Any(parts):
                return [self._literal(part) for part in parts]
            case All():
                return [self._literal(formula)]

    def _literal(self, formula: Formula) -> "IntVar":
        """A literal whose truth makes the formula hold."""
        if isinstance(formula, All):
            literal = self.model.new_bool_var("")
            for part in formula.parts:
                self.model.add_bool_or(self._alternatives(part)).only_enforce_if(literal)
            return literal
        alternatives = self._alternatives(formula)
        if len(alternatives) == 1:
            return alternatives[0]
        literal = self.model.new_bool_var("")
        self.model.add_bool_or(alternatives).only_enforce_if(literal)
        return literal

    def _choice(self, dimension: Dimension, mask: int) -> "list[IntVar]":
        """Literals of which one at least is true where the dimension is in one of the classes of the mask."""
        sum_ = self._number(dimension)
        if sum_ is None:
            literals = self._classes_of(dimension.number)
            return [one for place, one in enumerate(literals) if mask >> place & 1]
        key = (dimension.number, mask)
        if key not in self.choices:
            self.choices[key] = self.model.new_bool_var("")
            self._in_classes(sum_, dimension, mask, self.choices[key])
        return [self.choices[key]]

    def _number(self, dimension: Dimension) -> Linear | None:
        """The number that a dimension is about; None if it is no number, or none that can be stated."""
        key = dimension.key
        if key.type in (Type.BOOL, Type.STRING):
            return None
        if isinstance(key, Fact):
            is_plain = not key.optional and key.type is not Type.FLOAT
            return self.sums.of_fact(key) if is_plain else None
        sum_ = self.sums.of_term(key)
        return None if sum_ is None or between(sum_, 0, 0) is None else sum_

    def _in_classes(self, sum_: Linear, dimension: Dimension, mask: int, literal: "IntVar") -> None:
        """Where the literal is true the sum lies in one of the classes of the mask."""
        from ortools.sat.python.cp_model import Domain

        intervals = []
        coefficients: Mapping[int, int] = {}
        for first, last in _runs(mask):
            start, end = dimension.classes[first], dimension.classes[last]
            assert isinstance(start, Whole | Real), "a number has classes of numbers"
            assert isinstance(end, Whole | Real), "a number has classes of numbers"
            low = start.low if abs(start.low) < REAL_MAX else None
            high = end.high if abs(end.high) < REAL_MAX else None
            bounds = between(sum_, low, high)
            assert bounds is not None, "asked before"
            coefficients = bounds.coefficients
            intervals.append(interval(bounds))
        self.model.add_linear_expression_in_domain(
            self.sums.expression(coefficients), Domain.from_intervals(intervals)
        ).only_enforce_if(literal)

    def _classes_of(self, number: int) -> "list[IntVar]":
        """One literal for each class of the dimension."""
        known = self.classes.get(number)
        if known is None:
            dimension = self.space.dimensions[number]
            known = [self.model.new_bool_var("") for _ in dimension.classes]
            self.classes[number] = known
            self.model.add_exactly_one(known)
            self._tie(dimension, known)
        return known

    def _tie(self, dimension: Dimension, classes: "list[IntVar]") -> None:
        """What the classes of a loose dimension that is no number say of its facts."""
        match dimension.key:
            case Compare(left=Read(fact=one), right=Read(fact=other)) if one.type is Type.STRING:
                self._tie_words(one, other, classes)
            case Fold(operand=operand, type=Type.BOOL) if self.one_line:
                body = self.space.formula(operand)
                self._implied(classes[1], body)
                self._implied(classes[0], negation(body))

    def _tie_words(self, one: Fact, other: Fact, classes: "list[IntVar]") -> None:
        """Equal where both have the same word."""
        differ, equal = classes
        left, right = self.space.dimension_of(one), self.space.dimension_of(other)
        at_left, at_right = self._classes_of(left.number), self._classes_of(right.number)
        place_of = {value: place for place, value in enumerate(right.classes)}
        for place, value in enumerate(left.classes):
            if value in place_of:
                twin = at_right[place_of[value]]
                self.model.add_bool_or(differ, ~at_left[place], twin)
                self.model.add_bool_or(equal, ~at_left[place], ~twin)
            else:
                self.model.add_bool_or(differ, ~at_left[place])

    def _implied(self, literal: "LiteralT", formula: Formula) -> None:
        if formula != TRUE:
            self.model.add_implication(literal, self._literal(formula))


def _runs(mask: int) -> Iterator[tuple[int, int]]:
    """First and last place of each run of set bits."""
    place = 0
    while mask >> place:
        place += ((mask >> place) & -(mask >> place)).bit_length() - 1
        length = (~(mask >> place) & ((mask >> place) + 1)).bit_length() - 1
        yield place, place + length - 1
        place += length
