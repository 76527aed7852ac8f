"""Books kept in memory, for tests, demonstrations and backtests: real, complete, and gone with the process."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice
from threading import RLock
from typing import Any, cast

from router.app.events.sinks import HeldEvent, HeldState, SinkRecord
from router.app.feeds.feed_books import ALL_SKUS
from router.app.feeds.suspect_records import Suspect
from router.app.payments.payment_filter import PaymentFilter
from router.app.ports import Unshared
from router.app.records import (
    BookedDecision,
    Commit,
    Contact,
    CustomerKey,
    DelayFilter,
    DiskUse,
    Document,
    Event,
    Head,
    OrderFilter,
    ReservationFilter,
    SealedRecipient,
    ShipmentFilter,
    StoredDecision,
    StoredOutcome,
    StoredProduct,
    SuspectFilter,
    TransferFilter,
)
from router.app.rules.versions import RuleVersion, VersionChange, VersionState
from router.domain.channel import Channel
from router.domain.identifiers import Instant, NodeId, OrderId, Sku
from router.domain.layout import Layout
from router.ledger.accounting.vouchers import UnitCost
from router.ledger.accounts import Account, Balance
from router.ledger.audit_rows import EntryRow
from router.ledger.chain import Batch
from router.ledger.delays import OPEN, Delay
from router.ledger.entries import Entry
from router.ledger.feeds import Feed, Mark, Movement
from router.ledger.flows import EntryCode
from router.ledger.lots import Lot
from router.ledger.orders import OrderAccount
from router.ledger.past import Turnover
from router.ledger.payments import Payment
from router.ledger.reservations import Reservation
from router.ledger.serials import Serial
from router.ledger.shipments import ShipmentAccount
from router.ledger.stock_reservations import ReservationState, StockReservation
from router.ledger.transfers import Transfer
from router.stores.commit_rows import number_accounts
from router.stores.memory_bookings import MemoryBookings
from router.stores.memory_purchases import MemoryPurchases
from router.stores.memory_returns import MemoryReturns
from router.stores.rows.journal import entry_row


class MemoryStore(Unshared, MemoryPurchases, MemoryBookings, MemoryReturns):
    """A store whose commits never fail. Readers hold it still while they read."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = RLock()
        self._head = Head()
        self._batches: list[Batch] = []
        self._entries: list[Entry] = []
        self._balances: dict[Account, Balance] = {}
        self._reservations: dict[OrderId, dict[int, Reservation]] = {}
        self._stock_reservations: dict[str, StockReservation] = {}
        self._lots: dict[tuple[Sku, str], Lot] = {}
        self._serials: dict[tuple[Sku, str], Serial] = {}
        self._orders: dict[OrderId, OrderAccount] = {}
        self._shipments: dict[OrderId, dict[int, ShipmentAccount]] = {}
        self._layouts: dict[NodeId, Layout] = {}
        self._order_ids: dict[int, OrderId] = {}
        self._decisions: dict[int, StoredDecision] = {}
        self._decision_numbers: list[int] = []
        self._events: list[Event] = []
        self._outcomes: dict[str, StoredOutcome] = {}
        self._products: dict[Sku, StoredProduct] = {}
        self._documents: dict[str, Document] = {}
        self._versions: dict[str, RuleVersion] = {}
        self._version_changes: list[VersionChange] = []
        self._capacity: dict[tuple[NodeId, int], int] = {}
        self._customer_keys: dict[str, CustomerKey] = {}
        self._contacts: set[Contact] = set()
        self._contact_key = b""
        self._recipients: dict[OrderId, SealedRecipient] = {}
        self._sinks: dict[str, SinkRecord] = {}
        self._held_events: dict[str, dict[int, HeldEvent]] = {}
        self._feeds: dict[str, Feed] = {}
        self._feed_marks: dict[tuple[str, NodeId, Sku], Mark] = {}
        self._movements: dict[int, Movement] = {}
        self._suspects: dict[str, Suspect] = {}
        self._transfers: dict[str, Transfer] = {}
        self._payments: dict[str, Payment] = {}
        self._delays: dict[str, Delay] = {}
        self._channels: dict[str, Channel] = {}
        MemoryPurchases.__init__(self)
        MemoryBookings.__init__(self)
        self._unit_costs: dict[tuple[Sku, int], UnitCost] = {}

    def commit(self, commit: Commit) -> None:
        with self._lock:
            self._head = commit.head
            self._batches.append(commit.batch)
            self._entries.extend(commit.entries)
            self._events.extend(commit.events)
            self._balances.update(commit.balances)
            for reservation in commit.reservations:
                self._reservations.setdefault(reservation.order_id, {})[reservation.position] = reservation
            self._stock_reservations.update((one.id, one) for one in commit.stock_reservations)
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
            self._versions.update((version.digest, version) for version in commit.versions)
            self._version_changes.extend(commit.version_changes)
            self._capacity.update(commit.capacity)
            self._sinks.update((record.name, record) for record in commit.sinks)
            for held in commit.held_events:
                self._held_events.setdefault(held.sink, {})[held.position] = held
            self._keep_stock(commit)
            self._channels.update(commit.channels)
            self._keep_purchases(commit)
            self._keep_bookings(commit)
            self._unit_costs.update(((cost.sku, cost.position), cost) for cost in commit.unit_costs)
            self._payments.update((payment.id, payment) for payment in commit.payments)
            self._commit_returns(commit)
            self._delays.update((delay.order_id, delay) for delay in commit.delays)
            self._outcomes.update((outcome.request_id, outcome) for outcome in commit.outcomes)
            self._commit_personal(commit)
            self._forget_outcomes(commit.forget_outcomes_before)

    def _commit_personal(self, commit: Commit) -> None:
        if commit.erased_customers:
            erased = set(commit.erased_customers)
            left = {key: one for key, one in self._recipients.items() if one.customer_id not in erased}
            self._recipients = left
            self._contacts = {one for one in self._contacts if one.customer_id not in erased}
        self._customer_keys.update((key.customer_id, key) for key in commit.customer_keys)
        self._recipients.update((one.order_id, one) for one in commit.recipients)
        self._contacts.update(commit.contacts)
        self._contact_key = commit.contact_key or self._contact_key

    def _keep_stock(self, commit: Commit) -> None:
        """What feeds and transfers changed."""
        self._feeds.update(commit.feeds)
        for raised in commit.raised:
            for sku in (ALL_SKUS,) if raised.skus is None else raised.skus:
                self._feed_marks[raised.feed_id, raised.node_id, sku] = raised.mark
        self._movements.update((movement.position, movement) for movement in commit.movements)
        for position in [one for one in self._movements if one < commit.forget_movements_before]:
            del self._movements[position]
        self._suspects.update((suspect.id, suspect) for suspect in commit.suspects)
        self._transfers.update((transfer.id, transfer) for transfer in commit.transfers)

    def _forget_outcomes(self, before: int) -> None:
        """Outcomes were added in the order of time, so the old ones are in front."""
        while self._outcomes:
            request_id = next(iter(self._outcomes))
            if self._outcomes[request_id].time >= before:
                return
            del self._outcomes[request_id]

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

    def find_outcomes(self, request_ids: Sequence[str]) -> Mapping[str, StoredOutcome]:
        return {key: self._outcomes[key] for key in request_ids if key in self._outcomes}

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
        )
        return tuple(islice(matching, limit))

    def list_reservations(self, order_id: OrderId) -> Sequence[Reservation]:
        return tuple(self._reservations.get(order_id, {}).values())

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

    def find_stock_reservation(self, id: str) -> StockReservation | None:
        return self._stock_reservations.get(id)

    def list_stock_reservations(
        self, after: int | None, limit: int, where: ReservationFilter
    ) -> Sequence[StockReservation]:
        matching = (
            one
            for one in self._stock_reservations.values()
            if (after is None or one.number > after)
            and (where.state is None or one.state is where.state)
            and (not where.reference or one.reference == where.reference)
        )
        return tuple(islice(matching, limit))

    def read_limits(self) -> Iterator[tuple[Instant, str]]:
        for one in self._stock_reservations.values():
            if one.state is ReservationState.HELD and one.expire_time is not None:
                yield one.expire_time, one.id

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

    def list_events(self, after: int, limit: int, order_id: OrderId | None) -> Sequence[Event]:
        matching = (event for event in self._events[after:] if not order_id or event.order_id == order_id)
        return tuple(islice(matching, limit))

    def list_sinks(self) -> Sequence[SinkRecord]:
        return tuple(self._sinks[name] for name in sorted(self._sinks))

    def list_held_events(
        self, sink: str, after: int, limit: int, state: HeldState | None
    ) -> Sequence[HeldEvent]:
        matching = (
            held
            for position, held in sorted(self._held_events.get(sink, {}).items())
            if position > after and (state is None or held.state is state)
        )
        return tuple(islice(matching, limit))

    def count_held_events(self, sink: str) -> tuple[int, int]:
        states = [held.state for held in self._held_events.get(sink, {}).values()]
        return states.count(HeldState.HELD), states.count(HeldState.DEAD)

    def find_document(self, digest: str) -> Document | None:
        return self._documents.get(digest)

    def find_version(self, digest: str) -> RuleVersion | None:
        return self._versions.get(digest)

    def find_version_in(self, state: VersionState) -> RuleVersion | None:
        return next((version for version in self._versions.values() if version.state is state), None)

    def list_versions_like(self, prefix: str, limit: int) -> Sequence[RuleVersion]:
        matching = sorted(digest for digest in self._versions if digest.startswith(prefix))
        return tuple(self._versions[digest] for digest in matching[:limit])

    def list_versions(self, before: int | None, limit: int) -> Sequence[RuleVersion]:
        matching = (
            version
            for version in reversed(self._versions.values())
            if before is None or version.number < before
        )
        return tuple(islice(matching, limit))

    def list_version_changes(self, before: int | None, limit: int, digest: str) -> Sequence[VersionChange]:
        matching = (
            change
            for change in reversed(self._version_changes)
            if (before is None or change.number < before) and (not digest or change.digest == digest)
        )
        return tuple(islice(matching, limit))

    def find_contact_key(self) -> bytes:
        return self._contact_key

    def list_contacts(self, customer_id: str) -> Sequence[bytes]:
        return tuple(sorted(one.digest for one in self._contacts if one.customer_id == customer_id))

    def list_contact_customers(self, digest: bytes, limit: int) -> Sequence[str]:
        return tuple(sorted(one.customer_id for one in self._contacts if one.digest == digest)[:limit])

    def find_customer_keys(self, customer_ids: Sequence[str]) -> Mapping[str, CustomerKey]:
        return {key: self._customer_keys[key] for key in customer_ids if key in self._customer_keys}

    def find_recipients(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, SealedRecipient]:
        return {key: self._recipients[key] for key in order_ids if key in self._recipients}

    def find_product(self, sku: Sku) -> StoredProduct | None:
        return self._products.get(sku)

    def list_products(self, after: Sku | None, limit: int) -> Sequence[StoredProduct]:
        skus = sorted(self._products)
        start = 0 if after is None else bisect_right(skus, after)
        return tuple(self._products[sku] for sku in skus[start : start + limit])

    def list_capacity(self) -> Mapping[tuple[NodeId, int], int]:
        return dict(self._capacity)

    def list_feeds(self) -> Mapping[str, Feed]:
        return dict(self._feeds)

    def read_feed_marks(self) -> Iterator[tuple[str, NodeId, Sku, Mark]]:
        return ((*place, mark) for place, mark in self._feed_marks.items())

    def read_movements(self) -> Iterator[Movement]:
        return iter(self._movements.values())

    def read_entries_since(self, time: int) -> Iterator[Entry]:
        start = bisect_right(self._batches, time, key=lambda batch: batch.time)
        after = self._batches[start - 1].last_position if start else 0
        return islice(self._entries, after, None)

    def list_held(self, places: Collection[tuple[NodeId, Sku]]) -> Sequence[Reservation]:
        held = (
            one
            for one in self.read_reservations()
            if one.left and (one.account.node_id, one.account.sku) in places
        )
        return tuple(sorted(held, key=lambda one: one.position))

    def find_suspect(self, id: str) -> Suspect | None:
        return self._suspects.get(id)

    def list_suspects(self, after: int | None, limit: int, where: SuspectFilter) -> Sequence[Suspect]:
        matching = (
            replace(suspect, body=b"")
            for suspect in self._suspects.values()
            if (after is None or suspect.number > after)
            and (where.state is None or suspect.state is where.state)
            and (not where.feed_id or suspect.feed_id == where.feed_id)
        )
        return tuple(islice(matching, limit))

    def find_transfer(self, id: str) -> Transfer | None:
        return self._transfers.get(id)

    def list_transfers(self, after: int | None, limit: int, where: TransferFilter) -> Sequence[Transfer]:
        matching = (
            transfer
            for transfer in self._transfers.values()
            if (after is None or transfer.number > after)
            and (where.state is None or transfer.state is where.state)
            and (not where.node_id or where.node_id in (transfer.from_node_id, transfer.to_node_id))
        )
        return tuple(islice(matching, limit))

    def read_shipments(self) -> Iterator[ShipmentAccount]:
        every = (one for shipments in self._shipments.values() for one in shipments.values())
        return iter(sorted(every, key=lambda one: one.number))

    def read_transfers(self) -> Iterator[Transfer]:
        return iter(self._transfers.values())

    def list_channels(self) -> Mapping[str, Channel]:
        return dict(self._channels)

    def find_payment(self, id: str) -> Payment | None:
        return self._payments.get(id)

    def list_payments(self, after: int | None, limit: int, where: PaymentFilter) -> Sequence[Payment]:
        found = (
            payment
            for payment in self._payments.values()
            if (after is None or payment.number > after) and where.takes(payment)
        )
        return tuple(islice(found, limit))

    def read_payment_limits(self) -> Iterator[tuple[Instant, str]]:
        return iter(
            [(one.expire_time, one.id) for one in self._payments.values() if one.open and one.expire_time]
        )

    def read_payments(self) -> Iterator[Payment]:
        return iter(self._payments.values())

    def find_delay(self, order_id: str) -> Delay | None:
        return self._delays.get(order_id)

    def list_delays(self, after: int | None, limit: int, where: DelayFilter) -> Sequence[Delay]:
        found = (
            delay for delay in self._delays.values() if delay.number > (after or 0) and where.takes(delay)
        )
        return tuple(islice(found, limit))

    def read_open_delays(self) -> Iterator[Delay]:
        return iter([delay for delay in self._delays.values() if delay.state in OPEN])

    def read_delays(self) -> Iterator[Delay]:
        return iter(list(self._delays.values()))

    def find_unit_costs(self, skus: Sequence[Sku]) -> Mapping[Sku, Sequence[UnitCost]]:
        wanted = set(skus)
        found: dict[Sku, list[UnitCost]] = {}
        for (sku, _), cost in sorted(self._unit_costs.items()):
            if sku in wanted:
                found.setdefault(sku, []).append(cost)
        return found

    def list_unit_costs(self, start: int, end: int) -> Sequence[UnitCost]:
        found = (cost for cost in self._unit_costs.values() if start <= cost.position < end)
        return tuple(sorted(found, key=lambda cost: (cost.position, cost.sku)))

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
            yield [*zip(*self._balances, strict=True), *zip(*self._balances.values(), strict=True)]

    def read_reservations(self) -> Iterator[Reservation]:
        return (reservation for held in self._reservations.values() for reservation in held.values())

    def read_stock_reservations(self) -> Iterator[StockReservation]:
        return iter(self._stock_reservations.values())

    def read_serials(self) -> Iterator[Serial]:
        return iter(self._serials.values())

    def read_orders(self) -> Iterator[OrderAccount]:
        return iter(self._orders.values())


def _is_wanted(account: Account, node_id: NodeId | None, sku: Sku | None) -> bool:
    return (node_id is None or account.node_id == node_id) and (sku is None or account.sku == sku)


def _account_order(account: Account) -> tuple[str, str, str, int]:
    return (account.sku, account.node_id, account.lot, account.bucket)
