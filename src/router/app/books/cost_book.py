"""The cost book: what units cost and whose goods lie in which node, as the books know it now."""

from collections.abc import Iterable

from router.app.ports.cost_reader import CostReader
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounting.owners import NodeOwner
from router.ledger.accounting.vouchers import UnitCost


class CostBook:
    """What the store has of it, and what this batch changed since. One thread uses it."""

    def __init__(self, reader: CostReader) -> None:
        self._reader = reader
        self._costs: dict[Sku, UnitCost] = {}
        self._owners: dict[NodeId, NodeOwner] = {}

    def find(self, sku: Sku) -> UnitCost | None:
        """What a unit costs now; None: nobody ever said."""
        stored = () if sku in self._costs else self._reader.find_unit_costs([sku]).get(sku, ())
        return self._costs.get(sku) or next(reversed(stored), None)

    def put_at(self, position: int) -> dict[Sku, UnitCost]:
        """The costs that were put behind the entry at a position."""
        found = {one.sku: one for one in self._reader.list_unit_costs(position, position + 1)}
        found.update((one.sku, one) for one in self._costs.values() if one.position == position)
        return found

    def supplier_nodes(self) -> set[NodeId]:
        """The nodes in which goods of suppliers lie now."""
        last = {one.node_id: one.is_supplier for one in sorted(self._reader.read_node_owners())}
        last.update((one.node_id, one.is_supplier) for one in self._owners.values())
        return {node_id for node_id, is_supplier in last.items() if is_supplier}

    def apply(self, costs: Iterable[UnitCost]) -> None:
        self._costs.update((one.sku, one) for one in costs)

    def apply_owners(self, owners: Iterable[NodeOwner]) -> None:
        self._owners.update((one.node_id, one) for one in owners)

    def forget(self) -> None:
        """Only to be called when all changes are committed: from now on the store has them."""
        self._costs.clear()
        self._owners.clear()
