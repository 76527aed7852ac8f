"""All that can be asked of the engine. A writing command carries its idempotency key and its body's digest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from router.app.events.sinks import HeldEvent
from router.app.payments.provider import Said
from router.app.rules.versions import NO_DIGEST
from router.domain.carrier import Carrier, ServiceLevel
from router.domain.channel import Channel
from router.domain.identifiers import Day, Digest, Instant, LineId, NodeId, OrderId, ServiceLevelId, Sku
from router.domain.layout import Layout
from router.domain.limits import COOL_OFF_SECONDS
from router.domain.network import Network
from router.domain.node import Node
from router.domain.order import Order
from router.domain.product import Product
from router.domain.reasons import RouterError, Violation
from router.domain.recipient import Recipient
from router.ledger.feeds import BEFORE_ALL, Counting, FeedMark, Mark
from router.ledger.payments import Intent, PaymentMethod
from router.ledger.stock_reservations import AskedLine
from router.ledger.tracking import CarrierReport
from router.ledger.transfers import Arrival
from router.routing.wave import Progress, WaveDecision
from router.rules.diagnostics import Diagnostic
from router.rules.ruleset import CompiledRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """`body_digest` is the SHA-256 of the request without its key: the same key with another body is refused."""

    request_id: str
    body_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOrders(Write):
    """Decide these orders as if one after another. `decision_time` None means the engine's clock.

    `reservation_id` names the stock reservation whose units go to the order, which is then the only one.

    `recipients` says whom orders go to; nothing is decided from it.
    """

    orders: tuple[Order, ...]
    recipients: Mapping[OrderId, Recipient] = field(default_factory=dict)
    decision_time: Instant | None = None
    validate_only: bool = False
    reservation_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteWave(Write):
    """Decide these orders jointly. `progress` hears where the search stands, from the thread that searches.

    The search ends where it stands after `search_seconds_max` (0: when its effort is spent). Once `is_wanted` says no,
    it ends and nothing is booked. `decide` answers for a wave that was searched for beside the engine's thread.
    """

    orders: tuple[Order, ...]
    recipients: Mapping[OrderId, Recipient] = field(default_factory=dict)
    decision_time: Instant | None = None
    validate_only: bool = False
    search_seconds_max: int = 0
    progress: Progress = field(default=lambda standing: None, compare=False)
    is_wanted: Callable[[], bool] = field(default=lambda: True, compare=False)
    decide: Callable[..., WaveDecision] | None = field(default=None, compare=False)


class Because(IntEnum):
    """Why orders are decided again. Names are stored; numbers equal those of the public contract."""

    REQUEST = 1
    SCHEDULE = 2
    RECEIPT = 3
    OUTAGE = 4
    SHORTFALL = 5
    REJECT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class RerouteOrders(Write):
    """Decide these orders again, one after another. `move_milli` is the price of each shipment that changes.

    `next_page_token` is where the pool goes on that they were chosen from; it is answered as it is.
    """

    order_ids: tuple[OrderId, ...]
    because: Because
    move_milli: int
    validate_only: bool = False
    next_page_token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectShipment(Write):
    """`missing` units of SKUs are not there; for `cool_off_seconds` the node is offered none of its SKUs.

    What waits then is decided again, where a change costs `move_milli`.
    """

    shipment_id: str
    reason_code: str
    missing: Mapping[Sku, int] = field(default_factory=dict)
    cool_off_seconds: int = COOL_OFF_SECONDS
    move_milli: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PutProducts(Write):
    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutNetwork(Write):
    network: Network


@dataclass(frozen=True, slots=True, kw_only=True)
class PutChannels(Write):
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutNodes(Write):
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutServiceLevels(Write):
    service_levels: tuple[ServiceLevel, ...]
    carriers: tuple[Carrier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What was found in rules beside the engine's thread, so that no file can hold it up.

    `refusal`, or any `faults`: refuse; it is the engine that does, because only it knows whether the command is a
    repeated one that was answered before. `findings` are for people to read.
    """

    rules: CompiledRules | None = None
    refusal: RouterError | None = None
    faults: tuple[Violation, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    case_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesWrite(Write):
    """Something done to a version of the rules; `review` is added by `app/rules/review.py` before the engine is asked.

    `origin` says what it comes from, for example the summary of a plan.
    """

    author: str = ""
    reason: str = ""
    origin: str = ""
    review: Review | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRules(RulesWrite):
    files: Mapping[str, bytes]
    is_draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateRules(RulesWrite):
    """Either `files` or the `digest` of a version. Empty expectations are not held against anything."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    digest: Digest = NO_DIGEST
    expected_active_digest: Digest = NO_DIGEST
    expected_network_digest: Digest = NO_DIGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRules(RulesWrite):
    """To `digest`, or without one to the version that was in force before."""

    digest: Digest = NO_DIGEST
    expected_active_digest: Digest = NO_DIGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class StartShadow(RulesWrite):
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class StopShadow(RulesWrite):
    pass


RulesCommand = StageRules | ActivateRules | RollbackRules | StartShadow | StopShadow


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSnapshot(Write):
    """Physical units on hand per node and SKU, with all that happened up to `mark` in what the feed counts by.

    `is_full`: SKUs not named have none at the nodes named. `restarts`: a new epoch may begin, or another count. A feed
    that counts by nothing says how old its figures can be. `receive_time` is that of a snapshot that was kept aside.
    """

    feed_id: str
    mark: Mark = BEFORE_ALL
    counting: Counting = Counting.SEQUENCE
    is_full: bool
    on_hand: Mapping[NodeId, Mapping[Sku, int]]
    restarts: bool = False
    lag_microseconds: int = 0
    receive_time: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutFeed(Write):
    """A feed's guard: the share of a node's units that one snapshot may change, in percent; 0 = any."""

    feed_id: str
    guard_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSnapshot(Write):
    """Who judges a snapshot that was kept aside, and why."""

    suspect_id: str
    author: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveSnapshot(JudgeSnapshot):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectSnapshot(JudgeSnapshot):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock(Write):
    """`lot` empty: of no lot, or when units are missing of whatever lot is next to leave."""

    node_id: NodeId
    sku: Sku
    delta: int
    reason_code: str
    expected_on_hand: int | None = None
    reference: str = ""
    lot: str = ""
    expiry_day: Day | None = None
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedUnits:
    """What was counted of a SKU at a node, and what the books said when counting began."""

    node_id: NodeId
    sku: Sku
    counted: int
    expected_on_hand: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountStock(Write):
    rows: tuple[CountedUnits, ...]
    reason_code: str
    reference: str = ""
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferStock(Write):
    """`lines` are units by SKU; `expected_day` is local to where they go. `transfer_id` empty: one is made."""

    from_node_id: NodeId
    to_node_id: NodeId
    lines: Mapping[Sku, int]
    transfer_id: str = ""
    expected_day: Day | None = None
    reference: str = ""
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTransfer(Write):
    """`lines` empty: all arrived as it was sent. `closes`: what has not arrived now never will."""

    transfer_id: str
    lines: Mapping[Sku, Arrival] = field(default_factory=dict)
    closes: bool = False
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTransfer(Write):
    transfer_id: str
    reason: str = ""
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(Write):
    """`lines` empty means every unit that has not been dispatched."""

    order_id: OrderId
    lines: Mapping[LineId, int]
    reason: str = ""
    validate_only: bool = False


class HoldReason(IntEnum):
    """Why a person holds an order. Names are told; numbers equal those of the public contract."""

    FRAUD = 1
    ADDRESS = 2
    APPROVAL = 3
    PAYMENT = 4
    OTHER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOrder(Write):
    order_id: OrderId
    reason: HoldReason
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOrder(Write):
    order_id: OrderId
    author: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchShipment(Write):
    """`serials` of units by line; not every unit needs one. `tracking_number` empty: it keeps the one it has."""

    shipment_id: str
    serials: Mapping[LineId, tuple[str, ...]] = field(default_factory=dict)
    told: FeedMark | None = None
    tracking_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseShipments(Write):
    """Those of `shipment_ids`, or else all of a node that it must begin on by an instant; None: by now."""

    node_id: NodeId
    begin_by: Instant | None = None
    shipment_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PutLayout(Write):
    layout: Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePickWave(Write):
    """Of those of `shipment_ids`, or else of at most `shipments_max` released ones."""

    node_id: NodeId
    shipments_max: int
    shipment_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPick(Write):
    """`lot` empty: of whatever lot the shipment has."""

    shipment_id: str
    sku: Sku
    quantity: int
    lot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortPick(Write):
    """`quantity` units are not where they should be. `reason` is kept with the variance.

    `empties_bin`: nothing of it is there, so that what the books have free beyond these units is not there either.
    """

    shipment_id: str
    sku: Sku
    quantity: int
    reason: str
    lot: str = ""
    empties_bin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOf:
    """A carrier's report and what it is about: a shipment by its id or by what the carrier calls it."""

    shipment_id: str
    tracking_number: str
    report: CarrierReport


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCarrierReports(Write):
    reports: tuple[ReportOf, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentWrite(Write):
    """Something done to a payment; `app/payments/cashier.py` asks the provider before the engine is asked."""

    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizePayment(PaymentWrite):
    """`said` is added by the cashier. `token` is for the provider alone and is kept nowhere."""

    order_id: OrderId
    method: PaymentMethod
    amount_minor: int
    token: str = field(default="", repr=False)
    said: Said | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPayment(PaymentWrite):
    """`said` is added by the cashier."""

    said: Said | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginPaymentAct(PaymentWrite):
    """Write down what a provider is going to be asked for."""

    intent: Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class DropPaymentAct(PaymentWrite):
    """The provider said no to what was under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePayment(PaymentWrite):
    """`amount_minor` 0: what the goods of the shipment cost."""

    amount_minor: int = 0
    shipment_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidPayment(PaymentWrite):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPayment(PaymentWrite):
    amount_minor: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveStock(Write):
    """`reservation_id` empty: one is made. `timeout_seconds` None: firmly. `reference` is the client's own note."""

    lines: tuple[AskedLine, ...]
    timeout_seconds: int | None
    allow_partial: bool = False
    reservation_id: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendReservation(Write):
    reservation_id: str
    timeout_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmReservation(Write):
    reservation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReservation(Write):
    """`lines` empty means all that is held; what is not posted is released unless `keep_rest`."""

    reservation_id: str
    lines: Mapping[LineId, int]
    keep_rest: bool = False
    serials: Mapping[LineId, tuple[str, ...]] = field(default_factory=dict)
    told: FeedMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidReservation(Write):
    """`lines` empty means all that is held."""

    reservation_id: str
    lines: Mapping[LineId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustClock(Write):
    """Somebody has looked at a clock that leapt ahead, and it is right."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseCustomer(Write):
    customer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GetAvailability:
    """A read that goes through the queue, so that its figures are those of one ledger position."""

    skus: tuple[Sku, ...]
    node_ids: tuple[NodeId, ...] = ()
    with_lots: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotePromise:
    """A read that goes through the queue, so that its promises are for one ledger position.

    Without `service_level_ids` every one that the order may use is quoted. `reservation_id` names units held for it.
    """

    order: Order
    service_level_ids: tuple[ServiceLevelId, ...] = ()
    decision_time: Instant | None = None
    reservation_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleDeliveries:
    """A relay's report on its sink, and its claim to serve it alone for `lease_seconds` more; 0 lets go of it.

    It needs no key: to say it again changes nothing. `epoch` is the one under which the relay began.
    """

    sink: str
    holder: str
    epoch: int
    cursor: int
    lease_seconds: int
    held: tuple[HeldEvent, ...] = ()
    is_disabled: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectEntry(Write):
    """Reverse the entry at `position`."""

    position: int
    author: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayEvents(Write):
    """`after_position` None: go on where the sink is. `order_id` narrows the dead letters to those of an order."""

    sink: str
    after_position: int | None = None
    with_dead_letters: bool = False
    order_id: str = ""


Command = (
    RouteOrders
    | RouteWave
    | RerouteOrders
    | RejectShipment
    | HoldOrder
    | ReleaseOrder
    | PutProducts
    | PutNetwork
    | PutChannels
    | PutNodes
    | PutServiceLevels
    | StageRules
    | ActivateRules
    | RollbackRules
    | StartShadow
    | StopShadow
    | RecordSnapshot
    | PutFeed
    | ApproveSnapshot
    | RejectSnapshot
    | AdjustStock
    | CountStock
    | TransferStock
    | ReceiveTransfer
    | CancelTransfer
    | CancelOrder
    | DispatchShipment
    | ReleaseShipments
    | RecordCarrierReports
    | PutLayout
    | CreatePickWave
    | ConfirmPick
    | ShortPick
    | ReserveStock
    | ExtendReservation
    | FirmReservation
    | PostReservation
    | VoidReservation
    | TrustClock
    | EraseCustomer
    | GetAvailability
    | QuotePromise
    | SettleDeliveries
    | ReplayEvents
    | CorrectEntry
    | AuthorizePayment
    | CheckPayment
    | BeginPaymentAct
    | DropPaymentAct
    | CapturePayment
    | VoidPayment
    | RefundPayment
)
