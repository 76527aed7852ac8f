"""Books kept in memory, for tests, demonstrations and backtests: real, complete, and gone with the process."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from threading import RLock
from typing import Any, cast

from msgspec.structs import astuple

from router.app.ports.store import Unshared
from router.app.records.commit import Commit, DiskUse, Head
from router.app.records.decisions import BookedDecision, StoredDecision
from router.app.records.documents import Document, StoredProduct
from router.app.records.filters import OrderFilter, ShipmentFilter
from router.domain.identifiers import NodeId, OrderId, Sku
from router.domain.layout import Layout
from router.ledger.accounts import Account, Balance
from router.ledger.audit_rows import EntryRow
from router.ledger.chain import Batch
from router.ledger.entries import Entry
from router.ledger.flows import EntryCode
from router.ledger.lots import Lot
from router.ledger.orders import OrderAccount, is_exception
from router.ledger.past import Turnover
from router.ledger.serials import Serial
from router.ledger.shipments import ShipmentAccount
from router.stores.commit_rows import number_accounts
from router.stores.memory.bookings import MemoryBookings
from router.stores.memory.feeds import MemoryFeeds
from router.stores.memory.money import MemoryMoney
from router.stores.memory.people import MemoryPeople
from router.stores.memory.purchases import MemoryPurchases
from router.stores.memory.reservations import MemoryReservations
from router.stores.memory.returns import MemoryReturns
from router.stores.memory.told import MemoryTold
from router.stores.memory.versions import MemoryVersions
from router.stores.rows.journal import entry_row


class MemoryStore(
    Unshared,
    MemoryBookings,
    MemoryFeeds,
    MemoryMoney,
    MemoryPeople,
    MemoryPurchases,
    MemoryReservations,
    MemoryReturns,
    MemoryTold,
    MemoryVersions,
):
    """A store whose commits never fail. Readers hold it still while they read."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = RLock()
        self._head = Head()
        self._batches: list[Batch] = []
        self._entries: list[Entry] = []
        self._balances: dict[Account, Balance] = {}
        self._lots: dict[tuple[Sku, str], Lot] = {}
        self._serials: dict[tuple[Sku, str], Serial] = {}
        self._orders: dict[OrderId, OrderAccount] = {}
        self._shipments: dict[OrderId, dict[int, ShipmentAccount]] = {}
        self._layouts: dict[NodeId, Layout] = {}
        self._order_ids: dict[int, OrderId] = {}
        self._decisions: dict[int, StoredDecision] = {}
        self._decision_numbers: list[int] = []
        self._products: dict[Sku, StoredProduct] = {}
        self._documents: dict[str, Document] = {}
        self._capacity: dict[tuple[NodeId, int], int] = {}

    def commit(self, commit: Commit) -> None:
        with self._lock:
            self._head = commit.head
            self._batches.append(commit.batch)
            self._entries.extend(commit.entries)
            self._balances.update(commit.balances)
            for lot in commit.lots:
                self._lots.setdefault((lot.sku, lot.id), lot)
            self._serials.update(((one.sku, one.serial), one) for one in commit.serials)
            for order in commit.orders:
                self._orders[order.order_id] = order
                self._order_ids[order.number] = order.order_id
            self._layouts.update((layout.node_id, layout) for layout in commit.layouts)
            for shipment in commit.shipments:
                self._shipments.setdefault(shipment.order_id, {})[shipment.shipment] = shipment
            self._decisions.update((decision.number, decision) for decision in commit.decisions)
            self._decision_numbers.extend(decision.number for decision in commit.decisions)
            self._products.update((product.sku, product) for product in commit.products)
            for document in commit.documents:
                self._documents.setdefault(document.digest, document)
            self._capacity.update(commit.capacity)
            self._keep_told(commit)
            self._keep_feeds(commit)
            self._keep_versions(commit)
            self._keep_money(commit)
            self._keep_purchases(commit)
            self._keep_bookings(commit)
            self._keep_returns(commit)
            self._keep_reservations(commit)
            self._keep_people(commit)

    def probe(self) -> None:
        """There is always room."""

    def disk_use(self) -> DiskUse:
        return DiskUse()

    @contextmanager
    def reader(self) -> Iterator["MemoryStore"]:
        with self._lock:
            yield self

    def close(self) -> None:
        """Nothing is held open."""

    def head(self) -> Head:
        return self._head

    def find_orders(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, OrderAccount]:
        return {key: self._orders[key] for key in order_ids if key in self._orders}

    def list_orders(self, after: int | None, limit: int, where: OrderFilter) -> Sequence[OrderAccount]:
        matching = (
            order
            for order in self._orders.values()
            if (after is None or order.number > after)
            and (where.state is None or order.state is where.state)
            and (not where.channel or order.channel == where.channel)
            and (not where.customer_id or order.customer_id == where.customer_id)
            and (not where.are_exceptions or is_exception(order))
        )
        return tuple(islice(matching, limit))

    def list_shipments_of(self, order_id: OrderId) -> Sequence[ShipmentAccount]:
        shipments = self._shipments.get(order_id, {})
        return tuple(shipments[number] for number in sorted(shipments))

    def list_shipments(
        self, after: int | None, limit: int, where: ShipmentFilter
    ) -> Sequence[ShipmentAccount]:
        matching = (
            one for one in self.read_shipments() if (after is None or one.number > after) and where.takes(one)
        )
        return tuple(islice(matching, limit))

    def find_layout(self, node_id: NodeId) -> Layout | None:
        return self._layouts.get(node_id)

    def read_lots(self) -> Iterator[Lot]:
        return iter(self._lots.values())

    def find_serial(self, sku: Sku, serial: str) -> Serial | None:
        return self._serials.get((sku, serial))

    def list_serials(self, owner: str, after: tuple[int, str] | None, limit: int) -> Sequence[Serial]:
        own = sorted(
            (one for one in self._serials.values() if one.owner == owner),
            key=lambda one: (one.position, one.serial),
        )
        matching = (one for one in own if after is None or (one.position, one.serial) > after)
        return tuple(islice(matching, limit))

    def find_decision(self, number: int) -> StoredDecision | None:
        return self._decisions.get(number)

    def list_decisions(self, after: int, limit: int) -> Sequence[BookedDecision]:
        start = bisect_right(self._decision_numbers, after)
        return tuple(
            BookedDecision(time=self._events[number - 1].time, decision=self._decisions[number])
            for number in self._decision_numbers[start : start + limit]
        )

    def find_start_of_last(self, count: int) -> int:
        numbers = self._decision_numbers
        return numbers[-count - 1] if len(numbers) > count else 0

    def count_decisions(self, after: int) -> int:
        return len(self._decision_numbers) - bisect_right(self._decision_numbers, after)

    def list_entries(self, after: int | None, limit: int, reference: str) -> Sequence[Entry]:
        matching = (
            entry for entry in self._entries[after or 0 :] if not reference or entry.reference == reference
        )
        return tuple(islice(matching, limit))

    def list_balances(
        self, after: Account | None, limit: int, node_id: NodeId | None, sku: Sku | None
    ) -> Sequence[tuple[Account, Balance]]:
        matching = sorted(
            (account for account in self._balances if _is_wanted(account, node_id, sku)), key=_account_order
        )
        start = 0 if after is None else bisect_right(matching, _account_order(after), key=_account_order)
        return tuple((account, self._balances[account]) for account in matching[start : start + limit])

    def sum_entries(
        self, after: int, first: Account, last: Account, node_id: NodeId | None
    ) -> Sequence[Turnover]:
        lowest, highest = _account_order(first), _account_order(last)
        sums: dict[tuple[Account, bool, EntryCode], list[int]] = {}
        for entry in self._entries[after:]:
            for account, is_debit in ((entry.debit, True), (entry.credit, False)):
                if _is_wanted(account, node_id, None) and lowest <= _account_order(account) <= highest:
                    found = sums.setdefault((account, is_debit, entry.code), [0, 0])
                    found[0] += entry.quantity
                    found[1] += 1
        return tuple(
            Turnover(account=account, is_debit=is_debit, code=code, quantity=quantity, count=count)
            for (account, is_debit, code), (quantity, count) in sums.items()
        )

    def find_correction(self, position: int) -> int | None:
        return next(
            (
                entry.position
                for entry in self._entries[position:]
                if entry.code is EntryCode.CORRECT and entry.pending_position == position
            ),
            None,
        )

    def find_document(self, digest: str) -> Document | None:
        return self._documents.get(digest)

    def find_product(self, sku: Sku) -> StoredProduct | None:
        return self._products.get(sku)

    def list_products(self, after: Sku | None, limit: int) -> Sequence[StoredProduct]:
        skus = sorted(self._products)
        start = 0 if after is None else bisect_right(skus, after)
        return tuple(self._products[sku] for sku in skus[start : start + limit])

    def list_capacity(self) -> Mapping[tuple[NodeId, int], int]:
        return dict(self._capacity)

    def read_entries_since(self, time: int) -> Iterator[Entry]:
        start = bisect_right(self._batches, time, key=lambda batch: batch.time)
        after = self._batches[start - 1].last_position if start else 0
        return islice(self._entries, after, None)

    def read_shipments(self) -> Iterator[ShipmentAccount]:
        every = (one for shipments in self._shipments.values() for one in shipments.values())
        return iter(sorted(every, key=lambda one: one.number))

    def read_journal(self) -> Iterator[tuple[Batch, Sequence[Entry]]]:
        start = 0
        for batch in self._batches:
            yield batch, tuple(self._entries[start : start + batch.entry_count])
            start += batch.entry_count

    def read_journal_rows(self) -> tuple[Mapping[int, Account], Iterator[Batch], Iterator[EntryRow]]:
        ids: dict[Account, int] = {}
        number_accounts(ids, chain.from_iterable((one.debit, one.credit) for one in self._entries))
        rows = (cast(EntryRow, entry_row(ids, entry)) for entry in self._entries)
        return {number: account for account, number in ids.items()}, iter(self._batches), rows

    def read_balances(self) -> Iterator[tuple[Account, Balance]]:
        return iter(self._balances.items())

    def read_balance_columns(self) -> Iterator[Sequence[Sequence[Any]]]:
        if self._balances:
            yield [
                *zip(*self._balances, strict=True),
                *zip(*map(astuple, self._balances.values()), strict=True),
            ]

    def read_serials(self) -> Iterator[Serial]:
        return iter(self._serials.values())

    def read_orders(self) -> Iterator[OrderAccount]:
        return iter(self._orders.values())


def _is_wanted(account: Account, node_id: NodeId | None, sku: Sku | None) -> bool:
    return (node_id is None or account.node_id == node_id) and (sku is None or account.sku == sku)


def _account_order(account: Account) -> tuple[str, str, str, int]:
    return (account.sku, account.node_id, account.lot, account.bucket)
