"""Any of the commands."""

from router.app.commands.accounting import PutUnitCosts
from router.app.commands.carriers import (
    BookShipment,
    CloseManifest,
    DeclineVoid,
    PackShipment,
    PutBoxes,
    TellManifest,
    VoidBooking,
)
from router.app.commands.deciding import RejectShipment, RerouteOrders, RouteOrders, RouteWave
from router.app.commands.delays import AnswerDelay, DetectDelays, ReportDelay, SettleDelay
from router.app.commands.documents import (
    PutChannels,
    PutLayout,
    PutNetwork,
    PutNodes,
    PutProducts,
    PutServiceLevels,
)
from router.app.commands.dropship import AcknowledgeShipment
from router.app.commands.edits import EditOrder
from router.app.commands.events import ReplayEvents, SettleDeliveries
from router.app.commands.feeds import ApproveSnapshot, PutFeed, RecordSnapshot, RejectSnapshot
from router.app.commands.fulfillment import (
    ConfirmPick,
    CreatePickWave,
    DispatchShipment,
    RecordCarrierReports,
    ReleaseShipments,
    ShortPick,
)
from router.app.commands.orders import CancelOrder, EraseCustomer, HoldOrder, ReleaseOrder
from router.app.commands.payments import (
    AuthorizePayment,
    BeginPaymentAct,
    CapturePayment,
    CheckPayment,
    DropPaymentAct,
    IssueGiftBalance,
    RefundPayment,
    RenewPayment,
    VoidPayment,
)
from router.app.commands.purchasing import (
    AcknowledgePurchaseOrder,
    CancelPurchaseOrder,
    ChangePurchaseOrderDate,
    PlacePurchaseOrder,
    PutBackorderLimits,
    PutSuppliers,
    ReceivePurchaseOrder,
)
from router.app.commands.questions import GetAvailability, GetAvailableToPromise, QuotePromise, TryOut
from router.app.commands.reservations import (
    ExtendReservation,
    FirmReservation,
    PostReservation,
    ReserveStock,
    VoidReservation,
)
from router.app.commands.returns import ReturnCommand
from router.app.commands.rules import ActivateRules, RollbackRules, StageRules, StartShadow, StopShadow
from router.app.commands.stock import (
    AdjustStock,
    CancelTransfer,
    CorrectEntry,
    CountStock,
    ReceiveTransfer,
    SendPlannedTransfer,
    TransferStock,
    TrustClock,
)

Command = (
    ReportDelay
    | DetectDelays
    | AnswerDelay
    | SettleDelay
    | RouteOrders
    | RouteWave
    | RerouteOrders
    | RejectShipment
    | HoldOrder
    | EditOrder
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
    | SendPlannedTransfer
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
    | GetAvailableToPromise
    | QuotePromise
    | TryOut
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
    | RenewPayment
    | IssueGiftBalance
    | PutSuppliers
    | AcknowledgeShipment
    | PutBackorderLimits
    | PlacePurchaseOrder
    | AcknowledgePurchaseOrder
    | ChangePurchaseOrderDate
    | ReceivePurchaseOrder
    | CancelPurchaseOrder
    | BookShipment
    | VoidBooking
    | DeclineVoid
    | CloseManifest
    | TellManifest
    | PutBoxes
    | PackShipment
    | ReturnCommand
    | PutUnitCosts
)
