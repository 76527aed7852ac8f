"""The words of scenarios: what can be done, and what can be looked at. A new one is a line in a table.

A verb names the call that it makes, the field that its subject fills (`sentences.fill`) and how the core takes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from google.protobuf import descriptor_pool, message_factory

from router.api.v1 import (
    fulfillment_pb2,
    ledger_pb2,
    orders_pb2,
    payments_pb2,
    reservations_pb2,
    transfer_pb2,
)
from router.app.answers.orders import OrderRecord
from router.app.commands.questions import GetAvailableToPromise
from router.app.purchasing.backorder_queries import skus_waiting
from router.app.records.filters import ShipmentFilter, TransferFilter
from router.service.from_proto import (
    edits,
    fulfillment,
    holds,
    inventory,
    ledger,
    network,
    orders,
    payments,
    picking,
    products,
    reroutes,
    reservations,
    rules,
    tracking,
    transfers,
)
from router.service.from_proto.reservations import extend_reservation
from router.service.from_proto.snapshots import SnapshotAssembly
from router.service.to_proto.fulfillment import pick_list_message, shipment_message
from router.service.to_proto.inventory import availability_response
from router.service.to_proto.ledger import balance_message, entry_message
from router.service.to_proto.orders import record_message
from router.service.to_proto.payments import gift_account_message, payment_message
from router.service.to_proto.reroutes import exception_message
from router.service.to_proto.reservations import reservation_message
from router.service.to_proto.transfers import transfer_message
from router.wiring.application import Application
from tests.scenarios.clock import ScenarioClock

MANY = 1_000
POOL = descriptor_pool.Default()


@dataclass(frozen=True)
class Core:
    application: Application
    clock: ScenarioClock


def message_of(call: "Verb | Look") -> Any:
    """An empty request of the call."""
    name = f"router.api.v1.{call.service.capitalize()}Service.{call.method}"
    return message_factory.GetMessageClass(POOL.FindMethodByName(name).input_type)()


class Verb(NamedTuple):
    """`command` makes of the message what the engine takes; `take` does it where it is not the engine that is asked."""

    service: str
    method: str
    subject: str
    command: Callable[[Core, Any], Any]
    take: Callable[[Core, Any], Any] | None = None


def asked(core: Core, command: Any) -> Any:
    """The engine's answer to a command."""
    return core.application.engine.submit(command).result(60).answer


class Look(NamedTuple):
    """`read` answers in the core what the method answers over gRPC."""

    service: str
    method: str
    subject: str
    read: Callable[[Core, Any], Any]


def by(convert: Callable[[Any], Any]) -> Callable[[Core, Any], Any]:
    """By a converter that needs nothing but the message."""
    return lambda core, request: convert(request)


def taken_when(convert: Callable[[Any, Any], Any]) -> Callable[[Core, Any], Any]:
    """By a converter that needs to know when it came."""
    return lambda core, request: convert(request, core.clock.now())


def at_no_price(convert: Callable[[Any, int], Any]) -> Callable[[Core, Any], Any]:
    """By a converter that asks what moving a shipment must save: nothing."""
    return lambda core, request: convert(request, 0)


def reroute(core: Core, request: Any) -> Any:
    """Of the orders that are named, or of a page of the pool."""
    command = reroutes.reroute_orders(request, 0)
    if not request.HasField("pool"):
        return command
    where = reroutes.pool_filter(request.pool)
    page = core.application.queries.pool.list_pool(request.page_size, request.page_token, where)
    return replace(command, order_ids=page.items, next_page_token=page.next_page_token)


def snapshot_of(core: Core, messages: list[Any]) -> Any:
    assembly = SnapshotAssembly()
    for message in messages:
        assembly.add(message)
    return assembly.finish()


