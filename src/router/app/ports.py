"""What is needed from outside: a clock, a store, a forecast. Stores, connectors and the wiring supply them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from router.app.carriers.booking_filter import BookingFilter
from router.app.events.sinks import HeldEvent, HeldState, SinkRecord
from router.app.feeds.suspect_records import Suspect
from router.app.purchasing.purchase_reader import PurchaseReader
from router.app.records import (
    BookedDecision,
    Commit,
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
from router.domain.box import Box
from router.domain.channel import Channel
from router.domain.identifiers import Instant, NodeId, OrderId, Sku
from router.domain.layout import Layout
from router.domain.return_policy import ReturnPolicy
from router.ledger.accounting.vouchers import UnitCost
from router.ledger.accounts import Account, Balance
from router.ledger.audit_rows import EntryRow
from router.ledger.bookings import Booking, Manifest, Packing
from router.ledger.chain import Batch
from router.ledger.delays import Delay
from router.ledger.entries import Entry
from router.ledger.feeds import Feed, Mark, Movement
from router.ledger.lots import Lot
from router.ledger.orders import OrderAccount
from router.ledger.past import Turnover
from router.ledger.payments import Payment
from router.ledger.reservations import Reservation
from router.ledger.returns import Return
from router.ledger.serials import Serial
from router.ledger.shipments import ShipmentAccount
from router.ledger.stock_reservations import StockReservation
from router.ledger.transfers import Transfer
from router.routing.look_ahead.forecast import Forecast


class Clock(Protocol):
    """Time. `now` may jump; the engine's own time never goes back. `monotonic` is in seconds, for deadlines."""

    def now(self) -> Instant: ...

    def monotonic(self) -> float: ...


class ForecastFails(Exception):
    """There is no forecast now: what it is made from cannot be read or understood."""


class ForecastSource(Protocol):
    """What is expected to be ordered. Other ways of forecasting go behind this port."""

    def expect(self, now: Instant) -> Forecast:
        """The orders of the coming days. Raises ForecastFails, or StoreError where it reads a store."""
        ...


class StoreError(Exception):
    """What a store says instead of its driver's own words."""


class StoreUnusable(StoreError):
    """The store cannot be opened: in use by another server, damaged, or of another version."""


class TurnLost(StoreError):
    """Nothing was written; the same commands may be worked on again, on the state that the store has now."""


class CommitFailed(StoreError):
    """Whether the commit is durable is unknown; only opening the store again tells."""


class CommitRefused(StoreError):
    """Surely nothing of the commit is durable, and the store can be used on: there was no room for it."""


class StoreUnreachable(CommitRefused):
    """The database does not answer. Nothing was done; later it may."""


