"""Stock and capacity that remain when orders before have taken theirs."""

from collections.abc import Iterable, Mapping, Sequence

from router.domain.identifiers import NodeId, Sku
from router.routing.world import View, units_of
from router.solver.problem import Ints


class Remaining:
    """A view from which shipments take; the view beneath stays as it is, so views can be stacked."""

    def __init__(self, beneath: View) -> None:
        self._beneath = beneath
        self._available: dict[Sku, dict[NodeId, int]] = {}
        self._booked: dict[NodeId, dict[int, int]] = {}

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        own = self._available.get(sku)
        return self._beneath.available(sku) if own is None else own

    def units_of(self, skus: Sequence[Sku], nodes: Mapping[NodeId, int]) -> Ints | None:
        """As the view beneath gives them, until anything is taken."""
        return None if self._available else units_of(self._beneath)(skus, nodes)

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        own = self._booked.get(node_id)
        return self._beneath.shipments_booked(node_id) if own is None else own

    def take(self, node_id: NodeId, ship_day: int, units: Iterable[tuple[Sku, int]]) -> None:
        """Book one shipment and subtract its units; a shipment that was only guessed may find none left."""
        if (booked := self._booked.get(node_id)) is None:
            booked = self._booked[node_id] = dict(self._beneath.shipments_booked(node_id))
        booked[ship_day] = booked.get(ship_day, 0) + 1
        self.take_units(node_id, units)

    def take_units(self, node_id: NodeId, units: Iterable[tuple[Sku, int]]) -> None:
        """Subtract units that leave the node without a shipment of its own."""
        for sku, count in units:
            if (left := self._available.get(sku)) is None:
                left = self._available[sku] = dict(self._beneath.available(sku))
            left[node_id] = max(0, left.get(node_id, 0) - count)

    def snapshot(self, skus: Iterable[Sku]) -> "Remaining":
        """What remains now of `skus`, unmoved by what is taken later."""
        frozen = Remaining(self._beneath)
        frozen._available = {sku: dict(self._available[sku]) for sku in skus if sku in self._available}
        frozen._booked = {node_id: dict(days) for node_id, days in self._booked.items()}
        return frozen
