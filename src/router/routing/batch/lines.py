"""The lines of orders as rules read them: the client's lines by SKU, kit and group."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from operator import mul
from typing import NamedTuple, cast

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from router.domain.identifiers import Sku
from router.domain.order import Order, OrderLine
from router.domain.plan import Substitution
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError
from router.routing.batch.slices import laid_out, sizes, starts
from router.routing.world import OrderToRoute, World
from router.solver.problem import Bools, Ints


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


class Goods(NamedTuple):
    """The lines of a batch one after another, order o's from start[o] on, and what they are of."""

    lines: tuple[Line, ...]
    start: Ints  # [O + 1]
    order: Ints  # [L]
    quantity: Ints  # [L]
    value_minor: Ints  # [L] what all its units are worth at their prices
    skus: tuple[Sku, ...]
    """What the lines are of, each once."""
    products: tuple[Product, ...]
    """Those of `skus`."""
    number: Ints
    """[L] the place of its SKU in `skus`."""
    has_kits: bool
    together: tuple[tuple[int, str], ...]
    """Each line that stands in a group of the client's, and that group's id."""
    substituted: tuple[int, ...]
    """The lines in which another product stands in for what was asked for."""
    is_sharing: Bools
    """[O] whether several of its lines are of one SKU."""


def goods_of(requests: Sequence[OrderToRoute], world: World) -> Goods:
    """The lines of all requests, merged in each.

    Refuses a SKU that `world.products` does not know (UNKNOWN_SKU).
    """
    if any(request.substitutions for request in requests):
        return merged_goods(requests, world)
    wanted = [request.order.lines for request in requests]
    parts = list(chain.from_iterable(wanted))
    skus = [part.sku for part in parts]
    numbers: dict[Sku, int] = {}
    places = [numbers.setdefault(sku, len(numbers)) for sku in skus]
    number = np.fromiter(places, np.int64, len(parts))
    counts = np.fromiter(map(len, wanted), np.int64, len(wanted))
    start, order, is_any_twice = laid_out(counts, number, len(numbers))
    if is_any_twice:
        return merged_goods(requests, world)
    # The common case: nothing to merge.
    products = known_products(numbers, world)
    quantity = [part.quantity for part in parts]
    value = list(map(mul, quantity, [part.unit_price_minor for part in parts]))
    # Most orders have neither kits nor groups.
    grouped = [line for line, part in enumerate(parts) if part.kit_id or part.together_id]
    return Goods(
        lines=tuple(map(Line, skus, map(products.__getitem__, places), zip(parts), quantity, value)),
        start=start,
        order=order,
        quantity=np.fromiter(quantity, np.int64, len(parts)),
        value_minor=np.fromiter(value, np.int64, len(parts)),
        skus=tuple(numbers),
        products=products,
        number=number,
        has_kits=any(parts[line].kit_id for line in grouped),
        together=tuple([(line, parts[line].together_id) for line in grouped if parts[line].together_id]),
        substituted=(),
        is_sharing=np.zeros(len(requests), np.bool_),
    )


def merged_goods(requests: Sequence[OrderToRoute], world: World) -> Goods:
    """The same of any orders, order by order."""
    by_order = [merge_lines(request.order, world, request.substitutions or ()) for request in requests]
    lines = tuple(chain.from_iterable(by_order))
    start = starts(list(map(len, by_order)))
    numbers: dict[Sku, int] = {}
    number = [numbers.setdefault(line.sku, len(numbers)) for line in lines]
    return Goods(
        lines=lines,
        start=start,
        order=np.arange(len(requests)).repeat(sizes(start)),
        quantity=np.array([line.quantity for line in lines], np.int64),
        value_minor=np.array([line.value_minor for line in lines], np.int64),
        skus=tuple(numbers),
        products=tuple({line.sku: line.product for line in lines}.values()),
        number=np.array(number, np.int64),
        has_kits=any(line.in_kit for line in lines),
        together=tuple(
            (place, part.together_id)
            for place, line in enumerate(lines)
            for part in line.parts
            if part.together_id
        ),
        substituted=tuple([place for place, line in enumerate(lines) if line.substitution is not None]),
        is_sharing=np.array([names_a_sku_twice(own) for own in by_order], np.bool_),
    )


def merge_lines(order: Order, world: World, substitutions: Sequence[Substitution]) -> list[Line]:
    """The lines of `order` by SKU and kit, outside kits by group, in the order in which each first appears.

    With `substitutions` as if the customer had asked for these products instead; the units keep their line's price.
    """
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


def known_products(skus: Collection[Sku], world: World) -> tuple[Product, ...]:
    """Those of the SKUs; refuses the first that nobody registered (UNKNOWN_SKU)."""
    found = tuple(map(world.products.get, skus))
    # All at once: a product is never false.
    return (
        cast(tuple[Product, ...], found) if all(found) else tuple([known_product(sku, world) for sku in skus])
    )


def known_product(sku: Sku, world: World) -> Product:
    if (product := world.products.get(sku)) is None:
        raise RouterError(Reason.UNKNOWN_SKU, f"product `{sku}` is unknown; register it first", sku=sku)
    return product


def names_a_sku_twice(lines: Sequence[Line]) -> bool:
    return len({line.sku for line in lines}) < len(lines)


def longest_side(product: Product) -> int:
    return max(product.length_mm, product.width_mm, product.height_mm)
