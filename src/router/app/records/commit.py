"""The commit that writes all rows of a batch at once, and where the books stand after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from router.app.records.decisions import StoredDecision, StoredOutcome
from router.app.records.documents import Document, StoredProduct
from router.app.records.events import Event
from router.app.records.outbound import Left
from router.app.records.recipients import Contact, CustomerKey, SealedRecipient
from router.app.records.rule_versions import RuleVersion, VersionChange
from router.app.records.sinks import HeldEvent, SinkRecord
from router.app.records.suspects import Suspect
from router.domain.box import Box
from router.domain.channel import Channel
from router.domain.identifiers import Digest, Instant, NodeId, Sku
from router.domain.layout import Layout
from router.domain.return_policy import ReturnPolicy
from router.domain.supplier import Supplier
from router.ledger.accounting.owners import NodeOwner
from router.ledger.accounting.vouchers import UnitCost
from router.ledger.accounts import Account, Balance
from router.ledger.bookings import Booking, Manifest, Packing
from router.ledger.chain import GENESIS, Batch
from router.ledger.delays import Delay
from router.ledger.entries import Entry
from router.ledger.feeds import Feed, Movement, Raised
from router.ledger.lots import Lot
from router.ledger.orders import OrderAccount
from router.ledger.payments import Payment
from router.ledger.purchases import PurchaseOrder
from router.ledger.reservations import Reservation
from router.ledger.returns import Return
from router.ledger.serials import Serial
from router.ledger.shipments import ShipmentAccount
from router.ledger.stock_reservations import StockReservation
from router.ledger.transfers import Transfer

_BEFORE_ALL = Instant(0)

_NO_DOCUMENT = Digest("")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskUse:
    """Bytes of the database, of its log that is not folded in yet, and free for both."""

    database_bytes: int = 0
    log_bytes: int = 0
    free_bytes: int = 0


class Head(Struct, frozen=True, kw_only=True, gc=False):
    """Where the books stand: the last batch, entry and event, the last time, and the documents in force."""

    batch_number: int = 0
    position: int = 0
    event_position: int = 0
    time: Instant = _BEFORE_ALL
    hash: bytes = GENESIS
    rules_digest: Digest = _NO_DOCUMENT
    network_digest: Digest = _NO_DOCUMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """All that one batch of commands changed.

    Balances, capacity, feeds, orders, shipments, stock reservations, versions, suspects, transfers, payments and
    returns are the values afterwards. Recipients of `erased_customers` go before new ones come. Movements before a
    position are counted, all of them.
    `left` is what left lately, if a feed wants to know.
    """

    batch: Batch
    head: Head
    entries: Sequence[Entry]
    balances: Mapping[Account, Balance]
    reservations: Sequence[Reservation]
    stock_reservations: tuple[StockReservation, ...]
    lots: tuple[Lot, ...]
    serials: tuple[Serial, ...]
    orders: tuple[OrderAccount, ...]
    decisions: tuple[StoredDecision, ...]
    events: tuple[Event, ...]
    outcomes: tuple[StoredOutcome, ...]
    products: tuple[StoredProduct, ...]
    documents: tuple[Document, ...]
    versions: tuple[RuleVersion, ...]
    version_changes: tuple[VersionChange, ...]
    capacity: Mapping[tuple[NodeId, int], int]
    sinks: tuple[SinkRecord, ...]
    held_events: tuple[HeldEvent, ...]
    feeds: Mapping[str, Feed]
    raised: tuple[Raised, ...]
    movements: tuple[Movement, ...]
    forget_movements_before: int
    left: tuple[Left, ...]
    suspects: tuple[Suspect, ...]
    transfers: tuple[Transfer, ...]
    forget_outcomes_before: Instant
    payments: tuple[Payment, ...] = ()
    delays: tuple[Delay, ...] = ()
    channels: Mapping[str, Channel] = field(default_factory=dict)
    returns: tuple[Return, ...] = ()
    return_policies: Mapping[str, ReturnPolicy] = field(default_factory=dict)
    customer_keys: tuple[CustomerKey, ...] = ()
    recipients: tuple[SealedRecipient, ...] = ()
    contacts: tuple[Contact, ...] = ()
    contact_key: bytes = b""
    erased_customers: tuple[str, ...] = ()
    shipments: tuple[ShipmentAccount, ...] = ()
    layouts: tuple[Layout, ...] = ()
    suppliers: Mapping[str, Supplier] = field(default_factory=dict)
    purchases: tuple[PurchaseOrder, ...] = ()
    bookings: tuple[Booking, ...] = ()
    manifests: tuple[Manifest, ...] = ()
    box_lists: tuple[tuple[int, tuple[Box, ...]], ...] = ()
    packings: tuple[Packing, ...] = ()
    unit_costs: tuple[UnitCost, ...] = ()
    node_owners: tuple[NodeOwner, ...] = ()
    backorder_limits: Mapping[Sku, int | None] = field(default_factory=dict)
