"""A stream: orders in the order in which they came, and how stock changed by other things than them.

From recorded decisions both are known: what a decision saw, less what those before left, came or went by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from router.domain.identifiers import NodeId, Sku
from router.routing.decision import Decision
from router.routing.world import OrderToRoute

Stock = dict[Sku, dict[NodeId, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An order, and by how many units stock changed just before it; products seen for the first time begin here."""

    request: OrderToRoute
    changes: Mapping[Sku, Mapping[NodeId, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Steps in order of time. Orders of a wave are steps like any other: each policy decides one by one."""

    steps: tuple[Step, ...]

    def all_stock(self) -> Stock:
        """Everything that was there at first or came later, as if it had all been there from the beginning."""
        total: Stock = {}
        for step in self.steps:
            for sku, nodes in step.changes.items():
                for node_id, units in nodes.items():
                    if units > 0:
                        held = total.setdefault(sku, {})
                        held[node_id] = held.get(node_id, 0) + units
        return total


def recorded_stream(decisions: Sequence[Decision]) -> Stream:
    """The stream that recorded decisions were made on, in their order; an order decided twice comes once."""
    left: Stock = {}
    seen: set[str] = set()
    steps = []
    for decision in decisions:
        inputs = decision.inputs
        changes = {sku: changed(left.get(sku, {}), nodes) for sku, nodes in inputs.stock.items()}
        for sku, nodes in inputs.stock.items():
            left[sku] = dict(nodes)
        for shipment in decision.plan.shipments:
            for parcel in shipment.parcels:
                for allocation in parcel.allocations:
                    left[allocation.sku][shipment.node_id] -= allocation.quantity
        if inputs.order.id not in seen:
            seen.add(inputs.order.id)
            # As asked: what bounds all policies knows no substitutes.
            request = OrderToRoute(
                order=inputs.order,
                decision_time=inputs.decision_time,
                paid=inputs.paid,
                substitutions=(),
            )
            steps.append(
                Step(request=request, changes={sku: nodes for sku, nodes in changes.items() if nodes})
            )
        elif steps and any(changes.values()):
            steps[-1] = Step(request=steps[-1].request, changes=both(steps[-1].changes, changes))
    return Stream(steps=tuple(steps))


def changed(before: Mapping[NodeId, int], after: Mapping[NodeId, int]) -> dict[NodeId, int]:
    """Units more (or fewer) at each node where there are."""
    nodes = sorted(before.keys() | after.keys())
    differences = {node_id: after.get(node_id, 0) - before.get(node_id, 0) for node_id in nodes}
    return {node_id: units for node_id, units in differences.items() if units}


def both(
    one: Mapping[Sku, Mapping[NodeId, int]], other: Mapping[Sku, Mapping[NodeId, int]]
) -> dict[Sku, dict[NodeId, int]]:
    """Changes on top of changes."""
    total: Stock = {sku: dict(nodes) for sku, nodes in one.items()}
    for sku, nodes in other.items():
        for node_id, units in nodes.items():
            held = total.setdefault(sku, {})
            held[node_id] = held.get(node_id, 0) + units
    return total


class Shelf:
    """What one policy has left: units by SKU and node, shipments by node and day."""

    def __init__(self) -> None:
        self._stock: Stock = {}
        self._booked: dict[NodeId, dict[int, int]] = {}

    @property
    def stock(self) -> Mapping[Sku, Mapping[NodeId, int]]:
        return self._stock

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        return self._stock.get(sku, {})

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        return self._booked.get(node_id, {})

    def change(self, changes: Mapping[Sku, Mapping[NodeId, int]]) -> None:
        """What came or went; of what this policy has sold already nothing can go."""
        for sku, nodes in changes.items():
            held = self._stock.setdefault(sku, {})
            for node_id, units in nodes.items():
                held[node_id] = max(0, held.get(node_id, 0) + units)

    def take(self, decision: Decision) -> None:
        """What a decision ships."""
        for shipment in decision.plan.shipments:
            days = self._booked.setdefault(shipment.node_id, {})
            days[shipment.ship_day] = days.get(shipment.ship_day, 0) + 1
            for parcel in shipment.parcels:
                for allocation in parcel.allocations:
                    self._stock[allocation.sku][shipment.node_id] -= allocation.quantity
