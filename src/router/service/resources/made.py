"""Resources whose rows only calls make: they can be exported."""

from router.api.v1 import (
    accounting_pb2,
    carriers_pb2,
    delays_pb2,
    events_pb2,
    feeds_pb2,
    fulfillment_pb2,
    ledger_pb2,
    network_pb2,
    orders_pb2,
    payments_pb2,
    purchasing_pb2,
    reservations_pb2,
    resources_pb2,
    returns_pb2,
    rules_pb2,
    transfer_pb2,
)
from router.app.ports.purchase_reader import PurchaseFilter
from router.app.records.booking_filter import BookingFilter
from router.app.records.filters import (
    DelayFilter,
    OrderFilter,
    ReservationFilter,
    ShipmentFilter,
    SuspectFilter,
    TransferFilter,
)
from router.domain.limits import (
    PAGE_SIZE_MAX,
)
from router.service.resources.readers import (
    events,
    listed,
    paged,
    part_of_network,
    recipients,
    rule_files,
    vouchers,
)
from router.service.resources.resource import Resource
from router.service.to_proto.carriers import booking_message, manifest_message
from router.service.to_proto.delays import delay_message
from router.service.to_proto.events import sink_message
from router.service.to_proto.feeds import feed_message, suspect_message
from router.service.to_proto.fulfillment import shipment_message
from router.service.to_proto.ledger import balance_message, entry_message, serial_message
from router.service.to_proto.orders import record_message
from router.service.to_proto.payments import gift_account_message, payment_message
from router.service.to_proto.purchasing import purchase_order_message
from router.service.to_proto.reservations import reservation_message
from router.service.to_proto.returns import return_message
from router.service.to_proto.rules import version_message
from router.service.to_proto.transfers import transfer_message

