"""Looks for orders that no node may ship, because conditions together forbid every way of shipping them.

Whether such an order exists is asked in turns: an order for which all ways of shipping seen so far are forbidden, then
a way of shipping that is not forbidden for it. When there is no such way the order is the witness; when there is no
such order nothing is wrong. What is refused for the order alone is meant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from router.rules.expressions.terms import Compare, Literal, Term, Value, conjunction
from router.rules.lint.domains import EPOCH, bounds_of
from router.rules.lint.pack import Offer, Pack
from router.rules.lint.prover import Answer, Prover
from router.rules.lint.relations import compare, either, literal, negated, read, relations_of
from router.rules.lint.showing import in_words
from router.rules.lint.space import Space
from router.rules.lint.subjects import Subject
from router.rules.lint.substitute import Replacements, Values, substitute, value_of
from router.rules.vocabulary import FACTS, Fact, Scope, Type

TURNS_MAX = 60
CORE_MAX = 40

OF_ORDERS = frozenset((Scope.ORDER, Scope.LINE))
_PASSING = ("order.age", "order.payment", "order.paid", "order.payment_days")
"""What changes while an order waits, like the time of day: a fence that opens by itself leaves something."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A condition under which something is forbidden, and the rule that says so."""

    subject: Subject
    term: Term


@dataclass(frozen=True, slots=True)
class Stranded:
    """An order and all the fences that leave it nothing, as few as will do."""

    order: Values
    core: Sequence[Fence]


