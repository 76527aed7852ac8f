"""Compiled rules: one class for each block of a rule file, and the rule set that holds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from router.domain.plan import UnshippedAction
from router.rules.dates import Window
from router.rules.terms import Term
from router.rules.verdicts import BackorderPolicy, Per, RuleRef, SplitPolicy, SplitUnits


class Block(StrEnum):
    """The blocks of a rule file, in the order in which they are applied."""

    FILTERS = "filters"
    CONSTRAINTS = "constraints"
    SCORES = "scores"
    COSTS = "costs"
    CARRIERS = "carriers"
    SPLITS = "splits"
    BACKORDER = "backorder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What all rules have. It has its effect where `condition` holds, inside `window`.

    The window is the rule set's and the rule's own dates together.
    """

    ref: RuleRef
    block: Block
    condition: Term
    window: Window

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every expression the rule may evaluate."""
        return (self.condition,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Rule):
    """Removes a node for an order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Softening:
    """Inside `window` a ban is not a ban but this price."""

    per: Per
    amount: Term
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban(Rule):
    """Removes a service at a node for a line or an order."""

    soften: Softening | None

    @property
    def terms(self) -> tuple[Term, ...]:
        return (self.condition,) if self.soften is None else (self.condition, self.soften.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Rule):
    """Takes `full_milli` x `value`, the value cut to 0..1, off the cost; per line if it reads facts of lines."""

    value: Term
    full_milli: int

    @property
    def per(self) -> Per:
        return Per.LINE if any(term.of_lines for term in self.terms) else Per.SHIPMENT

    @property
    def terms(self) -> tuple[Term, ...]:
        return (self.condition, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(Rule):
    """Adds `amount`."""

    per: Per
    amount: Term

    @property
    def terms(self) -> tuple[Term, ...]:
        return (self.condition, self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierChoice(Rule):
    """The service ids that may be used where this is the first match, each with the place that names it."""

    use: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitChoice(Rule):
    policy: SplitPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class BackorderChoice(Rule):
    policy: BackorderPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """One compiled file. In the first-match blocks (carriers, splits, backorder) order matters, else not."""

    id: str
    owner: str
    priority: int
    applies: Term
    window: Window
    filters: tuple[Filter, ...]
    constraints: tuple[Ban, ...]
    scores: tuple[Score, ...]
    costs: tuple[Cost, ...]
    carriers: tuple[CarrierChoice, ...]
    splits: tuple[SplitChoice, ...]
    backorder: tuple[BackorderChoice, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        blocks: tuple[tuple[Rule, ...], ...] = (
            self.filters, self.constraints, self.scores, self.costs, self.carriers, self.splits, self.backorder,
        )  # fmt: skip
        return tuple(rule for block in blocks for rule in block)


# What holds for an order to which no rule set says anything of splits or backorder.
DEFAULT_SPLIT = SplitPolicy(
    rule=RuleRef("built-in/splits.default", ""),
    shipments_max=3,
    value_min_minor=0,
    extra_shipment_milli=0,
    split_units=SplitUnits.WHEN_SHORT,
    ship_complete=False,
)
DEFAULT_BACKORDER = BackorderPolicy(
    rule=RuleRef("built-in/backorder.default", ""),
    action=UnshippedAction.BACKORDER,
    unit_milli=10_000_000,  # 100.00 in a currency with two decimals
)
