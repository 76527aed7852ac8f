"""What the engine answers. Answers of writes are recorded under their key and given again on a repeat."""

from dataclasses import dataclass
from enum import IntEnum

from msgspec import Struct

from router.app.answers_of_carriers import BoxesPut, ManifestClosed, ShipmentBooked, ShipmentPacked
from router.app.events.sinks import SinkRecord
from router.app.rules.versions import NO_DIGEST
from router.domain.identifiers import (
    Day,
    DecisionId,
    Digest,
    Instant,
    LineId,
    NodeId,
    OrderId,
    ServiceLevelId,
    Sku,
)
from router.domain.order import Order
from router.domain.plan import Plan
from router.domain.return_policy import ReturnOption
from router.ledger.delays import Delay
from router.ledger.orders import LineQuantities as LineQuantities
from router.ledger.payments import Payment
from router.ledger.purchases import PurchaseOrder
from router.ledger.returns import Return
from router.ledger.shipments import ShipmentAccount
from router.ledger.stock_reservations import StockReservation
from router.ledger.transfers import Transfer

NO_DECISION = DecisionId("")


class Versions(Struct, frozen=True, kw_only=True, gc=False):
    rules_digest: Digest
    network_digest: Digest
    ledger_position: int
    decision_time: Instant


class Routed(Struct, frozen=True, kw_only=True, gc=False):
    """One order decided (and, unless it was only validated, reserved).

    One that was decided again names the decision before, and why; its plan is of what could still be decided.
    """

    decision_id: DecisionId
    order_id: OrderId
    plan: Plan
    versions: Versions
    shipment_numbers: tuple[int, ...] = ()
    replaces: DecisionId = NO_DECISION
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One order of a batch, or a whole command, refused: the reason, a sentence, and its facts."""

    order_id: str
    reason: str
    message: str


class RoutedOrders(Struct, frozen=True, kw_only=True, gc=False):
    results: tuple[Routed | Refused, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRouted:
    """A wave decided: its outcomes in order, and the proof of the `joint_count` orders that were decided jointly.

    `redecided_count` orders got other plans than the search gave them, because others took meanwhile what they were
    to get. `is_cut`: the search was ended before its effort was spent.
    """

    results: tuple[Routed | Refused, ...]
    joint_count: int
    objective_milli: int
    bound_milli: int
    redecided_count: int = 0
    is_cut: bool = False


class RerouteOutcome(IntEnum):
    """What came of an order that was to be decided again. Numbers are stored and equal those of the public contract."""

    MOVED = 1
    STAYED = 2
    FROZEN = 3
    REFUSED = 4


class Rerouted(Struct, frozen=True, kw_only=True, gc=False):
    """One order decided again. MOVED: with the decision that replaces another; REFUSED: with a reason.

    `saved_milli` None: what stood could not be kept, so staying had no price.
    """

    order_id: OrderId
    outcome: RerouteOutcome
    decision_id: DecisionId = NO_DECISION
    replaces: DecisionId = NO_DECISION
    withdrawn_count: int = 0
    added_count: int = 0
    saved_milli: int | None = None
    reason: str = ""
    message: str = ""


class OrdersRerouted(Struct, frozen=True, kw_only=True):
    """Outcomes in the order of the orders; `next_page_token` is that of the command."""

    results: tuple[Rerouted, ...]
    next_page_token: str = ""


class ShipmentRejected(Struct, frozen=True, kw_only=True):
    """How often nodes rejected shipments of the order, and what came of deciding it again.

    `rerouted` None: it was rejected so often that a person has to look.
    """

    shipment_id: str
    rejection_count: int
    rerouted: Rerouted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsPut:
    product_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChanged:
    network_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesStaged:
    """A version is kept; `state` is a name of `app.versions.VersionState`."""

    rules_digest: Digest
    rule_count: int
    state: str
    case_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesActivated:
    """A version is in force. `replaced_digest` is what was in force before; itself when nothing changed."""

    rules_digest: Digest
    rule_count: int
    replaced_digest: Digest = NO_DIGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowChanged:
    """A shadow began or ended."""

    rules_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortReservation:
    """Units whose promise cannot be kept where it was given: of an order's shipment, or of a stock reservation."""

    order_id: str
    line_id: str
    shipment_id: str
    quantity: int
    reservation_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockShortfall:
    """Reserved units that are not there; `reservations` names who has to be routed again, the youngest first."""

    node_id: NodeId
    sku: Sku
    quantity: int
    reservations: tuple[ShortReservation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRecorded:
    """`suspect_id`: it was kept aside because of `suspicion`, and nothing was booked."""

    row_count: int
    changed_count: int
    stale_ignored: bool
    ledger_position: int
    shortfalls: tuple[StockShortfall, ...] = ()
    stale_count: int = 0
    suspect_id: str = ""
    suspicion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPut:
    feed_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectJudged:
    """`state` is a name of `app.suspect_records.SuspectState`; `recorded` what an approved one changed."""

    suspect_id: str
    state: str
    recorded: SnapshotRecorded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """Units to come to a node, of a transfer or of a purchase order."""

    transfer_id: str
    quantity: int
    expected_day: Day | None = None
    purchase_order_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """Units of one lot, on hand and of these reserved. `lot` empty: units of no lot."""

    lot: str
    expiry_day: Day | None
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityRow:
    """available = max(0, on_hand - reserved); what is inbound cannot be promised yet.

    `lots` are in the order in which they leave; only when asked for.
    """

    node_id: NodeId
    sku: Sku
    on_hand: int
    reserved: int
    available: int
    lots: tuple[LotRow, ...] = ()
    inbound: tuple[Inbound, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAdjusted:
    """`already_counted`: a snapshot had it, on hand stays as it was."""

    row: AvailabilityRow
    ledger_position: int
    already_counted: bool = False
    duplicate_ignored: bool = False
    shortfalls: tuple[StockShortfall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedStock:
    """A figure after a count, and by how much the count changed it."""

    row: AvailabilityRow
    difference: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCounted:
    rows: tuple[CountedStock, ...]
    ledger_position: int
    shortfalls: tuple[StockShortfall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferChanged:
    """A transfer as it is now; `already_counted`: snapshots had all its good units."""

    transfer: Transfer
    ledger_position: int
    already_counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityFound:
    rows: tuple[AvailabilityRow, ...]
    ledger_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restock:
    """Units of a line that wait, and the day by which what is under way covers them; None where nothing does."""

    line_id: LineId
    sku: Sku
    quantity: int
    expected_day: Day | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the order would get by one service level; by any that it may use where `service_level_id` is None."""

    service_level_id: ServiceLevelId | None
    plan: Plan
    restocks: tuple[Restock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisesQuoted:
    order_id: OrderId
    promises: tuple[Promise, ...]
    versions: Versions


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """An order as it stands. `state` is a name of `ledger.lifecycle.OrderState`."""

    order: Order
    state: str
    lines: tuple[LineQuantities, ...]
    plan: Plan
    decision_id: DecisionId
    position: int
    dispatched_shipment_ids: tuple[str, ...] = ()
    shipment_numbers: tuple[int, ...] = ()
    """Of the plan's shipments, in their order."""
    return_ids: tuple[str, ...] = ()
    replacement_order_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCanceled:
    record: OrderRecord
    released_quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeld:
    """`released_quantity`: units whose reservation was given back."""

    record: OrderRecord
    released_quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReleased:
    record: OrderRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEdited:
    """An order as an edit makes it, against what it was; amounts of goods in minor units, costs in thousandths.

    `confirm_token` confirms exactly this edit. `uncovered_minor`: what payments do not cover yet of the goods' price.
    """

    record: OrderRecord
    confirm_token: str
    is_booked: bool
    cost_before_milli: int
    cost_after_milli: int
    delivery_day_before: Day | None
    delivery_day_after: Day | None
    withdrawn_shipment_ids: tuple[str, ...]
    added_shipment_ids: tuple[str, ...]
    kept_shipment_ids: tuple[str, ...]
    goods_minor: int
    uncovered_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentDispatched:
    """`already_counted`: snapshots had all its units as gone."""

    record: OrderRecord
    already_counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentsReleased:
    """`has_more`: others of the node are due as well; ask again, with another key."""

    shipment_ids: tuple[str, ...]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutPut:
    bin_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickWaveCreated:
    """`wave_id` empty: there was nothing to pick."""

    wave_id: str
    shipment_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PickConfirmed:
    """A shipment after units were found or missed; `state` is a name of `ledger.lifecycle.ShipmentState`."""

    shipment_id: str
    state: str
    left_to_pick: int


class ReportOutcome(IntEnum):
    """What became of a carrier's report. Numbers equal those of the public contract.

    KNOWN: it was reported before, and nothing changed. NO_SHIPMENT: nothing goes by that id or number.
    """

    RECORDED = 1
    KNOWN = 2
    NO_SHIPMENT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierReportsRecorded:
    """One outcome for each report, in their order."""

    outcomes: tuple[ReportOutcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentUnits:
    """Units of an order's line that a shipment has."""

    line_id: LineId
    sku: Sku
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentRecord:
    """A shipment as it stands. Days are those of its plan; `promised_day` is what its customer was told."""

    account: ShipmentAccount
    service_level_id: ServiceLevelId
    ship_day: Day
    delivery_day: Day
    promised_day: Day
    units: tuple[ShipmentUnits, ...]


class ReservationChanged(Struct, frozen=True, kw_only=True, gc=False):
    """A stock reservation after what was asked; `already_counted`: snapshots had all posted units as gone."""

    reservation: StockReservation
    already_counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsPut:
    channel_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCostsPut:
    """How many cost something else than before."""

    changed_count: int


class PaymentChanged(Struct, frozen=True, kw_only=True, gc=False):
    """A payment as it is now."""

    payment: Payment
    ledger_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPoliciesPut:
    policy_count: int


class ReturnChanged(Struct, frozen=True, kw_only=True, gc=False):
    """A return or claim as it is now; `options` are the nodes that a new one could go to, the best first."""

    record: Return
    ledger_position: int
    options: tuple[ReturnOption, ...] = ()


class ReplacementSent(Struct, frozen=True, kw_only=True, gc=False):
    """A return of which units were sent again, by the decision of another order."""

    record: Return
    decision_id: DecisionId
    order_id: OrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTrusted:
    """The clock was in doubt and is not any more; False: it was not in doubt."""

    was_in_doubt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerErased:
    """`erase_time` is that of the first erasure since there was anything to erase."""

    customer_id: str
    erase_time: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesSettled:
    """Where the sink stands; not accepted when another relay holds it or a replay came in between."""

    record: SinkRecord
    is_accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCorrected:
    """The entry at `position` reverses the one at `corrected_position`."""

    position: int
    corrected_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsReplayed:
    """Where the sink goes on, and how many dead letters are tried again."""

    record: SinkRecord
    revived_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisableRow:
    """Units of a SKU over all nodes. `days`: what comes, by day; `undated`: what comes nobody knows when."""

    sku: Sku
    free: int
    free_at_suppliers: int
    waiting: int
    days: tuple[tuple[Day, int], ...]
    undated: int
    backorder_limit: int | None = None

    @property
    def inbound(self) -> int:
        """All that is to come."""
        return sum(units for _, units in self.days) + self.undated

    @property
    def position(self) -> int:
        """What will be there when all has come and nobody waits any more, of our own."""
        return self.free - self.free_at_suppliers + self.inbound - self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisableFound:
    rows: tuple[PromisableRow, ...]
    ledger_position: int
    time: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class BackorderLimitsPut:
    limit_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentAcknowledged:
    """When its node first said that it will ship it."""

    acknowledge_time: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliersPut:
    supplier_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderChanged:
    """A purchase order as it is now; `already_counted`: snapshots had all its good units."""

    order: PurchaseOrder
    ledger_position: int
    already_counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayChanged:
    delay: Delay


@dataclass(frozen=True, slots=True, kw_only=True)
class DelaysDetected:
    """Delays that were opened, and shipments under way whose customers are due to hear that they are late."""

    delays: tuple[Delay, ...]
    shipment_ids: tuple[str, ...]
    next_page_token: str = ""


Answer = (
    DelayChanged
    | DelaysDetected
    | RoutedOrders
    | WaveRouted
    | OrdersRerouted
    | ShipmentRejected
    | ProductsPut
    | NetworkChanged
    | RulesStaged
    | RulesActivated
    | ShadowChanged
    | SnapshotRecorded
    | FeedPut
    | SuspectJudged
    | StockAdjusted
    | StockCounted
    | TransferChanged
    | AvailabilityFound
    | PromisesQuoted
    | OrderCanceled
    | OrderHeld
    | OrderReleased
    | OrderEdited
    | ShipmentDispatched
    | ShipmentsReleased
    | CarrierReportsRecorded
    | LayoutPut
    | PickWaveCreated
    | PickConfirmed
    | ReservationChanged
    | ClockTrusted
    | CustomerErased
    | DeliveriesSettled
    | EventsReplayed
    | EntryCorrected
    | PaymentChanged
    | ChannelsPut
    | PromisableFound
    | SuppliersPut
    | ShipmentAcknowledged
    | BackorderLimitsPut
    | PurchaseOrderChanged
    | ShipmentBooked
    | ManifestClosed
    | BoxesPut
    | ShipmentPacked
    | ReturnPoliciesPut
    | ReturnChanged
    | ReplacementSent
    | UnitCostsPut
)


class Answered(Struct, frozen=True, kw_only=True):
    """An answer after its commit; `replayed` when it is the recorded one of an earlier call."""

    answer: Answer
    replayed: bool = False
