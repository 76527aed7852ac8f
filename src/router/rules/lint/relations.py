"""What always holds between facts, as conditions: which combinations of values no order can show."""

from collections.abc import Iterable, Iterator

from router.rules.diagnostics import Source, Span
from router.rules.expressions.terms import (
    Arithmetic,
    Compare,
    Default,
    Either,
    Every,
    Fold,
    FoldKind,
    Has,
    Literal,
    Not,
    Read,
    Term,
    Value,
)
from router.rules.lint.domains import bounds_of
from router.rules.vocabulary import FACTS, Fact, Scope, Type

NOWHERE = Span(Source("", ""), 0, 0)
"""The place of conditions that nobody wrote."""


def literal(type_: Type, value: Value) -> Term:
    return Literal(type=type_, span=NOWHERE, value=value)


def read(fact: Fact) -> Term:
    return Read(type=fact.type, span=NOWHERE, fact=fact)


def compare(sign: str, left: Term, right: Term) -> Term:
    return Compare(type=Type.BOOL, span=NOWHERE, sign=sign, left=left, right=right)


def either(*operands: Term) -> Term:
    return Either(type=Type.BOOL, span=NOWHERE, operands=operands)


def every(*operands: Term) -> Term:
    return Every(type=Type.BOOL, span=NOWHERE, operands=operands)


def negated(term: Term) -> Term:
    return Not(type=Type.BOOL, span=NOWHERE, operand=term)


def arithmetic(sign: str, left: Term, right: Term, type_: Type | None = None) -> Term:
    return Arithmetic(type=type_ or left.type, span=NOWHERE, sign=sign, left=left, right=right)


def implies(condition: Term, consequence: Term) -> Term:
    return either(negated(condition), consequence)


def same(one: Term, other: Term) -> Term:
    """Both true or both false."""
    return every(implies(one, other), implies(other, one))


def _fact(name: str) -> Term:
    return read(FACTS[name])


def _has(name: str) -> Term:
    return Has(type=Type.BOOL, span=NOWHERE, fact=FACTS[name])


def _at_least(left: str, right: str) -> Term:
    return compare(">=", _fact(left), _fact(right))


def _some(name: str) -> Term:
    return compare(">", _fact(name), literal(FACTS[name].type, 0))


def _some_default(name: str) -> Term:
    """That an optional number has a value above zero."""
    fact = FACTS[name]
    value = Default(type=fact.type, span=NOWHERE, fact=fact, value=0)
    return compare(">", value, literal(fact.type, 0))


def _is(name: str, word: str) -> Term:
    return compare("==", _fact(name), literal(Type.STRING, word))


def _same_region() -> Term:
    return same(
        _fact("pair.same_region"),
        every(
            compare("==", _fact("node.country"), _fact("dest.country")),
            compare("==", _fact("node.region"), _fact("dest.region")),
            negated(_is("dest.region", "")),
        ),
    )


def _line_value() -> tuple[Term, Term]:
    """The unit price is the value by the quantity rounded down."""
    product = arithmetic("*", _fact("line.unit_price"), _fact("line.quantity"))
    rest = arithmetic("-", _fact("line.value"), product)
    bound = _fact("line.quantity")
    return compare(">=", rest, literal(Type.MONEY, 0)), compare("<", rest, bound)


def _line_weight() -> Term:
    product = arithmetic("*", _fact("line.unit_weight"), _fact("line.quantity"))
    return compare("==", _fact("line.weight"), product)


def _clock(hour: Fact, of_day: Fact) -> tuple[Term, Term]:
    """The hour is the time of day in whole hours."""
    start = arithmetic("*", read(hour), literal(Type.INT, 60))
    passed = arithmetic("-", read(of_day), start)
    return compare(">=", passed, literal(Type.INT, 0)), compare("<", passed, literal(Type.INT, 60))


