"""What plans come to under one version of the rules: sums that can be added, order by order or day by day."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Self, TypeVar

from router.domain.identifiers import Day, NodeId, ServiceLevelId
from router.domain.order import Order
from router.domain.plan import CostKind, Plan, SolutionStatus, UnshippedAction

Key = TypeVar("Key")

LARGEST = {"merge": "largest"}
"""Marks a field of which the larger is kept where others are added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Figures of many plans. Amounts are `_milli`; the gap of a plan is its objective less its proven bound.

    `promised_*` and `late_*` count only orders that carry a promise. `node_days` counts shipments by node and day of
    dispatch, `rule_milli` what each rule charged (below zero: took off).
    """

    orders: int = 0
    cost_milli: int = 0
    shipments: int = 0
    parcels: int = 0
    split_orders: int = 0
    promised_orders: int = 0
    late_orders: int = 0
    promised_shipments: int = 0
    late_shipments: int = 0
    late_days: int = 0
    unshipped_orders: int = 0
    held_orders: int = 0
    unproven_orders: int = 0
    gap_milli: int = 0
    gap_ppm_max: int = field(default=0, metadata=LARGEST)
    unshipped_units: Mapping[UnshippedAction, int] = field(default_factory=dict)
    node_shipments: Mapping[NodeId, int] = field(default_factory=dict)
    node_units: Mapping[NodeId, int] = field(default_factory=dict)
    node_days: Mapping[tuple[NodeId, Day], int] = field(default_factory=dict)
    service_shipments: Mapping[ServiceLevelId, int] = field(default_factory=dict)
    kind_milli: Mapping[CostKind, int] = field(default_factory=dict)
    rule_milli: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Self) -> Self:
        return added(self, other)


Summed = TypeVar("Summed")


def added(left: Summed, right: Summed) -> Summed:
    """Two values of one dataclass joined field by field: numbers and mappings add, fields marked LARGEST keep it."""
    joined = {}
    for one in fields(left):  # type: ignore[arg-type]
        a, b = getattr(left, one.name), getattr(right, one.name)
        if one.metadata is LARGEST or one.metadata.get("merge") == "largest":
            joined[one.name] = max(a, b)
        else:
            joined[one.name] = added_counts(a, b) if isinstance(a, Mapping) else a + b
    return type(left)(**joined)


def added_counts(left: Mapping[Key, int], right: Mapping[Key, int]) -> Mapping[Key, int]:
    """Counts added by key."""
    if not left or not right:
        return left or right
    total = dict(left)
    for key, count in right.items():
        total[key] = total.get(key, 0) + count
    return total


def sum_up(plans: Iterable[tuple[Order, Plan]]) -> Sums:
    """The figures of these orders with their plans."""
    counts: Counter[str] = Counter()
    units: Counter[UnshippedAction] = Counter()
    node_shipments: Counter[NodeId] = Counter()
    node_units: Counter[NodeId] = Counter()
    node_days: Counter[tuple[NodeId, Day]] = Counter()
    services: Counter[ServiceLevelId] = Counter()
    kinds: Counter[CostKind] = Counter()
    rules: Counter[str] = Counter()
    gap_ppm_max = 0
    for order, plan in plans:
        count_plan(counts, order, plan)
        gap_ppm_max = max(gap_ppm_max, gap_ppm(plan))
        for left_out in plan.unshipped:
            units[left_out.action] += left_out.quantity
        for shipment in plan.shipments:
            node_shipments[shipment.node_id] += 1
            node_units[shipment.node_id] += sum(shipment.quantities().values())
            node_days[shipment.node_id, shipment.ship_day] += 1
            services[shipment.service_level_id] += 1
        for part in plan.costs:
            kinds[part.kind] += part.amount_milli
            if part.rule:
                rules[part.rule] += part.amount_milli
    return Sums(
        **counts,
        gap_ppm_max=gap_ppm_max,
        unshipped_units=dict(units),
        node_shipments=dict(node_shipments),
        node_units=dict(node_units),
        node_days=dict(node_days),
        service_shipments=dict(services),
        kind_milli=dict(kinds),
        rule_milli=dict(rules),
    )


def count_plan(counts: Counter[str], order: Order, plan: Plan) -> None:
    """Adds what one plan counts for to the plain numbers of `Sums`."""
    late = sum(shipment.late_days > 0 for shipment in plan.shipments)
    counts["orders"] += 1
    counts["cost_milli"] += plan.objective_milli
    counts["shipments"] += len(plan.shipments)
    counts["parcels"] += sum(len(shipment.parcels) for shipment in plan.shipments)
    counts["split_orders"] += len(plan.shipments) > 1
    if order.promise_day is not None:
        counts["promised_orders"] += 1
        counts["late_orders"] += late > 0
        counts["promised_shipments"] += len(plan.shipments)
        counts["late_shipments"] += late
        counts["late_days"] += sum(shipment.late_days for shipment in plan.shipments)
    counts["unshipped_orders"] += bool(plan.unshipped)
    counts["held_orders"] += is_held(plan)
    if plan.status is not SolutionStatus.OPTIMAL:
        counts["unproven_orders"] += 1
        counts["gap_milli"] += plan.objective_milli - plan.bound_milli


def is_held(plan: Plan) -> bool:
    """Whether any units of the order wait for a person."""
    return any(left_out.action is UnshippedAction.HOLD for left_out in plan.unshipped)


def is_late(plan: Plan) -> bool:
    """Whether any shipment comes after the promised day."""
    return any(shipment.late_days > 0 for shipment in plan.shipments)


def units_left_out(plan: Plan) -> int:
    return sum(left_out.quantity for left_out in plan.unshipped)


def gap_ppm(plan: Plan) -> int:
    """Gap in millionths of the objective, rounded up; 0 of a proven plan, a million where the cost is not above 0."""
    gap = plan.objective_milli - plan.bound_milli
    if plan.status is SolutionStatus.OPTIMAL or gap <= 0:
        return 0
    return -(-gap * 1_000_000 // plan.objective_milli) if plan.objective_milli > 0 else 1_000_000
