"""When to order again, how much, and of whom: the arithmetic, free of any book.

Stock is looked at every `review_days`. What is ordered today must last until the goods of the next look are there: over
lead time and review. Demand of a day has a mean m and a deviation d, the lead time L a deviation l (in days), and with
P = L + review the demand until then has the mean m·P and the deviation √(P·d² + m²·l²). The reorder point is that mean
plus z times the deviation, the safety stock, where z is the point below which a normal variable stays with the wanted
probability. One orders up to the reorder point plus the order quantity: √(2·A·D / (h·v)) for a cost A of an order, a
demand D and a holding cost h·v of a unit a year, or the demand of a review where that is more.

SOURCE: E. A. Silver, D. F. Pyke, D. J. Thomas, Inventory and Production Management in Supply Chains, 4th edition, 2017:
the order quantity (chapter 4), reorder points and safety stock under demand and lead times that vary (chapter 6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist, fmean, variance

from router.domain.supplier import Offer, Supplier

DAYS_A_YEAR = 365
HOURS_A_DAY = 24
YOUNG_DAYS = 14
"""With less history the deviation is taken to be no smaller than that of demand that comes at random (Poisson)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How careful to be. `service_permille` of all deliveries come before the stock is gone."""

    service_permille: int = 975
    review_days: int = 1
    history_days: int = 56
    holding_percent: int = 25

    @property
    def z(self) -> float:
        return NormalDist().inv_cdf(self.service_permille / 1_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Units of a day: mean and standard deviation."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What one supplier's offer makes of a demand."""

    demand_until: float
    safety_stock: int
    reorder_point: int
    order_up_to: int
    yearly_cost_minor: int


def demand_of(units_by_day: Mapping[int, int], first_day: int, days: int) -> Demand:
    """Of the `days` from `first_day` on; a day without orders counts as one."""
    units = [units_by_day.get(day, 0) for day in range(first_day, first_day + days)]
    mean = fmean(units)
    spread = variance(units) if days > 1 else mean
    return Demand(mean=mean, deviation=sqrt(max(spread, mean) if days < YOUNG_DAYS else spread))


def levels_of(demand: Demand, supplier: Supplier, offer: Offer, policy: Policy) -> Levels:
    """Reorder point, order-up-to level, and what a year of it costs: goods, orders, and stock held."""
    lead_days = supplier.lead_hours / HOURS_A_DAY
    until = lead_days + policy.review_days
    varies = supplier.lead_deviation_hours / HOURS_A_DAY
    deviation = sqrt(until * demand.deviation**2 + (demand.mean * varies) ** 2)
    safety = ceil(policy.z * deviation)
    reorder_point = ceil(demand.mean * until) + safety
    yearly = demand.mean * DAYS_A_YEAR
    holding = offer.unit_price_minor * policy.holding_percent / 100
    by_cost = sqrt(2 * supplier.order_cost_minor * yearly / holding) if holding else 0.0
    quantity = ceil(max(by_cost, demand.mean * policy.review_days))
    lot = offer.rounded_up(max(1, quantity))
    cost = (
        yearly * offer.unit_price_minor
        + supplier.order_cost_minor * yearly / lot
        + holding * (lot / 2 + safety)
    )
    return Levels(
        demand_until=demand.mean * until,
        safety_stock=safety,
        reorder_point=reorder_point,
        order_up_to=reorder_point + quantity,
        yearly_cost_minor=round(cost),
    )


def quantity_of(position: int, levels: Levels, offer: Offer) -> int:
    """Units to order at a stock position (free + to come - waiting); 0 above the reorder point or without demand."""
    if position > levels.reorder_point or (position >= 0 and not levels.reorder_point):
        return 0
    return offer.rounded_up(max(1, levels.order_up_to - position))