class Question:
    """Looks for an order for which every way of shipping is forbidden. `scopes` are those of an order's own facts."""

    def __init__(self, pack: Pack, scopes: frozenset[Scope], fences: Sequence[Fence]) -> None:
        self.currency = pack.currency
        self.exact = pack.prover.exact
        self.scopes = scopes
        terms = [one.term for one in fences]
        facts = frozenset[Fact]().union(*(one.facts for one in terms))
        self.offers = list(dict.fromkeys(_offer_term(one, facts) for one in pack.offers))
        self.space = Space([*terms, *self.offers], self.currency)

    def find_stranded(self, fences: Sequence[Fence]) -> Stranded | None:
        refusing = [one.term for one in fences if self._of_order(one.term.facts)]
        blocking = [one for one in fences if not self._of_order(one.term.facts)]
        shared = self._shared_relations(fences)
        about = [*(one.term for one in fences), *shared]
        ways: list[Term] = []
        for _ in range(TURNS_MAX if blocking else 0):
            order = self._ask(ways, refusing, about, own=True)
            if not order.is_found:
                return None
            values = _only(order.values, self._facts(about, own=True))
            way = self._way_left(values, blocking, shared)
            if way.is_none:
                return Stranded(values, self._core(values, blocking, shared))
            if not way.is_found:
                return None
            taken = self._generalized(values, _only(way.values, self._facts(about, own=False)), blocking)
            forbidden = [substitute(one.term, taken) for one in blocking]
            impossible = [negated(substitute(one, taken)) for one in shared]
            ways.append(_any_of([*forbidden, *impossible]))
        return None

    def _generalized(self, order: Values, way: Values, blocking: Sequence[Fence]) -> Replacements:
        """The way for as many other orders as can be: at the same place as this order, with ample numbers."""
        taken: dict[Fact, Value | Term | None] = dict(way)
        for fact in sorted(way, key=lambda one: one.name):
            if fact.type is Type.STRING and not fact.optional:
                twins = sorted(self.space.compared_with(fact) & order.keys(), key=lambda one: one.name)
                twin = next((one for one in twins if order[one] == way[fact] and not one.optional), None)
                taken[fact] = way[fact] if twin is None else read(twin)
        for fact in self._elastic(blocking):
            for bound in reversed(bounds_of(fact)):
                wider = {**way, fact: bound}
                if fact in way and not any(value_of(one.term, {**order, **wider}) for one in blocking):
                    way, taken[fact] = wider, bound
                    break
        return taken

    def _elastic(self, blocking: Sequence[Fence]) -> list[Fact]:
        """Numbers of ways that are compared with numbers of orders."""
        mixed = [
            part
            for one in blocking
            for part in _comparisons(one.term)
            if self._facts([part], own=True) and self._facts([part], own=False)
        ]
        whole = (Type.STRING, Type.BOOL, Type.FLOAT)
        return sorted(
            (one for one in self._facts(mixed, own=False) if one.type not in whole and not one.optional),
            key=lambda one: one.name,
        )

    def decisive(
        self, choices: Sequence[Subject], stranded: Stranded, fences: Sequence[Fence]
    ) -> Subject | None:
        """The carrier rule that decides at a node and service which fences alone would leave to the order."""
        blocking = [one for one in fences if not self._of_order(one.term.facts)]
        shared = self._shared_relations([*fences, *(Fence(one, one.term) for one in choices)])
        about = [one.term for one in choices]
        way = self._way_left(stranded.order, blocking, shared, about)
        if not way.is_found:
            return None
        for subject in choices:
            left = substitute(substitute(subject.term, stranded.order), way.values)
            if isinstance(left, Literal) and left.value is True:
                return subject
        return None

    def witness(self, stranded: Stranded) -> str:
        """The order in words, with the facts that its fences read."""
        facts = self._facts([one.term for one in stranded.core], own=True)
        kept = sorted(facts & stranded.order.keys(), key=lambda one: one.name)
        shared = self._shared_relations(stranded.core)
        for fact in tuple(kept):
            rest = [one for one in kept if one != fact]
            if self._way_left(_only(stranded.order, rest), stranded.core, shared).is_none:
                kept = rest
        return in_words(self.currency, stranded.order, kept)

    def _core(self, order: Values, blocking: Sequence[Fence], shared: Sequence[Term]) -> Sequence[Fence]:
        """As few of the fences as leave the order nothing."""
        kept = [one for one in blocking if not _is_false(substitute(one.term, order))]
        for one in tuple(kept) if len(kept) <= CORE_MAX else ():
            rest = [other for other in kept if other is not one]
            if rest and self._way_left(order, rest, shared).is_none:
                kept = rest
        return kept

    def _way_left(
        self, order: Values, blocking: Sequence[Fence], shared: Sequence[Term], about: Sequence[Term] = ()
    ) -> Answer:
        """A node and a service that no fence forbids for the order."""
        substituted = [substitute(one.term, order) for one in blocking]
        forbidden = [one for one in substituted if not _is_false(one)]
        possible = [substitute(one, order) for one in shared]
        wanted = [*possible, *self._usable([*(one.term for one in blocking), *shared, *about])]
        told = [*(one.term for one in blocking), *shared, *about]
        return self._ask(wanted, forbidden, told, own=False)

    def _usable(self, terms: Sequence[Term]) -> list[Term]:
        """What a way of shipping must be besides: in stock, served by a tariff, offered by the network."""
        facts = frozenset[Fact]().union(*(one.facts for one in terms))
        needed = [
            compare(">=", read(fact), literal(fact.type, 1))
            for fact in (FACTS["stock.available"], FACTS["lane.zone"])
            if fact in facts
        ]
        return [*needed, *([_any_of(self.offers)] if self.offers else [])]

    def _ask(
        self, holding: Sequence[Term], failing: Sequence[Term], about: Sequence[Term], *, own: bool
    ) -> Answer:
        facts = self._facts(about, own=own)
        prover = Prover(
            [*holding, *failing, *(read(one) for one in facts)],
            self.currency,
            exact=self.exact,
            words=self.space,
        )
        return prover.ask(holding, failing, facts=facts)

    def _facts(self, terms: Sequence[Term], *, own: bool) -> frozenset[Fact]:
        facts = frozenset[Fact]().union(*(one.facts for one in terms))
        return frozenset(one for one in facts if self._is_of_order(one) is own)

    def _of_order(self, facts: frozenset[Fact]) -> bool:
        return all(map(self._is_of_order, facts))

    def _is_of_order(self, fact: Fact) -> bool:
        return fact == EPOCH or (fact.scope in self.scopes and fact.name not in _PASSING)

    def _shared_relations(self, fences: Sequence[Fence]) -> list[Term]:
        """What always holds between facts of an order and facts of a way of shipping it."""
        terms = [one.term for one in fences]
        facts = frozenset[Fact]().union(*(one.facts for one in terms))
        found = relations_of(facts, terms)
        return [one for one in found if self._facts([one], own=True) and self._facts([one], own=False)]


def _only(values: Values, facts: frozenset[Fact] | Sequence[Fact]) -> Values:
    wanted = {*facts, EPOCH}
    return {fact: value for fact, value in values.items() if fact in wanted}


def _is_false(term: Term) -> bool:
    return isinstance(term, Literal) and term.value is False


def _comparisons(term: Term) -> Iterator[Compare]:
    if isinstance(term, Compare):
        yield term
    for part in term.parts:
        yield from _comparisons(part)


def _any_of(terms: Sequence[Term]) -> Term:
    known = [one for one in terms if not isinstance(one, Literal)]
    if any(isinstance(one, Literal) and one.value is True for one in terms):
        return literal(Type.BOOL, True)
    if not known:
        return literal(Type.BOOL, False)
    return known[0] if len(known) == 1 else either(*known)


def _offer_term(offer: Offer, facts: frozenset[Fact]) -> Term:
    """That the node and the service are these, as far as rules can see."""
    told = [
        fact for fact in sorted(facts, key=lambda one: one.name) if fact.name in offer and not fact.optional
    ]
    parts = [compare("==", read(fact), literal(fact.type, offer[fact.name])) for fact in told]
    return conjunction(literal(Type.BOOL, True), *parts)
