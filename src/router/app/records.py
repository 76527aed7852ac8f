"""The rows that stores keep besides the ledger's own, and the commit that writes them all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from msgspec import Struct

from router.app.events.sinks import HeldEvent, SinkRecord
from router.app.feeds.suspect_records import Suspect, SuspectState
from router.app.rules.versions import RuleVersion, VersionChange
from router.app.stock.outbound import Left
from router.domain.box import Box
from router.domain.channel import Channel
from router.domain.identifiers import DecisionId, Digest, Instant, NodeId, OrderId, Sku
from router.domain.layout import Layout
from router.domain.reasons import Reason, RouterError
from router.domain.return_policy import ReturnPolicy
from router.domain.supplier import Supplier
from router.ledger.accounting.vouchers import UnitCost
from router.ledger.accounts import Account, Balance
from router.ledger.bookings import Booking, Manifest, Packing
from router.ledger.chain import GENESIS, Batch
from router.ledger.delays import Delay, DelayState
from router.ledger.entries import Entry
from router.ledger.event_kinds import EventKind as EventKind
from router.ledger.feeds import Feed, Movement, Raised
from router.ledger.lifecycle import OrderState, ShipmentState
from router.ledger.lots import Lot
from router.ledger.orders import OrderAccount
from router.ledger.payments import Payment
from router.ledger.purchases import PurchaseOrder
from router.ledger.reservations import Reservation
from router.ledger.returns import Return
from router.ledger.serials import Serial
from router.ledger.shipments import ShipmentAccount
from router.ledger.stock_reservations import ReservationState, StockReservation
from router.ledger.transfers import Transfer, TransferState

KEY_BYTES = 32
_BEFORE_ALL = Instant(0)
_NO_DOCUMENT = Digest("")


EVENTS_OF_AN_ORDER_MAX = 1_000
"""LIMIT: what happened to an order after so many events is not looked at when rejections are counted."""

FAILED_ATTEMPTS = frozenset({EventKind.SHIPMENT_REJECTED, EventKind.SHIPMENT_SHORTENED})
"""What is told when a node did not ship what it was to."""

BETWEEN_SHIPMENTS = "\t"
"""Sets the shipments in the subject of an event apart: no id holds it."""


class DocumentKind(IntEnum):
    """What a document holds. Numbers are stored and never change their meaning."""

    RULES = 1
    NETWORK = 2


class Event(Struct, frozen=True, kw_only=True, gc=False):
    """A fact for those who follow. Positions are gap-free and never used twice.

    `state` is that of the order afterwards, a name of `ledger.lifecycle.OrderState`. `node_ids` are the nodes that it
    concerns: of a routed order one for each shipment of its plan; of one decided again `subject` names them.
    """

    position: int
    time: Instant
    kind: EventKind
    order_id: str = ""
    subject: str = ""
    text: str = ""
    state: str = ""
    node_ids: tuple[NodeId, ...] = ()


class StoredDecision(Struct, frozen=True, kw_only=True, gc=False):
    """A decision's packed bytes. `ledger_position` is the one whose stock it saw."""

    number: int
    order_id: OrderId
    ledger_position: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedDecision:
    """A decision and when it was booked."""

    time: Instant
    decision: StoredDecision


class StoredOutcome(Struct, frozen=True, kw_only=True, gc=False):
    """What was answered to a request, pinned under its key."""

    request_id: str
    body_digest: bytes
    time: Instant
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerKey:
    """What opens a customer's personal data; zeros once it is destroyed. `time` is when it was made or destroyed."""

    customer_id: str
    key: bytes
    time: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRecipient:
    """Whom an order goes to, sealed under the key of its customer."""

    order_id: OrderId
    customer_id: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """By what a customer is known again under another id."""

    customer_id: str
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProduct:
    """A product's packed bytes."""

    sku: Sku
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that decisions name by digest: rule files or a network."""

    digest: Digest
    kind: DocumentKind
    time: Instant
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskUse:
    """Bytes of the database, of its log that is not folded in yet, and free for both."""

    database_bytes: int = 0
    log_bytes: int = 0
    free_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders to list; an empty field takes all.

    `are_exceptions`: those that wait and that nodes rejected so often that only a person decides them again.
    """

    state: OrderState | None = None
    channel: str = ""
    customer_id: str = ""
    are_exceptions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentFilter:
    """Which shipments to list; an empty field takes all. `begin_by`: those with a cut-off up to then."""

    state: ShipmentState | None = None
    node_id: str = ""
    begin_by: Instant | None = None
    tracking_number: str = ""
    wave: int = 0
    order_id: str = ""

    def takes(self, one: ShipmentAccount) -> bool:
        """Whether a shipment is one of them."""
        return (
            (self.state is None or one.state is self.state)
            and (not self.node_id or one.node_id == self.node_id)
            and (self.begin_by is None or one.cut_off_time <= self.begin_by)
            and (not self.tracking_number or one.tracking_number == self.tracking_number)
            and (not self.wave or one.wave == self.wave)
            and (not self.order_id or one.order_id == self.order_id)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationFilter:
    """Which stock reservations to list; an empty field takes all."""

    state: ReservationState | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFilter:
    """Which transfers to list; an empty field takes all. `node_id` is where they come from or go to."""

    state: TransferState | None = None
    node_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayFilter:
    """Which delays to list; an empty field takes all. `due_by`: those that time alone moves on until then."""

    state: DelayState | None = None
    due_by: Instant | None = None

    def takes(self, one: Delay) -> bool:
        """Whether a delay is one of them."""
        is_due = self.due_by is None or 0 < one.due_time <= self.due_by
        return (self.state is None or one.state is self.state) and is_due


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectFilter:
    """Which snapshots kept aside to list; an empty field takes all."""

    state: SuspectState | None = None
    feed_id: str = ""


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
    entries: tuple[Entry, ...]
    balances: Mapping[Account, Balance]
    reservations: tuple[Reservation, ...]
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
    backorder_limits: Mapping[Sku, int | None] = field(default_factory=dict)


def wave_id_of(number: int) -> str:
    """`w-` and at least twelve digits; rises with the order of creating."""
    return f"w-{number:012d}"


def wave_number_of(wave_id: str) -> int:
    """The number in the id of a pick wave; 0 for what cannot be one."""
    digits = wave_id.removeprefix("w-")
    is_one = wave_id.startswith("w-") and digits.isascii() and digits.isdigit() and len(digits) <= 18
    return int(digits) if is_one else 0


def decision_id_of(number: int) -> DecisionId:
    """`d-` and at least twelve digits; rises with the order of deciding."""
    return DecisionId(f"d-{number:012d}")


def decision_number_of(decision_id: str) -> int:
    """The number in a decision's id. Refuses with DECISION_NOT_FOUND what cannot be one."""
    digits = decision_id.removeprefix("d-")
    if not (decision_id.startswith("d-") and digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise RouterError(
            Reason.DECISION_NOT_FOUND,
            f"no decision has the id `{decision_id}`; ids read like `{decision_id_of(42)}`",
            decision_id=decision_id,
        )
    return int(digits)
