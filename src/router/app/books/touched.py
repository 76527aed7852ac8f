"""Where books may be others than a moment ago: what a decision made ahead of its turn has to look at again."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from router.domain.identifiers import NodeId, Sku


@dataclass(slots=True)
class Touched:
    """Stock and shipments at nodes, and products. Without `is_noting` nothing is written down."""

    is_noting: bool = False
    stock: set[tuple[NodeId, Sku]] = field(default_factory=set)
    nodes: set[NodeId] = field(default_factory=set)
    products: set[Sku] = field(default_factory=set)

    def note_stock(self, node_id: NodeId, sku: Sku) -> None:
        if self.is_noting:
            self.stock.add((node_id, sku))

    def note(self, capacity: Iterable[tuple[NodeId, int]], products: Iterable[Sku]) -> None:
        """Shipments by node and day, and products."""
        if self.is_noting:
            self.nodes.update(node_id for node_id, _ in capacity)
            self.products.update(products)
