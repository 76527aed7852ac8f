"""Stock and capacity as the orders before left them, and what changed since the current round began."""

from collections.abc import Mapping

from router.domain.identifiers import NodeId, Sku
from router.domain.plan import Plan
from router.routing.world import CapacityView, StockView


class View:
    """A stock view and a capacity view from which plans take; the ones beneath stay as they are."""

    def __init__(self, stock: StockView, capacity: CapacityView) -> None:
        self._stock = stock
        self._capacity = capacity
        self._available: dict[Sku, dict[NodeId, int]] = {}
        self._booked: dict[NodeId, dict[int, int]] = {}
        self.taken_skus: dict[Sku, set[NodeId]] = {}
        self.booked_nodes: set[NodeId] = set()

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        own = self._available.get(sku)
        return self._stock.available(sku) if own is None else own

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        own = self._booked.get(node_id)
        return self._capacity.shipments_booked(node_id) if own is None else own

    def begin_round(self) -> None:
        """Forget what changed; the next round sees it."""
        self.taken_skus.clear()
        self.booked_nodes.clear()

    def take(self, plan: Plan) -> None:
        """Subtract the units that `plan` ships and book its shipments."""
        for shipment in plan.shipments:
            node_id = shipment.node_id
            booked = self._booked.setdefault(node_id, dict(self.shipments_booked(node_id)))
            booked[shipment.ship_day] = booked.get(shipment.ship_day, 0) + 1
            self.booked_nodes.add(node_id)
            for parcel in shipment.parcels:
                for allocation in parcel.allocations:
                    sku = allocation.sku
                    if (left := self._available.get(sku)) is None:
                        left = self._available[sku] = dict(self._stock.available(sku))
                    left[node_id] -= allocation.quantity
                    self.taken_skus.setdefault(sku, set()).add(node_id)