VERBS: Mapping[str, Verb] = {
    "put network": Verb("network", "PutNetwork", "network", by(network.put_network)),
    "put nodes": Verb("network", "PutNodes", "nodes", by(network.put_nodes)),
    "put products": Verb("network", "PutProducts", "products", by(products.put_products)),
    "snapshot": Verb("inventory", "UploadStockSnapshot", "", snapshot_of),
    "adjust stock": Verb("inventory", "AdjustStock", "node_id", by(inventory.adjust_stock)),
    "count stock": Verb("inventory", "CountStock", "rows", by(inventory.count_stock)),
    "transfer": Verb("inventory", "TransferStock", "transfer_id", by(transfers.transfer_stock)),
    "send planned transfer": Verb(
        "inventory", "SendPlannedTransfer", "shipment_id", by(transfers.send_planned_transfer)
    ),
    "receive transfer": Verb("inventory", "ReceiveTransfer", "transfer_id", by(transfers.receive_transfer)),
    "cancel transfer": Verb("inventory", "CancelTransfer", "transfer_id", by(transfers.cancel_transfer)),
    "order": Verb("routing", "RouteOrder", "order", taken_when(orders.route_order)),
    "reroute": Verb("routing", "RerouteOrders", "order_ids", reroute),
    "cancel order": Verb("orders", "CancelOrder", "order_id", by(orders.cancel_order)),
    "edit order": Verb("orders", "EditOrder", "order_id", by(edits.edit_order)),
    "hold order": Verb("orders", "HoldOrder", "order_id", by(holds.hold_order)),
    "release order": Verb("orders", "ReleaseOrder", "order_id", by(holds.release_order)),
    "release shipments": Verb("fulfillment", "ReleaseShipments", "shipment_ids", by(fulfillment.release_shipments)),
    "acknowledge shipment": Verb(
        "fulfillment", "AcknowledgeShipment", "shipment_id", by(fulfillment.acknowledge_shipment)
    ),
    "put layout": Verb("fulfillment", "PutLayout", "node_id", by(picking.put_layout)),
    "pick wave": Verb("fulfillment", "CreatePickWave", "node_id", by(picking.create_pick_wave)),
    "pick": Verb("fulfillment", "ConfirmPick", "shipment_id", by(picking.confirm_pick)),
    "short pick": Verb("fulfillment", "ShortPick", "shipment_id", by(picking.short_pick)),
    "reject shipment": Verb("orders", "RejectShipment", "shipment_id", at_no_price(reroutes.reject_shipment)),
    "dispatch": Verb("orders", "DispatchShipment", "shipment_id", by(orders.dispatch_shipment)),
    "carrier reports": Verb("tracking", "RecordCarrierReports", "reports", by(tracking.record_carrier_reports)),
    "reserve": Verb("reservations", "ReserveStock", "reservation_id", by(reservations.reserve_stock)),
    "extend reservation": Verb("reservations", "ExtendReservation", "reservation_id", by(extend_reservation)),
    "firm reservation": Verb("reservations", "FirmReservation", "reservation_id", by(reservations.firm_reservation)),
    "post reservation": Verb("reservations", "PostReservation", "reservation_id", by(reservations.post_reservation)),
    "void reservation": Verb("reservations", "VoidReservation", "reservation_id", by(reservations.void_reservation)),
    "authorize payment": Verb("payments", "AuthorizePayment", "payment_id", by(payments.authorize_payment)),
    "check payment": Verb("payments", "CheckPayment", "payment_id", by(payments.check_payment)),
    "capture payment": Verb("payments", "CapturePayment", "payment_id", by(payments.capture_payment)),
    "void payment": Verb("payments", "VoidPayment", "payment_id", by(payments.void_payment)),
    "refund payment": Verb("payments", "RefundPayment", "payment_id", by(payments.refund_payment)),
    "issue gift": Verb("payments", "IssueGiftBalance", "gift_account_id", by(payments.issue_gift_balance)),
    "activate rules": Verb("rules", "ActivateRules", "files", by(rules.activate_rules)),
    "correct entry": Verb("ledger", "CorrectEntry", "position", by(ledger.correct_entry)),
}  # fmt: skip