MADE: tuple[Resource, ...] = (
    Resource(
        name="carriers",
        title="a carrier of the network",
        message=network_pb2.Carrier,
        read=part_of_network("carriers"),
        key=("carrier_id",),
        made_by=("PutNetwork", "PutServiceLevels"),
    ),
    Resource(
        name="places",
        title="a place of the network",
        message=network_pb2.PostalPlace,
        read=part_of_network("places"),
        key=("country", "postal_prefix"),
        made_by=("PutNetwork",),
    ),
    Resource(
        name="rules",
        title="a file of the rules in force",
        message=resources_pb2.RuleFileRow,
        read=rule_files,
        key=("path",),
        made_by=("StageRules", "ActivateRules"),
    ),
    Resource(
        name="rule_versions",
        title="a version of the rules, the one staged last first",
        message=rules_pb2.RuleVersion,
        read=paged(
            lambda view, token: view.queries.versions.list_versions(PAGE_SIZE_MAX, token), version_message
        ),
        key=("rules_digest",),
        made_by=("StageRules",),
    ),
    Resource(
        name="order_records",
        title="an order with its state, its quantities and its plan",
        message=orders_pb2.OrderRecord,
        read=paged(
            lambda view, token: view.queries.list_orders(PAGE_SIZE_MAX, token, OrderFilter()), record_message
        ),
        key=("order.order_id",),
        made_by=("RouteOrder", "BatchRouteOrders", "RouteWave"),
        without=("order.recipient",),
    ),
    Resource(
        name="recipients",
        title="whom an order goes to",
        message=resources_pb2.RecipientRow,
        read=recipients,
        key=("order_id",),
        made_by=("RouteOrder", "BatchRouteOrders", "EditOrder"),
        personal=("recipient",),
        is_all_personal=True,
    ),
    Resource(
        name="shipments",
        title="a shipment and what became of it",
        message=fulfillment_pb2.ShipmentRecord,
        read=paged(
            lambda view, token: view.queries.shipments.list_shipments(PAGE_SIZE_MAX, token, ShipmentFilter()),
            shipment_message,
        ),
        key=("shipment_id",),
        made_by=("RouteOrder", "DispatchShipment"),
    ),
    Resource(
        name="bookings",
        title="a shipment as its carrier took it on",
        message=carriers_pb2.Booking,
        read=paged(
            lambda view, token: view.queries.carriers.list_bookings(PAGE_SIZE_MAX, token, BookingFilter()),
            booking_message,
        ),
        key=("booking_id",),
        made_by=("BookShipment",),
    ),
    Resource(
        name="manifests",
        title="what a node gave a carrier at once",
        message=carriers_pb2.Manifest,
        read=paged(
            lambda view, token: view.queries.carriers.list_manifests(PAGE_SIZE_MAX, token, ""),
            manifest_message,
        ),
        key=("manifest_id",),
        made_by=("CloseManifest",),
    ),
    Resource(
        name="payments",
        title="a payment with what became of it",
        message=payments_pb2.Payment,
        read=paged(
            lambda view, token: view.queries.payments.list_payments(PAGE_SIZE_MAX, token),
            payment_message,
        ),
        key=("payment_id",),
        made_by=("AuthorizePayment",),
    ),
    Resource(
        name="gift_accounts",
        title="a gift account with what it has",
        message=payments_pb2.GiftAccount,
        read=paged(
            lambda view, token: view.queries.gifts.list_accounts(PAGE_SIZE_MAX, token), gift_account_message
        ),
        key=("gift_account_id",),
        made_by=("IssueGiftBalance",),
    ),
    Resource(
        name="returns",
        title="a return or claim",
        message=returns_pb2.Return,
        read=paged(
            lambda view, token: view.queries.returns.list_returns(PAGE_SIZE_MAX, token, ""), return_message
        ),
        key=("return_id",),
        made_by=("AuthorizeReturn", "OpenClaim"),
    ),
    Resource(
        name="delays",
        title="an order that leaves later than promised",
        message=delays_pb2.Delay,
        read=paged(
            lambda view, token: view.queries.delays.list_delays(PAGE_SIZE_MAX, token, DelayFilter()),
            delay_message,
        ),
        key=("order_id",),
        made_by=("ReportDelay", "DetectDelays"),
    ),
    Resource(
        name="purchase_orders",
        title="a purchase order",
        message=purchasing_pb2.PurchaseOrder,
        read=paged(
            lambda view, token: view.queries.purchases.list_purchase_orders(
                PAGE_SIZE_MAX, token, PurchaseFilter()
            ),
            purchase_order_message,
        ),
        key=("purchase_order_id",),
        made_by=("PlacePurchaseOrder", "ReceivePurchaseOrder"),
    ),
    Resource(
        name="transfers",
        title="goods that move from node to node",
        message=transfer_pb2.Transfer,
        read=paged(
            lambda view, token: view.queries.stock.list_transfers(PAGE_SIZE_MAX, token, TransferFilter()),
            transfer_message,
        ),
        key=("transfer_id",),
        made_by=("TransferStock", "ReceiveTransfer"),
    ),
    Resource(
        name="reservations",
        title="a stock reservation",
        message=reservations_pb2.Reservation,
        read=paged(
            lambda view, token: view.queries.list_reservations(PAGE_SIZE_MAX, token, ReservationFilter()),
            reservation_message,
        ),
        key=("reservation_id",),
        made_by=("ReserveStock",),
    ),
    Resource(
        name="feeds",
        title="a feed that was heard, with its guard",
        message=feeds_pb2.Feed,
        read=listed(lambda view: view.queries.stock.list_feeds(), feed_message),
        key=("feed_id",),
        made_by=("UploadStockSnapshot", "PutFeed"),
    ),
    Resource(
        name="suspect_snapshots",
        title="a snapshot that was kept aside, without its rows",
        message=feeds_pb2.SuspectSnapshot,
        read=paged(
            lambda view, token: view.queries.stock.list_suspects(PAGE_SIZE_MAX, token, SuspectFilter()),
            suspect_message,
        ),
        key=("suspect_id",),
        made_by=("UploadStockSnapshot",),
    ),
    Resource(
        name="serials",
        title="a single unit that left, by its number",
        message=ledger_pb2.Serial,
        read=listed(lambda view: view.reader.read_serials(), serial_message),
        key=("sku", "serial"),
        made_by=("DispatchShipment", "PostReservation"),
    ),
    Resource(
        name="balances",
        title="the balance of an account",
        message=ledger_pb2.Balance,
        read=paged(
            lambda view, token: view.queries.ledger.list_balances(PAGE_SIZE_MAX, token)[0],
            lambda row: balance_message(*row),
        ),
        key=("node_id", "sku", "lot", "bucket"),
        made_by=("AdjustStock", "CountStock", "UploadStockSnapshot"),
    ),
    Resource(
        name="entries",
        title="an entry of the journal",
        message=ledger_pb2.Entry,
        read=paged(lambda view, token: view.queries.ledger.list_entries(PAGE_SIZE_MAX, token), entry_message),
        key=("position",),
        made_by=("AdjustStock", "CorrectEntry"),
    ),
    Resource(
        name="vouchers",
        title="what an entry means to the books of the company",
        message=accounting_pb2.Voucher,
        read=vouchers,
        key=("voucher_id",),
        made_by=("DispatchShipment", "CapturePayment", "PutUnitCosts"),
    ),
    Resource(
        name="events",
        title="an event",
        message=events_pb2.WatchEventsResponse,
        read=events,
        key=("position",),
        made_by=("RouteOrder", "DispatchShipment"),
    ),
    Resource(
        name="sinks",
        title="how far a sink has come",
        message=events_pb2.SinkStatus,
        read=listed(
            lambda view: view.queries.sinks.list_sinks()[0],
            lambda one: sink_message(one.record, one.held_count, one.dead_count),
        ),
        key=("name",),
        made_by=("SettleDeliveries", "ReplayEvents"),
    ),
)
