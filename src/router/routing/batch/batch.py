"""The orders of a batch side by side: their lines, the nodes that hold any of it, and every lane with its dates.

Axes: O orders, L their lines one after another, N candidate nodes, S service levels of the network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from router.domain.identifiers import NodeId
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError
from router.routing.batch.bundles import Bundles, bundle_up
from router.routing.batch.gatherings import Gatherings, find_gatherings, held_together, made_ready, widened
from router.routing.batch.lane_constraints import LANE_CONSTRAINTS, Lanes
from router.routing.batch.lines import Goods, Line, goods_of, longest_side
from router.routing.batch.slots import find_booked, find_ready_days, find_ship_days
from router.routing.batch.stock import Stock, find_stock
from router.routing.network.lanes import lane_days
from router.routing.network.prepared import PreparedNetwork
from router.routing.world import OrderToRoute, View, World
from router.solver.problem import UNLIMITED, Bools, Ints
from router.solver.records import plain
from router.solver.tables import NO_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is known of a batch before any rule speaks."""

    network: PreparedNetwork
    requests: tuple[OrderToRoute, ...]
    goods: Goods
    lines: tuple[Line, ...]
    line_start: Ints  # [O + 1]
    line_order: Ints  # [L]
    quantity: Ints  # [L]
    value_minor: Ints  # [L] what all its units are worth at their prices
    bundles: Bundles
    sharing: tuple[int, ...]
    """The orders of which several bundles want the same SKU."""
    unit_weight: Ints  # [L] grams
    unit_volume: Ints  # [L] cubic millimetres
    accepted: Bools  # [L, S] whether the service level takes such goods, by class, temperature and length
    stock: Stock
    gatherings: Gatherings | None
    """The last of the nodes N are gatherings, each the hub of one; None: none of them is."""
    node: Ints  # [N] number in the network, rising but for gatherings
    node_ids: tuple[NodeId, ...]  # [N]
    column_of: Mapping[NodeId, int]  # the place of a node on the axis N, not of its gatherings
    available: Ints  # [L, N] units
    today: Ints  # [O, N] local day of the decision
    ready_day: Ints  # [O, N] NO_DAY = none
    ship_day: Ints  # [O, N] NO_DAY = none
    free_slots: Ints  # [O, N] shipments the node can still dispatch on its ship day
    booked: (
        Ints  # [O, N] shipments planned for its ship day; 0 where no rule reads it and the node has no limit
    )
    distance_km: Ints  # [O, N]
    row: Ints  # [O, N, S] rate row, NO_ROW = not served
    delivery_day: Ints  # [O, N, S] NO_DAY where not served
    late_days: Ints  # [O, N, S]

    @property
    def plain_count(self) -> int:
        """The first so many of the nodes N are no gatherings."""
        return len(self.node) if self.gatherings is None else self.gatherings.first

    def lines_of(self, order: int) -> range:
        return range(self.line_start.item(order), self.line_start.item(order + 1))

    @property
    def holds(self) -> Bools:
        """[O, N] whether the node holds any of the order. Deciding does not ask, so it is found anew each time."""
        found: Bools = np.logical_or.reduceat(self.available > 0, self.line_start[:-1], axis=0)
        return found

    def held_at(self, order: int) -> list[bool]:
        """[N] the row of `holds` of one order, without the others."""
        lines = self.lines_of(order)
        held: Bools = np.logical_or.reduce(self.available[lines.start : lines.stop] > 0, axis=0)
        return list(held.tolist())


