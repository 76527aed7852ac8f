"""Asks whether an order exists: a search over boxes answers most questions, the solver the rest; all are checked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from router.rules.expressions.terms import Fold, Term, Value
from router.rules.lint.boxes import NOWHERE, Patience, search
from router.rules.lint.formula import All, Among, Any, Box, Formula, dimensions_of, holds_at, negation
from router.rules.lint.space import Space
from router.rules.lint.substitute import Values, value_of
from router.rules.lint.witness import Solved, Unsolved, solve
from router.rules.vocabulary import Fact

DETERMINISTIC_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Effort:
    """How far a question is pursued: branches of the search over boxes, and whether the solver is asked then."""

    branches: int
    by_solver: bool


EXACT = Effort(branches=300, by_solver=True)
FAST = Effort(branches=300, by_solver=False)
GLANCE = Effort(branches=30, by_solver=False)


class Outcome(Enum):
    FOUND = "found"
    NONE = "none"  # proven
    OPEN = "open"  # not decided


@dataclass(frozen=True, slots=True)
class Answer:
    """With FOUND: the values of every fact asked about, checked, and the class of each dimension as a bit."""

    outcome: Outcome
    values: Values
    point: Mapping[int, int]

    @property
    def is_none(self) -> bool:
        return self.outcome is Outcome.NONE

    @property
    def is_found(self) -> bool:
        return self.outcome is Outcome.FOUND


NONE = Answer(Outcome.NONE, {}, {})
OPEN = Answer(Outcome.OPEN, {}, {})


@dataclass(slots=True)
class Part:
    """A condition, or its opposite, that must hold. `bounds` are kept from the first time they are asked for."""

    term: Term
    formula: Formula
    dimensions: frozenset[int]
    bounds: Box | None = None


class Prover:
    """Answers questions about one space. `exact`: whether the solver may be asked."""

    def __init__(
        self, terms: Sequence[Term], currency: str, *, exact: bool, words: Space | None = None
    ) -> None:
        self.space = Space(terms, currency, words)
        self.effort = EXACT if exact else FAST
        # By identity: terms are large, and a part keeps its term, so no other one takes its place.
        self._parts: dict[tuple[int, bool], Part] = {}
        self._answers: dict[tuple[tuple[int, ...], frozenset[Fact], Effort], Answer] = {}
        self._named: Counter[tuple[int, int]] = Counter()

    @property
    def exact(self) -> bool:
        return self.effort.by_solver

    def part(self, term: Term, *, holds: bool = True) -> Part:
        """The condition as asked for; kept."""
        key = (id(term), holds)
        known = self._parts.get(key)
        if known is None:
            formula = self.space.formula(term)
            if not holds:
                formula = negation(formula)
            known = self._parts[key] = Part(term, formula, dimensions_of(formula))
            if holds:
                self._count(formula)
        return known

    def ask(
        self, holding: Iterable[Term], failing: Iterable[Term] = (), *, facts: Iterable[Fact] = ()
    ) -> Answer:
        """An order at which the first conditions hold and the others fail.

        It has values for all facts that they read, and for `facts`. Answers are kept.
        """
        return self._asked(holding, failing, frozenset(facts), self.effort)

    def glance(self, holding: Iterable[Term], failing: Iterable[Term] = ()) -> Answer:
        """The same, given up soon and without the solver: for questions of which there are many."""
        return self._asked(holding, failing, frozenset(), GLANCE)

    def _asked(
        self, holding: Iterable[Term], failing: Iterable[Term], facts: frozenset[Fact], effort: Effort
    ) -> Answer:
        parts = [*(self.part(one) for one in holding), *(self.part(one, holds=False) for one in failing)]
        key = (tuple(map(id, parts)), facts, effort)
        known = self._answers.get(key)
        if known is None:
            known = self._answers[key] = self._answer(parts, facts, effort)
        return known

    def _answer(self, parts: Sequence[Part], facts: frozenset[Fact], effort: Effort) -> Answer:
        numbers = frozenset[int]().union(*(part.dimensions for part in parts))
        numbers |= self.space.numbers_of(facts)
        relations = [self.part(one) for one in self.space.relations_between(self.space.facts_of(numbers))]
        formulas = [part.formula for part in (*parts, *relations)]
        numbers = numbers.union(*(part.dimensions for part in relations))
        numbers |= self.space.numbers_of(self.space.facts_of(numbers))
        found = search(formulas, Patience(effort.branches))
        if found == NOWHERE:
            return NONE
        if found.box is not None:
            answer = self._checked(self._values_in(found.box, numbers), formulas, numbers)
            if answer.is_found:
                return answer
        return self._solved(formulas, numbers) if effort.by_solver else OPEN

    def may_meet(self, one: Term, other: Term) -> bool:
        """False only where a glance at single facts keeps the two apart."""
        mine, others = self.bounds_of(one), self.bounds_of(other)
        return all(mask & others.get(number, mask) for number, mask in mine.items())

    def is_inside(self, inner: Term, outer: Term) -> bool:
        """Whether a glance at single facts shows that `outer` holds wherever `inner` does."""
        part = self.part(outer)
        leaves = part.formula.parts if isinstance(part.formula, All) else (part.formula,)
        mine = self.bounds_of(inner)
        return all(
            isinstance(leaf, Among) and not mine.get(leaf.dimension, leaf.full) & ~leaf.mask
            for leaf in leaves
        )

    def holding_at(self, terms: Sequence[Term], values: Values) -> list[int]:
        """Which of the conditions hold at an order; facts it says nothing of are anything that few conditions name."""
        parts = [self.part(one) for one in terms]
        numbers = frozenset[int]().union(*(part.dimensions for part in parts))
        facts = self.space.numbers_of(self.space.facts_of(numbers))
        point = self.point_of({**self._values_in({}, facts), **values}, numbers | facts)
        return [place for place, part in enumerate(parts) if holds_at(part.formula, point)]

    def widest(self, terms: Sequence[Term], numbers: Sequence[int]) -> int:
        """The number that goes with the condition that asks for the least; of equals the first."""
        return min(zip(terms, numbers, strict=True), key=lambda pair: len(self.part(pair[0]).dimensions))[1]

    def is_exact_for(self, terms: Iterable[Term]) -> bool:
        """Whether the facts of these conditions are independent of one another, so that a glance at them is exact."""
        numbers = frozenset[int]().union(*(self.part(one).dimensions for one in terms))
        if any(self.space.dimensions[number].is_loose for number in numbers):
            return False
        return not self.space.relations_between(self.space.facts_of(numbers))

    def bounds_of(self, term: Term) -> Box:
        """The classes that single facts must be in for the condition to hold."""
        part = self.part(term)
        leaves = part.formula.parts if isinstance(part.formula, All) else (part.formula,)
        if part.bounds is None:
            part.bounds = {}
            for leaf in leaves:
                if isinstance(leaf, Among):
                    part.bounds[leaf.dimension] = part.bounds.get(leaf.dimension, leaf.full) & leaf.mask
        return part.bounds

    def point_of(self, values: Values, numbers: Iterable[int]) -> dict[int, int]:
        """The class of each dimension at an order whose facts are all known."""
        point = {}
        for number in numbers:
            dimension = self.space.dimensions[number]
            key = dimension.key
            value = values[key] if isinstance(key, Fact) else value_of(key, values)
            point[number] = self.space.class_of(dimension, value)
        return point

    def _solved(self, formulas: Sequence[Formula], numbers: frozenset[int]) -> Answer:
        has_fold = any(_has_fold(self.space.dimensions[number].key) for number in numbers)
        for one_line in (False, True) if has_fold else (False,):
            solved = solve(self.space, formulas, DETERMINISTIC_SECONDS, one_line=one_line)
            if solved is Unsolved.NONE:
                return OPEN if one_line else NONE
            if isinstance(solved, Solved):
                answer = self._nicely(solved, formulas, numbers)
                if answer.is_found:
                    return answer
        return OPEN

    def _nicely(self, solved: Solved, formulas: Sequence[Formula], numbers: frozenset[int]) -> Answer:
        """The order that the solver found, with rounder numbers where they do as well."""
        round_ = self._values_in(dict(solved.bits), numbers)
        found = self._checked(round_, formulas, numbers)
        if found.is_found:
            return found
        answer = self._checked({**round_, **solved.values}, formulas, numbers)
        for fact in sorted(solved.values, key=lambda one: one.name) if answer.is_found else ():
            rounder = self._checked({**answer.values, fact: round_[fact]}, formulas, numbers)
            answer = rounder if rounder.is_found else answer
        return answer

    def _values_in(self, box: Box, numbers: frozenset[int]) -> dict[Fact, Value | None]:
        """Values of the facts somewhere in the box, in the classes that the fewest conditions name."""
        values = {}
        for number in sorted(numbers):
            dimension = self.space.dimensions[number]
            if isinstance(dimension.key, Fact):
                allowed = box.get(number, dimension.full)
                bits = [1 << place for place in range(len(dimension.classes)) if allowed >> place & 1]
                bit = min(bits, key=lambda one: self._named[number, one])
                values[dimension.key] = self.space.sample(dimension, bit)
        return values

    def _checked(self, values: Values, formulas: Sequence[Formula], numbers: frozenset[int]) -> Answer:
        """The order if the formulas hold at it."""
        point = self.point_of(values, numbers)
        return Answer(Outcome.FOUND, values, point) if all(holds_at(one, point) for one in formulas) else OPEN

    def _count(self, formula: Formula) -> None:
        match formula:
            case Among(dimension, mask):
                for place in range(mask.bit_length()):
                    if mask >> place & 1:
                        self._named[dimension, 1 << place] += 1
            case All(parts) | Any(parts):
                for part in parts:
                    self._count(part)


def _has_fold(key: Fact | Term) -> bool:
    if isinstance(key, Fact):
        return False
    return isinstance(key, Fold) or any(_has_fold(part) for part in key.parts)
