"""What each command does, one at a time: a table of the use cases."""

from collections.abc import Callable, Mapping
from typing import Any

from router.app.accounting.put_unit_costs import put_unit_costs
from router.app.answers.answer import Answer
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.carriers.book_shipment import book_shipment, decline_void, void_booking
from router.app.carriers.close_manifest import tell_manifest
from router.app.carriers.pack_shipment import pack_shipment, put_boxes
from router.app.channels.put_channels import put_channels
from router.app.commands.accounting import PutUnitCosts
from router.app.commands.carriers import (
    BookShipment,
    DeclineVoid,
    PackShipment,
    PutBoxes,
    TellManifest,
    VoidBooking,
)
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
from router.app.commands.events import ReplayEvents
from router.app.commands.feeds import ApproveSnapshot, PutFeed, RecordSnapshot, RejectSnapshot
from router.app.commands.fulfillment import (
    ConfirmPick,
    CreatePickWave,
    DispatchShipment,
    RecordCarrierReports,
    ReleaseShipments,
)
from router.app.commands.orders import CancelOrder, EraseCustomer, HoldOrder
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
from router.app.commands.reservations import (
    ExtendReservation,
    FirmReservation,
    PostReservation,
    VoidReservation,
)
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
from router.app.commands.write import Write
from router.app.customers.erase_customer import erase_customer
from router.app.delays.book_delay import answer_delay, report_delay, settle_delay
from router.app.delays.detect_delays import detect_delays
from router.app.dropship.acknowledge_shipment import acknowledge_shipment
from router.app.events.replay_events import replay_events
from router.app.feeds.judge_suspect import approve_snapshot, reject_snapshot
from router.app.feeds.put_feed import put_feed
from router.app.feeds.record_snapshot import record_snapshot
from router.app.fulfillment.confirm_pick import confirm_pick
from router.app.fulfillment.dispatch_shipment import dispatch_shipment
from router.app.fulfillment.pick_waves import create_pick_wave
from router.app.fulfillment.put_layout import put_layout
from router.app.fulfillment.record_carrier_reports import record_carrier_reports
from router.app.fulfillment.release_shipments import release_shipments
from router.app.network.put_network import put_network, put_nodes, put_service_levels
from router.app.network.put_products import put_products
from router.app.orders.cancel_order import cancel_order
from router.app.orders.hold_order import hold_order
from router.app.payments.book_payment import (
    authorize_payment,
    begin_payment_act,
    capture_payment,
    check_payment,
    drop_payment_act,
    refund_payment,
    renew_payment,
    void_payment,
)
from router.app.payments.issue_gift_balance import issue_gift_balance
from router.app.purchasing.backorder_limits import put_backorder_limits
from router.app.purchasing.change_purchase_order import (
    acknowledge_purchase_order,
    cancel_purchase_order,
    change_purchase_order_date,
)
from router.app.purchasing.place_purchase_order import place_purchase_order
from router.app.purchasing.put_suppliers import put_suppliers
from router.app.purchasing.receive_purchase_order import receive_purchase_order
from router.app.reservations.change_reservation import (
    extend_reservation,
    firm_reservation,
    post_reservation,
    void_reservation,
)
from router.app.returns.use_cases import RETURN_USE_CASES
from router.app.rules.activate_rules import activate_rules, roll_back_rules
from router.app.rules.shadow_rules import start_shadow, stop_shadow
from router.app.rules.stage_rules import stage_rules
from router.app.stock.adjust_stock import adjust_stock
from router.app.stock.correct_entry import correct_entry
from router.app.stock.count_stock import count_stock
from router.app.stock.trust_clock import trust_clock
from router.app.transfers.cancel_transfer import cancel_transfer
from router.app.transfers.receive_transfer import receive_transfer
from router.app.transfers.send_planned_transfer import send_planned_transfer
from router.app.transfers.transfer_stock import transfer_stock
from router.domain.identifiers import Instant

UseCase = Callable[[Books, Any, Instant], tuple[Changes, Answer]]

USE_CASES: Mapping[type[Write], UseCase] = {
    PutProducts: put_products,
    PutNetwork: put_network,
    PutChannels: put_channels,
    PutUnitCosts: put_unit_costs,
    PutNodes: put_nodes,
    PutServiceLevels: put_service_levels,
    StageRules: stage_rules,
    ActivateRules: activate_rules,
    RollbackRules: roll_back_rules,
    StartShadow: start_shadow,
    StopShadow: stop_shadow,
    RecordSnapshot: record_snapshot,
    PutFeed: put_feed,
    ApproveSnapshot: approve_snapshot,
    RejectSnapshot: reject_snapshot,
    AdjustStock: adjust_stock,
    CountStock: count_stock,
    TransferStock: transfer_stock,
    SendPlannedTransfer: send_planned_transfer,
    ReceiveTransfer: receive_transfer,
    CancelTransfer: cancel_transfer,
    CancelOrder: cancel_order,
    HoldOrder: hold_order,
    DispatchShipment: dispatch_shipment,
    ReleaseShipments: release_shipments,
    RecordCarrierReports: record_carrier_reports,
    PutLayout: put_layout,
    CreatePickWave: create_pick_wave,
    ConfirmPick: confirm_pick,
    ExtendReservation: extend_reservation,
    FirmReservation: firm_reservation,
    PostReservation: post_reservation,
    VoidReservation: void_reservation,
    TrustClock: trust_clock,
    EraseCustomer: erase_customer,
    ReplayEvents: replay_events,
    CorrectEntry: correct_entry,
    AuthorizePayment: authorize_payment,
    CheckPayment: check_payment,
    BeginPaymentAct: begin_payment_act,
    DropPaymentAct: drop_payment_act,
    CapturePayment: capture_payment,
    VoidPayment: void_payment,
    RefundPayment: refund_payment,
    RenewPayment: renew_payment,
    IssueGiftBalance: issue_gift_balance,
    PutSuppliers: put_suppliers,
    AcknowledgeShipment: acknowledge_shipment,
    PutBackorderLimits: put_backorder_limits,
    PlacePurchaseOrder: place_purchase_order,
    AcknowledgePurchaseOrder: acknowledge_purchase_order,
    ChangePurchaseOrderDate: change_purchase_order_date,
    ReceivePurchaseOrder: receive_purchase_order,
    CancelPurchaseOrder: cancel_purchase_order,
    BookShipment: book_shipment,
    VoidBooking: void_booking,
    DeclineVoid: decline_void,
    TellManifest: tell_manifest,
    PutBoxes: put_boxes,
    PackShipment: pack_shipment,
    **RETURN_USE_CASES,
    ReportDelay: report_delay,
    DetectDelays: detect_delays,
    AnswerDelay: answer_delay,
    SettleDelay: settle_delay,
}
"""What one command at a time does. Not here: what decides, RouteOrders with its neighbors, RouteWave, RerouteOrders,
ReleaseOrder, EditOrder, SendReplacement."""