def read_batch(
    requests: Sequence[OrderToRoute], world: World, views: Sequence[View], *, gathers: bool = True
) -> Batch:
    """Look up everything the rules and the solver may ask about `requests`, order o as views[o] shows it.

    Unless it `gathers`, transfer lanes count for nothing. Refuses an order with a SKU that `world.products` does not
    know (UNKNOWN_SKU), and one that is to be collected at a node that the network does not have (UNKNOWN_NODE).
    """
    network = world.network
    refuse_unknown_pickups(requests, network)
    goods = goods_of(requests, world)
    products, number = goods.products, goods.number
    stock = find_stock(goods, views, network)
    node, available = stock.node[stock.is_open], stock.at_open_nodes()
    today, ready = find_ready_days(requests, network, node)
    nodes = network.nodes
    column_of = {nodes[number].id: column for column, number in enumerate(node.tolist())}
    gatherings = find_gatherings(requests, network, node, ready, goods.is_sharing) if gathers else None
    if gatherings is not None:
        node, available = widened(node, gatherings), held_together(available, gatherings)
        today, ready = find_ready_days(requests, network, node)
        ready = made_ready(ready, gatherings)
    node_ids = tuple([nodes[number].id for number in node.tolist()])
    ship_day, free_slots = find_ship_days(ready, network, node, views)
    distance, row = find_lanes(requests, network, node)
    lanes = Lanes(requests=requests, network=network, node=node, ship_day=ship_day, distance_km=distance)
    for closes in LANE_CONSTRAINTS:
        if np.count_nonzero(closed := closes(lanes)):
            row[closed] = NO_ROW
    delivery_day, late_days = find_lane_days(requests, network, ship_day, row)
    return Batch(
        network=network,
        requests=tuple(requests),
        goods=goods,
        lines=goods.lines,
        line_start=goods.start,
        line_order=goods.order,
        quantity=goods.quantity,
        value_minor=goods.value_minor,
        bundles=bundle_up(goods),
        sharing=tuple(goods.is_sharing.nonzero()[0].tolist()),
        unit_weight=np.array([product.weight_grams for product in products], np.int64).take(number),
        unit_volume=np.array([product.volume_mm3 for product in products], np.int64).take(number),
        accepted=find_accepted(products, number, network),
        stock=stock,
        gatherings=gatherings,
        node=node,
        node_ids=node_ids,
        column_of=column_of,
        available=available,
        today=today,
        ready_day=ready,
        ship_day=ship_day,
        free_slots=free_slots,
        booked=find_booked(ship_day, free_slots, network, node, views, everywhere=world.rules.reads_capacity),
        distance_km=distance,
        row=row,
        delivery_day=delivery_day,
        late_days=late_days,
    )


def refuse_unknown_pickups(requests: Sequence[OrderToRoute], network: PreparedNetwork) -> None:
    for request in requests:
        order = request.order
        if order.pickup_node_id and order.pickup_node_id not in network.node_index:
            raise RouterError(
                Reason.UNKNOWN_NODE,
                f"order `{order.id}` is to be collected at node `{order.pickup_node_id}`,"
                " which the network does not have; name a node of it",
                order_id=order.id,
                node_id=order.pickup_node_id,
            )


def find_accepted(products: Sequence[Product], number: Ints, network: PreparedNetwork) -> Bools:
    """Which service levels take one unit of each line's product, whatever it weighs; `number` [L] are their places."""
    kinds = {(one.hazmat, one.temperature) for one in products}
    if len(kinds) == 1:
        accepted: Bools = network.accepts(products[0])[None].repeat(len(number), axis=0)
    else:
        places = {kind: place for place, kind in enumerate(kinds)}
        of_product = np.array([places[one.hazmat, one.temperature] for one in products], np.int64)
        one_of_each = dict(zip(of_product.tolist(), products))
        by_kind = np.array([network.accepts(one_of_each[place]) for place in range(len(kinds))], np.bool_)
        accepted = by_kind.take(of_product.take(number), axis=0)
    if not np.count_nonzero(network.item_length_max):
        return accepted
    longest = np.array([longest_side(product) for product in products], np.int64).take(number)[:, None]
    accepted &= (network.item_length_max == 0) | (longest <= network.item_length_max)
    return accepted


def find_lanes(requests: Sequence[OrderToRoute], network: PreparedNetwork, node: Ints) -> tuple[Ints, Ints]:
    """Kilometres [O, N] and rate rows [O, N, S] from the nodes to each order's destination."""
    return network.reaches([request.order.destination for request in requests], node)


def find_lane_days(
    requests: Sequence[OrderToRoute], network: PreparedNetwork, ship_day: Ints, row: Ints
) -> tuple[Ints, Ints]:
    """By each lane the day of delivery [O, N, S], NO_DAY where there is none, and days after the promised day; 0
    without promise.
    """
    promises = [request.order.promise_day for request in requests]
    latest = np.array([UNLIMITED if day is None else day for day in promises], np.int64)
    rates = network.rates
    return lane_days(row, plain(ship_day), latest, rates.transit_days, rates.delivery_offset)