class Reader(PurchaseReader, Protocol):
    """A consistent view of everything committed. `after` is the key that a listing goes on behind, None at first."""

    def head(self) -> Head: ...

    def find_outcomes(self, request_ids: Sequence[str]) -> Mapping[str, StoredOutcome]: ...

    def find_orders(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, OrderAccount]: ...

    def list_orders(self, after: int | None, limit: int, where: OrderFilter) -> Sequence[OrderAccount]:
        """By number."""
        ...

    def list_reservations(self, order_id: OrderId) -> Sequence[Reservation]:
        """All of an order, resolved ones too, by position."""
        ...

    def list_shipments_of(self, order_id: OrderId) -> Sequence[ShipmentAccount]:
        """Of one order, by their numbers within it."""
        ...

    def list_shipments(
        self, after: int | None, limit: int, where: ShipmentFilter
    ) -> Sequence[ShipmentAccount]:
        """By number."""
        ...

    def find_layout(self, node_id: NodeId) -> Layout | None: ...

    def find_stock_reservation(self, id: str) -> StockReservation | None: ...

    def list_stock_reservations(
        self, after: int | None, limit: int, where: ReservationFilter
    ) -> Sequence[StockReservation]:
        """By number."""
        ...

    def read_limits(self) -> Iterator[tuple[Instant, str]]:
        """When each held reservation with a time limit expires, and its id."""
        ...

    def read_lots(self) -> Iterator[Lot]: ...

    def find_serial(self, sku: Sku, serial: str) -> Serial | None: ...

    def list_serials(self, owner: str, after: tuple[int, str] | None, limit: int) -> Sequence[Serial]:
        """Of an order or a stock reservation, by position and serial."""
        ...

    def find_decision(self, number: int) -> StoredDecision | None: ...

    def list_decisions(self, after: int, limit: int) -> Sequence[BookedDecision]:
        """By number."""
        ...

    def find_start_of_last(self, count: int) -> int:
        """The number behind which the last `count` decisions stand; 0 when there are no more than that."""
        ...

    def count_decisions(self, after: int) -> int:
        """How many decisions stand behind a number."""
        ...

    def list_entries(self, after: int | None, limit: int, reference: str) -> Sequence[Entry]:
        """By position; of one cause unless `reference` is empty."""
        ...

    def list_balances(
        self, after: Account | None, limit: int, node_id: NodeId | None, sku: Sku | None
    ) -> Sequence[tuple[Account, Balance]]:
        """By SKU, node, lot and bucket."""
        ...

    def sum_entries(
        self, after: int, first: Account, last: Account, node_id: NodeId | None
    ) -> Sequence[Turnover]:
        """What the entries behind a position moved, by account and code.

        Of the accounts from `first` to `last` by SKU, node, lot and bucket; of one node unless it is None.
        """
        ...

    def find_correction(self, position: int) -> int | None:
        """The position of the entry that reverses the one at `position`."""
        ...

    def list_events(self, after: int, limit: int, order_id: OrderId | None) -> Sequence[Event]:
        """By position."""
        ...

    def list_sinks(self) -> Sequence[SinkRecord]:
        """By name."""
        ...

    def list_held_events(
        self, sink: str, after: int, limit: int, state: HeldState | None
    ) -> Sequence[HeldEvent]:
        """By position; all states unless one is asked for."""
        ...

    def count_held_events(self, sink: str) -> tuple[int, int]:
        """How many are HELD, and how many are DEAD."""
        ...

    def find_document(self, digest: str) -> Document | None: ...

    def find_version(self, digest: str) -> RuleVersion | None: ...

    def find_version_in(self, state: VersionState) -> RuleVersion | None:
        """The one version in a state that only one can have."""
        ...

    def list_versions_like(self, prefix: str, limit: int) -> Sequence[RuleVersion]:
        """Those whose digest begins like that."""
        ...

    def list_versions(self, before: int | None, limit: int) -> Sequence[RuleVersion]:
        """By number, the last one first; those before a number unless it is None."""
        ...

    def list_version_changes(self, before: int | None, limit: int, digest: str) -> Sequence[VersionChange]:
        """By number, the last one first; of one version unless `digest` is empty."""
        ...

    def find_contact_key(self) -> bytes:
        """What contacts are made with; empty before the first."""
        ...

    def list_contacts(self, customer_id: str) -> Sequence[bytes]: ...

    def list_contact_customers(self, digest: bytes, limit: int) -> Sequence[str]:
        """Customers that are known by it, by id."""
        ...

    def find_customer_keys(self, customer_ids: Sequence[str]) -> Mapping[str, CustomerKey]:
        """Of those that ever had one, destroyed ones too."""
        ...

    def find_recipients(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, SealedRecipient]: ...

    def find_product(self, sku: Sku) -> StoredProduct | None: ...

    def list_products(self, after: Sku | None, limit: int) -> Sequence[StoredProduct]:
        """By SKU."""
        ...

    def list_capacity(self) -> Mapping[tuple[NodeId, int], int]:
        """Shipments booked per node and local day."""
        ...

    def list_channels(self) -> Mapping[str, Channel]: ...

    def list_feeds(self) -> Mapping[str, Feed]: ...

    def read_feed_marks(self) -> Iterator[tuple[str, NodeId, Sku, Mark]]:
        """Up to where each feed has counted each SKU of each node; an empty SKU stands for all of a node."""
        ...

    def read_movements(self) -> Iterator[Movement]:
        """Those that may not be counted yet, by position."""
        ...

    def read_entries_since(self, time: int) -> Iterator[Entry]:
        """Entries of all batches later than a time, by position."""
        ...

    def list_held(self, places: Collection[tuple[NodeId, Sku]]) -> Sequence[Reservation]:
        """Reservations of orders that hold units of SKUs at nodes, by position."""
        ...

    def find_suspect(self, id: str) -> Suspect | None: ...

    def list_suspects(self, after: int | None, limit: int, where: SuspectFilter) -> Sequence[Suspect]:
        """By number, without their bodies."""
        ...

    def find_transfer(self, id: str) -> Transfer | None: ...

    def list_transfers(self, after: int | None, limit: int, where: TransferFilter) -> Sequence[Transfer]:
        """By number."""
        ...

    def find_payment(self, id: str) -> Payment | None: ...

    def list_payments(
        self,
        after: int | None,
        limit: int,
        order_id: OrderId | None,
        gift_account_id: str = "",
        act_declined: bool = False,
    ) -> Sequence[Payment]:
        """By number; of one order unless it is None. `act_declined`: only those with a no to something."""
        ...

    def read_payment_limits(self) -> Iterator[tuple[Instant, str]]:
        """When what is open of each payment runs out, and its id."""
        ...

    def read_payments(self) -> Iterator[Payment]: ...

    def find_booking(self, shipment_id: str) -> Booking | None:
        """The last one of the shipment."""
        ...

    def count_bookings(self, shipment_id: str) -> int: ...

    def list_bookings(self, after: int | None, limit: int, where: BookingFilter) -> Sequence[Booking]:
        """By number."""
        ...

    def find_manifest(self, number: int) -> Manifest | None: ...

    def list_manifests(self, after: int | None, limit: int, node_id: str) -> Sequence[Manifest]:
        """By number; of all nodes unless one is named."""
        ...

    def list_boxes(self) -> tuple[Box, ...]:
        """As they were put last."""
        ...

    def find_packing(self, shipment_id: str) -> Packing | None:
        """The last one of the shipment."""
        ...

    def find_return(self, id: str) -> Return | None: ...

    def list_returns(self, after: int | None, limit: int, order_id: OrderId | None) -> Sequence[Return]:
        """By number; of all orders unless one is named."""
        ...

    def read_return_limits(self) -> Iterator[tuple[Instant, str]]:
        """When the waiting for units of each return ends, and its id."""
        ...

    def read_returns(self) -> Iterator[Return]: ...

    def list_return_policies(self) -> Mapping[str, ReturnPolicy]:
        """By channel."""
        ...

    def find_delay(self, order_id: str) -> Delay | None: ...

    def list_delays(self, after: int | None, limit: int, where: DelayFilter) -> Sequence[Delay]:
        """By number."""
        ...

    def read_open_delays(self) -> Iterator[Delay]:
        """Those of orders of which something waits to leave."""
        ...

    def read_delays(self) -> Iterator[Delay]: ...

    def find_unit_costs(self, skus: Sequence[Sku]) -> Mapping[Sku, Sequence[UnitCost]]:
        """All that units ever cost, by position; SKUs without any are not there."""
        ...

    def list_unit_costs(self, start: int, end: int) -> Sequence[UnitCost]:
        """Those that changed at positions from `start` to before `end`, by position and SKU."""
        ...

    def read_journal(self) -> Iterator[tuple[Batch, Sequence[Entry]]]:
        """Every batch with its entries, from the first."""
        ...

    def read_journal_rows(self) -> tuple[Mapping[int, Account], Iterator[Batch], Iterator[EntryRow]]:
        """The same as rows: accounts by number, all batches, and the entries of all of them, one after the other."""
        ...

    def read_balances(self) -> Iterator[tuple[Account, Balance]]: ...

    def read_balance_columns(self) -> Iterator[Sequence[Sequence[Any]]]:
        """The same, some thousand at a time in columns: node ids, SKUs, lots, buckets, and the five counters."""
        ...

    def read_reservations(self) -> Iterator[Reservation]: ...

    def read_stock_reservations(self) -> Iterator[StockReservation]: ...

    def read_serials(self) -> Iterator[Serial]: ...

    def read_orders(self) -> Iterator[OrderAccount]: ...

    def read_shipments(self) -> Iterator[ShipmentAccount]: ...

    def read_transfers(self) -> Iterator[Transfer]: ...


