"""The space of all orders as conditions see it: dimensions, their classes, and conditions as formulas over them.

A fact is a dimension. So is what conditions compare but a single fact does not say: sums, products, folds and equality
of two facts; such a dimension is `loose`: its class is free here, and the solver ties it to its facts.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from router.rules.expressions.scalar import constant
from router.rules.expressions.terms import (
    INTEGER_BOUND,
    Compare,
    Default,
    Either,
    Every,
    Has,
    Literal,
    Not,
    Read,
    StartsWith,
    Term,
    Value,
    Within,
)
from router.rules.lint.classes import (
    Absent,
    Class,
    Exactly,
    Whole,
    contains,
    real_classes,
    sample_of,
    whole_classes,
)
from router.rules.lint.domains import MAYBE_EMPTY, bounds_of, other_words, plain_name
from router.rules.lint.formula import FALSE, TRUE, Formula, all_of, among, any_of, negation
from router.rules.lint.relations import compare, implies, literal, matters, read, relations_of
from router.rules.lint.substitute import value_of
from router.rules.lint.survey import Key, Survey, against_constant, compared, difference, view_of
from router.rules.lint.thresholds import only_number
from router.rules.vocabulary import FACTS, Fact, Type

OTHER_WORDS_MAX = 4

Predicate = Callable[[Value | None], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Dimension:
    """What is in one of several classes: a fact, or a term over facts."""

    number: int
    key: Key
    classes: tuple[Class, ...]
    places: Mapping[Value, int]
    """The place of each class that is one word or truth value."""
    starts: Sequence[int]
    """Where each class of whole numbers begins; these classes come first, and no others are numbers."""

    @property
    def full(self) -> int:
        return (1 << len(self.classes)) - 1

    @property
    def is_loose(self) -> bool:
        return not isinstance(self.key, Fact)

    @property
    def facts(self) -> frozenset[Fact]:
        return frozenset((self.key,)) if isinstance(self.key, Fact) else self.key.facts


class Space:
    """The dimensions that some conditions and the relations between their facts need.

    Only terms that were surveyed may be asked for as formulas. `words` are those of another space, for questions that
    belong together: else each space would have other words stand for those that nobody names.
    """

    def __init__(self, terms: Iterable[Term], currency: str, words: "Space | None" = None) -> None:
        surveyed = list(terms)
        self.currency = currency
        self._shared_words = words
        self.dimensions: list[Dimension] = []
        self._numbers: dict[Key, int] = {}
        self._formulas: dict[Term, Formula] = {}
        self._survey = Survey()
        facts = frozenset[Fact]().union(*(term.facts for term in surveyed))
        relations = relations_of(facts, surveyed)
        for term in (*surveyed, *relations):
            self._survey.visit(term)
        self.relations: list[Term] = [*relations, *self._services(facts)]

    def formula(self, term: Term) -> Formula:
        """A condition as a formula."""
        known = self._formulas.get(term)
        if known is None:
            known = self._formulas[term] = self._formula(term)
        return known

    def relations_between(self, facts: frozenset[Fact]) -> list[Term]:
        """The relations that matter to a question about these facts: all of their facts but one are asked about."""
        return [term for term in self.relations if matters(term, facts)]

    def facts_of(self, numbers: Iterable[int]) -> frozenset[Fact]:
        return frozenset[Fact]().union(*(self.dimensions[number].facts for number in numbers))

    def numbers_of(self, facts: Iterable[Fact]) -> frozenset[int]:
        """The numbers of the facts' dimensions, made by name so that nothing depends on the order of sets."""
        return frozenset(self.dimension_of(fact).number for fact in sorted(facts, key=lambda one: one.name))

    def dimension_of(self, key: Key) -> Dimension:
        """The dimension of a fact or a term, made when first asked for."""
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.dimensions)
            classes = self._fact_classes(key) if isinstance(key, Fact) else self._term_classes(key)
            places = {one.value: place for place, one in enumerate(classes) if isinstance(one, Exactly)}
            starts = [one.low for one in classes if isinstance(one, Whole)]
            self.dimensions.append(Dimension(number, key, classes, places, starts))
        return self.dimensions[number]

    def sample(self, dimension: Dimension, bit: int) -> Value | None:
        """A value of the class with this bit."""
        key = dimension.key
        return sample_of(dimension.classes[bit.bit_length() - 1], key.type, self.currency)

    def class_of(self, dimension: Dimension, value: Value | None) -> int:
        """The bit of the class that a value is in."""
        if value is not None and value in dimension.places:
            return 1 << dimension.places[value]
        if dimension.starts and isinstance(value, int) and value >= dimension.starts[0]:
            return 1 << bisect_right(dimension.starts, value) - 1
        return 1 << next(place for place, one in enumerate(dimension.classes) if contains(one, value))

    def words_of(self, fact: Fact) -> tuple[str, ...]:
        """Every word the fact may be here: the named ones, sorted, then those that stand for all others."""
        if self._shared_words is not None:
            return self._shared_words.words_of(fact)
        group = self._survey.group.get(fact, frozenset((fact,)))
        if fact.values:
            return fact.values
        named = frozenset(word for one in group for word in self._survey.words.get(one, ()))
        begun = {
            prefix + "other" for one in group for prefix in self._survey.prefixes.get(one, ()) if prefix
        } - named
        closed = {word for one in group for word in one.values}
        empty = {""} if plain_name(fact) in MAYBE_EMPTY else set[str]()
        others = other_words(fact, named | begun | closed, min(len(group), OTHER_WORDS_MAX))
        return (*sorted(named | closed | empty), *sorted(begun), *others)

    def compared_with(self, fact: Fact) -> frozenset[Fact]:
        """The facts that conditions compare with this text, itself included."""
        return self._survey.group.get(fact, frozenset((fact,)))

    def _services(self, facts: frozenset[Fact]) -> list[Term]:
        """That a service belongs to the carrier its id begins with, if rules speak of both."""
        service, carrier = FACTS["service.id"], FACTS["service.carrier"]
        if not {service, carrier} <= facts:
            return []
        words = self._survey.words
        words[carrier] |= {word.partition("/")[0] for word in words[service]}
        words[service] |= {f"{word}/OTHER" for word in words[carrier]}
        return [
            implies(
                compare("==", read(service), literal(Type.STRING, word)),
                compare("==", read(carrier), literal(Type.STRING, word.partition("/")[0])),
            )
            for word in self.words_of(service)
        ]

    def _fact_classes(self, fact: Fact) -> tuple[Class, ...]:
        absent: tuple[Class, ...] = (Absent(),) if fact.optional else ()
        if fact.type is Type.BOOL:
            return (Exactly(False), Exactly(True), *absent)
        if fact.type is Type.STRING:
            return (*map(Exactly, self.words_of(fact)), *absent)
        cuts = self._survey.cuts.get(fact, set())
        if fact.type is Type.FLOAT:
            return (*real_classes(cuts), *absent)
        return (*whole_classes(cuts, *bounds_of(fact)), *absent)

    def _term_classes(self, term: Term) -> tuple[Class, ...]:
        if term.type is Type.BOOL:
            return (Exactly(False), Exactly(True))
        cuts = self._survey.cuts.get(term, set())
        if term.type is Type.FLOAT:
            return real_classes(cuts)
        return whole_classes(cuts, -INTEGER_BOUND, INTEGER_BOUND)

    def _formula(self, term: Term) -> Formula:
        match term:
            case Literal(value=value):
                return TRUE if value else FALSE
            case Not(operand=operand):
                return negation(self.formula(operand))
            case Every(operands=operands):
                return all_of(self.formula(one) for one in operands)
            case Either(operands=operands):
                return any_of(self.formula(one) for one in operands)
            case Has(fact=fact):
                return self._leaf(fact, lambda value: value is not None)
            case Read(fact=fact):
                return self._leaf(fact, bool)
            case Default(fact=fact, value=default):
                return self._leaf(fact, lambda value: bool(default if value is None else value))
            case Within(left=left, values=values):
                return self._choice(left, values.__contains__)
            case StartsWith(left=left, prefix=prefix) if view_of(left) is not None:
                return self._choice(left, lambda value: str(value).startswith(prefix))
            case Compare():
                return self._comparison(term)
            case _ if not term.facts:
                return TRUE if constant(term) else FALSE
            case _:
                return self._leaf(term, bool)

    def _comparison(self, term: Compare) -> Formula:
        found = against_constant(term)
        if found is not None:
            left, sign, constant_value = found
            if left.type is Type.BOOL:
                is_true = self.formula(left)
                return is_true if bool(constant_value) == (sign == "==") else negation(is_true)
            return self._choice(left, lambda value: compared(sign, value, constant_value))
        left, right = term.left, term.right
        if left.type is Type.BOOL:
            one, other = self.formula(left), self.formula(right)
            both = all_of((any_of((negation(one), other)), any_of((one, negation(other)))))
            return both if term.sign == "==" else negation(both)
        if left.type is Type.STRING:
            equal = self._leaf(compare("==", *sorted((left, right), key=repr)), bool)
            return equal if term.sign == "==" else negation(equal)
        key, sign = difference(term)
        return self._choice(key, lambda value: compared(sign, value, 0))

    def _choice(self, left: Term, keeps: Predicate) -> Formula:
        """The classes of `left` whose values are kept."""
        view = view_of(left)
        if view is None:
            if not left.facts:
                return TRUE if keeps(constant(left)) else FALSE
            number = only_number(left)
            if number is not None:
                return self._leaf(number, lambda value: keeps(value_of(left, {number: value})))
            return self._leaf(left, keeps)
        fact, default = view
        return self._leaf(fact, lambda value: keeps(default if value is None else value))

    def _leaf(self, key: Key, keeps: Predicate) -> Formula:
        dimension = self.dimension_of(key)
        bits = (1 << place for place in range(len(dimension.classes)))
        mask = sum(bit for bit in bits if keeps(self.sample(dimension, bit)))
        return among(dimension.number, mask, dimension.full)
