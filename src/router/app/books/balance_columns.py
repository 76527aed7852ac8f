"""Balances in columns: a million accounts in fifty megabytes, found by SKU, by node, or one by one.

Accounts stand in the order of their SKU's number, then of their place: the node's number and the bucket in one integer.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.app.books.free_units import (
    BUCKET_BITS,
    BUCKET_MASK,
    COUNTERS,
    NOWHERE,
    ON_HAND,
    SmallInts,
    free_units,
    rows_at,
)
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import Account, Bucket
from router.ledger.lots import NO_LOT

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

NODES_MAX = 1 << (31 - BUCKET_BITS)

_BUCKETS = {int(bucket): bucket for bucket in Bucket}
_FREE = np.array([1, -1, 0, -1, 0])
"""What each counter of a balance adds to its free units."""


class Numbers(dict[str, int]):
    """Numbers of texts, in the order in which they were first seen."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self.names)
        self.names.append(name)
        return number

    def of(self, names: Iterable[str], count: int) -> Ints:
        """Those of `names`, new ones too."""
        return np.fromiter(map(self.__getitem__, names), np.int64, count)

    def find(self, names: Collection[str]) -> Ints:
        """Those of `names`, NOWHERE for texts that have none."""
        return np.fromiter(map(self.get, names, repeat(NOWHERE)), np.int64, len(names))


class Shelf(NamedTuple):
    """What a node has on hand: rows by rising number of their SKU."""

    skus: SmallInts
    rows: SmallInts

    def find(self, numbers: Ints) -> Ints:
        """Where SKUs with these numbers lie on it, NOWHERE for those that do not."""
        if not len(self.skus):
            return np.full(len(numbers), NOWHERE)
        at: Ints = np.searchsorted(self.skus, numbers)
        at[self.skus.take(at, mode="clip") != numbers] = NOWHERE
        return at


