"""Which takings of earlier orders matter to a later one."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from router.domain.identifiers import NodeId, Sku
from router.routing.batch.slots import find_slot
from router.routing.decision import Allotment
from router.routing.network.prepared import PreparedNetwork
from router.routing.round.round import Solved
from router.routing.world import View
from router.rules.ruleset import CompiledRules


class Changes:
    """The stock and the capacity from which anything was ever taken, or was guessed to be."""

    def __init__(self, network: PreparedNetwork, rules: CompiledRules) -> None:
        self._limited = network.limited_nodes
        self._open = network.open_node_index
        self._rules = rules
        self._nodes_by_sku: dict[Sku, set[NodeId]] = {}
        self._booked_nodes: set[NodeId] = set()

    def note(self, node_id: NodeId, skus: Iterable[Sku]) -> None:
        """Something of `skus` and one shipment were taken from the node."""
        if self._rules.reads_capacity or node_id in self._limited:
            self._booked_nodes.add(node_id)
        self.note_units(node_id, skus)

    def note_units(self, node_id: NodeId, skus: Iterable[Sku]) -> None:
        """Something of `skus` was taken from the node, and no shipment of it."""
        nodes_by_sku = self._nodes_by_sku
        for sku in skus:
            if (nodes := nodes_by_sku.get(sku)) is None:
                nodes_by_sku[sku] = {node_id}
            else:
                nodes.add(node_id)

    def note_stock(self, node_id: NodeId, sku: Sku) -> None:
        """The node may hold another number of units; only an open node's stock is ever looked at."""
        if node_id in self._open:
            self._nodes_by_sku.setdefault(sku, set()).add(node_id)

    def note_shipments(self, node_id: NodeId) -> None:
        """Another number of shipments may be planned at the node."""
        if node_id in self._open:
            self.note(node_id, ())

    def matter_to(self, solved: Solved, view: View) -> bool:
        """Whether the order could be decided otherwise on `view` than on the view it was solved on."""
        for one in solved.all_watched:
            if self._stock_differs(one, view) or (self._booked_nodes and self._capacity_differs(one, view)):
                return True
        return False

    def _stock_differs(self, solved: Solved, view: View) -> bool:
        """Units count up to the quantity that the order wants of the SKU; all of them when rules look at stock."""
        batch, nodes_by_sku = solved.round.batch, self._nodes_by_sku
        lines = batch.lines
        taken = [number for number in solved.lines if lines[number].sku in nodes_by_sku]
        if not taken:
            return False
        seen_at, column_of = batch.available, batch.column_of
        allotment, most_of = allotment_that_binds(solved), self._counting_units(solved)
        for number in taken:
            sku = lines[number].sku
            now, most = view.available(sku), most_of(number)
            for node_id in nodes_by_sku[sku]:
                column = column_of.get(node_id)
                seen = 0 if column is None else seen_at.item(number, column)
                units = now.get(node_id, 0)
                if seen == units:
                    continue
                counts = most if allotment is None or most is None else allotted_of(allotment, sku, node_id)
                if counts is None or seen < counts or units < counts:
                    return True
        return False

    def _counting_units(self, solved: Solved) -> Callable[[int], int | None]:
        """Of a line, how many units of its SKU at a node make a difference (None: every one does)."""
        lines = solved.batch.lines
        if self._rules.reads_stock:
            return lambda number: None
        if solved.order not in solved.batch.sharing:
            return lambda number: lines[number].quantity
        wanted = Counter[Sku]()
        for number in solved.lines:
            wanted[lines[number].sku] += lines[number].quantity
        return lambda number: wanted[lines[number].sku]

    def _capacity_differs(self, solved: Solved, view: View) -> bool:
        """A node's ship day counts, and its free slots up to the shipments that the order may have.

        When rules read capacity, every shipment that is planned for that day counts.
        """
        batch, order, allotment = solved.batch, solved.order, allotment_that_binds(solved)
        shipments_max = int(solved.round.problems.shipments_max[order])
        is_held = batch.held_at(order)
        for node_id, column in self._booked_columns(solved):
            if not is_held[column]:
                continue
            allotment = solved.request.allotment
            if (
                allotment is not None
                and not self._rules.reads_capacity
                and not allotment.shipments.get(node_id)
            ):
                continue
            node = batch.network.nodes[batch.node[column]]
            day, slots = find_slot(node, int(batch.ready_day[order, column]), view)
            if self._rules.reads_capacity and view.shipments_booked(node_id).get(day, 0) != int(
                batch.booked[order, column]
            ):
                return True
            seen_slots = int(batch.free_slots[order, column])
            if day != batch.ship_day[order, column] or min(slots, shipments_max) != min(
                seen_slots, shipments_max
            ):
                return True
        return False

    def _booked_columns(self, solved: Solved) -> Iterator[tuple[NodeId, int]]:
        """The columns of the nodes from which shipments were taken, those of their gatherings too."""
        batch = solved.batch
        for node_id in self._booked_nodes:
            if (column := batch.column_of.get(node_id)) is not None:
                yield node_id, column
            if batch.gatherings is not None:
                hub = batch.network.node_index[node_id]
                for number, one in enumerate(batch.gatherings.every):
                    if one.hub == hub:
                        yield node_id, batch.gatherings.first + number


def allotted_of(allotment: Allotment, sku: Sku, node_id: NodeId) -> int:
    """The units of a node that a wave set aside for the order: others it cannot take."""
    return allotment.units.get(sku, {}).get(node_id, 0)


def allotment_that_binds(solved: Solved) -> Allotment | None:
    """What a wave set aside for an order that ships whole: all else cannot matter to it.

    Why an order leaves units out depends on all the stock that it sees.
    """
    allotment = solved.request.allotment
    return None if allotment is None or not solved.ships_all else allotment
