"""What rules say of a batch: who is out, what things cost, which policies hold; each effect with its rule."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from router.domain.plan import METRICS, Level


@dataclass(frozen=True, slots=True)
class RuleRef:
    """Where a rule stands: `name` is `pack/rule-id`, `position` is `file:line`."""

    name: str
    position: str
    because: str = ""


class Per(StrEnum):
    """What an amount is charged for."""

    SHIPMENT = "shipment"
    PARCEL = "parcel"
    LINE = "line"
    UNIT = "unit"
    LATE_DAY = "late_day"


METRIC_MAX = 1 << 60


class Box(Struct, frozen=True, gc=False):
    """The shipments that meet low[m] <= metric m <= high[m] for every m, in the order of METRICS."""

    low: tuple[int, ...]
    high: tuple[int, ...]


ANY_SHIPMENT = Box((0,) * len(METRICS), (METRIC_MAX,) * len(METRICS))


class Removal(Struct, frozen=True, gc=False):
    """A filter, ban or carrier rule and what it removes.

    `mask` is True where removed; shape [O|L, N|1, S|1] with the first axis named by `of_lines`. With a `box`
    (never `of_lines` then) only shipments inside it are forbidden there.
    """

    rule: RuleRef
    of_lines: bool
    mask: NDArray[np.bool_]
    box: Box = ANY_SHIPMENT


class Charge(Struct, frozen=True, gc=False):
    """An amount in thousandths of a minor unit (0 where the rule does not apply), shape [O|L, N|1, S|1].

    LINE and UNIT charges have lines on the first axis (`of_lines`), the others orders.
    A softened ban is a charge too, with `softened` True. With a `box` (per SHIPMENT or LATE_DAY only) it falls due for
    shipments inside it.
    """

    rule: RuleRef
    per: Per
    of_lines: bool
    amount_milli: NDArray[np.int64]
    softened: bool = False
    box: Box = ANY_SHIPMENT
    of_substitutes: bool = False
    """Whether it is the price of sending another product than was asked for."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Orders, `mask` [O], of which nothing may ship until a person releases them."""

    rule: RuleRef
    mask: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OnAccount:
    """Orders, `mask` [O], whose goods may leave before they are paid for."""

    rule: RuleRef
    mask: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Together:
    """Lines, `mask` [L], that leave with the other marked lines of their order in one shipment or not at all."""

    rule: RuleRef
    mask: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SubstituteOffer:
    """The SKUs that may be sent instead of what lines, `mask` [L], ask for, at a price for each unit.

    `only_short`: where less of the asked product can be sent than the line wants. Unless `consent_assumed` only to
    customers who said that they take substitutes.
    """

    rule: RuleRef
    mask: NDArray[np.bool_]
    skus: tuple[str, ...]
    unit_milli: int
    only_short: bool
    consent_assumed: bool


@dataclass(frozen=True, slots=True)
class StockLimit:
    """Safety stock or a cap: at most so many units of the line's SKU may leave the node, [L, N], for this order.

    METRIC_MAX where the rule is silent. Where several limits meet the least holds.
    """

    rule: RuleRef
    units_max: NDArray[np.int64]
    is_cap: bool = False
    """Whether a cap says so, and not safety stock."""


@dataclass(frozen=True, slots=True)
class ObjectivePolicy:
    """The levels before and after cost, in their order of importance."""

    rule: RuleRef
    tiers: tuple[Level, ...]
    ties: tuple[Level, ...]


class SplitUnits(StrEnum):
    """Whether the units of one line may come in several shipments."""

    NEVER = "never"
    WHEN_SHORT = "when_short"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class SplitPolicy:
    """`value_min_minor` bounds every shipment of a split, what is sent first and what is left over alike.

    `extra_shipment_milli` is for each shipment after the first.
    """

    rule: RuleRef
    shipments_max: int
    value_min_minor: int
    extra_shipment_milli: int
    split_units: SplitUnits
    ship_complete: bool


@dataclass(frozen=True, slots=True)
class BackorderPolicy:
    """What becomes of units not shipped (`BACKORDER`, `CANCEL` or `HOLD`) and the price of leaving one out."""

    rule: RuleRef
    action: str
    unit_milli: int
    until_release: bool = False
    """Whether it waits for the product's release day."""
    days_max: int | None = None
    """Whether, and how many days after the decision, waiting ends."""
    line_units_max: int | None = None
    """Units of one line that may wait at most; the rest is canceled."""
    product_units_max: int | None = None
    """Units of the line's product that may wait at most, those of all orders together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """The whole effect of a rule set on a batch.

    `split[o]`, `objective[o]` and `backorder[l]` index the policy tuples. Every removal and charge keeps its rule,
    so explaining is reading.
    """

    removals: tuple[Removal, ...]
    charges: tuple[Charge, ...]
    split_policies: tuple[SplitPolicy, ...]
    split: NDArray[np.int64]
    backorder_policies: tuple[BackorderPolicy, ...]
    backorder: NDArray[np.int64]
    holds: tuple[Hold, ...] = ()
    on_account: tuple[OnAccount, ...] = ()
    together: tuple[Together, ...] = ()
    substitutes: tuple[SubstituteOffer, ...] = ()
    stock_limits: tuple[StockLimit, ...] = ()
    objective_policies: tuple[ObjectivePolicy, ...] = ()
    objective: NDArray[np.int64] | None = None
    """None where no order has tiers or ties."""
