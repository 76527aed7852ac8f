"""What a decision read, cut down to the one order: enough to decide it again, and no more."""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import UNSET

from router.domain.identifiers import NodeId, Sku
from router.domain.product import Product
from router.routing.batch.batch import Batch
from router.routing.decision import NO_PRICES, Inputs, Prices
from router.routing.network.dates import CAPACITY_DAYS_MAX
from router.routing.network.lanes import NO_DAY
from router.routing.network.prepared import PreparedNetwork
from router.routing.packed_stock import Seen
from router.routing.plan.capped import is_whole
from router.routing.round.round import Round, Solved
from router.routing.world import CapacityView, OrderToRoute, View, World
from router.solver.problem import Bools, Effort


def inputs_of(solved: Solved, view: View) -> Inputs:
    """The inputs of an order, with stock and capacity as `view` shows them."""
    network, products = solved.batch.network, products_of(solved)
    held = {product.sku: stock_at_nodes(network, view.available(product.sku)) for product in products}
    booked, prices = shipments_seen(solved, held, view), prices_seen(solved, held)
    return inputs_with(solved.round.world, solved.asked, solved.effort, products, held, booked, prices)


def inputs_in_turn(found: Round, seen: Sequence[Seen]) -> list[Inputs]:
    """The inputs of the first orders of a round, each of which has `seen` nothing but stock in its turn."""
    world, prices = found.world, version_of(found.world.prices)
    return [
        inputs_with(world, request, found.efforts[order], one.products, one.stock, NOTHING, prices)
        for order, (request, one) in enumerate(zip(found.batch.requests, seen))
    ]


NOTHING: Mapping[NodeId, Mapping[int, int]] = {}
"""No shipments."""


def products_of(solved: Solved) -> tuple[Product, ...]:
    """What the order and its variants could be sent, by SKU."""
    products = {
        line.sku: line.product
        for one in solved.all_watched
        for line in one.batch.lines[one.lines.start : one.lines.stop]
    }
    return tuple([products[sku] for sku in sorted(products)])


def inputs_with(
    world: World,
    request: OrderToRoute,
    effort: Effort,
    products: tuple[Product, ...],
    stock: Mapping[Sku, Mapping[NodeId, int]],
    shipments_booked: Mapping[NodeId, Mapping[int, int]],
    prices: Prices,
) -> Inputs:
    """The inputs of an order as it was asked."""
    caps = request.caps
    return Inputs(
        order=request.order,
        decision_time=request.decision_time,
        products=products,
        stock=stock,
        shipments_booked=shipments_booked,
        rules_digest=world.rules.digest,
        network_digest=world.network.digest,
        prices=prices,
        effort=effort,
        only_node=request.only_node,
        allotment=request.allotment,
        replacing=request.replacing,
        capped=tuple([cap.sku for cap in caps if is_whole(cap)]) if caps else (),
        caps=tuple([cap for cap in caps if not is_whole(cap)]) or UNSET if caps else UNSET,
        paid=request.paid,
    )


def stock_at_nodes(network: PreparedNetwork, held: Mapping[NodeId, int]) -> dict[NodeId, int]:
    """The nodes of the network that hold any of what is `held`, closed ones too: an explanation names them."""
    index = network.node_index
    if all(held.values()) and held.keys() <= index.keys():
        # The common case, and a copy is all of it.
        return dict(held)
    return {node_id: units for node_id, units in held.items() if units > 0 and node_id in index}


def shipments_seen(
    solved: Solved, held: Mapping[Sku, Mapping[NodeId, int]], view: CapacityView
) -> dict[NodeId, dict[int, int]]:
    """Bookings from the first day the order could leave to the day it would.

    At nodes with a limit of shipments; at every open node when rules read how many are planned.
    """
    seen: dict[NodeId, dict[int, int]] = {}
    if not reads_bookings(solved):
        return seen
    for one in solved.all_watched:
        skus = {one.batch.lines[number].sku for number in one.lines}
        for node_id, days in shipments_seen_by(
            one, {node_id for sku in skus for node_id in held[sku]}, view
        ).items():
            seen[node_id] = seen.get(node_id, {}) | days
    if solved.rivals is None:
        return seen
    return {node_id: dict(sorted(seen[node_id].items())) for node_id in sorted(seen)}


def reads_bookings(solved: Solved) -> bool:
    """Whether it matters to any order how many shipments are planned somewhere."""
    return solved.round.world.rules.reads_capacity or bool(solved.batch.network.limited_nodes)


def shipments_seen_by(
    solved: Solved, node_ids: set[NodeId], view: CapacityView
) -> dict[NodeId, dict[int, int]]:
    """The same of one variant of the order, at those of the nodes that it could look at."""
    batch, order = solved.batch, solved.order
    seen: dict[NodeId, dict[int, int]] = {}
    asked = solved.round.world.rules.reads_capacity
    plain = {node_id: [column] for node_id, column in batch.column_of.items() if node_id in node_ids}
    for column in gatherings_seen(solved):
        plain.setdefault(batch.node_ids[column], []).append(column)
    for node_id in sorted(plain.keys() if asked else plain.keys() & batch.network.limited_nodes):
        if not (booked := view.shipments_booked(node_id)):
            continue
        days = [day for column in plain[node_id] for day in days_seen(batch, order, column)]
        if counts := {day: booked[day] for day in sorted(set(days)) if booked.get(day)}:
            seen[node_id] = counts
    return seen


def days_seen(batch: Batch, order: int, column: int) -> range:
    """From the first day on which the order could leave to the day on which it would."""
    first, last = int(batch.ready_day[order, column]), int(batch.ship_day[order, column])
    if first == NO_DAY:
        return range(0)
    return range(first, 1 + (first + CAPACITY_DAYS_MAX if last == NO_DAY else last))


def gatherings_seen(solved: Solved) -> list[int]:
    """The columns of the gatherings whose lanes all begin where something of the order lies."""
    batch = solved.batch
    if batch.gatherings is None or not batch.gatherings.may_gather[solved.order]:
        return []
    there: Bools = np.any(batch.available[solved.lines.start : solved.lines.stop], axis=0)
    return [
        batch.gatherings.first + number
        for number, one in enumerate(batch.gatherings.every)
        if there[list(one.sources)].all()
    ]


def hubs_seen(solved: Solved) -> set[NodeId]:
    """Where the order, or a variant of it, could be gathered."""
    return {one.batch.node_ids[column] for one in solved.all_watched for column in gatherings_seen(one)}


def version_of(prices: Prices) -> Prices:
    """What an order sees of a table that prices nothing."""
    return Prices(version=prices.version) if prices.version else NO_PRICES


def prices_seen(solved: Solved, held: Mapping[Sku, Mapping[NodeId, int]]) -> Prices:
    """The prices of the stock that the order could take, of the nodes that hold it and of hubs, and their version."""
    prices = solved.round.world.prices
    if not prices.stock_milli and not prices.capacity_milli:
        return version_of(prices)
    stock = {}
    for sku, nodes in held.items():
        by_node = prices.stock_milli.get(sku, {})
        if found := {node_id: by_node[node_id] for node_id in nodes if by_node.get(node_id)}:
            stock[sku] = found
    node_ids = sorted({node_id for nodes in held.values() for node_id in nodes} | hubs_seen(solved))
    capacity = {n: prices.capacity_milli[n] for n in node_ids if prices.capacity_milli.get(n)}
    return Prices(stock_milli=stock, capacity_milli=capacity, version=prices.version)
