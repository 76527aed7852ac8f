"""The facts of a batch: one column for each fact that the rules read, and no others.

Facts of time are made by the rules themselves, facts of shipments by the solver. A day that no node's calendar gives,
such as that of a promise, is counted from the date of the decision in UTC.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import count
from operator import attrgetter

import numpy as np

from router.domain.carrier import ServiceLevel
from router.domain.node import Node
from router.domain.order import Order
from router.domain.product import Product
from router.routing.batch.attributes import attribute_column
from router.routing.batch.batch import Batch
from router.routing.batch.lines import Line, longest_side
from router.routing.batch.slices import sizes
from router.routing.network.dates import utc_day
from router.routing.network.prepared import emitted_by
from router.routing.world import OrderToRoute
from router.rules.vocabulary import FACTS, Column, Fact, Facts, Type
from router.solver.problem import Ints
from router.solver.tables import NO_ROW

Builder = Callable[[Batch], Column]

MONEY_MILLI_MAX = 1 << 60
"""LIMIT: the worth of an order beyond this counts as this; arithmetic of rules stays far inside 64 bits."""

MONEY_MINOR_MAX = MONEY_MILLI_MAX // 1_000 + 1
"""From here on thousandths are more than MONEY_MILLI_MAX; what the lines of an order add up to still fits 64 bits."""


def facts_of(batch: Batch, names: Iterable[str], attributes: Sequence[Fact] = ()) -> Facts:
    """The columns `names` of `batch`; those that are not of the vocabulary are declared in `attributes`."""
    own = {fact.name: fact for fact in attributes}
    return Facts(
        order_count=len(batch.requests),
        node_count=len(batch.node),
        service_count=len(batch.network.services),
        line_order=batch.line_order,
        columns={
            name: attribute_column(batch, own[name]) if name in own else BUILDERS[name](batch)
            for name in sorted(names)
        },
    )


def encoded(texts: Iterable[Hashable]) -> Column:
    """Texts, or members of enums that are such, as codes into the dictionary of those that occur."""
    values = list(texts)
    codes = dict(zip(dict.fromkeys(values), count()))
    if len(codes) == 1:
        return Column(np.zeros(len(values), np.int64), tuple(map(str, codes)))
    numbers = np.fromiter(map(codes.__getitem__, values), np.int64, len(values))
    return Column(numbers, tuple(map(str, codes)))


def column_of(name: str, values: Iterable[str | int | bool]) -> Column:
    """The column of fact `name` in the form that its type asks for."""
    kind = FACTS[name].type
    if kind is Type.STRING:
        return encoded(values)
    if kind is Type.MONEY:
        return Column(np.array([min(int(value), MONEY_MILLI_MAX) for value in values], np.int64))
    return Column(np.array(list(values), np.bool_ if kind is Type.BOOL else np.int64))


def optional_column(name: str, values: Sequence[int | None]) -> Column:
    """The column of a fact of numbers that not everything has."""
    present = np.array([value is not None for value in values], np.bool_)
    return Column(column_of(name, [value or 0 for value in values]).values, present=present)


def of_orders(name: str, read: Callable[[OrderToRoute], str | int | bool]) -> tuple[str, Builder]:
    return name, lambda batch: column_of(name, map(read, batch.requests))


def of_lines(name: str, read: Callable[[Line], str | int | bool]) -> tuple[str, Builder]:
    return name, lambda batch: column_of(name, map(read, batch.lines))


def of_products(name: str, read: Callable[[Product], str | int | bool]) -> tuple[str, Builder]:
    """A line's fact that its product alone decides."""

    def build(batch: Batch) -> Column:
        column = column_of(name, map(read, batch.goods.products))
        return Column(column.values.take(batch.goods.number), column.dictionary)

    return name, build


def texts_of_orders(name: str, read: Callable[[Sequence[Order]], list[str]]) -> tuple[str, Builder]:
    """A text of orders, read of all of them in one go."""
    return name, lambda batch: encoded(read([request.order for request in batch.requests]))


def some_orders(name: str, read: Callable[[OrderToRoute], int | None]) -> tuple[str, Builder]:
    return name, lambda batch: optional_column(name, [read(request) for request in batch.requests])


def sums(batch: Batch, amounts: Ints) -> Ints:
    """The sum over the lines of each order."""
    added: Ints = np.add.reduceat(amounts, batch.line_start[:-1])
    return added


