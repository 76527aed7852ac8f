"""Where goods lie in a node: bins along straight aisles, and how far it is from one to another on foot.

Aisles run along y, cross aisles along x; who changes the aisle walks through one cross aisle. SOURCE of the model:
K. J. Roodbergen, R. de Koster, Routing order pickers in a warehouse with a middle aisle, EJOR 133 (2001).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from router.domain.identifiers import NodeId, Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """A place of goods, in centimetres from a corner: `x_cm` is that of its aisle, `y_cm` how far along it."""

    label: str
    x_cm: int
    y_cm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The bins of a node by SKU, where its cross aisles are along y, and where every walk begins and ends."""

    node_id: NodeId
    cross_aisles_cm: tuple[int, ...]
    start: Bin
    bins: Mapping[Sku, Bin]

    def walk_cm(self, a: Bin, b: Bin) -> int:
        """The shortest way on foot between two bins."""
        if a.x_cm == b.x_cm:
            return abs(a.y_cm - b.y_cm)
        along = min(abs(a.y_cm - cross) + abs(b.y_cm - cross) for cross in self.cross_aisles_cm)
        return abs(a.x_cm - b.x_cm) + along
