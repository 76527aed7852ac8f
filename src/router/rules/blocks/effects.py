"""Compiled rules: one class for each block of a rule file, and the rule set that holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from router.domain.plan import UnshippedAction
from router.rules.blocks.dates import Window
from router.rules.expressions.amounts import Due, Missed
from router.rules.expressions.terms import Literal, Term
from router.rules.verdicts import (
    ANY_SHIPMENT,
    BackorderPolicy,
    Box,
    ObjectivePolicy,
    Per,
    RuleRef,
    SplitPolicy,
    SplitUnits,
)
from router.rules.vocabulary import Type


class Block(StrEnum):
    """The blocks of a rule file, in the order in which they are applied; each is a field of `RuleSet`."""

    HOLDS = "holds"
    ON_ACCOUNT = "on_account"
    SUBSTITUTES = "substitutes"
    FILTERS = "filters"
    CONSTRAINTS = "constraints"
    TOGETHER = "together"
    SAFETY_STOCK = "safety_stock"
    STOCK_CAPS = "stock_caps"
    SCORES = "scores"
    COSTS = "costs"
    CARRIERS = "carriers"
    SPLITS = "splits"
    BACKORDER = "backorder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What every rule has: name, place and reason, block, dates, and its own words without them.

    The window is the rule set's and the rule's own dates together. `when_text` is empty without a `when`.
    """

    ref: RuleRef
    block: Block
    window: Window
    when_text: str
    effect_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """It has its effect where `condition` holds, inside its window, for shipments inside `box`.

    `shipment_terms` are the parts of its condition that make the box; `condition` is the rest.
    """

    heading: Heading
    condition: Term
    box: Box = ANY_SHIPMENT
    shipment_terms: tuple[Term, ...] = ()

    @property
    def ref(self) -> RuleRef:
        return self.heading.ref

    @property
    def block(self) -> Block:
        return self.heading.block

    @property
    def window(self) -> Window:
        return self.heading.window

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every expression the rule may evaluate."""
        return (self.condition,)

    @property
    def judged(self) -> tuple[Term, ...]:
        """What a batch computes of it."""
        return self.terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Charging(Rule):
    """A rule that may charge something where it holds."""

    _dues: dict[str, Due] = field(init=False, default_factory=dict, compare=False, repr=False)

    @property
    def charge(self) -> Term:
        """What it charges."""
        raise NotImplementedError

    @property
    def due(self) -> Due:
        """What a batch computes of it: always the same object, made for the first batch, for many packs meet none."""
        if (made := self._dues.get("")) is None:
            condition, amount = self.condition, self.charge
            due = Due(type=Type.MONEY, span=condition.span, condition=condition, amount=amount)
            made = self._dues.setdefault("", due)
        return made

    @property
    def judged(self) -> tuple[Term, ...]:
        return (self.due,)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHold(Rule):
    """Keeps an order from shipping until a person releases it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAccount(Rule):
    """Lets the goods of an order leave before they are paid for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute(Rule):
    """Offers the SKUs of `offer` instead of a line's own, each unit for `unit_milli`.

    `only_short`: only where less of the asked product can be sent than the line wants. Unless `consent_assumed` only
    to customers who take substitutes.
    """

    offer: tuple[str, ...]
    unit_milli: int
    only_short: bool
    consent_assumed: bool


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
class Ban(Charging):
    """Removes a service at a node for a line or an order, or for the shipments inside its box."""

    soften: Softening | None

    @property
    def charge(self) -> Term:
        assert self.soften is not None, "only softened bans charge anything"
        return self.soften.amount

    @property
    def terms(self) -> tuple[Term, ...]:
        return (self.condition,) if self.soften is None else (self.condition, self.soften.amount)

    @property
    def judged(self) -> tuple[Term, ...]:
        return (self.condition,) if self.soften is None else (self.condition, self.due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Rule):
    """Keeps lines of an order in one shipment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyStock(Rule):
    """Leaves `keep` units at a node. Where several rules hold the highest `rank` decides, then the most kept."""

    keep: Term
    rank: int

    @property
    def terms(self) -> tuple[Term, ...]:
        return (self.condition, self.keep)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCap(Rule):
    """Lets at most `units`, or this share of the available units rounded down, leave a node for an order."""

    limit: Term | Fraction

    @property
    def terms(self) -> tuple[Term, ...]:
        return (self.condition,) if isinstance(self.limit, Fraction) else (self.condition, self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(Charging):
    """Charges what a shipment misses of `full_milli`: all but `value`, cut to 0..1, of it, and all where not `earned`.

    `condition` is what the rule asks of orders and lines, `earned` what it asks of nodes and services.
    """

    earned: Term
    value: Term
    full_milli: int

    @property
    def charge(self) -> Term:
        full = Literal(type=Type.MONEY, span=self.value.span, value=self.full_milli)
        return Missed(type=Type.MONEY, span=full.span, earned=self.earned, value=self.value, full=full)

    @property
    def per(self) -> Per:
        """LINE if it reads facts of lines: then every line of the shipment has its own points."""
        return Per.LINE if self.due.of_lines else Per.SHIPMENT

    @property
    def terms(self) -> tuple[Term, ...]:
        return (self.condition, self.earned, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(Charging):
    """Adds `amount`."""

    per: Per
    amount: Term

    @property
    def charge(self) -> Term:
        return self.amount

    @property
    def terms(self) -> tuple[Term, ...]:
        return (self.condition, self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Rule):
    """A rule of a first-match block. `overrides` are the ids of later rules that it is meant to overlap."""

    overrides: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierChoice(Choice):
    """The service ids that may be used where this is the first match, each with the place that names it."""

    use: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitChoice(Choice):
    policy: SplitPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class BackorderChoice(Choice):
    policy: BackorderPolicy


FIRST_MATCH = frozenset((Block.CARRIERS, Block.SPLITS, Block.BACKORDER))
"""The blocks in which the order of rules matters: the first that holds decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """One compiled file.

    `zone` is where its dates and its facts of time are local. `objective` is None unless it states tiers or ties.
    `point_value_milli` is what a point of its scores is worth, in thousandths of a minor unit.
    """

    id: str
    revision: str
    owner: str
    priority: int
    applies: Term
    window: Window
    zone: ZoneInfo | None
    point_value_milli: int
    objective: ObjectivePolicy | None
    holds: tuple[OrderHold, ...]
    on_account: tuple[OnAccount, ...]
    substitutes: tuple[Substitute, ...]
    filters: tuple[Filter, ...]
    constraints: tuple[Ban, ...]
    together: tuple[Group, ...]
    safety_stock: tuple[SafetyStock, ...]
    stock_caps: tuple[StockCap, ...]
    scores: tuple[Score, ...]
    costs: tuple[Cost, ...]
    carriers: tuple[CarrierChoice, ...]
    splits: tuple[SplitChoice, ...]
    backorder: tuple[BackorderChoice, ...]

    def block(self, block: Block) -> tuple[Rule, ...]:
        """The rules of one block as the file has them."""
        rules: tuple[Rule, ...] = getattr(self, block)
        return rules

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for block in Block for rule in self.block(block))

    def without(self, name: str) -> "RuleSet":
        """The rule set without the rule of this name."""
        kept = {str(block): tuple(r for r in self.block(block) if r.ref.name != name) for block in Block}
        return replace(self, **kept)  # type: ignore[arg-type]

    def hardened(self, name: str) -> "RuleSet":
        """The rule set with the ban of this name never softened."""
        bans = (replace(ban, soften=None) if ban.ref.name == name else ban for ban in self.constraints)
        return replace(self, constraints=tuple(bans))


# What holds for an order of which no rule set says anything else.
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
DEFAULT_OBJECTIVE = ObjectivePolicy(rule=RuleRef("built-in/objective", ""), tiers=(), ties=())
