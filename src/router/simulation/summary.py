"""What a run of routed orders comes to: counts, cost by part, who carried, how punctual, how proven."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from router.api.v1 import order_pb2, routing_pb2


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Figures of a run. Shares are of the orders or shipments that they speak of; amounts are minor units.

    `promised_shipments` and `late_shipments` count shipments of orders that carry a promise.
    """

    orders: int
    refused: Mapping[str, int]
    lines: int
    units: int
    shipments: int
    parcels: int
    split_orders: int
    unshipped_orders: int
    unshipped_units: Mapping[str, int]
    promised_shipments: int
    late_shipments: int
    total_minor: int
    cost_minor: Mapping[str, int]
    by_service_level: Mapping[str, int]
    by_node: Mapping[str, int]
    by_method: Mapping[str, int]
    optimal_orders: int

    @property
    def on_time_share(self) -> float:
        """Share of promised shipments that arrive in time; 1 when nothing was promised."""
        return 1 - self.late_shipments / self.promised_shipments if self.promised_shipments else 1.0

    @property
    def optimal_share(self) -> float:
        """Share of decided orders whose plan is proven cheapest."""
        return self.optimal_orders / self.orders if self.orders else 1.0


def summarize(orders: Iterable[order_pb2.Order], results: Iterable[routing_pb2.RouteResult]) -> Summary:
    """The figures of `orders` with their `results`, one each in the same order."""
    pairs = list(zip(orders, results, strict=True))
    decided = [(order, result.routed.plan) for order, result in pairs if result.HasField("routed")]
    plans = [plan for _, plan in decided]
    shipments = [shipment for plan in plans for shipment in plan.shipments]
    promised = [shipment for order, plan in decided if order.promise_date for shipment in plan.shipments]
    return Summary(
        orders=len(decided),
        refused=_most_first(Counter(result.error.reason for _, result in pairs if result.HasField("error"))),
        lines=sum(len(order.lines) for order, _ in decided),
        units=sum(line.quantity for order, _ in decided for line in order.lines),
        shipments=len(shipments),
        parcels=sum(len(shipment.parcels) for shipment in shipments),
        split_orders=sum(len(plan.shipments) > 1 for plan in plans),
        unshipped_orders=sum(bool(plan.unshipped) for plan in plans),
        unshipped_units=_unshipped_units(plans),
        promised_shipments=len(promised),
        late_shipments=sum(shipment.late_days > 0 for shipment in promised),
        total_minor=sum(plan.total_minor for plan in plans),
        cost_minor=_cost_by_part(plans),
        by_service_level=_most_first(Counter(shipment.service_level_id for shipment in shipments)),
        by_node=_most_first(Counter(shipment.node_id for shipment in shipments)),
        by_method=_most_first(Counter(_name(order_pb2.SolutionMethod.Name(plan.method)) for plan in plans)),
        optimal_orders=sum(plan.status == order_pb2.SOLUTION_STATUS_OPTIMAL for plan in plans),
    )


def _unshipped_units(plans: Iterable[order_pb2.Plan]) -> Mapping[str, int]:
    units: Counter[str] = Counter()
    for plan in plans:
        for unshipped in plan.unshipped:
            units[_name(order_pb2.UnshippedAction.Name(unshipped.action))] += unshipped.quantity
    return _most_first(units)


def _cost_by_part(plans: Iterable[order_pb2.Plan]) -> Mapping[str, int]:
    amounts: Counter[str] = Counter()
    for plan in plans:
        for part in plan.costs:
            amounts[_name(order_pb2.CostKind.Name(part.kind))] += part.amount_minor
    return _most_first(amounts)


def _name(enum_name: str) -> str:
    """`COST_KIND_FREIGHT` without what all names of the enum begin with."""
    for prefix in ("COST_KIND_", "UNSHIPPED_ACTION_", "SOLUTION_METHOD_"):
        enum_name = enum_name.removeprefix(prefix)
    return enum_name


def _most_first(counts: Mapping[str, int]) -> Mapping[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def total_of(summaries: Sequence[Summary]) -> Summary:
    """The figures of several runs together."""
    totals: dict[str, Any] = {}
    for field in fields(Summary):
        values = [getattr(summary, field.name) for summary in summaries]
        if values and isinstance(values[0], int):
            totals[field.name] = sum(values)
        else:
            together: Counter[str] = Counter()
            for counts in values:
                together.update(counts)
            totals[field.name] = _most_first(together)
    return Summary(**totals)
