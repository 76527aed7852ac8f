"""Any of the answers, and one as it leaves the engine."""

from msgspec import Struct

from router.app.answers.carriers import BoxesPut, ManifestClosed, ShipmentBooked, ShipmentPacked
from router.app.answers.decided import OrdersRerouted, RoutedOrders, ShipmentRejected, WaveRouted
from router.app.answers.delays import DelayChanged, DelaysDetected
from router.app.answers.documents import ChannelsPut, LayoutPut, NetworkChanged, ProductsPut, UnitCostsPut
from router.app.answers.events import DeliveriesSettled, EventsReplayed
from router.app.answers.feeds import FeedPut, SnapshotRecorded, SuspectJudged
from router.app.answers.fulfillment import (
    CarrierReportsRecorded,
    KitTakenOut,
    PickConfirmed,
    PickWaveCreated,
    ShipmentAcknowledged,
    ShipmentDispatched,
    ShipmentsReleased,
)
from router.app.answers.orders import (
    CustomerErased,
    OrderCanceled,
    OrderEdited,
    OrderHeld,
    OrderReleased,
    ReservationChanged,
)
from router.app.answers.payments import GiftBalanceIssued, PaymentChanged
from router.app.answers.promises import PromisesQuoted
from router.app.answers.purchasing import (
    BackorderLimitsPut,
    PromisableFound,
    PurchaseOrderChanged,
    SuppliersPut,
)
from router.app.answers.returns import ReplacementSent, ReturnChanged, ReturnPoliciesPut
from router.app.answers.rules import RulesActivated, RulesStaged, ShadowChanged
from router.app.answers.stock import (
    AvailabilityFound,
    ClockTrusted,
    EntryCorrected,
    StockAdjusted,
    StockCounted,
    TransferChanged,
)
from router.ledger.orders import LineQuantities as LineQuantities

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
    | KitTakenOut
    | ReservationChanged
    | ClockTrusted
    | CustomerErased
    | DeliveriesSettled
    | EventsReplayed
    | EntryCorrected
    | PaymentChanged
    | GiftBalanceIssued
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