class Store(Reader, Protocol):
    """A reader of what was committed last, and the only way to commit more.

    All methods but `reader` and `close` are called by one thread at a time. Where others commit to the same books
    (`is_shared`), what the store reads itself is of one state only within `look` and `turn`.
    """

    @property
    def is_shared(self) -> bool:
        """Whether other processes may commit, too."""
        ...

    def look(self) -> AbstractContextManager[None]:
        """While it is open the store reads one state, the newest at its beginning. Raises StoreUnreachable."""
        ...

    def turn(self) -> AbstractContextManager[None]:
        """From its beginning to the commit, or to its end without one, nobody else commits. Raises StoreUnreachable."""
        ...

    def read_news(self, after: int) -> Sequence[Commit] | None:
        """Within `look` or `turn`: what others committed behind batch `after`; None when that is not known any more.

        Once only. Of each commit, what books hold in memory; not entries, decisions, events, outcomes, documents.
        """
        ...

    def commit(self, commit: Commit) -> None:
        """Make it durable, whole or not at all. Raises CommitFailed or, when surely nothing happened, CommitRefused.

        TurnLost: surely nothing happened, either, and the same commands may be worked on again at once.
        """
        ...

    def probe(self) -> None:
        """Try to write, and leave no trace of it. Raises CommitRefused while there is no room, or CommitFailed."""
        ...

    def reader(self) -> AbstractContextManager[Reader]:
        """A view for other threads, to be used briefly."""
        ...

    def disk_use(self) -> DiskUse:
        """Zeros where there is no disk. May be asked by any thread."""
        ...

    def close(self) -> None: ...


class Unshared:
    """What a store is that one engine has for itself: there are no others to wait for or to hear of."""

    is_shared = False

    def look(self) -> AbstractContextManager[None]:
        return nullcontext()

    def turn(self) -> AbstractContextManager[None]:
        return nullcontext()

    def read_news(self, after: int) -> Sequence[Commit] | None:
        return ()
