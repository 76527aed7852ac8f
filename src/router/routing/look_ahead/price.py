"""A forecast, the stock and the network -> prices: by how much later orders get dearer when a unit is taken now.

    forecast -> one problem for each expected order, as if it came now -> rows that run short -> their duals

The problems are posed as for any order, so tariffs, calendars, rules and cost terms count as they do in a decision.
With nothing expected there are no prices, and plans are those of today alone.

LIMIT: an expected order is answered from what is there now; goods under way do not count. Orders outside the joint
method (`routing/wave/joint_problem.py`) count for nothing. Shipments of a node are priced only where the whole
forecast is posed at once (`ROUND_LANES_MAX`); stock always is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

import msgspec
import numpy as np
from msgspec import structs

from router.domain.identifiers import Day, Instant, NodeId, Sku
from router.domain.node import Node
from router.domain.order import Order
from router.routing.batch.batch import Batch
from router.routing.decision import NO_PRICES, Prices
from router.routing.look_ahead.forecast import TIMES_MILLI, ExpectedOrder, Forecast
from router.routing.look_ahead.later import as_if_short
from router.routing.network.dates import is_working_day, local_day, utc_day
from router.routing.round.round import ROUND_LANES_MAX, Asked, pose_round
from router.routing.wave.joint_problem import find_joint_orders, pose_jointly
from router.routing.world import CapacityView, OrderToRoute, StockView, Views, World
from router.solver.problem import UNLIMITED, Ints
from router.solver.wave.problem import NO_ROW

HERE_FIRST_PPM = 1_000
"""By so much prices stay below the duals: an order that is here is served before an equal one that may come."""

_PACKER = msgspec.msgpack.Encoder(order="deterministic")


def price_ahead(
    forecast: Forecast, world: World, stock: StockView, capacity: CapacityView, now: Instant
) -> Prices:
    """The prices at which today's orders leave to later ones what is worth more to them. Equal facts, equal prices.

    Expected orders that nothing can be decided of (a product or a place that is not known) count for nothing.
    """
    plain, views = replace(world, prices=NO_PRICES), Views.of(stock, capacity)
    expected = [one for one in forecast.orders if can_be_decided(one, world)]
    if not world.network.limited_nodes:
        scarce = scarce_skus(expected, stock)
        expected = [one for one in expected if not scarce.isdisjoint(line.sku for line in one.order.lines)]
    parts = in_parts(expected, max(1, ROUND_LANES_MAX // max(1, world.network.picks_up.size)))
    stock_milli: dict[Sku, dict[NodeId, int]] = {}
    capacity_milli: dict[NodeId, int] = {}
    for part in parts:
        asked = ask(part, plain, views, now)
        found_stock, found_capacity = price_part(
            part, asked, slots_ahead(asked.batch, forecast.days, views, now) if len(parts) == 1 else None
        )
        stock_milli |= found_stock
        capacity_milli |= found_capacity
    return versioned(stock_milli, capacity_milli)


def can_be_decided(one: ExpectedOrder, world: World) -> bool:
    """Whether it is expected at all, of products and to a place that are known, and not for one node alone."""
    order = one.order
    return (
        one.times_milli > 0
        and not order.pickup_node_id
        and all(line.sku in world.products for line in order.lines)
        and world.network.network.find_point(order.destination) is not None
    )


def scarce_skus(expected: Iterable[ExpectedOrder], stock: StockView) -> frozenset[Sku]:
    """The SKUs of which some node that holds any has not enough for all that is expected."""
    wanted: dict[Sku, int] = {}
    for one in expected:
        for line in one.order.lines:
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity * one.times_milli
    return frozenset(
        sku
        for sku, units_milli in wanted.items()
        if any(0 < units * TIMES_MILLI < units_milli for units in stock.available(sku).values())
    )


def in_parts(expected: Sequence[ExpectedOrder], size: int) -> list[list[ExpectedOrder]]:
    """Orders that name a common SKU, or are linked by others that do, stay together; else at most `size` in a part."""
    leader: dict[Sku, Sku] = {}

    def lead(sku: Sku) -> Sku:
        while (above := leader.setdefault(sku, sku)) != sku:
            leader[sku] = leader[above]
            sku = above
        return sku

    for one in expected:
        first = lead(one.order.lines[0].sku)
        for line in one.order.lines:
            leader[lead(line.sku)] = first
    families: dict[Sku, list[ExpectedOrder]] = {}
    for one in expected:
        families.setdefault(lead(one.order.lines[0].sku), []).append(one)
    parts: list[list[ExpectedOrder]] = []
    for family in families.values():
        if not parts or len(parts[-1]) + len(family) > size:
            parts.append([])
        parts[-1].extend(family)
    return parts


def ask(part: Sequence[ExpectedOrder], world: World, views: Views, now: Instant) -> Asked:
    """The problem of each order, as if it came now, but of its lines any may be short."""
    requests = [OrderToRoute(order=as_of(one.order, now), decision_time=now) for one in part]
    return as_if_short(pose_round(requests, world, [views] * len(requests), with_levels=False, gathers=False))


def price_part(
    part: Sequence[ExpectedOrder], asked: Asked, slots: Ints | None
) -> tuple[dict[Sku, dict[NodeId, int]], dict[NodeId, int]]:
    """Prices by SKU and node, and by node; the latter only where `slots` [N], the shipments left, are given."""
    # OR-Tools takes a second to import: only where prices are asked for.
    from router.solver.wave.look_ahead import Expectation

    inside = find_joint_orders(asked)
    if not len(inside):
        return {}, {}
    posed = pose_jointly(asked, inside)
    problem, units = posed.problem, len(posed.stock_row)
    if slots is None:
        problem = replace(problem, slot_row=np.full_like(problem.slot_row, NO_ROW))
        slots = np.full(len(asked.batch.node), UNLIMITED)
    limit = np.concatenate((problem.limit[:units], slots[posed.slot_node]))
    times = np.array([one.times_milli for one in part], np.float64)[inside] / TIMES_MILLI
    dual = Expectation(replace(problem, limit=limit)).prices(times, limit).price
    price = dual - -(-dual * HERE_FIRST_PPM // 1_000_000)
    return (
        stock_prices(asked.batch, posed.stock_row, price[:units]),
        capacity_prices(asked.batch, posed.slot_node, price[units:]),
    )


def as_of(order: Order, now: Instant) -> Order:
    """The order as if it were placed now, its promise as far away as it was."""
    promise = order.promise_day
    if promise is not None:
        promise = Day(utc_day(now) + promise - utc_day(order.place_time))
    return structs.replace(order, place_time=now, promise_day=promise)


def slots_ahead(batch: Batch, days: int, capacity: CapacityView, now: Instant) -> Ints:
    """Shipments that each node can still dispatch on its working days until goods come again [N]."""
    return np.array(
        [slots_of(batch.network.nodes[node], days, capacity, now) for node in batch.node], np.int64
    )


def slots_of(node: Node, days: int, capacity: CapacityView, now: Instant) -> int:
    if node.shipments_per_day is None:
        return UNLIMITED
    today = local_day(now, node.calendar.time_zone)
    booked = capacity.shipments_booked(node.id)
    return sum(
        max(0, node.shipments_per_day - booked.get(day, 0))
        for day in range(today, today + max(1, days))
        if is_working_day(node.calendar, day)
    )


def stock_prices(batch: Batch, stock_row: Ints, price: Ints) -> dict[Sku, dict[NodeId, int]]:
    """By SKU and node, as far as there is any."""
    skus = list(dict.fromkeys(line.sku for line in batch.lines))
    prices: dict[Sku, dict[NodeId, int]] = {}
    for row, milli in zip(stock_row.tolist(), price.tolist()):
        if milli > 0:
            sku, column = divmod(row, len(batch.node))
            prices.setdefault(skus[sku], {})[batch.node_ids[column]] = milli
    return prices


def capacity_prices(batch: Batch, slot_node: Ints, price: Ints) -> dict[NodeId, int]:
    return {
        batch.node_ids[column]: milli
        for column, milli in zip(slot_node.tolist(), price.tolist())
        if milli > 0
    }


def versioned(
    stock_milli: Mapping[Sku, Mapping[NodeId, int]], capacity_milli: Mapping[NodeId, int]
) -> Prices:
    """The prices under the digest of what they say, whatever the order in which they are told."""
    packed = _PACKER.encode((stock_milli, capacity_milli))
    return Prices(stock_milli=stock_milli, capacity_milli=capacity_milli, version=sha256(packed).hexdigest())
