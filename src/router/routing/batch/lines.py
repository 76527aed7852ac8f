"""The lines of an order as rules read them: the client's lines by SKU, kit and group."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from router.domain.identifiers import Sku
from router.domain.order import Order, OrderLine
from router.domain.plan import Substitution
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError
from router.routing.world import World


class Line(Struct, frozen=True, gc=False):
    """All lines of one order that name one SKU in one kit, or outside kits in one group, taken together.

    Units for which another product stands in are a line of that product: `parts` and `product` are what is sent then,
    `asked` is the product that they were ordered as, and `substitution` the rule and the price.
    """

    sku: Sku
    """Of `product`."""
    product: Product
    parts: tuple[OrderLine, ...]
    quantity: int
    value_minor: int
    asked: Product | None = None
    substitution: Substitution | None = None

    @property
    def wanted(self) -> Product:
        """What the customer asked for."""
        return self.asked or self.product

    @property
    def in_kit(self) -> bool:
        return self.parts[0].kit_id != ""

    @property
    def together_ids(self) -> frozenset[str]:
        """The client's groups that the line belongs to."""
        return frozenset(part.together_id for part in self.parts if part.together_id)


def merge_lines(order: Order, world: World, substitutions: Sequence[Substitution] = ()) -> list[Line]:
    """The lines of `order` by SKU and kit, outside kits by group, in the order in which each first appears.

    With `substitutions` as if the customer had asked for these products instead; the units keep their line's price.
    """
    if not substitutions and len({line.sku for line in order.lines}) == len(order.lines):
        # The common case: nothing to merge.
        find = world.products.get
        return [
            Line(
                line.sku,
                find(line.sku) or known_product(line.sku, world),
                (line,),
                line.quantity,
                line.quantity * line.unit_price_minor,
            )
            for line in order.lines
        ]
    parts: dict[tuple[Sku, str, str, Sku], list[OrderLine]] = {}
    standing_in: dict[tuple[Sku, str, str, Sku], Substitution] = {}
    for line, asked_sku, substitution in divide(order.lines, substitutions):
        key = line.sku, line.kit_id, "" if line.kit_id else line.together_id, asked_sku
        parts.setdefault(key, []).append(line)
        if substitution is not None:
            standing_in[key] = substitution
    return [
        Line(
            key[0],
            known_product(key[0], world),
            tuple(same),
            sum(line.quantity for line in same),
            sum(line.quantity * line.unit_price_minor for line in same),
            known_product(key[3], world) if key in standing_in else None,
            standing_in.get(key),
        )
        for key, same in parts.items()
    ]


def divide(
    lines: Sequence[OrderLine], substitutions: Sequence[Substitution]
) -> Iterator[tuple[OrderLine, Sku, Substitution | None]]:
    """Each line as far as it is sent as asked, then what stands in for the rest, with the SKU that was asked for."""
    if not substitutions:
        yield from ((line, line.sku, None) for line in lines)
        return
    for line in lines:
        own = [one for one in substitutions if one.line_id == line.id]
        if left := line.quantity - sum(one.quantity for one in own):
            yield replace(line, quantity=left), line.sku, None
        for one in own:
            yield replace(line, sku=one.sku, quantity=one.quantity), line.sku, one


def known_product(sku: Sku, world: World) -> Product:
    if (product := world.products.get(sku)) is None:
        raise RouterError(Reason.UNKNOWN_SKU, f"product `{sku}` is unknown; register it first", sku=sku)
    return product


def names_a_sku_twice(lines: Sequence[Line]) -> bool:
    return len({line.sku for line in lines}) < len(lines)


def longest_side(product: Product) -> int:
    return max(product.length_mm, product.width_mm, product.height_mm)