def money(minor: Ints) -> Column:
    """Amounts in minor units as rules have them, no larger than MONEY_MILLI_MAX."""
    return Column(np.minimum(1_000 * np.minimum(minor, MONEY_MINOR_MAX), MONEY_MILLI_MAX))


def order_totals(batch: Batch) -> Column:
    return money(sums(batch, np.minimum(batch.value_minor, MONEY_MINOR_MAX)))


def unit_prices(batch: Batch) -> Column:
    """The mean price of a line's units, rounded down to a thousandth of a minor unit."""
    value, quantity = batch.value_minor, batch.quantity
    whole = value // quantity
    return Column(1_000 * whole + 1_000 * (value - whole * quantity) // quantity)


def of_nodes(name: str, read: Callable[[Node], str | int | bool]) -> tuple[str, Builder]:
    def build(batch: Batch) -> Column:
        network = batch.network
        every = network.remembered(name, lambda: column_of(name, map(read, network.nodes)))
        return Column(every.values.take(batch.node), every.dictionary)

    return name, build


def of_services(name: str, read: Callable[[ServiceLevel], str | int | bool]) -> tuple[str, Builder]:
    def build(batch: Batch) -> Column:
        network = batch.network
        return network.remembered(name, lambda: column_of(name, map(read, network.services)))

    return name, build


def of_lanes(name: str, read: Callable[[Batch], Ints]) -> tuple[str, Builder]:
    """A lane's fact, 0 where the lane is not served."""
    return name, lambda batch: Column(np.where(batch.row == NO_ROW, 0, read(batch)))


def order_age(request: OrderToRoute) -> int:
    """Whole minutes; 0 for an order that is decided before it was placed."""
    return int(max(0, request.decision_time - request.order.place_time) // 60_000_000)


def promise_days(request: OrderToRoute) -> int | None:
    promise = request.order.promise_day
    return None if promise is None else promise - utc_day(request.decision_time)


def payment_days(request: OrderToRoute) -> int | None:
    """Whole days; 0 on the last one."""
    if request.paid is None or request.paid.expire_time is None:
        return None
    return max(0, request.paid.expire_time - request.decision_time) // 86_400_000_000


def line_counts(batch: Batch) -> Column:
    """Distinct SKUs: a SKU in a kit and outside it counts once."""
    counts = sizes(batch.line_start)
    for order in batch.sharing:
        counts[order] = len({batch.lines[line].sku for line in batch.lines_of(order)})
    return Column(counts)


def release_days(batch: Batch) -> list[int | None]:
    """Days from the decision to the release of each line's product, 0 once it is over."""
    today = [utc_day(request.decision_time) for request in batch.requests]
    releases = [line.product.release_day for line in batch.lines]
    return [
        None if release is None else max(0, release - today[order])
        for release, order in zip(releases, batch.line_order.tolist(), strict=True)
    ]


def preorders(batch: Batch) -> Column:
    return Column(np.array([bool(days) for days in release_days(batch)], np.bool_))


def slots_per_day(batch: Batch) -> Column:
    limits = [batch.network.nodes[number].shipments_per_day for number in batch.node.tolist()]
    return optional_column("node.shipments_per_day", limits)


def free_slots(batch: Batch) -> Column:
    limits = [batch.network.nodes[number].shipments_per_day for number in batch.node.tolist()]
    is_limited = np.broadcast_to([limit is not None for limit in limits], batch.free_slots.shape)
    return Column(np.where(is_limited, batch.free_slots, 0), present=is_limited)


def same(
    name: str, of_order: Callable[[Order], Hashable | None], of_node: Callable[[Node], Hashable]
) -> tuple[str, Builder]:
    """Whether order and node share something; None is nothing that could be shared."""

    def build(batch: Batch) -> Column:
        codes: dict[Hashable, int] = {None: -1}
        wanted = [codes.setdefault(of_order(request.order), len(codes)) for request in batch.requests]
        nodes = [batch.network.nodes[number] for number in batch.node.tolist()]
        there = [codes.get(of_node(node), -2) for node in nodes]
        return Column(np.array(wanted, np.int64)[:, None] == np.array(there, np.int64))

    return name, build


def region_of(order: Order) -> tuple[str, str] | None:
    there = order.destination
    return (there.country, there.region) if there.region else None


def zones(batch: Batch) -> Ints:
    return batch.row - batch.network.rates.row_start[:-1] + 1


def transit_days(batch: Batch) -> Column:
    """0 where the lane is not served: NO_ROW is the last of the rows."""
    network = batch.network
    days = network.remembered("transit_days", lambda: np.append(network.rates.transit_days, 0))
    return Column(days.take(batch.row))


def place_confidences(batch: Batch) -> Column:
    """How exactly each destination is known; one that nobody knows is no order to decide."""
    places = [batch.network.network.find_place(request.order.destination) for request in batch.requests]
    return column_of("dest.confidence", ["COUNTRY" if one is None else one.confidence.name for one in places])


BUILDERS: Mapping[str, Builder] = dict(
    (
        of_orders("order.id", attrgetter("order.id")),
        texts_of_orders("order.channel", lambda orders: [order.channel for order in orders]),
        texts_of_orders("order.tier", lambda orders: [order.tier for order in orders]),
        of_orders("order.customer_id", attrgetter("order.customer_id")),
        of_orders("order.has_promise", lambda request: request.order.promise_day is not None),
        of_orders("order.age", order_age),
        some_orders("order.promise_days", promise_days),
        of_orders("order.payment", lambda request: request.paid.state if request.paid else "NONE"),
        of_orders("order.paid", lambda request: 1000 * request.paid.covered_minor if request.paid else 0),
        some_orders("order.payment_days", payment_days),
        of_orders("order.is_pickup", lambda request: request.order.pickup_node_id != ""),
        ("order.total", order_totals),
        ("order.weight", lambda batch: Column(sums(batch, batch.quantity * batch.unit_weight))),
        ("order.line_count", line_counts),
        ("order.unit_count", lambda batch: Column(sums(batch, batch.quantity))),
        texts_of_orders("dest.country", lambda orders: [order.destination.country for order in orders]),
        texts_of_orders("dest.region", lambda orders: [order.destination.region for order in orders]),
        of_orders("dest.postal_code", attrgetter("order.destination.postal_code")),
        ("dest.confidence", place_confidences),
        of_products("line.sku", attrgetter("sku")),
        of_products("line.category", attrgetter("category")),
        of_products("line.hazmat", attrgetter("hazmat")),
        of_products("line.temperature", attrgetter("temperature")),
        ("line.quantity", lambda batch: Column(batch.quantity)),
        ("line.unit_weight", lambda batch: Column(batch.unit_weight)),
        ("line.weight", lambda batch: Column(batch.quantity * batch.unit_weight)),
        ("line.unit_price", unit_prices),
        ("line.value", lambda batch: money(batch.value_minor)),
        ("line.unit_volume", lambda batch: Column(batch.unit_volume)),
        of_products("line.longest_side", longest_side),
        ("line.is_preorder", preorders),
        ("line.release_days", lambda batch: optional_column("line.release_days", release_days(batch))),
        of_lines("line.in_kit", attrgetter("in_kit")),
        of_nodes("node.id", lambda node: node.id),
        of_nodes("node.kind", lambda node: node.kind),
        of_nodes("node.is_open", lambda node: node.is_open),
        of_nodes("node.country", lambda node: node.country),
        of_nodes("node.region", lambda node: node.region),
        of_nodes("node.postal_code", lambda node: node.postal_code),
        ("node.shipments_per_day", slots_per_day),
        of_nodes("node.processing_days", lambda node: node.calendar.processing_days),
        of_services("service.id", lambda level: level.id),
        of_services("service.carrier", lambda level: level.carrier_id),
        of_services("service.mode", lambda level: level.mode),
        of_services("service.co2e", emitted_by),
        ("pair.distance", lambda batch: Column(batch.distance_km)),
        (
            "pair.ship_days",
            lambda batch: Column(np.where(batch.ship_day > 0, batch.ship_day - batch.today, 0)),
        ),
        same("pair.same_region", region_of, lambda node: (node.country, node.region)),
        same("pair.is_pickup_node", lambda order: order.pickup_node_id or None, lambda node: node.id),
        ("pair.booked", lambda batch: Column(batch.booked)),
        ("pair.free_slots", free_slots),
        of_lanes("lane.zone", zones),
        ("lane.transit_days", transit_days),
        of_lanes("lane.delivery_days", lambda batch: batch.delivery_day - batch.today[:, :, None]),
        of_lanes("lane.late_days", lambda batch: batch.late_days),
        ("stock.available", lambda batch: Column(batch.available)),
    )
)
