"""The stock half of the books: every balance, and what of it can be promised."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from msgspec.structs import astuple

from router.app.books.balance_columns import Ints
from router.app.books.clock_watch import ClockWatch
from router.app.books.lot_stock import LotStock
from router.app.books.stock_table import NODES_MAX, SKUS_MANY, StockTable
from router.app.books.stored import read_balances
from router.app.books.touched import Touched
from router.app.ports.store import Reader
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import EMPTY, Account, Balance, Bucket, on_hand
from router.ledger.balances import count_columns, count_each
from router.ledger.entries import SIDES, Entry
from router.ledger.entry_columns import EntryColumns
from router.ledger.flows import EntryCode
from router.ledger.reservations import RESERVABLE

AVAILABLE_KEPT_MAX = 500_000
"""What can be promised at so many nodes of SKUs is kept ready; then it is counted anew from the balances."""

_PAGE = 10_000

_ONLY_PROMISES = frozenset({EntryCode.RESERVE})


class StockBooks:
    """Stock is sparse: by SKU, then node. One thread uses it."""

    def __init__(self, reader: Reader, clock: ClockWatch) -> None:
        self._reader = reader
        self.clock = clock
        self.balances = read_balances(reader)
        self.lots = LotStock(self.balances, reader.read_lots())
        self.changed: dict[Account, Balance] = {}
        """What this batch touched as it is now, in the order of the first touch."""
        self._available: dict[Sku, dict[NodeId, int]] = {}
        self._available_count = 0
        self._asked_together: Sequence[Sku] = ()
        self._table = StockTable(self.balances.free_at)
        self._touched = Touched()

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        """Units that may be promised at every node that ever held the SKU; never negative."""
        if (nodes := self._available.get(sku)) is None:
            # Who asks for one of the goods of a round asks for the others too: counted at once that takes a part.
            self._count_available((*self._asked_together, sku))
            self._asked_together = ()
            nodes = self._available[sku]
        return nodes

    def units_of(self, skus: Sequence[Sku], nodes: Mapping[NodeId, int]) -> Ints | None:
        """The same of `skus`, which differ, at the nodes of a network by their numbers [skus, nodes].

        None where it is to be asked one by one: of few goods, in a large network, or where any lots are kept.
        """
        self._asked_together = skus
        if len(skus) < SKUS_MANY or len(nodes) > NODES_MAX or self.lots.has_any:
            return None
        return self._table.units_of(skus, nodes)

    def _count_available(self, skus: Iterable[Sku]) -> None:
        unasked = [sku for sku in dict.fromkeys(skus) if sku not in self._available]
        for sku, nodes in zip(unasked, self._free_of(unasked), strict=True):
            self._available[sku] = nodes
            self._available_count += len(nodes)

    def stock_at(self, node_id: NodeId, sku: Sku) -> Balance:
        """The balance of what is on hand, whatever its lot."""
        if self.lots.is_kept(node_id, sku):
            return self.lots.total(node_id, sku)
        return self.balances.get(on_hand(node_id, sku), EMPTY)

    def free_at(self, node_id: NodeId, sku: Sku) -> int:
        """Units that can be promised, or less than nothing when a count found fewer than are promised."""
        account = on_hand(node_id, sku)
        return self._free(account, self.balances.get(account, EMPTY))

    def stock_of(
        self, node_id: NodeId, skus: Collection[Sku], *, with_others: bool
    ) -> tuple[list[Sku], Ints]:
        """As `stock_at`, of many SKUs at once: the counters [SKUs, 5] of what is on hand.

        `with_others`: behind them all others that the node ever held.
        """
        listed, found = self.balances.stock_at(node_id, skus, with_others=with_others)
        if kept := self.lots.kept_at(node_id):
            for index, sku in enumerate(listed):
                if sku in kept:
                    found[index] = astuple(self.lots.total(node_id, sku))
        return listed, found

    def accounts_of(self, sku: Sku) -> set[Account]:
        """Every account of the SKU that was ever touched."""
        return self._accounts_stored(None, sku) | {account for account in self.changed if account.sku == sku}

    def balances_in(self, node_id: NodeId) -> Mapping[Account, Balance]:
        """Every account of the node that was ever touched, as it is now."""
        here = {account for account in self.changed if account.node_id == node_id}
        return self.balances.read(sorted(here | self._accounts_stored(node_id, None)))

    def _accounts_stored(self, node_id: NodeId | None, sku: Sku | None) -> set[Account]:
        """Those of a node or of a SKU, as of the last commit."""
        found: set[Account] = set()
        after: Account | None = None
        while page := self._reader.list_balances(after, _PAGE, node_id, sku):
            after = page[-1][0]
            found.update(account for account, _ in page)
        return found

    def count(self, entries: Sequence[Entry]) -> Mapping[Account, Balance]:
        """What `entries` touch as it is after them, in the order of the first touch; the books stay as they are.

        INVARIANT: summed over all of `entries`, a node never promises more than it has free.
        """
        after = self.balances.read(chain.from_iterable(map(SIDES, entries)))
        count_each(entries, after, {})
        if {entry.code for entry in entries} <= _ONLY_PROMISES:
            self._check_left(after)
        else:
            self._check_promised(entries)
        return after

    def count_columns(self, columns: EntryColumns) -> Mapping[Account, Balance]:
        """The same of entries in columns, with the same invariant."""
        before = self.balances.read_each(columns.accounts)
        return dict(zip(columns.accounts, count_columns(columns, before), strict=True))

    def take_in(self, after: Mapping[Account, Balance]) -> None:
        """Balances as checked entries left them."""
        self.balances.update(after)
        self.changed.update(after)
        self._refresh_available(after)

    def _check_left(self, after: Mapping[Account, Balance]) -> None:
        """The same where nothing but promises was counted: what is left of each shelf says it all."""
        for account, balance in after.items():
            if account[3] in RESERVABLE:
                assert balance.free >= 0, f"{account} would promise {-balance.free} units that are not free"

    def _check_promised(self, entries: Iterable[Entry]) -> None:
        promised: dict[Account, int] = {}
        reserve, void, moves = EntryCode.RESERVE, EntryCode.VOID, (EntryCode.MOVE_OUT, EntryCode.MOVE_IN)
        for entry in entries:
            code = entry.code
            if code is reserve:
                account = entry.credit
                promised[account] = promised.get(account, 0) + entry.quantity
            elif code is void:
                account = entry.credit
                promised[account] = promised.get(account, 0) - entry.quantity
            elif code in moves:
                # What comes by a transfer can be promised by the same changes.
                account = entry.debit
                promised[account] = promised.get(account, 0) - entry.quantity
        balance_of = self.balances.get
        for account, units in promised.items():
            free = balance_of(account, EMPTY).free
            assert units <= free or units <= 0, f"{account} would promise {units} units of {free}"

    def count_others(self, balances: Mapping[Account, Balance]) -> None:
        """Balances as another engine left them."""
        self.balances.update(balances)
        self._refresh_available(balances)

    def take_touched(self) -> Touched:
        """What was touched since the last time this was asked; from the first time on it is written down."""
        touched, self._touched = self._touched, Touched(is_noting=True)
        return touched

    def settle_stock(self) -> None:
        """Keep memory bounded; only to be called when all changes are committed."""
        self.changed = {}
        self.balances.settle()
        self._asked_together = ()
        self._table.settle()
        if self._available_count > AVAILABLE_KEPT_MAX:
            self._available.clear()
            self._available_count = 0

    def _free_of(self, skus: Sequence[Sku]) -> list[dict[NodeId, int]]:
        if not self.lots.has_any:
            return self.balances.free_of(skus)
        return [
            {one.node_id: max(0, self.free_at(one.node_id, sku)) for one in self.balances.on_hand_of(sku)}
            for sku in skus
        ]

    def _refresh_available(self, balances: Mapping[Account, Balance]) -> None:
        on_hand, has_lots, changed = Bucket.ON_HAND, self.lots.has_any, []
        for account, balance in balances.items():
            if account[3] is on_hand:
                node_id, sku, lot, _ = account
                if lot:
                    self.lots.note(account)
                    has_lots = True
                free = balance.debits_posted - balance.credits_posted - balance.credits_pending
                if has_lots:
                    free = self._free(account, balance)
                changed.append((sku, node_id, free if free > 0 else 0))
        available = self._available
        if available:
            for sku, node_id, free in changed:
                if (nodes := available.get(sku)) is not None:
                    nodes[node_id] = free
        self._table.put(changed)
        if self._touched.is_noting:
            for sku, node_id, _ in changed:
                self._touched.note_stock(node_id, sku)

    def _free(self, account: Account, balance: Balance) -> int:
        """Units that can be promised where `account` is: its own, or where lots are kept those of all its lots."""
        if self.lots.is_kept(account.node_id, account.sku):
            return self.lots.free(account.node_id, account.sku, self.clock.limit_now)
        return balance.free
