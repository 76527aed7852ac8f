"""The books in memory: all that deciding needs, rebuilt from the store at start and changed only by `apply`."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from router.app.carriers.booking_book import BookingBook
from router.app.delays.delay_book import DelayBook
from router.app.engine.changes import Changes, FiledOrder
from router.app.engine.clock_watch import ClockWatch
from router.app.engine.touched import Touched
from router.app.events.held_pages import all_held_events
from router.app.events.sinks import HeldEvent, HeldState, SinkRecord
from router.app.feeds.feed_books import FeedBooks
from router.app.feeds.suspect_records import Suspect
from router.app.network.documents import compile_document, prepare_document, unpack_product
from router.app.orders.history import read_history
from router.app.payments.payment_book import PaymentBook
from router.app.ports import Reader, StoreUnusable
from router.app.purchasing.purchase_book import PurchaseBook
from router.app.records import (
    EVENTS_OF_AN_ORDER_MAX,
    FAILED_ATTEMPTS,
    Commit,
    OrderFilter,
    ShipmentFilter,
    TransferFilter,
)
from router.app.reservations.held import Held, Place, list_held
from router.app.reservations.reservation_book import ReservationBook
from router.app.returns.return_book import ReturnBook
from router.app.rules.versions import RuleVersion, VersionState
from router.app.stock.balance_columns import Ints
from router.app.stock.balances import Balances
from router.app.stock.lot_stock import LotStock
from router.app.transfers.open_transfers import OpenTransfers
from router.domain.identifiers import Digest, Instant, NodeId, OrderId, Sku
from router.domain.layout import Layout
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError
from router.ledger.accounting.vouchers import UnitCost
from router.ledger.accounts import EMPTY, Account, Balance, Bucket, on_hand
from router.ledger.balances import fold
from router.ledger.entries import Entry, accounts_of
from router.ledger.flows import EntryCode
from router.ledger.serials import Serial
from router.ledger.shipments import ShipmentAccount
from router.ledger.transfers import Transfer, TransferState
from router.routing.decision import NO_PRICES, Prices
from router.routing.network import PreparedNetwork
from router.routing.transit import TransitTimes, learn
from router.rules.ruleset import CompiledRules

ORDERS_KEPT_MAX = 2_000
"""Orders held ready for their cancellation or dispatch; others are read from the store."""

AVAILABLE_KEPT_MAX = 500_000
"""What can be promised at so many nodes of SKUs is kept ready; then it is counted anew from the balances."""

_PAGE = 10_000


class Books:
    """Stock and capacity as a decision may look at them, and everything else that commands change.

    One thread uses it. Stock is sparse: by SKU, then node.
    """

    def __init__(self, reader: Reader, clock: ClockWatch | None = None) -> None:
        self._reader = reader
        self.clock = clock or ClockWatch()
        self.head = reader.head()
        self.balances = _read_balances(reader)
        self.products: dict[Sku, Product] = {product.sku: product for product in _read_products(reader)}
        self.feeds = FeedBooks(reader.list_feeds(), reader.read_feed_marks(), reader.read_movements())
        outbound = self.feeds.outbound
        if outbound.window:
            outbound.add(outbound.taken(reader.read_entries_since(self.head.time - outbound.window)))
        self.transfers = OpenTransfers(_read_transfers(reader))
        self.payments = PaymentBook(reader)
        self.bookings = BookingBook(reader)
        self.returns = ReturnBook(reader)
        self.delays = DelayBook(reader)
        self.channels = dict(reader.list_channels())
        self.purchasing = PurchaseBook(reader)
        self._suspects: dict[str, Suspect] = {}
        """Snapshots kept aside or judged in this batch; all others are read from the store."""
        self.network: PreparedNetwork | None = _read_network(reader)
        self.rules: CompiledRules = _read_rules(reader)
        self.versions: dict[Digest, RuleVersion] = {one.digest: one for one in _read_versions(reader)}
        self.stock_reservations = ReservationBook(reader)
        self.sinks: dict[str, SinkRecord] = {one.name: one for one in reader.list_sinks()}
        self.lots = LotStock(self.balances, reader.read_lots())
        self.lots.place(self.network)
        self.prices: Prices = NO_PRICES
        self.transits: TransitTimes = learn(())
        self._new_serials: dict[tuple[Sku, str], Serial] = {}
        self._corrections: dict[int, int] = {}
        self._unit_costs: dict[Sku, UnitCost] = {}
        self._new_accounts: set[Account] = set()
        self._available: dict[Sku, dict[NodeId, int]] = {}
        self._available_count = 0
        self._booked: dict[NodeId, dict[int, int]] = {}
        self._orders: OrderedDict[OrderId, FiledOrder] = OrderedDict()
        # Of this batch: what is committed the store knows.
        self._filed_customers: set[str] = set()
        self._erased_customers: dict[str, Instant] = {}
        self._rejected: dict[str, set[str]] = {}
        self._touched = Touched()
        for account in self.balances.lots_on_hand():
            self.lots.note(account)
        for (node_id, day), count in reader.list_capacity().items():
            self._booked.setdefault(node_id, {})[day] = count

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        """Units that may be promised at every node that ever held the SKU; never negative."""
        if (nodes := self._available.get(sku)) is None:
            nodes = self._available[sku] = self._count_available(sku)
            self._available_count += len(nodes)
        return nodes

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        """Shipments planned or dispatched by local day."""
        return self._booked.get(node_id, {})

    def stock_at(self, node_id: NodeId, sku: Sku) -> Balance:
        """The balance of what is on hand, whatever its lot."""
        if self.lots.is_kept(node_id, sku):
            return self.lots.total(node_id, sku)
        return self.balances.get(on_hand(node_id, sku), EMPTY)

    def free_at(self, node_id: NodeId, sku: Sku) -> int:
        """Units that can be promised, or less than nothing when a count found fewer than are promised."""
        return self._free(on_hand(node_id, sku))

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
                    found[index] = self.lots.total(node_id, sku)
        return listed, found

    def ready_network(self) -> PreparedNetwork:
        """The network in force. Refuses with NETWORK_NOT_READY while there is none."""
        if self.network is None:
            raise RouterError(
                Reason.NETWORK_NOT_READY, "network not ready: no network was put yet, put one first"
            )
        return self.network

    def find_version_in(self, state: VersionState) -> RuleVersion | None:
        """The one version in SHADOW or ACTIVE, if there is one."""
        return next((version for version in self.versions.values() if version.state is state), None)

    def find_serial(self, sku: Sku, serial: str) -> Serial | None:
        """The unit of that number, if it left."""
        return self._new_serials.get((sku, serial)) or self._reader.find_serial(sku, serial)

    def find_unit_cost(self, sku: Sku) -> UnitCost | None:
        """What a unit costs now; None: nobody ever said."""
        stored = () if sku in self._unit_costs else self._reader.find_unit_costs([sku]).get(sku, ())
        return self._unit_costs.get(sku) or next(reversed(stored), None)

    def accounts_of(self, sku: Sku) -> set[Account]:
        """Every account of the SKU that was ever touched."""
        found = {account for account in self._new_accounts if account.sku == sku}
        after: Account | None = None
        while page := self._reader.list_balances(after, _PAGE, None, sku):
            after = page[-1][0]
            found.update(account for account, _ in page)
        return found

    def known_orders(self, order_ids: Iterable[OrderId]) -> set[OrderId]:
        """Which of these are routed already."""
        known = {order_id for order_id in order_ids if order_id in self._orders}
        return known | set(self._reader.find_orders([key for key in order_ids if key not in known]))

    def get_order(self, order_id: OrderId) -> FiledOrder:
        """The order with all that is booked on it. Refuses with ORDER_NOT_FOUND."""
        if (filed := self._orders.get(order_id)) is not None:
            return filed
        account = self._reader.find_orders([order_id]).get(order_id)
        if account is None:
            raise RouterError(
                Reason.ORDER_NOT_FOUND, f"order `{order_id}` was never routed here", order_id=order_id
            )
        history = read_history(self._reader, account)
        return FiledOrder(
            order=history.order,
            plan=history.plan,
            account=account,
            reservations=tuple(self._reader.list_reservations(order_id)),
            shipments=tuple(self._reader.list_shipments_of(order_id)),
            withdrawn=history.withdrawn,
            release=history.release,
        )

    def list_shipments(self, where: ShipmentFilter, limit: int) -> list[ShipmentAccount]:
        """In the order of planning, at most `limit`; what this batch changed too."""
        found = {one.id: one for one in self._reader.list_shipments(None, limit, where)}
        found.update((one.id, one) for filed in self._orders.values() for one in filed.shipments)
        return sorted(filter(where.takes, found.values()), key=lambda one: one.number)[:limit]

    def count_rejections(self, order_id: OrderId) -> int:
        """How many shipments of the order nodes rejected or found too little for, in this batch too."""
        told = self._reader.list_events(0, EVENTS_OF_AN_ORDER_MAX, order_id)
        failed = {event.subject for event in told if event.kind in FAILED_ATTEMPTS}
        return len(failed | self._rejected.get(order_id, set()))

    def knows_customer(self, customer_id: str) -> bool:
        """Whether an order named the customer."""
        if any(filed.order.customer_id == customer_id for filed in self._orders.values()):
            return True
        return bool(self._reader.list_orders(None, 1, OrderFilter(customer_id=customer_id)))

    def find_erasure(self, customer_id: str) -> Instant | None:
        """When the customer was erased; None when there is something to erase or nothing ever was."""
        if customer_id in self._filed_customers:
            return None
        if (erased := self._erased_customers.get(customer_id)) is not None:
            return erased
        key = self._reader.find_customer_keys([customer_id]).get(customer_id)
        return key.time if key is not None and not any(key.key) else None

    def list_dead_letters(self, sink: str) -> Iterator[HeldEvent]:
        """All that the sink has given up as of the last commit, by position, read as it is asked for."""
        return all_held_events(self._reader, sink, HeldState.DEAD)

    def list_held(self, places: Collection[Place]) -> Mapping[Place, list[Held]]:
        """Everything that holds units at nodes of SKUs, what this batch changed too."""
        return list_held(self._reader, places, self._orders.values(), self.stock_reservations.recent())

    def find_layout(self, node_id: NodeId) -> Layout | None:
        """Where goods lie in a node, as of the last commit."""
        return self._reader.find_layout(node_id)

    def find_suspect(self, id: str) -> Suspect | None:
        """A snapshot that was kept aside."""
        return self._suspects.get(id) or self._reader.find_suspect(id)

    def find_transfer(self, id: str) -> Transfer | None:
        return self.transfers.find(id) or self._reader.find_transfer(id)

    def find_entry(self, position: int) -> Entry | None:
        """The entry at a position, as of the last commit."""
        found = self._reader.list_entries(position - 1, 1, "") if position <= self.head.position else ()
        return next(iter(found), None)

    def find_correction(self, position: int) -> int | None:
        """The position of the entry that reverses the one at `position`."""
        return self._corrections.get(position) or self._reader.find_correction(position)

    def next_time(self, now: Instant) -> Instant:
        """The ledger's time: later than all before, and the clock's whenever that is later still."""
        self.head = replace(self.head, time=Instant(max(self.head.time + 1, now)))
        return self.head.time

    def next_due(self) -> Instant | None:
        """When the next thing happens by itself; None when nothing will, or nobody knows what time it is."""
        if not self.clock.is_trusted:
            return None
        due = (
            self.stock_reservations.next_limit(),
            self.lots.next_due(),
            self.payments.next_limit(),
            self.returns.next_limit(),
            self.delays.next_limit(),
        )
        return min((one for one in due if one is not None), default=None)

    def check(self, changes: Changes) -> None:
        """INVARIANT: summed over all lines of all orders, a node never promises more than it has free."""
        assert changes.after is self.head, "changes follow the books as they stand"
        promised: dict[Account, int] = {}
        for entry in changes.entries:
            if entry.code is EntryCode.RESERVE:
                promised[entry.credit] = promised.get(entry.credit, 0) + entry.quantity
            elif entry.code is EntryCode.VOID:
                promised[entry.credit] = promised.get(entry.credit, 0) - entry.quantity
            elif entry.code in (EntryCode.MOVE_OUT, EntryCode.MOVE_IN):
                # What comes by a transfer can be promised by the same changes.
                promised[entry.debit] = promised.get(entry.debit, 0) - entry.quantity
        for account, units in promised.items():
            free = self.balances.get(account, EMPTY).free
            assert units <= max(0, free), f"{account} would promise {units} units of {free}"
        for (node_id, day), count in changes.capacity.items():
            booked = self.shipments_booked(node_id).get(day, 0)
            assert booked + count >= 0, "only a booked shipment is released"

    def apply(self, changes: Changes) -> None:
        """Count checked `changes` in."""
        fold(changes.entries, self.balances)
        self.lots.learn(changes.lots)
        touched = accounts_of(changes.entries)
        self._new_accounts.update(touched)
        self._refresh_available(touched)
        for (node_id, day), count in changes.capacity.items():
            booked = self._booked.setdefault(node_id, {})
            booked[day] = booked.get(day, 0) + count
        self._touched.note(changes.capacity, (product.sku for product in changes.products))
        for filed in changes.orders:
            self._orders[filed.account.order_id] = filed
            self._orders.move_to_end(filed.account.order_id)
        for event in changes.events:
            if event.kind in FAILED_ATTEMPTS:
                self._rejected.setdefault(event.order_id, set()).add(event.subject)
        self.stock_reservations.apply(changes.stock_reservations)
        self._new_serials.update(((one.sku, one.serial), one) for one in changes.serials)
        if changes.trusts_clock:
            self.clock.trust()
        self.products.update((product.sku, product) for product in changes.products)
        for order, _ in changes.recipients:
            self._filed_customers.add(order.customer_id)
            self._erased_customers.pop(order.customer_id, None)
        for customer_id in changes.erased_customers:
            self._filed_customers.discard(customer_id)
            self._erased_customers[customer_id] = changes.time
        left = self.feeds.outbound.taken(changes.entries)
        self.feeds.apply(changes.feeds, changes.raised, changes.movements, left)
        self.transfers.apply(changes.transfers)
        self.payments.apply(changes.payments)
        self.bookings.apply(changes)
        self.returns.apply(changes.returns)
        self.returns.policies.update(changes.return_policies)
        self.delays.apply(changes.delays)
        self._unit_costs.update((cost.sku, cost) for cost in changes.unit_costs)
        self.channels.update(changes.channels)
        self.purchasing.apply(changes.suppliers, changes.purchases, changes.backorder_limits)
        self._suspects.update((suspect.id, suspect) for suspect in changes.suspects)
        self.versions.update(changes.versions)
        self.sinks.update(changes.sinks)
        self._corrections.update(
            (entry.pending_position, entry.position)
            for entry in changes.entries
            if entry.code is EntryCode.CORRECT
        )
        if changes.network is not None:
            self.network = changes.network
            self.lots.place(self.network)
        self.rules = changes.rules or self.rules
        self.head = changes.head()

    def follow(self, news: Sequence[Commit]) -> None:
        """Take in what other engines committed behind these books: of all they changed the values afterwards."""
        for commit in news:
            self._follow(commit)
        if not news:
            return
        before, self.head = self.head, news[-1].head
        if self.head.network_digest != before.network_digest:
            self.network = _read_network(self._reader)
            self.lots.place(self.network)
        if self.head.rules_digest != before.rules_digest:
            self.rules = _read_rules(self._reader)
        self.forget_old_orders()

    def _follow(self, commit: Commit) -> None:
        self.balances.update(commit.balances)
        self.lots.learn(commit.lots)
        self._refresh_available(commit.balances)
        for (node_id, day), count in commit.capacity.items():
            self._booked.setdefault(node_id, {})[day] = count
        self._touched.note(commit.capacity, (stored.sku for stored in commit.products))
        orders = {one.order_id for one in commit.orders} | {one.order_id for one in commit.reservations}
        orders |= {one.order_id for one in commit.shipments}
        for order_id in orders:
            self._orders.pop(order_id, None)
        self.stock_reservations.apply(commit.stock_reservations)
        self.products.update((stored.sku, unpack_product(stored)) for stored in commit.products)
        self.feeds.apply(commit.feeds, commit.raised, commit.movements, commit.left)
        self.transfers.apply(commit.transfers)
        self.payments.apply(commit.payments)
        self.returns.apply(commit.returns)
        self.returns.policies.update(commit.return_policies)
        self.delays.apply(commit.delays)
        self.channels.update(commit.channels)
        self.purchasing.apply(commit.suppliers, commit.purchases, commit.backorder_limits)
        self.versions.update((version.digest, version) for version in commit.versions)
        self.sinks.update((one.name, one) for one in commit.sinks)

    def take_touched(self) -> Touched:
        """What was touched since the last time this was asked; from the first time on it is written down."""
        touched, self._touched = self._touched, Touched(is_noting=True)
        return touched

    def forget_old_orders(self) -> None:
        """Keep memory bounded; only to be called when all changes are committed."""
        while len(self._orders) > ORDERS_KEPT_MAX:
            self._orders.popitem(last=False)
        self.balances.settle()
        if self._available_count > AVAILABLE_KEPT_MAX:
            self._available.clear()
            self._available_count = 0
        self.stock_reservations.forget_old()
        self._new_serials.clear()
        self._unit_costs.clear()
        self._new_accounts.clear()
        self._rejected.clear()
        self._filed_customers.clear()
        self._erased_customers.clear()
        self._suspects.clear()
        self.transfers.forget_over()
        self.payments.forget_old()
        self.purchasing.forget_over()
        self.bookings.forget()
        self.returns.forget_old()
        self.delays.forget_old()

    def _count_available(self, sku: Sku) -> dict[NodeId, int]:
        if self.lots.has_any:
            accounts = self.balances.on_hand_of(sku)
            return {account.node_id: max(0, self._free(account)) for account in accounts}
        free = self.balances.free_of(sku)
        if free and min(free.values()) < 0:
            free = {node_id: max(0, units) for node_id, units in free.items()}
        return free

    def _refresh_available(self, accounts: Iterable[Account]) -> None:
        for account in accounts:
            if account.bucket is Bucket.ON_HAND:
                if account.lot:
                    self.lots.note(account)
                if (nodes := self._available.get(account.sku)) is not None:
                    nodes[account.node_id] = max(0, self._free(account))
                self._touched.note_stock(account.node_id, account.sku)

    def _free(self, account: Account) -> int:
        """Units that can be promised where `account` is: its own, or where lots are kept those of all its lots."""
        if self.lots.is_kept(account.node_id, account.sku):
            return self.lots.free(account.node_id, account.sku, self.clock.limit_now)
        return self.balances.get(account, EMPTY).free


def _read_balances(reader: Reader) -> Balances:
    try:
        return Balances(reader.read_balance_columns())
    except KeyError as error:
        raise StoreUnusable(f"an account is in bucket {error}, which does not exist") from error


def _read_products(reader: Reader) -> Iterator[Product]:
    after: Sku | None = None
    while page := reader.list_products(after, _PAGE):
        yield from map(unpack_product, page)
        after = page[-1].sku


def _read_versions(reader: Reader) -> Iterator[RuleVersion]:
    before: int | None = None
    while page := reader.list_versions(before, _PAGE):
        yield from page
        before = page[-1].number


def _read_transfers(reader: Reader) -> Iterator[Transfer]:
    after: int | None = None
    while page := reader.list_transfers(after, _PAGE, TransferFilter(state=TransferState.OPEN)):
        yield from page
        after = page[-1].number


def _read_network(reader: Reader) -> PreparedNetwork | None:
    document = reader.find_document(reader.head().network_digest)
    return None if document is None else prepare_document(document)


def _read_rules(reader: Reader) -> CompiledRules:
    digest = reader.head().rules_digest
    document = reader.find_document(digest)
    rules = compile_document(document)
    if rules is None or (digest and document is None):
        raise StoreUnusable(f"the rules in force ({digest}) do not compile with this version of the router")
    return rules
