"""Why a rule did not fire: what is false of it at one place, or who was decisive instead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from router.domain.identifiers import Instant
from router.domain.plan import METRICS
from router.rules.blocks.canonical import value_text
from router.rules.blocks.dates import local_text
from router.rules.blocks.effects import FIRST_MATCH, Cost, Filter, Rule, RuleSet, SafetyStock, Score
from router.rules.boxes import common, left_of
from router.rules.expressions.reads import reads_of
from router.rules.expressions.scalar import Cell, value_at
from router.rules.expressions.scalar_code import ScalarForm, scalar_form
from router.rules.expressions.shipment_parts import METRIC_OF_FACT, split_shipment_parts
from router.rules.expressions.terms import Not, Term, Value, conjuncts
from router.rules.expressions.units import MILLI
from router.rules.verdicts import Box, RuleRef
from router.rules.vocabulary import Fact, Facts, Type


class Cause(StrEnum):
    """What kind of reason a silence has, in the order in which they are looked for."""

    RULE_SET = "RULE_SET"  # its rule set does not apply
    DATES = "DATES"
    CONDITION = "CONDITION"
    OTHER_RULE = "OTHER_RULE"  # another rule was decisive
    NOTHING = "NOTHING"  # it holds, and comes to nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class FalsePart:
    """A condition's part as written, where it stands, and the facts it read: (`order.tier`, `"GOLD"`).

    `is_kept`: the part is what a filter keeps, and it is true.
    """

    text: str
    position: str
    actual: tuple[tuple[str, str], ...]
    is_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Why a rule had no effect: `sentence` says it in words; `part` is what is false, `decisive` the other rule."""

    cause: Cause
    sentence: str
    part: FalsePart | None = None
    decisive: RuleRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One cell of a batch (facts of time included), at its order's instant; `metrics` if a shipment is meant."""

    facts: Facts
    cell: Cell
    at: Instant
    currency: str
    metrics: Sequence[int] | None = None


def silence_of(place: Place, sets: Sequence[RuleSet], one: RuleSet, rule: Rule) -> Silence | None:
    """Why the rule of set `one` is silent there; None if it fires. `sets` stand in falling priority."""
    return (
        _unmet(place, one, rule)
        or _outdone(place, sets, rule)
        or (Silence(cause=Cause.NOTHING, sentence=nothing) if (nothing := _nothing(place, rule)) else None)
    )


def _unmet(place: Place, one: RuleSet, rule: Rule) -> Silence | None:
    """What the rule asks for and does not find."""
    part = _false_part(place, one.applies)
    if part is not None:
        return Silence(
            cause=Cause.RULE_SET, part=part, sentence=f"rule set `{one.id}` does not apply: {_told(part)}"
        )
    if not rule.window.start <= place.at < rule.window.end:
        dates, now = rule.window.words(one.zone), local_text(place.at, one.zone)
        return Silence(cause=Cause.DATES, sentence=f"it is effective {dates}, and this was decided on {now}")
    part = _false_part(place, rule.condition, rule) or _false_of_shipment(place, rule)
    return None if part is None else Silence(cause=Cause.CONDITION, part=part, sentence=_told(part))


def _false_part(place: Place, condition: Term, rule: Rule | None = None) -> FalsePart | None:
    """The first operand of the outermost `&&` that is false."""
    for part in conjuncts(condition):
        if _value(place, part):
            continue
        here = {fact for _, fact in reads_of(part)}
        read = sorted(part.facts, key=lambda fact: fact.name)
        actual = tuple(
            (_name(fact), _shown(place, fact) if fact in here else _shown_of_lines(place, fact))
            for fact in read
        )
        # What a filter keeps is not written with `!`: the whole part has the span of what it negates.
        is_kept = isinstance(rule, Filter) and isinstance(part, Not) and part.span == part.operand.span
        return FalsePart(text=part.span.text, position=part.span.position, actual=actual, is_kept=is_kept)
    return None


