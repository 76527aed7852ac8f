"""What keeps the books: rows in and out, and what it says when it cannot."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from router.app.ports.booking_reader import BookingReader
from router.app.ports.cost_reader import CostReader
from router.app.ports.customer_reader import CustomerReader
from router.app.ports.delay_reader import DelayReader
from router.app.ports.event_reader import EventReader
from router.app.ports.feed_reader import FeedReader
from router.app.ports.payment_reader import PaymentReader
from router.app.ports.purchase_reader import PurchaseReader
from router.app.ports.return_reader import ReturnReader
from router.app.ports.stock_reader import StockReader
from router.app.ports.version_reader import VersionReader
from router.app.records.commit import Commit, DiskUse, Head
from router.app.records.decisions import BookedDecision, StoredDecision, StoredOutcome
from router.app.records.documents import Document, StoredProduct
from router.app.records.filters import OrderFilter, ShipmentFilter, TransferFilter
from router.domain.channel import Channel
from router.domain.identifiers import NodeId, OrderId, Sku
from router.domain.layout import Layout
from router.ledger.accounts import Account
from router.ledger.audit_rows import EntryRow
from router.ledger.chain import Batch
from router.ledger.entries import Entry
from router.ledger.orders import OrderAccount
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount
from router.ledger.transfers import Transfer


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


class Reader(
    BookingReader,
    CostReader,
    CustomerReader,
    DelayReader,
    EventReader,
    FeedReader,
    PaymentReader,
    PurchaseReader,
    ReturnReader,
    StockReader,
    VersionReader,
    Protocol,
):
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

    def find_correction(self, position: int) -> int | None:
        """The position of the entry that reverses the one at `position`."""
        ...

    def find_document(self, digest: str) -> Document | None: ...

    def find_product(self, sku: Sku) -> StoredProduct | None: ...

    def list_products(self, after: Sku | None, limit: int) -> Sequence[StoredProduct]:
        """By SKU."""
        ...

    def list_capacity(self) -> Mapping[tuple[NodeId, int], int]:
        """Shipments booked per node and local day."""
        ...

    def list_channels(self) -> Mapping[str, Channel]: ...

    def find_transfer(self, id: str) -> Transfer | None: ...

    def list_transfers(self, after: int | None, limit: int, where: TransferFilter) -> Sequence[Transfer]:
        """By number."""
        ...

    def read_journal(self) -> Iterator[tuple[Batch, Sequence[Entry]]]:
        """Every batch with its entries, from the first."""
        ...

    def read_journal_rows(self) -> tuple[Mapping[int, Account], Iterator[Batch], Iterator[EntryRow]]:
        """The same as rows: accounts by number, all batches, and the entries of all of them, one after the other."""
        ...

    def read_reservations(self) -> Iterator[Reservation]: ...

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

    def tidy(self) -> None:
        """Do now what a commit left for later, because nobody waits: its answers have left."""
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

    def tidy(self) -> None:
        """Nothing is left for later."""

    def read_news(self, after: int) -> Sequence[Commit] | None:
        return ()
