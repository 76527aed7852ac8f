"""The books in memory: all that deciding needs, rebuilt from the store at start and changed only by `apply`."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from msgspec.structs import replace

from router.app.books.booking_book import BookingBook
from router.app.books.changes import Changes
from router.app.books.clock_watch import ClockWatch
from router.app.books.cost_book import CostBook
from router.app.books.delay_book import DelayBook
from router.app.books.documents import unpack_product
from router.app.books.feed_books import FeedBooks
from router.app.books.held import Held, Place, list_held
from router.app.books.held_pages import all_held_events
from router.app.books.open_transfers import OpenTransfers
from router.app.books.order_books import OrderBooks
from router.app.books.payment_book import PaymentBook
from router.app.books.purchase_book import PurchaseBook
from router.app.books.reservation_book import ReservationBook
from router.app.books.return_book import ReturnBook
from router.app.books.stock_books import StockBooks
from router.app.books.stored import (
    read_network,
    read_open_transfers,
    read_products,
    read_rules,
    read_versions,
)
from router.app.ports.store import Reader
from router.app.records.commit import Commit
from router.app.records.rule_versions import RuleVersion, VersionState
from router.app.records.sinks import HeldEvent, HeldState, SinkRecord
from router.app.records.suspects import Suspect
from router.domain.identifiers import Digest, Instant, NodeId, Sku
from router.domain.layout import Layout
from router.domain.product import Product
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Account, Balance
from router.ledger.entries import Entry
from router.ledger.flows import EntryCode
from router.ledger.serials import Serial
from router.ledger.transfers import Transfer
from router.routing.decision import NO_PRICES, Prices
from router.routing.network.prepared import PreparedNetwork
from router.routing.network.transit import TransitTimes, learn
from router.rules.ruleset import CompiledRules


class Books(StockBooks, OrderBooks):
    """Stock and capacity as a decision may look at them, and everything else that commands change.

    One thread uses it. Each half keeps and answers for its subject; here are the rest, and when all is changed.
    """

    def __init__(self, reader: Reader, clock: ClockWatch | None = None) -> None:
        self.head = reader.head()
        StockBooks.__init__(self, reader, clock or ClockWatch())
        OrderBooks.__init__(self, reader)
        self.products: dict[Sku, Product] = {product.sku: product for product in read_products(reader)}
        self.feeds = FeedBooks(reader.list_feeds(), reader.read_feed_marks(), reader.read_movements())
        outbound = self.feeds.outbound
        if outbound.window:
            outbound.add(outbound.taken(reader.read_entries_since(self.head.time - outbound.window)))
        self.transfers = OpenTransfers(read_open_transfers(reader))
        self.payments = PaymentBook(reader)
        self.bookings = BookingBook(reader)
        self.returns = ReturnBook(reader)
        self.delays = DelayBook(reader)
        self.channels = dict(reader.list_channels())
        self.costs = CostBook(reader)
        self.purchasing = PurchaseBook(reader)
        self.suspects: dict[str, Suspect] = {}
        """Snapshots kept aside or judged in this batch; all others are read from the store."""
        self.network: PreparedNetwork | None = read_network(reader)
        self.rules: CompiledRules = read_rules(reader)
        self.versions: dict[Digest, RuleVersion] = {one.digest: one for one in read_versions(reader)}
        self.stock_reservations = ReservationBook(reader)
        self.sinks: dict[str, SinkRecord] = {one.name: one for one in reader.list_sinks()}
        self.lots.place(self.network)
        for account in self.balances.lots_on_hand():
            self.lots.note(account)
        self.prices: Prices = NO_PRICES
        self.transits: TransitTimes = learn(())
        # Of this batch: what is committed the store knows.
        self.new_serials: dict[tuple[Sku, str], Serial] = {}
        self.corrections: dict[int, int] = {}

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
        return self.new_serials.get((sku, serial)) or self._reader.find_serial(sku, serial)

    def list_dead_letters(self, sink: str) -> Iterator[HeldEvent]:
        """All that the sink has given up as of the last commit, by position, read as it is asked for."""
        return all_held_events(self._reader, sink, HeldState.DEAD)

    def list_held(self, places: Collection[Place]) -> Mapping[Place, list[Held]]:
        """Everything that holds units at nodes of SKUs, what this batch changed too."""
        promised = {place: self.stock_at(*place).credits_pending for place in places}
        return list_held(self._reader, promised, self._orders.values(), self.stock_reservations.recent())

    def find_layout(self, node_id: NodeId) -> Layout | None:
        """Where goods lie in a node, as of the last commit."""
        return self._reader.find_layout(node_id)

    def find_suspect(self, id: str) -> Suspect | None:
        """A snapshot that was kept aside."""
        return self.suspects.get(id) or self._reader.find_suspect(id)

    def find_transfer(self, id: str) -> Transfer | None:
        return self.transfers.find(id) or self._reader.find_transfer(id)

    def find_entry(self, position: int) -> Entry | None:
        """The entry at a position, as of the last commit."""
        found = self._reader.list_entries(position - 1, 1, "") if position <= self.head.position else ()
        return next(iter(found), None)

    def find_correction(self, position: int) -> int | None:
        """The position of the entry that reverses the one at `position`."""
        return self.corrections.get(position) or self._reader.find_correction(position)

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

    def check(self, changes: Changes) -> Mapping[Account, Balance]:
        """What `changes` leave of the balances they touch.

        INVARIANT: over all orders together, nothing is promised or released that is not there.
        """
        assert changes.after is self.head, "changes follow the books as they stand"
        columns = changes.columns
        after = self.count(changes.entries) if columns is None else self.count_columns(columns)
        self.check_shipments(changes.capacity)
        return after

    def apply(self, changes: Changes, after: Mapping[Account, Balance]) -> None:
        """Take in checked `changes`; `after` is what checking them gave."""
        if changes.lots:
            self.lots.learn(changes.lots)
        self.take_in(after)
        self.file(changes)
        self._touched.note(changes.capacity, [product.sku for product in changes.products])
        left = self.feeds.outbound.taken(changes.entries)
        self.feeds.apply(changes.feeds, changes.raised, changes.movements, left)
        self.corrections.update(
            (one.pending_position, one.position) for one in changes.entries if one.code is EntryCode.CORRECT
        )
        _TAKEN_OVER.take_over(self, changes)
        _TAKEN_OF_CHANGES.take_over(self, changes)
        if changes.trusts_clock:
            self.clock.trust()
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
            self.network = read_network(self._reader)
            self.lots.place(self.network)
        if self.head.rules_digest != before.rules_digest:
            self.rules = read_rules(self._reader)
        self.forget_old_orders()

    def _follow(self, commit: Commit) -> None:
        self.lots.learn(commit.lots)
        self.count_others(commit.balances)
        self.file_others(commit)
        self._touched.note(commit.capacity, [stored.sku for stored in commit.products])
        self.feeds.apply(commit.feeds, commit.raised, commit.movements, commit.left)
        _TAKEN_OVER.take_over(self, commit)
        _TAKEN_OF_OTHERS.take_over(self, commit)

    def forget_old_orders(self) -> None:
        """Keep memory bounded; only to be called when all changes are committed."""
        self.settle_orders()
        self.settle_stock()
        self.stock_reservations.forget_old()
        self.new_serials.clear()
        self.corrections.clear()
        self.costs.forget()
        self.suspects.clear()
        self.transfers.forget_over()
        self.payments.forget_old()
        self.purchasing.forget_over()
        self.bookings.forget()
        self.returns.forget_old()
        self.delays.forget_old()


class _Kinds:
    """How the values of each kind are taken over, by its name."""

    def __init__(self, takes: Mapping[str, Callable[[Books, Any], None]]) -> None:
        self._takes = tuple(takes.values())
        self._values = attrgetter(*takes)

    def take_over(self, books: Books, changed: Changes | Commit) -> None:
        """Most commands change nothing of most kinds."""
        values = self._values(changed)
        if any(values):
            for take, some in zip(self._takes, values, strict=True):
                if some:
                    take(books, some)


_TAKEN_OVER = _Kinds(
    {
        "stock_reservations": lambda books, values: books.stock_reservations.apply(values),
        "transfers": lambda books, values: books.transfers.apply(values),
        "payments": lambda books, values: books.payments.apply(values),
        "returns": lambda books, values: books.returns.apply(values),
        "return_policies": lambda books, values: books.returns.policies.update(values),
        "delays": lambda books, values: books.delays.apply(values),
        "channels": lambda books, values: books.channels.update(values),
        "suppliers": lambda books, values: books.purchasing.suppliers.update(values),
        "backorder_limits": lambda books, values: books.purchasing.limits.update(values),
        "purchases": lambda books, values: books.purchasing.apply(values),
    }
)
"""By the name that changes and the commits of other engines both have for it."""

_TAKEN_OF_CHANGES = _Kinds(
    {
        "products": lambda books, values: books.products.update((one.sku, one) for one in values),
        "versions": lambda books, values: books.versions.update(values),
        "sinks": lambda books, values: books.sinks.update(values),
        "serials": lambda books, values: books.new_serials.update(
            ((one.sku, one.serial), one) for one in values
        ),
        "bookings": lambda books, values: books.bookings.apply(values),
        "manifests": lambda books, values: books.bookings.apply_manifests(values),
        "unit_costs": lambda books, values: books.costs.apply(values),
        "node_owners": lambda books, values: books.costs.apply_owners(values),
        "suspects": lambda books, values: books.suspects.update((one.id, one) for one in values),
    }
)

_TAKEN_OF_OTHERS = _Kinds(
    {
        "products": lambda books, values: books.products.update(
            (one.sku, unpack_product(one)) for one in values
        ),
        "versions": lambda books, values: books.versions.update((one.digest, one) for one in values),
        "sinks": lambda books, values: books.sinks.update((one.name, one) for one in values),
    }
)
