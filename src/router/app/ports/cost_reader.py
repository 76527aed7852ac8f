"""What a store is asked about the cost of units and whose they are; a part of `app.ports.Reader`."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from router.domain.identifiers import Sku
from router.ledger.accounting.owners import NodeOwner, OwnerSince
from router.ledger.accounting.vouchers import UnitCost


class CostReader(Protocol):
    """Of everything committed."""

    def find_unit_costs(self, skus: Sequence[Sku]) -> Mapping[Sku, Sequence[UnitCost]]:
        """All that units ever cost, by position; SKUs without any are not there."""
        ...

    def list_unit_costs(self, start: int, end: int) -> Sequence[UnitCost]:
        """Those that changed at positions from `start` to before `end`, by position and SKU."""
        ...

    def read_node_owners(self) -> Sequence[OwnerSince]:
        """Whose goods lay in each node since when, by node and position; not of nodes of which nothing was said."""
        ...

    def list_node_owners(self, start: int, end: int) -> Sequence[NodeOwner]:
        """Those that changed at positions from `start` to before `end`, by position and node, with what lay there."""
        ...
