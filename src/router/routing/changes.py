"""Which takings of earlier orders matter to a later one."""

from collections.abc import Iterable

from router.domain.identifiers import NodeId, Sku
from router.routing.batch import find_slot
from router.routing.network import PreparedNetwork
from router.routing.round import Solved
from router.routing.world import View


class Changes:
    """The stock and the capacity from which anything was ever taken, or was guessed to be."""

    def __init__(self, network: PreparedNetwork) -> None:
        self._limited = network.limited_nodes
        self._nodes_by_sku: dict[Sku, set[NodeId]] = {}
        self._booked_nodes: set[NodeId] = set()

    def note(self, node_id: NodeId, skus: Iterable[Sku]) -> None:
        """Something of `skus` and one shipment were taken from the node."""
        if node_id in self._limited:
            self._booked_nodes.add(node_id)
        for sku in skus:
            self._nodes_by_sku.setdefault(sku, set()).add(node_id)

    def matter_to(self, solved: Solved, view: View) -> bool:
        """Whether the order could be decided otherwise on `view` than on the view it was solved on."""
        return self._stock_differs(solved, view) or self._capacity_differs(solved, view)

    def _stock_differs(self, solved: Solved, view: View) -> bool:
        """Units count up to the quantity wanted; all of them when rules read stock."""
        batch = solved.batch
        for number in solved.lines:
            line = batch.lines[number]
            if (touched := self._nodes_by_sku.get(line.sku)) is None:
                continue
            most = None if solved.round.world.rules.reads_stock else line.quantity
            now = view.available(line.sku)
            for node_id in touched:
                column = batch.column_of.get(node_id)
                seen = 0 if column is None else int(batch.available[number, column])
                units = now.get(node_id, 0)
                if seen != units and (most is None or min(seen, most) != min(units, most)):
                    return True
        return False

    def _capacity_differs(self, solved: Solved, view: View) -> bool:
        """A node's ship day counts, and its free slots up to the shipments that the order may have."""
        batch, order = solved.batch, solved.order
        shipments_max = int(solved.round.problems.shipments_max[order])
        for node_id in self._booked_nodes:
            column = batch.column_of.get(node_id)
            if column is None or not batch.holds[order, column]:
                continue
            node = batch.network.nodes[batch.node[column]]
            day, slots = find_slot(node, int(batch.ready_day[order, column]), view)
            seen_slots = int(batch.free_slots[order, column])
            if day != batch.ship_day[order, column] or min(slots, shipments_max) != min(
                seen_slots, shipments_max
            ):
                return True
        return False
