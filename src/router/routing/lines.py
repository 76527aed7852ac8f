"""The lines of an order as rules read them: the client's lines by SKU, kit and group."""

from collections.abc import Sequence
from dataclasses import dataclass

from router.domain.identifiers import Sku
from router.domain.order import Order, OrderLine
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError
from router.routing.world import World


@dataclass(frozen=True, slots=True)
class Line:
    """All lines of one order that name one SKU in one kit, or outside kits in one group, taken together."""

    product: Product
    parts: tuple[OrderLine, ...]
    quantity: int
    value_minor: int

    @property
    def sku(self) -> Sku:
        return self.product.sku

    @property
    def in_kit(self) -> bool:
        return self.parts[0].kit_id != ""

    @property
    def together_ids(self) -> frozenset[str]:
        """The client's groups that the line belongs to."""
        return frozenset(part.together_id for part in self.parts if part.together_id)


def merge_lines(order: Order, world: World) -> list[Line]:
    """The lines of `order` by SKU and kit, outside kits by group, in the order in which each first appears."""
    parts: dict[tuple[Sku, str, str], list[OrderLine]] = {}
    for line in order.lines:
        parts.setdefault((line.sku, line.kit_id, "" if line.kit_id else line.together_id), []).append(line)
    merged = []
    for (sku, _, _), same in parts.items():
        if (product := world.products.get(sku)) is None:
            raise RouterError(Reason.UNKNOWN_SKU, f"product `{sku}` is unknown; register it first", sku=sku)
        quantity = sum(line.quantity for line in same)
        value = sum(line.quantity * line.unit_price_minor for line in same)
        merged.append(Line(product, tuple(same), quantity, value))
    return merged


def names_a_sku_twice(lines: Sequence[Line]) -> bool:
    return len({line.product.sku for line in lines}) < len(lines)


def longest_side(product: Product) -> int:
    return max(product.length_mm, product.width_mm, product.height_mm)
