"""The stock that a batch looks at: of each SKU the units at the nodes that hold any."""

from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np

from router.domain.identifiers import NodeId, Sku
from router.routing.batch.lines import Goods, Line
from router.routing.network.prepared import PreparedNetwork
from router.routing.world import StockView, units_of
from router.solver.problem import Bools, Ints

UNKNOWN = -1
"""The number of a node that is none of the network."""


class Stock(NamedTuple):
    """Units [K, M] of SKUs at all nodes of the network that hold any of them, closed ones too: an explanation names
    them.
    """

    row: Ints
    """[L] where the line's SKU stands, as the line's order sees it; lines that see the same have one row."""
    skus: tuple[Sku, ...]
    """[K]"""
    node: Ints
    """[M] number in the network, rising."""
    is_open: Bools
    """[M]"""
    units: Ints

    def at_open_nodes(self) -> Ints:
        """Units [L, N] of the lines' SKUs at the open ones."""
        is_every = np.count_nonzero(self.is_open) == len(self.is_open)
        units = self.units if is_every else self.units[:, self.is_open]
        return units.take(self.row, axis=0)


def find_stock(goods: Goods, views: Sequence[StockView], network: PreparedNetwork) -> Stock:
    """What is there of the goods' SKUs, of a line of order o as views[o] shows it.

    What all orders see alike is read at once where the view has it so.
    """
    is_shared = len(set(map(id, views))) == 1
    if is_shared and (units := units_of(views[0])(goods.skus, network.node_index)) is not None:
        return with_holders(goods.number, goods.skus, units, network)
    return find_apart(goods.lines, [views[order] for order in goods.order.tolist()], network)


def find_apart(lines: Sequence[Line], views: Sequence[StockView], network: PreparedNetwork) -> Stock:
    """The same of any views, line l as views[l] shows it.

    A SKU is looked up once in a view that consecutive lines share.
    """
    skus: list[Sku] = []
    held: list[Mapping[NodeId, int]] = []
    of_line: list[int] = []
    known: dict[Sku, int] = {}
    view = None
    for line, seen in zip(lines, views, strict=True):
        if seen is not view:
            view, known = seen, {}
        if (number := known.get(line.sku)) is None:
            number = known[line.sku] = len(held)
            skus.append(line.sku)
            held.append(seen.available(line.sku))
        of_line.append(number)
    row, units = np.array(of_line, np.int64), at_every_node(held, network)
    if units is not None:
        return with_holders(row, tuple(skus), units, network)
    node, units = at_their_nodes(held, network)
    return Stock(row, tuple(skus), node, network.is_open[node], units)


def with_holders(row: Ints, skus: tuple[Sku, ...], units: Ints, network: PreparedNetwork) -> Stock:
    """Of units [K, nodes of the network] those at nodes that hold any."""
    if len(units) and np.count_nonzero(units[0]) == units.shape[1]:
        # Every node holds the first SKU: no need to look at the others.
        return Stock(row, skus, np.arange(units.shape[1]), network.is_open, units)
    is_holder: Bools = np.logical_or.reduce(units, axis=0)
    node = np.flatnonzero(is_holder)
    held = units if len(node) == len(is_holder) else units.take(node, axis=1)
    return Stock(row, skus, node, network.is_open[node], held)


def at_every_node(held: Sequence[Mapping[NodeId, int]], network: PreparedNetwork) -> Ints | None:
    """The units at all nodes of the network; None where a SKU was never at one of them. Where each was at all, as in a
    network of few nodes, this takes a third of the time.
    """
    shape = len(held), len(network.nodes)
    try:
        found = np.fromiter(
            chain.from_iterable(map(network.of_every_node, held)), np.int64, shape[0] * shape[1]
        )
    except KeyError:
        return None
    return np.maximum(found.reshape(shape), 0)


def at_their_nodes(held: Sequence[Mapping[NodeId, int]], network: PreparedNetwork) -> tuple[Ints, Ints]:
    """The nodes of the network that hold any, rising, and the units there."""
    numbers = map(network.node_index.get, chain.from_iterable(held), repeat(UNKNOWN))
    cell = np.fromiter(numbers, np.int64)
    count = np.fromiter(chain.from_iterable(one.values() for one in held), np.int64, len(cell))
    row = np.repeat(np.arange(len(held)), [len(one) for one in held])
    is_there = (count > 0) & (cell != UNKNOWN)
    row, cell, count = row[is_there], cell[is_there], count[is_there]
    is_holder = np.bincount(cell, minlength=len(network.nodes)) > 0
    node, column = np.flatnonzero(is_holder), np.cumsum(is_holder) - 1
    units = np.zeros((len(held), len(node)), np.int64)
    units[row, column[cell]] = count
    return node, units


def open_stock(units: Mapping[NodeId, int], network: PreparedNetwork) -> dict[int, int]:
    """The units at open nodes of the network, by the nodes' numbers."""
    index = network.open_node_index
    return {index[node_id]: count for node_id, count in units.items() if count > 0 and node_id in index}
