"""What can be promised of many SKUs at once: a row for each that was asked for, a column for each node of a network.

Rounds read all their stock from here: a batch of orders for goods that nobody asked for before then makes no dictionary
of the nodes of each.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import numpy as np

from router.app.books.balance_columns import Ints
from router.domain.identifiers import NodeId, Sku

SKUS_MANY = 15
"""From so many on rounds read columns. The record of fewer orders wants the nodes of each SKU by their ids anyway."""

NODES_MAX = 256
"""In a larger network most goods lie at few of the nodes, and a row is mostly zeros."""

CELLS_MAX = 500_000
"""LIMIT: units that are kept ready, 4 MB; when they are more, all are counted anew from the balances."""

Count = Callable[[Sequence[Sku], Mapping[NodeId, int]], Ints]
"""Units of SKUs at nodes [SKUs, nodes], these by their numbers."""


class StockTable:
    """Of one network at a time. What changes must be put. One thread uses it."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._columns: Mapping[NodeId, int] = {}
        self._rows: dict[Sku, int] = {}
        self._units: Ints = np.zeros((0, 0), np.int64)

    def units_of(self, skus: Sequence[Sku], nodes: Mapping[NodeId, int]) -> Ints:
        """[skus, nodes], a copy. `skus` differ; `nodes` are numbered from 0 and are the same object while the network
        is.
        """
        if nodes is not self._columns:
            self._columns = nodes
            self.clear()
        rows = list(map(self._rows.get, skus))
        if None in rows:
            self._add([sku for sku, row in zip(skus, rows, strict=True) if row is None])
            rows = list(map(self._rows.get, skus))
        return self._units.take(cast(list[int], rows), axis=0)

    def put(self, changed: Sequence[tuple[Sku, NodeId, int]]) -> None:
        """What can be promised now at nodes where it may be other than before."""
        rows, columns = self._rows, self._columns
        places = [
            (rows[sku], columns[node_id], units)
            for sku, node_id, units in changed
            if sku in rows and node_id in columns
        ]
        if places:
            row, column, units = zip(*places, strict=True)
            self._units[row, column] = units

    def settle(self) -> None:
        """Keep memory bounded."""
        if len(self._rows) * len(self._columns) > CELLS_MAX:
            self.clear()

    def clear(self) -> None:
        self._rows.clear()
        self._units = np.zeros((0, len(self._columns)), np.int64)

    def _add(self, skus: Sequence[Sku]) -> None:
        first = len(self._rows)
        end = first + len(skus)
        if end > len(self._units):
            grown = np.empty((max(end, 2 * len(self._units)), len(self._columns)), np.int64)
            grown[:first] = self._units[:first]
            self._units = grown
        self._units[first:end] = self._count(skus, self._columns)
        self._rows.update(zip(skus, range(first, end), strict=True))
