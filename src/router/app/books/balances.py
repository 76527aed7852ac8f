"""All balances of the books: in columns as they were read, and beside them as values what changed since."""

from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from itertools import compress, islice
from typing import Any, NamedTuple, cast, overload

import numpy as np
from msgspec.structs import astuple

from router.app.books.balance_columns import BalanceColumns, Bools, Ints, Shelf
from router.app.books.free_units import COUNTERS, NOWHERE
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import EMPTY, Account, Balance, Bucket, on_hand
from router.ledger.lots import NO_LOT

READY_MAX = 100_000
"""LIMIT: balances of columns that are kept as values; when they are more, all are written back."""

NEW_MAX = 50_000
"""LIMIT: accounts that came since the columns were made, beyond an eighth of those; more are taken in."""

TOGETHER_MIN = 20
"""Accounts that are looked for in columns together; fewer are found sooner one by one."""

ASKED_MAX = 2_000_000
"""LIMIT: SKUs at nodes of which is remembered where they lie; beyond it all are forgotten."""


class _Asked(NamedTuple):
    """SKUs that were asked for at once, and where on the shelf of their node they lie."""

    skus: list[Sku]
    places: Ints


class Balances(MutableMapping[Account, Balance]):
    """Every account that was ever touched. One thread uses it.

    What was looked at lately is a value in a dictionary and found there; all others take a tenth of its memory.
    Accounts of lots are always values.
    """

    def __init__(self, chunks: Iterable[Sequence[Sequence[Any]]] = ()) -> None:
        """`chunks` hold columns: node ids, SKUs, lots, buckets, and the five counters.

        Raises KeyError with the number of a bucket that does not exist.
        """
        self._columns = BalanceColumns()
        self._values: dict[Account, Balance] = {}
        """What was looked at or changed since it was last written back, and all that is new."""
        self._ready: list[Account] = []
        """Those of them that stand in columns, and in which rows."""
        self._rows: list[int] = []
        self._ready_skus: set[Sku] = set()
        self._new: dict[Account, None] = {}
        """Those that do not, in the order in which they came."""
        self._new_of: dict[Sku, list[Account]] = {}
        self._new_at: dict[NodeId, list[Sku]] = {}
        self._lot_count = 0
        self._asked: dict[NodeId, _Asked] = {}
        self._absent: set[Account] = set()
        """Asked for and not here: an account that comes new was asked for just before."""
        self._columns.take_in(self._without_lots(chunks))

    def __getitem__(self, account: Account) -> Balance:
        found = self.get(account)
        if found is None:
            raise KeyError(account)
        return found

    @overload  # type: ignore[override]
    def get(self, account: Account, default: Balance) -> Balance: ...

    @overload
    def get(self, account: Account, default: None = None) -> Balance | None: ...

    def get(self, account: Account, default: Balance | None = None) -> Balance | None:
        """The balance, or `default` of an account that nothing ever touched."""
        if found := self._values.get(account):
            return found
        row = self._columns.row_of(account)
        if row == NOWHERE:
            self._absent.add(account)
            return default
        balance = self._values[account] = Balance(*self._columns.counters[row].tolist())
        self._note_ready(account, row)
        return balance

    def read(self, accounts: Iterable[Account]) -> dict[Account, Balance]:
        """The balances of all these, EMPTY of one that nothing ever touched."""
        found = dict.fromkeys(accounts, EMPTY)
        known, unread = self._values.get, []
        for account in found:
            if (one := known(account)) is None:
                unread.append(account)
            else:
                found[account] = one
        if len(unread) < TOGETHER_MIN:
            found.update((account, self.get(account, EMPTY)) for account in unread)
        else:
            found.update(zip(unread, self._read_rows(unread), strict=True))
        return found

    def read_each(self, accounts: Sequence[Account]) -> list[Balance]:
        """The same of accounts that differ, in their order."""
        found = list(map(self._values.get, accounts))
        if not all(found):
            unread = [account for account, one in zip(accounts, found, strict=True) if one is None]
            others = iter(
                self.read(unread).values() if len(unread) < TOGETHER_MIN else self._read_rows(unread)
            )
            return [one or next(others) for one in found]
        return cast(list[Balance], found)

    def _read_rows(self, accounts: Sequence[Account]) -> list[Balance]:
        """Of each account; those that stand in columns are made ready."""
        rows = self._columns.find_rows(accounts)
        is_here = rows != NOWHERE
        here, listed = rows[is_here], is_here.tolist()
        counted = iter(self._columns.counters.take(here, axis=0).tolist())
        found = [Balance(*next(counted)) if one else EMPTY for one in listed]
        ready = list(compress(accounts, listed))
        self._absent.update(compress(accounts, (~is_here).tolist()))
        self._values.update(compress(zip(accounts, found, strict=True), listed))
        self._ready.extend(ready)
        self._rows.extend(here.tolist())
        self._ready_skus.update([account[1] for account in ready])
        return found

    def __setitem__(self, account: Account, balance: Balance) -> None:
        self.update({account: balance})

    def update(self, balances: Mapping[Account, Balance]) -> None:  # type: ignore[override]
        """Set many."""
        before = len(self._values)
        self._values.update(balances)
        # What a dictionary did not have stands at its end.
        added = list(islice(reversed(self._values), len(self._values) - before))
        for account in reversed(added):
            self._note(account)

    def __delitem__(self, account: Account) -> None:
        raise TypeError("an account that was touched stays")

    def __contains__(self, account: object) -> bool:
        return isinstance(account, Account) and self.get(account) is not None

    def __iter__(self) -> Iterator[Account]:
        yield from self._columns.accounts()
        yield from self._new

    def __len__(self) -> int:
        return len(self._columns) + len(self._new)

    def settle(self) -> None:
        """Keep memory bounded: write back what was looked at, take in what is new, once either is much."""
        self._absent.clear()
        if len(self._ready) > READY_MAX:
            self._write_back()
        if len(self._new) - self._lot_count > NEW_MAX + len(self._columns) // 8:
            self._take_in_new()

    def on_hand_of(self, sku: Sku) -> list[Account]:
        """The accounts of what is on hand of a SKU: of every node that ever held it, and of every lot."""
        every = [self._columns.account_of(row, sku) for row in self._columns.rows_of(sku)]
        found = [account for account in every if account.bucket is Bucket.ON_HAND]
        return found + self._new_of.get(sku, [])

    def free_of(self, skus: Sequence[Sku]) -> list[dict[NodeId, int]]:
        """What no reservation holds of each SKU, by node, outside of lots; none where a count found too few."""
        found = self._columns.free_of(skus)
        for sku, free in zip(skus, found, strict=True):
            if sku in self._ready_skus or sku in self._new_of:
                free.update(self._free_since(sku, free))
        return found

    def free_at(self, skus: Sequence[Sku], nodes: Mapping[NodeId, int]) -> Ints:
        """The same at these nodes only, by their numbers [skus, nodes]."""
        found = self._columns.free_at(skus, nodes)
        for row, sku in enumerate(skus):
            if sku not in self._ready_skus and sku not in self._new_of:
                continue
            for node_id, units in self._free_since(sku, nodes):
                if (column := nodes.get(node_id)) is not None:
                    found[row, column] = units
        return found

    def _free_since(self, sku: Sku, node_ids: Iterable[NodeId]) -> list[tuple[NodeId, int]]:
        """What of a SKU does not stand in columns: at these nodes, and at those that came since they were made."""
        found = []
        if sku in self._ready_skus:
            for node_id in node_ids:
                if (balance := self._values.get(on_hand(node_id, sku))) is not None:
                    found.append((node_id, max(0, balance.free)))
        for account in self._new_of.get(sku, ()):
            if not account.lot:
                found.append((account.node_id, max(0, self._values[account].free)))
        return found

    def lots_on_hand(self) -> list[Account]:
        """The accounts of all lots on hand."""
        return [account for held in self._new_of.values() for account in held if account.lot]

    def skus_at(self, node_id: NodeId) -> list[Sku]:
        """Every SKU that the node ever had on hand, each once, in no order."""
        return self.stock_at(node_id, (), with_others=True)[0]

    def stock_at(
        self, node_id: NodeId, skus: Collection[Sku], *, with_others: bool = False
    ) -> tuple[list[Sku], Ints]:
        """What a node has on hand of each SKU outside of lots: counters [SKUs, 5], zeros of one it never had.

        `with_others`: behind them all others that it ever had, of lots too, in no order.
        """
        self._write_back()
        columns, shelf = self._columns, self._columns.shelf(node_id)
        listed = list(skus)
        at = self._find_on(shelf, node_id, listed)
        is_here = at != NOWHERE
        found = columns.counters_of(shelf, at)
        if with_others:
            is_other = np.ones(len(shelf.skus), np.bool_)
            is_other[at[is_here]] = False
            names = columns.skus.names
            listed += [cast(Sku, names[number]) for number in shelf.skus[is_other].tolist()]
            found = np.concatenate((found, columns.counters[shelf.rows[is_other]]))
        return self._with_new(node_id, listed, found, is_here, with_others=with_others)

    def _find_on(self, shelf: Shelf, node_id: NodeId, skus: list[Sku]) -> Ints:
        """Where the SKUs lie on the shelf. Who asks for all of it mostly asks for the same the next time."""
        asked = self._asked.get(node_id)
        if asked is not None and asked.skus == skus:
            return asked.places
        at = shelf.find(self._columns.skus.find(skus))
        if skus and len(skus) * 2 >= len(shelf.skus) and at.min() != NOWHERE:
            if sum([len(one.skus) for one in self._asked.values()]) > ASKED_MAX:
                self._asked.clear()
            names = cast(list[Sku], self._columns.skus.names)
            self._asked[node_id] = _Asked([names[number] for number in shelf.skus[at].tolist()], at)
        return at

    def _note(self, account: Account) -> None:
        """A value that was set and not looked at before: it stands in columns, or is new."""
        if account not in self._absent and (row := self._columns.row_of(account)) != NOWHERE:
            self._note_ready(account, row)
        else:
            self._note_new(account)

    def _note_ready(self, account: Account, row: int) -> None:
        self._ready.append(account)
        self._rows.append(row)
        self._ready_skus.add(account.sku)

    def _note_new(self, account: Account) -> None:
        self._new[account] = None
        self._lot_count += account.lot != NO_LOT
        if account.bucket is Bucket.ON_HAND:
            self._new_of.setdefault(account.sku, []).append(account)
            self._new_at.setdefault(account.node_id, []).append(account.sku)

    def _with_new(
        self, node_id: NodeId, skus: list[Sku], found: Ints, is_here: Bools, *, with_others: bool
    ) -> tuple[list[Sku], Ints]:
        """The same with what came since the columns were made; the first of `skus` are in them where `is_here`."""
        if node_id not in self._new_at:
            return skus, found
        for index in np.flatnonzero(~is_here).tolist():
            found[index] = astuple(self._values.get(on_hand(node_id, skus[index]), EMPTY))
        if not with_others:
            return skus, found
        others = list(dict.fromkeys(self._new_at[node_id]).keys() - set(skus))
        counted = [astuple(self._values.get(on_hand(node_id, sku), EMPTY)) for sku in others]
        return skus + others, np.concatenate((found, np.array(counted, np.int64).reshape(-1, COUNTERS)))

    def _write_back(self) -> None:
        if not self._ready:
            return
        self._columns.counters[self._rows] = list(map(astuple, map(self._values.pop, self._ready)))
        self._ready.clear()
        self._rows.clear()
        self._ready_skus.clear()

    def _take_in_new(self) -> None:
        self._write_back()
        self._asked.clear()
        self._absent.clear()
        found, self._values = self._values, {}
        self._new, self._new_of, self._new_at, self._lot_count = {}, {}, {}, 0
        columns = [*zip(*found, strict=True), *zip(*map(astuple, found.values()), strict=True)]
        self._columns.take_in(self._without_lots([columns]))

    def _without_lots(self, chunks: Iterable[Sequence[Sequence[Any]]]) -> Iterator[tuple[Sequence[Any], ...]]:
        """The chunks without their lots, which are added as values."""
        for node_ids, skus, lots, buckets, *counters in chunks:
            plain = [node_ids, skus, buckets, *counters]
            if any(lots):
                rows = zip(node_ids, skus, lots, buckets, *counters, strict=True)
                for node_id, sku, lot, bucket, *counted in compress(rows, lots):
                    account = Account(node_id, sku, lot, Bucket(bucket))
                    self._values[account] = Balance(*counted)
                    self._note_new(account)
                is_plain = [lot == NO_LOT for lot in lots]
                plain = [list(compress(column, is_plain)) for column in plain]
            yield tuple(plain)
