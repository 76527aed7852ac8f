"""What a batch asks of each rule of a pack, worked out once: deciding finds nothing of it in rules and terms again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from router.rules.blocks.dates import Window
from router.rules.blocks.effects import (
    BackorderChoice,
    Ban,
    CarrierChoice,
    Filter,
    Group,
    OnAccount,
    OrderHold,
    Rule,
    RuleSet,
    SafetyStock,
    SplitChoice,
    StockCap,
    Substitute,
)
from router.rules.boxes import is_empty
from router.rules.expressions.columns import Form
from router.rules.expressions.forms import Forms
from router.rules.expressions.terms import Term
from router.rules.verdicts import ANY_SHIPMENT, Box, Per, RuleRef

Kind = TypeVar("Kind", bound=Rule)


class Question(NamedTuple):
    """A term and when it is asked: where it holds, or what is due."""

    form: Form
    of_lines: bool
    """Whether the first axis of its values counts lines."""
    tells_empty: bool
    """Whether the form gives NOWHERE or NOTHING, those very arrays, where all is false or zero."""
    window: Window


class Asked(NamedTuple, Generic[Kind]):
    """A rule and its condition."""

    rule: Kind
    condition: Question


class AskedCharge(NamedTuple):
    """What a softened ban, a score or a cost charges for shipments inside `box`."""

    ref: RuleRef
    per: Per
    due: Question
    box: Box
    softened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSet:
    """A rule set with the questions of its blocks."""

    rules: RuleSet
    holds: Sequence[Asked[OrderHold]]
    on_account: Sequence[Asked[OnAccount]]
    substitutes: Sequence[Asked[Substitute]]
    filters: Sequence[Asked[Filter]]
    bans: Sequence[Asked[Ban]]
    together: Sequence[Asked[Group]]
    safety_stock: Sequence[Asked[SafetyStock]]
    stock_caps: Sequence[Asked[StockCap]]
    charges: Sequence[AskedCharge]
    carriers: Sequence[Asked[CarrierChoice]]
    splits: Sequence[Asked[SplitChoice]]
    backorder: Sequence[Asked[BackorderChoice]]


@dataclass(frozen=True, slots=True)
class Program:
    """All that evaluating some rule sets computes, in falling priority."""

    forms: Forms
    sets: tuple[AskedSet, ...]


def program_of(sets: Sequence[RuleSet]) -> Program:
    """The program of these rule sets."""
    forms = Forms(
        term for one in sets for term in (one.applies, *(t for rule in one.rules for t in rule.judged))
    )

    def question(term: Term, window: Window) -> Question:
        return Question(*forms.of(term), window)

    def asked(rules: Iterable[Kind]) -> Sequence[Asked[Kind]]:
        return tuple([Asked(rule, question(rule.condition, rule.window)) for rule in rules])

    def charges(one: RuleSet) -> Iterator[AskedCharge]:
        for ban in one.constraints:
            if ban.soften is not None and not is_empty(ban.box):
                window = ban.window.intersect(ban.soften.window)
                yield AskedCharge(ban.ref, ban.soften.per, question(ban.due, window), ban.box, softened=True)
        for score in one.scores:
            due = question(score.due, score.window)
            yield AskedCharge(score.ref, score.per, due, ANY_SHIPMENT, softened=False)
        for cost in one.costs:
            if not is_empty(cost.box):
                due = question(cost.due, cost.window)
                yield AskedCharge(cost.ref, cost.per, due, cost.box, softened=False)

    return Program(
        forms,
        tuple(
            AskedSet(
                rules=one,
                holds=asked(one.holds),
                on_account=asked(one.on_account),
                substitutes=asked(one.substitutes),
                filters=asked(one.filters),
                bans=asked([ban for ban in one.constraints if not is_empty(ban.box)]),
                together=asked(one.together),
                safety_stock=asked(one.safety_stock),
                stock_caps=asked(one.stock_caps),
                charges=tuple(charges(one)),
                carriers=asked(one.carriers),
                splits=asked(one.splits),
                backorder=asked(one.backorder),
            )
            for one in sets
        ),
    )