def see_order(core: Core, request: Any) -> Any:
    return orders_pb2.GetOrderResponse(
        record=record_message(expected(core, core.application.queries.get_order(request.order_id)))
    )


def expected(core: Core, record: OrderRecord) -> OrderRecord:
    """The record with what brings its units that wait."""
    if not (skus := skus_waiting(record)):
        return record
    stock = asked(core, GetAvailableToPromise(skus=skus))
    return core.application.queries.backorders.with_restocks(record, stock.rows)


def see_shipment(core: Core, request: Any) -> Any:
    found = core.application.queries.shipments.get_shipment(request.shipment_id)
    return fulfillment_pb2.GetShipmentResponse(record=shipment_message(found))


def see_shipments(core: Core, request: Any) -> Any:
    page = core.application.queries.shipments.list_shipments(
        MANY, "", ShipmentFilter(order_id=request.order_id)
    )
    return fulfillment_pb2.ListShipmentsResponse(records=map(shipment_message, page.items))


def see_pick_list(core: Core, request: Any) -> Any:
    found = core.application.queries.shipments.pick_list(request.wave_id, request.shipment_id)
    return pick_list_message(found)


def see_stock(core: Core, request: Any) -> Any:
    return availability_response(asked(core, inventory.get_availability(request)))


def see_reservation(core: Core, request: Any) -> Any:
    found = core.application.queries.get_reservation(request.reservation_id)
    return reservations_pb2.GetReservationResponse(reservation=reservation_message(found))


def see_payment(core: Core, request: Any) -> Any:
    found = core.application.queries.payments.get_payment(request.payment_id)
    return payments_pb2.GetPaymentResponse(payment=payment_message(found))


def see_gift_account(core: Core, request: Any) -> Any:
    found = core.application.queries.gifts.get_account(request.gift_account_id)
    return payments_pb2.GetGiftAccountResponse(gift_account=gift_account_message(found))


def see_transfers(core: Core, request: Any) -> Any:
    page = core.application.queries.stock.list_transfers(MANY, "", TransferFilter())
    return transfer_pb2.ListTransfersResponse(transfers=map(transfer_message, page.items))


def see_entries(core: Core, request: Any) -> Any:
    page = core.application.queries.ledger.list_entries(MANY, "", request.reference)
    return ledger_pb2.ListEntriesResponse(entries=map(entry_message, page.items))


def see_balances(core: Core, request: Any) -> Any:
    page, _ = core.application.queries.ledger.list_balances(MANY, "", request.node_id, request.sku)
    return ledger_pb2.ListBalancesResponse(balances=[balance_message(*row) for row in page.items])


def see_exceptions(core: Core, request: Any) -> Any:
    page = core.application.queries.pool.list_exceptions(MANY, "")
    return orders_pb2.ListExceptionsResponse(exceptions=map(exception_message, page.items))


LOOKS: Mapping[str, Look] = {
    "order": Look("orders", "GetOrder", "order_id", see_order),
    "shipment": Look("fulfillment", "GetShipment", "shipment_id", see_shipment),
    "shipments": Look("fulfillment", "ListShipments", "order_id", see_shipments),
    "pick list": Look("fulfillment", "GetPickList", "shipment_id", see_pick_list),
    "stock": Look("inventory", "GetAvailability", "skus", see_stock),
    "reservation": Look("reservations", "GetReservation", "reservation_id", see_reservation),
    "payment": Look("payments", "GetPayment", "payment_id", see_payment),
    "gift account": Look("payments", "GetGiftAccount", "gift_account_id", see_gift_account),
    "transfer": Look("inventory", "ListTransfers", "", see_transfers),
    "entries": Look("ledger", "ListEntries", "reference", see_entries),
    "balances": Look("ledger", "ListBalances", "sku", see_balances),
    "exceptions": Look("orders", "ListExceptions", "", see_exceptions),
}  # fmt: skip