RELATIONS: tuple[Term, ...] = (
    _line_weight(),
    *_line_value(),
    _at_least("line.weight", "line.unit_weight"),
    _at_least("line.weight", "line.quantity"),
    _at_least("line.value", "line.unit_price"),
    _at_least("order.total", "line.value"),
    _at_least("order.weight", "line.weight"),
    _at_least("order.weight", "line.unit_weight"),
    _at_least("order.total", "line.unit_price"),
    _at_least("order.unit_count", "line.quantity"),
    _at_least("order.unit_count", "order.line_count"),
    _at_least("order.weight", "order.unit_count"),
    _at_least("order.weight", "line.quantity"),
    same(_fact("order.has_promise"), _has("order.promise_days")),
    implies(_some("lane.late_days"), _fact("order.has_promise")),
    implies(_some("lane.late_days"), _has("order.promise_days")),
    same(_fact("line.is_preorder"), _some_default("line.release_days")),
    _same_region(),
    implies(_fact("pair.same_region"), compare("==", _fact("node.country"), _fact("dest.country"))),
    implies(_fact("pair.same_region"), compare("==", _fact("node.region"), _fact("dest.region"))),
    implies(_fact("pair.same_region"), negated(_is("dest.region", ""))),
    implies(_fact("pair.same_region"), negated(_is("node.region", ""))),
    implies(_fact("pair.is_pickup_node"), _fact("order.is_pickup")),
    same(_has("node.shipments_per_day"), _has("pair.free_slots")),
    _at_least("lane.delivery_days", "lane.transit_days"),
    same(_fact("shipment.has_hazmat"), _some("shipment.hazmat_units")),
    same(_fact("shipment.has_cold"), _some("shipment.cold_units")),
    same(_some("shipment.hazmat_weight"), _some("shipment.hazmat_units")),
    _at_least("shipment.unit_count", "shipment.hazmat_units"),
    _at_least("shipment.unit_count", "shipment.cold_units"),
    _at_least("shipment.unit_count", "shipment.line_count"),
    _at_least("shipment.weight", "shipment.hazmat_weight"),
    _at_least("shipment.weight", "shipment.unit_count"),
    _at_least("shipment.hazmat_weight", "shipment.hazmat_units"),
    _at_least("order.weight", "shipment.weight"),
    _at_least("order.total", "shipment.value"),
    _at_least("order.unit_count", "shipment.unit_count"),
    _at_least("shipment.weight", "line.unit_weight"),
    implies(negated(_is("line.hazmat", "")), _fact("shipment.has_hazmat")),
    implies(negated(_is("line.hazmat", "")), _some("shipment.hazmat_units")),
    implies(negated(_is("line.temperature", "AMBIENT")), _fact("shipment.has_cold")),
    implies(negated(_is("line.temperature", "AMBIENT")), _some("shipment.cold_units")),
)  # fmt: skip
"""Of every line of every order at every node; a shipment holds the line that is spoken of.

A condition left out here costs a finding that could have been made; one too many would accuse the innocent.
"""


def relations_of(facts: frozenset[Fact], terms: Iterable[Term]) -> list[Term]:
    """The relations that matter to conditions which read these facts, those of clocks and folds included."""
    zones = sorted({fact.name.partition("@")[2] for fact in facts if fact.scope is Scope.TIME})
    by_name = {fact.name: fact for fact in facts}
    found = [one for one in RELATIONS if matters(one, facts)]
    for zone in zones:
        hour, of_day = by_name.get(f"time.hour@{zone}"), by_name.get(f"time.of_day@{zone}")
        if hour is not None and of_day is not None:
            found += _clock(hour, of_day)
    folds = dict.fromkeys(fold for term in terms for fold in _folds_in(term))
    return [*found, *(relation for fold in folds for relation in _fold_relations(fold))]


def matters(relation: Term, facts: frozenset[Fact]) -> bool:
    """Whether a question about these facts must respect the relation: only one fact of several is not asked about."""
    return len(relation.facts - facts) <= (1 if len(relation.facts) > 2 else 0)


def _folds_in(term: Term) -> Iterator[Fold]:
    if isinstance(term, Fold):
        yield term
    for part in term.parts:
        yield from _folds_in(part)


def _fold_relations(fold: Fold) -> Iterator[Term]:
    """What a fold over all lines owes to the line that is spoken of."""
    match fold.kind:
        case FoldKind.EXISTS:
            yield implies(fold.operand, fold)
        case FoldKind.ALL:
            yield implies(fold, fold.operand)
        case FoldKind.COUNT:
            yield implies(fold.operand, compare(">=", fold, literal(Type.INT, 1)))
        case FoldKind.MAX:
            yield compare(">=", fold, fold.operand)
        case FoldKind.SUM if _is_never_negative(fold.operand):
            yield compare(">=", fold, fold.operand)


def _is_never_negative(term: Term) -> bool:
    match term:
        case Literal(value=value):
            return not isinstance(value, str) and value >= 0
        case Read(fact=fact) if fact.type is not Type.FLOAT:
            return bounds_of(fact)[0] >= 0
        case Arithmetic(sign=sign) if sign in "+*":
            return all(map(_is_never_negative, term.parts))
        case _:
            return False