class Pile:
    """Rows put below those that are there, in one piece of memory that grows where it lies.

    Parts that are kept until all are there and are joined then take three times as much for a moment, and the system
    does not get their memory back.
    """

    def __init__(self, first: Ints) -> None:
        self._rows, self._count = first.copy(), len(first)

    def add(self, rows: Ints) -> None:
        end = self._count + len(rows)
        if end > len(self._rows):
            # Nobody else has seen it yet, so nobody can hold on to where it was.
            self._rows.resize((end + end // 8, *self._rows.shape[1:]), refcheck=False)
        self._rows[self._count : end] = rows
        self._count = end

    def whole(self) -> Ints:
        """All rows; nothing can be added any more."""
        self._rows.resize((self._count, *self._rows.shape[1:]), refcheck=False)
        return self._rows


class BalanceColumns:
    """Accounts of no lot. Their counters may be written in place; new accounts come by `take_in` only."""

    def __init__(self) -> None:
        self.skus = Numbers()
        self.nodes = Numbers()
        self.counters: Ints = np.zeros((0, COUNTERS), np.int64)
        self._place: SmallInts = np.zeros(0, np.int32)
        self._start: Ints = np.zeros(1, np.int64)
        self._shelves: tuple[SmallInts, SmallInts, Ints] | None = None
        self._show()

    def __len__(self) -> int:
        return len(self._place)

    def take_in(self, chunks: Iterable[Sequence[Sequence[Any]]]) -> None:
        """Accounts that are not here yet: chunks of node ids, SKUs, buckets and the five counters, side by side.

        Raises KeyError with the number of a bucket that does not exist.
        """
        keys, counters = Pile(self._keys()), Pile(self.counters)
        for node_ids, skus, buckets, *counted in chunks:
            if unknown := set(buckets) - _BUCKETS.keys():
                raise KeyError(min(unknown))
            count = len(skus)
            place = self.nodes.of(node_ids, count) << BUCKET_BITS | np.array(buckets, np.int64)
            keys.add(self.skus.of(skus, count) << 32 | place)
            counters.add(np.array(counted, np.int64).T)
        assert len(self.nodes) <= NODES_MAX, f"at most {NODES_MAX:,} nodes"
        key = keys.whole()
        order = np.argsort(key, kind="stable")
        key = key[order]
        self.counters = counters.whole()
        for counter in self.counters.T:
            counter[:] = counter[order]
        self._place = (key & 0xFFFFFFFF).astype(np.int32)
        self._start = np.searchsorted(key >> 32, np.arange(len(self.skus) + 1))
        self._shelves = None
        self._show()

    def row_of(self, account: Account) -> int:
        """NOWHERE when it is not here."""
        node_id, sku, lot, bucket = account
        if lot != NO_LOT:
            return NOWHERE
        number, node = self.skus.get(sku), self.nodes.get(node_id)
        if number is None or node is None or number >= self._sku_count:
            return NOWHERE
        place = node << BUCKET_BITS | bucket
        end = self._start_view[number + 1]
        row = bisect_left(self._place_view, place, self._start_view[number], end)
        return row if row < end and self._place_view[row] == place else NOWHERE

    def find_rows(self, accounts: Sequence[Account]) -> Ints:
        """The row of each account, NOWHERE for one that is not here: all are looked for together."""
        node_ids, skus, lots, buckets = zip(*accounts, strict=True)
        place = self.nodes.find(node_ids) << BUCKET_BITS | np.fromiter(buckets, np.int64, len(buckets))
        found = rows_at(self.skus.find(skus), place, self._start, self._place)
        if any(lots):
            found[np.array(lots, np.object_) != NO_LOT] = NOWHERE
        return found

    def rows_of(self, sku: Sku) -> range:
        """All accounts of a SKU."""
        number = self.skus.get(sku)
        if number is None or number >= self._sku_count:
            return range(0)
        return range(self._start_view[number], self._start_view[number + 1])

    def free_of(self, skus: Sequence[Sku]) -> list[dict[NodeId, int]]:
        """Units on hand of each SKU that no reservation holds, by node; none where a count found too few."""
        rows, sizes = self._all_rows_of(self.skus.find(skus))
        place = self._place.take(rows)
        is_on_hand = place & BUCKET_MASK == ON_HAND
        free = np.maximum(self.counters.take(rows[is_on_hand], axis=0).dot(_FREE), 0).tolist()
        nodes = self._node_ids.take(place[is_on_hand] >> BUCKET_BITS).tolist()
        ends = np.concatenate(([0], np.cumsum(is_on_hand)))[np.cumsum(sizes)]
        held = zip(nodes, free, strict=True)
        return [dict(islice(held, count)) for count in np.diff(ends, prepend=0).tolist()]

    def free_at(self, skus: Sequence[Sku], nodes: Mapping[NodeId, int]) -> Ints:
        """The same at these nodes only, by their numbers [skus, nodes]."""
        column_of = np.full(len(self.nodes), NOWHERE)
        node = self.nodes.find(nodes)
        column_of[node[node != NOWHERE]] = np.flatnonzero(node != NOWHERE)
        numbers = self.skus.find(skus)
        return free_units(numbers, self._start, self._place, self.counters, column_of, len(nodes))

    def _all_rows_of(self, numbers: Ints) -> tuple[Ints, Ints]:
        """The rows of all accounts of SKUs, one SKU after the other, and how many each has."""
        known = np.where(numbers < self._sku_count, numbers, NOWHERE)
        begin = np.where(known == NOWHERE, 0, self._start.take(known, mode="clip"))
        sizes = np.where(known == NOWHERE, 0, self._start.take(known + 1, mode="clip") - begin)
        first = np.cumsum(sizes) - sizes
        return np.repeat(begin - first, sizes) + np.arange(sizes.sum()), sizes

    def account_of(self, row: int, sku: Sku) -> Account:
        """Which account of `sku` the row is."""
        place = self._place_view[row]
        return Account(
            NodeId(self.nodes.names[place >> BUCKET_BITS]),
            sku,
            NO_LOT,
            _BUCKETS[place & BUCKET_MASK],
        )

    def accounts(self) -> Iterator[Account]:
        """All of them, in the order of the rows."""
        for name in self.skus.names:
            sku = Sku(name)
            for row in self.rows_of(sku):
                yield self.account_of(row, sku)

    def shelf(self, node_id: NodeId) -> Shelf:
        """All that the node ever had on hand."""
        if self._shelves is None:
            self._shelves = self._make_shelves()
        skus, rows, start = self._shelves
        node = self.nodes.get(node_id)
        if node is None or node + 1 >= len(start):
            return Shelf(skus[:0], rows[:0])
        return Shelf(skus[start[node] : start[node + 1]], rows[start[node] : start[node + 1]])

    def counters_of(self, shelf: Shelf, at: Ints) -> Ints:
        """[places, 5]: what stands at those places of a shelf, zeros for NOWHERE."""
        if not len(shelf.rows):
            return np.zeros((len(at), COUNTERS), np.int64)
        found = self.counters.take(shelf.rows.take(at, mode="clip"), axis=0)
        found[at == NOWHERE] = 0
        return found

    def _make_shelves(self) -> tuple[SmallInts, SmallInts, Ints]:
        """All that is on hand by node and SKU, and where each node begins. Made when somebody asks for a node."""
        rows = np.flatnonzero(self._place & BUCKET_MASK == Bucket.ON_HAND).astype(np.int32)
        node = self._place[rows] >> BUCKET_BITS
        order = np.argsort(node, kind="stable")
        rows = rows[order]
        skus = (np.searchsorted(self._start, rows, side="right") - 1).astype(np.int32)
        return skus, rows, np.searchsorted(node[order], np.arange(len(self.nodes) + 1))

    def _keys(self) -> Ints:
        skus = np.repeat(np.arange(len(self._start) - 1), np.diff(self._start))
        return skus << 32 | self._place

    def _show(self) -> None:
        """Single numbers are read through views: an array would make an object of its own kind of each."""
        self._sku_count = len(self._start) - 1
        self._node_ids = np.array(self.nodes.names, np.object_)
        self._place_view = self._place.data
        self._start_view = self._start.data
