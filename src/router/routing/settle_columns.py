"""The orders of a round in their turn, in one compiled pass.

It is what `route.settle` does of any orders, step by step: as long as nothing was taken that matters to an order, it
is final. Of rounds in which only stock can run short it is done here over columns. The pass has the stock before it as
each order sees it, so it also writes that down as it stands in the order's record.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from router.routing.batch.batch import Batch
from router.routing.batch.slices import sizes, starts
from router.routing.batch.stock import Stock, find_stock
from router.routing.inputs import reads_bookings
from router.routing.packed_stock import PackedStock, Seen, pack_texts
from router.routing.round.round import Round, Solved
from router.routing.round.shipments import Shipments
from router.routing.world import StockView
from router.rules.ruleset import CompiledRules
from router.solver.problem import Bools, Ints
from router.solver.records import Array, compiled, plain

ORDERS_MANY = 5
"""From so many on columns take less time than one step after another."""
EVERY_UNIT = -1
"""Where any difference of the units at a node counts."""
MAP_BYTES_MAX, NUMBER_BYTES_MAX = 5, 9
"""How long the head of a map, and an integer, can be in MessagePack."""


class Wanted(NamedTuple):
    """Where the lines [L] of each order begin, which row of the stock each asks for, and how many units count there."""

    line_start: Ints
    row: Ints
    counts: Ints


class Units(NamedTuple):
    """Units by row and node: those `before`, on which orders were solved, and those `left` of what is there in turn.
    Only in rows that `is_touched` are the two not the same.
    """

    before: Ints
    left: Ints
    is_touched: Bools


class Texts(NamedTuple):
    """Texts one behind another, and where each begins."""

    packed: Array
    start: Ints


def fit_columns(solved: Sequence[Solved]) -> bool:
    """Whether these orders of one round, all on the same view, are many and nothing but stock that one takes at its
    nodes matters to another: no capacity, no substitutes, no transfers, no prices and nothing that was set aside.
    """
    found = solved[0].round
    world, batch = found.world, found.batch
    return (
        len(solved) >= ORDERS_MANY
        and not reads_bookings(solved[0])
        and batch.gatherings is None
        and not world.rules.offered_skus
        and not (world.prices.stock_milli or world.prices.capacity_milli)
        and all(request.allotment is None for request in batch.requests)
    )


def solved_side_by_side(solved: Sequence[Solved | None]) -> int:
    """How many of these, from the first on, are the first orders of one round, in its order."""
    first = solved[0]
    if first is None:
        return 0
    for number, one in enumerate(solved):
        if one is None or one.round is not first.round or one.order != number:
            return number
    return len(solved)


def stock_in_turn(found: Round, shipments: Shipments, view: StockView | None = None) -> list[Seen]:
    """What the first orders of the round see in their turn, those that are final: of `view`, or of what they were
    solved on. `shipments` are all that the round sends.

    They must `fit_columns`.
    """
    batch, stock, before = found.batch, found.batch.stock, found.batch.stock.units
    if view is not None:
        views = [view] * len(batch.requests)
        now = find_stock(batch.goods, views, batch.network)
        if now.skus != stock.skus:
            # They were solved each on a view of its own.
            return []
        stock, before = on_the_same_nodes(now, stock)
    is_touched = (
        np.zeros(len(before), np.bool_) if before is stock.units else np.any(before != stock.units, axis=1)
    )
    heads = joined(pack_texts(stock.skus))
    ids = joined([batch.network.packed_ids[number] for number in stock.node.tolist()])
    listed, listed_start = lines_by_sku(batch)
    room = sizes(heads.start) + MAP_BYTES_MAX + (stock.units > 0) @ (sizes(ids.start) + NUMBER_BYTES_MAX)
    listed_row = stock.row[listed]
    packed = np.empty(int(room[listed_row].sum()) + MAP_BYTES_MAX * len(batch.requests), np.uint8)
    ends = np.zeros(len(batch.requests), np.int64)
    count = _go_through(
        Wanted(plain(batch.line_start), stock.row, counting_units(batch, found.world.rules)),
        Units(before, stock.units.copy(), is_touched),
        takings_of(batch, shipments, stock.node),
        (listed_row, listed_start),
        heads,
        ids,
        packed,
        ends,
    )
    last = ends[:count].tolist()
    whole = packed[: last[-1] if last else 0].tobytes()
    products = list(map(batch.goods.products.__getitem__, batch.goods.number[listed].tolist()))
    return list(
        map(
            Seen,
            [tuple(products[begin:after]) for begin, after in pairwise(listed_start.tolist())],
            [PackedStock(whole[first:end]) for first, end in zip([0, *last], last)],
        )
    )


def joined(texts: Sequence[bytes]) -> Texts:
    return Texts(np.frombuffer(b"".join(texts), np.uint8), starts(list(map(len, texts))))


def lines_by_sku(batch: Batch) -> tuple[Ints, Ints]:
    """Of each order one line for each of its SKUs, in the SKUs' order, and where each order's begin and end."""
    skus = batch.stock.skus
    rank = np.empty(len(skus), np.int64)
    rank[sorted(range(len(skus)), key=skus.__getitem__)] = np.arange(len(skus))
    of_line = batch.line_order * len(skus) + rank[batch.stock.row]
    if not batch.sharing:
        return np.argsort(of_line), batch.line_start
    found, listed = np.unique(of_line, return_index=True)
    return listed, np.searchsorted(found, np.arange(len(batch.requests) + 1) * len(skus))


def counting_units(batch: Batch, rules: CompiledRules) -> Ints:
    """Of each line [L] how many units of its SKU at a node make a difference: as many as its order wants, all of them
    where rules look at stock.
    """
    if rules.reads_stock:
        return np.full(len(batch.lines), EVERY_UNIT)
    if not batch.sharing:
        return plain(batch.quantity)
    of_line = batch.line_order * len(batch.stock.units) + batch.stock.row
    _, place = np.unique(of_line, return_inverse=True)
    wanted = np.zeros(len(of_line), np.int64)
    np.add.at(wanted, place, batch.quantity)
    return wanted[place]


def on_the_same_nodes(now: Stock, seen: Stock) -> tuple[Stock, Ints]:
    """The stock of the same SKUs as it is `now`, and the units that were `seen`, at all nodes where either holds any.
    At closed nodes no difference is seen: nobody ships from there.
    """
    node, is_open, units, before = now.node, now.is_open, now.units, seen.units
    if not np.array_equal(node, seen.node):
        node = np.union1d(node, seen.node)
        units, before = at_nodes(now, node), at_nodes(seen, node)
        is_open = np.zeros(len(node), np.bool_)
        for one in (now, seen):
            is_open[np.searchsorted(node, one.node)] = one.is_open
    return Stock(now.row, now.skus, node, is_open, units), np.where(is_open, before, units)


def at_nodes(stock: Stock, node: Ints) -> Ints:
    """Its units at these nodes, among which are all of its own."""
    units = np.zeros((len(stock.units), len(node)), np.int64)
    units[:, np.searchsorted(node, stock.node)] = stock.units
    return units


def takings_of(batch: Batch, shipments: Shipments, node: Ints) -> Ints:
    """What is taken [U, 4], order by order: number of the order, row and column of the stock at the nodes, units."""
    taker = shipments.shipment_of_line
    takings = np.empty((len(taker), 4), np.int64)
    takings[:, 0] = shipments.order.take(taker)
    takings[:, 1] = batch.stock.row.take(shipments.line)
    takings[:, 2] = node.searchsorted(batch.node.take(shipments.node.take(taker)))
    takings[:, 3] = shipments.count
    return takings


@compiled
def _go_through(
    wanted: Wanted, units: Units, takings: Ints, listed: tuple[Ints, Ints], heads: Texts, ids: Texts, packed: Array,
    ends: Ints,
) -> int:  # fmt: skip
    """How many orders are final. `packed` up to its place in `ends` is what each sees of its `listed` rows.

    INVARIANT: `units.left` is what was there without what the orders before the present one take.
    """
    line_start, row, counts = wanted
    before, left, is_touched = units
    rows, rows_start = listed
    taken, end = 0, 0
    for order in range(len(ends)):
        for line in range(line_start[order], line_start[order + 1]):
            if is_touched[row[line]] and _differs(before[row[line]], left[row[line]], counts[line]):
                return order
        end = _put_head(packed, end, rows_start[order + 1] - rows_start[order])
        for place in range(rows_start[order], rows_start[order + 1]):
            own = rows[place]
            end = _put_text(packed, end, heads, own)
            end = _put_units(packed, end, left[own], ids)
        ends[order] = end
        while taken < len(takings) and takings[taken, 0] == order:
            own, column = takings[taken, 1], takings[taken, 2]
            left[own, column] = max(0, left[own, column] - takings[taken, 3])
            is_touched[own] = True
            taken += 1
    return len(ends)


@compiled
def _differs(seen: Ints, now: Ints, counts: int) -> bool:
    """Whether another number of units that count is at any node."""
    for node in range(len(seen)):
        if seen[node] != now[node] and (counts < 0 or seen[node] < counts or now[node] < counts):
            return True
    return False


@compiled
def _put_units(packed: Array, end: int, units: Ints, ids: Texts) -> int:
    """The map of the nodes that hold any."""
    count = 0
    for node in range(len(units)):
        if units[node] > 0:
            count += 1
    end = _put_head(packed, end, count)
    for node in range(len(units)):
        if units[node] > 0:
            end = _put_text(packed, end, ids, node)
            end = _put_number(packed, end, units[node])
    return end


@compiled
def _put_text(packed: Array, end: int, texts: Texts, number: int) -> int:
    # Indexes that cannot be negative let the compiler take many bytes at a time.
    source, start = texts
    first = start[number]
    count: int = start[number + 1] - first
    to, place = np.uintp(end), np.uintp(first)
    for step in range(np.uintp(count)):
        packed[to + step] = source[place + step]
    return end + count


@compiled
def _put_big_endian(packed: Array, end: int, kind: int, number: int, size: int) -> int:
    """The byte that says the kind, then the number in so many bytes."""
    packed[end] = kind
    for place in range(size):
        packed[end + 1 + place] = number >> 8 * (size - 1 - place) & 0xFF
    return end + 1 + size


@compiled
def _put_head(packed: Array, end: int, count: int) -> int:
    """That a map of so many pairs follows: fixmap, map 16 or map 32 of MessagePack."""
    if count < 16:
        packed[end] = 0x80 | count
        return end + 1
    if count < 1 << 16:
        return _put_big_endian(packed, end, 0xDE, count, 2)
    return _put_big_endian(packed, end, 0xDF, count, 4)


@compiled
def _put_number(packed: Array, end: int, number: int) -> int:
    """An integer that is not negative: fixint, or uint 8, 16, 32, 64 of MessagePack, the shortest that holds it."""
    at, size = np.uintp(end), 0
    if number < 1 << 7:
        packed[at] = number
    elif number < 1 << 8:
        packed[at], size = 0xCC, 1
    elif number < 1 << 16:
        packed[at], size = 0xCD, 2
    elif number < 1 << 32:
        packed[at], size = 0xCE, 4
    else:
        packed[at], size = 0xCF, 8
    for step in range(np.uintp(size)):
        packed[at + np.uintp(size) - step] = number & 0xFF
        number >>= 8
    return end + 1 + size
