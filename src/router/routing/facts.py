"""The facts of a batch: one column for each fact that the rules read, and no others."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from router.domain.carrier import ServiceLevel
from router.domain.node import Node
from router.routing.batch import Batch, Line
from router.routing.network import NO_ROW
from router.routing.world import OrderToRoute
from router.rules.vocabulary import FACTS, Column, Facts, Type
from router.solver.problem import Ints

Builder = Callable[[Batch], Column]

MONEY_MILLI_MAX = 1 << 60
"""LIMIT: the worth of an order beyond this counts as this; arithmetic of rules stays far inside 64 bits."""


def facts_of(batch: Batch, names: Iterable[str]) -> Facts:
    """The columns `names` of `batch`."""
    return Facts(
        order_count=len(batch.requests),
        node_count=len(batch.node),
        service_count=len(batch.network.services),
        line_order=batch.line_order,
        columns={name: BUILDERS[name](batch) for name in sorted(names)},
    )


def encoded(texts: Iterable[str]) -> Column:
    """Texts as codes into the dictionary of those that occur."""
    codes: dict[str, int] = {}
    values = [codes.setdefault(text, len(codes)) for text in texts]
    return Column(np.array(values, np.int64), tuple(codes))


def column_of(name: str, values: Iterable[str | int | bool]) -> Column:
    """The column of fact `name` in the form that its type asks for."""
    kind = FACTS[name].type
    if kind is Type.STRING:
        return encoded(str(value) for value in values)
    if kind is Type.MONEY:
        return Column(np.array([min(int(value), MONEY_MILLI_MAX) for value in values], np.int64))
    return Column(np.array(list(values), np.bool_ if kind is Type.BOOL else np.int64))


def of_orders(name: str, read: Callable[[OrderToRoute], str | int | bool]) -> tuple[str, Builder]:
    return name, lambda batch: column_of(name, [read(request) for request in batch.requests])


def of_lines(name: str, read: Callable[[Line], str | int | bool]) -> tuple[str, Builder]:
    return name, lambda batch: column_of(name, [read(line) for line in batch.lines])


def summed(name: str, read: Callable[[Line], int]) -> tuple[str, Builder]:
    """An order's fact that is a sum over its lines."""

    def build(batch: Batch) -> Column:
        orders = range(len(batch.requests))
        sums = [sum(read(batch.lines[line]) for line in batch.lines_of(order)) for order in orders]
        return column_of(name, sums)

    return name, build


def of_nodes(name: str, read: Callable[[Node], str | int | bool]) -> tuple[str, Builder]:
    return name, lambda batch: column_of(name, [read(batch.network.nodes[n]) for n in batch.node.tolist()])


def of_services(name: str, read: Callable[[ServiceLevel], str | int | bool]) -> tuple[str, Builder]:
    return name, lambda batch: column_of(name, [read(level) for level in batch.network.services])


def of_lanes(name: str, read: Callable[[Batch], Ints]) -> tuple[str, Builder]:
    """A lane's fact, 0 where the lane is not served."""
    return name, lambda batch: Column(np.where(batch.row == NO_ROW, 0, read(batch)))


def transit_days(batch: Batch) -> Ints:
    days = batch.network.rates.transit_days
    return days[batch.row] if len(days) else np.zeros(batch.row.shape, np.int64)


BUILDERS: Mapping[str, Builder] = dict(
    (
        of_orders("order.id", lambda request: request.order.id),
        of_orders("order.channel", lambda request: request.order.channel),
        of_orders("order.tier", lambda request: request.order.tier),
        of_orders("order.customer_id", lambda request: request.order.customer_id),
        of_orders("order.has_promise", lambda request: request.order.promise_day is not None),
        summed("order.total", lambda line: 1000 * line.value_minor),
        summed("order.weight", lambda line: line.quantity * line.product.weight_grams),
        summed("order.line_count", lambda line: 1),
        summed("order.unit_count", lambda line: line.quantity),
        of_orders("dest.country", lambda request: request.order.destination.country),
        of_orders("dest.region", lambda request: request.order.destination.region),
        of_orders("dest.postal_code", lambda request: request.order.destination.postal_code),
        of_lines("line.sku", lambda line: line.sku),
        of_lines("line.category", lambda line: line.product.category),
        of_lines("line.hazmat", lambda line: line.product.hazmat),
        of_lines("line.temperature", lambda line: line.product.temperature),
        of_lines("line.quantity", lambda line: line.quantity),
        of_lines("line.unit_weight", lambda line: line.product.weight_grams),
        of_lines("line.weight", lambda line: line.quantity * line.product.weight_grams),
        of_lines("line.unit_price", lambda line: 1000 * line.value_minor // line.quantity),
        of_lines("line.value", lambda line: 1000 * line.value_minor),
        of_nodes("node.id", lambda node: node.id),
        of_nodes("node.kind", lambda node: node.kind),
        of_nodes("node.is_open", lambda node: node.is_open),
        of_nodes("node.country", lambda node: node.country),
        of_nodes("node.region", lambda node: node.region),
        of_services("service.id", lambda level: level.id),
        of_services("service.carrier", lambda level: level.carrier_id),
        of_services("service.mode", lambda level: level.mode),
        ("pair.distance", lambda batch: Column(batch.distance_km)),
        (
            "pair.ship_days",
            lambda batch: Column(np.where(batch.ship_day > 0, batch.ship_day - batch.today, 0)),
        ),
        of_lanes("lane.transit_days", transit_days),
        of_lanes("lane.delivery_days", lambda batch: batch.delivery_day - batch.today[:, :, None]),
        of_lanes("lane.late_days", lambda batch: batch.late_days),
        ("stock.available", lambda batch: Column(batch.available)),
    )
)
