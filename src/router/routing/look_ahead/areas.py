"""Whose customers an order is from: those of the nearest node that sends there, of all where a product was laid in."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.domain.identifiers import NodeId, Sku
from router.domain.order import Destination, Order
from router.routing.network.prepared import PreparedNetwork
from router.solver.problem import Ints
from router.solver.tables import NO_ROW

DESTINATIONS_AT_ONCE = 1_000
TOO_FAR_KM = np.iinfo(np.int32).max

Floats = NDArray[np.float64]


class Lines(NamedTuple):
    """All lines of some orders: the order's number, the area (NO_ROW = none), and the units."""

    order: Ints
    area: Ints
    quantity: Floats


class Areas:
    """The areas of goods `laid_in`, numbered by SKU and node where there are any units.

    Nodes that the network does not name have none. An order that is picked up is of its node's area. `orders` are all
    that will be asked of; their places are known.
    """

    def __init__(
        self, laid_in: Mapping[Sku, Mapping[NodeId, int]], network: PreparedNetwork, orders: Sequence[Order]
    ) -> None:
        self._node_index = network.node_index
        held = [
            (sku, network.node_index[node], units)
            for sku, nodes in laid_in.items()
            for node, units in sorted(nodes.items())
            if units > 0 and node in network.node_index
        ]
        self.sku = [sku for sku, _, _ in held]
        self.units = np.array([units for _, _, units in held], np.float64)
        self._node = np.array([node for _, node, _ in held], np.int64)
        self._of_sku: dict[Sku, slice] = {}
        for number, sku in enumerate(self.sku):
            first = self._of_sku[sku].start if sku in self._of_sku else number
            self._of_sku[sku] = slice(first, number + 1)
        self._place = {place: row for row, place in enumerate({order.destination: 0 for order in orders})}
        self._km = kilometers(network, list(self._place))

    def of(self, sku: Sku, orders: Sequence[Order]) -> Ints:
        """The area of each order, as one of the product; NO_ROW where no node has it that sends there."""
        own = self._of_sku.get(sku)
        if own is None or not orders:
            return np.full(len(orders), NO_ROW)
        node = self._node[own]
        km = self._km[[self._place[order.destination] for order in orders]][:, node]
        area = np.where(km.min(axis=1) < TOO_FAR_KM, own.start + km.argmin(axis=1), NO_ROW)
        for number, order in enumerate(orders):
            if order.pickup_node_id:
                there = np.flatnonzero(node == self._node_index.get(NodeId(order.pickup_node_id), NO_ROW))
                area[number] = own.start + there[0] if len(there) else NO_ROW
        return area

    def lines_of(self, orders: Sequence[Order]) -> Lines:
        """The lines of all orders, in their order."""
        lines = [(number, line) for number, order in enumerate(orders) for line in order.lines]
        of_sku: dict[Sku, list[int]] = {}
        for row, (_, line) in enumerate(lines):
            of_sku.setdefault(line.sku, []).append(row)
        area = np.full(len(lines), NO_ROW)
        for sku, rows in of_sku.items():
            area[rows] = self.of(sku, [orders[lines[row][0]] for row in rows])
        return Lines(
            order=np.array([number for number, _ in lines], np.int64),
            area=area,
            quantity=np.array([line.quantity for _, line in lines], np.float64),
        )

    def sum_of(self, lines: Lines, times: Floats) -> Floats:
        """The units of each area when each order comes so many `times`."""
        known = lines.area != NO_ROW
        units = (lines.quantity * times[lines.order])[known]
        return np.bincount(lines.area[known], units, minlength=len(self.units)).astype(np.float64)


def kilometers(network: PreparedNetwork, destinations: Sequence[Destination]) -> NDArray[np.int32]:
    """From each destination to every node [D, N]; TOO_FAR_KM where no service of the node goes there."""
    found = np.full((len(destinations), len(network.nodes)), TOO_FAR_KM, np.int32)
    nodes = np.arange(len(network.nodes))
    for first in range(0, len(destinations), DESTINATIONS_AT_ONCE):
        part = slice(first, first + DESTINATIONS_AT_ONCE)
        reached = network.reaches(destinations[part], nodes)
        served = (reached.row != NO_ROW).any(axis=2)
        found[part][served] = reached.distance_km[served]
    return found