def _false_of_shipment(place: Place, rule: Rule) -> FalsePart | None:
    """The first part that is false of the shipment, if one is meant."""
    if place.metrics is None:
        return None
    shipment = Box(tuple(place.metrics), tuple(place.metrics))
    for part in rule.shipment_terms:
        if common(shipment, split_shipment_parts(part)[1]) is None:
            actual = tuple((fact.name, _measured(place, fact, place.metrics)) for fact in part.facts)
            return FalsePart(text=part.span.text, position=part.span.position, actual=actual)
    return None


def _outdone(place: Place, sets: Sequence[RuleSet], rule: Rule) -> Silence | None:
    """Which rule of the same block was decisive instead."""
    if rule.block in FIRST_MATCH:
        left: tuple[Box, ...] = (rule.box,)
        for other in _holding(place, sets, rule):
            if other is rule:
                return None
            left = () if place.metrics is not None else left_of(left, other.box)
            if not left:
                sentence = f"`{other.ref.name}` ({other.ref.position}) matched before it"
                return Silence(cause=Cause.OTHER_RULE, sentence=sentence, decisive=other.ref)
    if isinstance(rule, SafetyStock):
        rules = [other for other in _holding(place, sets, rule) if isinstance(other, SafetyStock)]
        first = max(rules, key=lambda other: (other.rank, _kept(place, other)))
        if first is not rule:
            how = "is more specific" if first.rank > rule.rank else "keeps more, or was read before it"
            sentence = f"`{first.ref.name}` ({first.ref.position}) {how}"
            return Silence(cause=Cause.OTHER_RULE, sentence=sentence, decisive=first.ref)
    return None


def _holding(place: Place, sets: Sequence[RuleSet], rule: Rule) -> Iterator[Rule]:
    """The rules of the same block that find what they ask for, in the order in which they are read."""
    for one in sets:
        for other in one.block(rule.block):
            if _unmet(place, one, other) is None:
                yield other


def _kept(place: Place, rule: SafetyStock) -> int:
    return max(0, int(_value(place, rule.keep)))


def _nothing(place: Place, rule: Rule) -> str:
    """Why a rule that holds charges nothing, if so."""
    if isinstance(rule, Cost) and _value(place, rule.amount) == 0:
        return f"its amount is zero here: `{rule.amount.span.text}`"
    if isinstance(rule, Score) and _value(place, rule.earned):
        value = max(0.0, min(1.0, float(_value(place, rule.value))))
        if round(value * rule.full_milli) == rule.full_milli:
            return "no points are missed here, so there is nothing to charge"
    return ""


def _value(place: Place, term: Term) -> Value:
    return _form(term).at(place.facts, place.cell)


@lru_cache(maxsize=4096)
def _form(term: Term) -> ScalarForm:
    """The term's function, made once: an explanation asks the same rules at many nodes."""
    return scalar_form(term)


def _told(part: FalsePart) -> str:
    actual = ", ".join(f"{name} = {value}" for name, value in part.actual)
    state = "holds, so the node is kept" if part.is_kept else "is false"
    return f"`{part.text}` {state}" + (f": {actual}" if actual else "")


def _name(fact: Fact) -> str:
    """The fact as written; in a zone it has a name of its own."""
    return fact.name.partition("@")[0]


def _shown_of_lines(place: Place, fact: Fact) -> str:
    """The values that the order's lines have, as an aggregate sees them."""
    order = place.facts.line_order[place.cell.line]
    lines = [line for line in range(place.facts.line_count) if place.facts.line_order[line] == order]
    cells = [replace(place, cell=replace(place.cell, line=line)) for line in lines]
    return " and ".join(dict.fromkeys(_shown(cell, fact) for cell in cells))


def _shown(place: Place, fact: Fact) -> str:
    value = value_at(fact, place.facts, place.cell)
    return "absent" if value is None else value_text(fact.type, value, place.currency)


def _measured(place: Place, fact: Fact, metrics: Sequence[int]) -> str:
    value: Value = metrics[METRICS.index(METRIC_OF_FACT[fact.name])]
    if fact.type is Type.BOOL:
        value = bool(value)
    elif fact.type is Type.MONEY:
        value = MILLI * int(value)
    return value_text(fact.type, value, place.currency)
