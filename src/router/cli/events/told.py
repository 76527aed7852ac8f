"""What a relay of its own process tells of an order: asked of the server."""

from typing import TYPE_CHECKING, Any

from router.cli.connection import TIMEOUT_SECONDS
from router.domain.limits import PAGE_SIZE_MAX

if TYPE_CHECKING:
    from router.api.v1.fulfillment_pb2 import ShipmentRecord
    from router.api.v1.order_pb2 import Recipient as RecipientMessage
    from router.connectors.notices.told import Told, ToldDelay, ToldReturn, ToldShipment
    from router.domain.recipient import Recipient


def called_told(channel: Any, order_id: str, shipment_id: str, return_id: str) -> "Told | None":
    """None if there is no such order; `shipment_id` or `return_id` empty: nothing is said of one."""
    import grpc

    from router.api.v1.customers_pb2 import GetRecipientRequest
    from router.api.v1.customers_pb2_grpc import CustomersServiceStub
    from router.api.v1.orders_pb2 import GetOrderRequest
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub
    from router.connectors.notices.told import Told, units_of, with_names

    orders, customers = OrdersServiceStub(channel), CustomersServiceStub(channel)
    try:
        record = orders.GetOrder(GetOrderRequest(order_id=order_id), timeout=TIMEOUT_SECONDS).record
        known = customers.GetRecipient(GetRecipientRequest(order_id=order_id), timeout=TIMEOUT_SECONDS)
        about = called_shipment(channel, shipment_id) if shipment_id else None
        returned = called_return(channel, return_id) if return_id else None
    except grpc.RpcError as error:
        if isinstance(error, grpc.Call) and error.code() is grpc.StatusCode.NOT_FOUND:
            return None
        raise
    told = Told(
        order_id=order_id,
        recipient=recipient_of(known.recipient) if known.HasField("recipient") else None,
        lines=units_of((line.sku, line.ordered - line.canceled) for line in record.lines),
        shipments=called_shipments(channel, order_id),
        waiting=units_of((line.sku, line.backordered) for line in record.lines),
        shipment=about,
        returned=returned,
        delay=called_delay(channel, order_id),
    )
    return with_names(told, lambda sku: called_name(channel, sku))


def called_name(channel: Any, sku: str) -> str:
    """Empty for a product without a name, or that nobody knows any more."""
    import grpc

    from router.api.v1.network_pb2 import GetProductRequest
    from router.api.v1.network_pb2_grpc import NetworkServiceStub

    request = GetProductRequest(sku=sku)
    try:
        name: str = NetworkServiceStub(channel).GetProduct(request, timeout=TIMEOUT_SECONDS).product.name
    except grpc.RpcError as error:
        if isinstance(error, grpc.Call) and error.code() is grpc.StatusCode.NOT_FOUND:
            return ""
        raise
    return name


def called_delay(channel: Any, order_id: str) -> "ToldDelay | None":
    """What a customer may know of a delay, if there is one."""
    import grpc

    from router.api.v1.delays_pb2 import GetDelayRequest
    from router.api.v1.delays_pb2_grpc import DelaysServiceStub
    from router.connectors.notices.told import ToldDelay

    request = GetDelayRequest(order_id=order_id)
    try:
        delay = DelaysServiceStub(channel).GetDelay(request, timeout=TIMEOUT_SECONDS).delay
    except grpc.RpcError as error:
        if isinstance(error, grpc.Call) and error.code() is grpc.StatusCode.NOT_FOUND:
            return None
        raise
    return ToldDelay(
        promised_date=delay.promised_date,
        expected_date=delay.expected_date,
        answer_date=delay.answer_date,
        notice_number=delay.notice_number,
    )


def called_return(channel: Any, return_id: str) -> "ToldReturn":
    """A return or claim as it stands."""
    from router.api.v1.returns_pb2 import LABEL_PAYER_CUSTOMER, RETURN_KIND_CLAIM, GetReturnRequest
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub
    from router.connectors.notices.told import ToldReturn, units_of
    from router.domain.currency import money_text

    request = GetReturnRequest(return_id=return_id)
    record = ReturnsServiceStub(channel).GetReturn(request, timeout=TIMEOUT_SECONDS).record
    is_claim = record.kind == RETURN_KIND_CLAIM
    last = record.expire_time.ToDatetime().date().isoformat() if record.HasField("expire_time") else ""
    return ToldReturn(
        return_id=return_id,
        node_id=record.node_id,
        units=units_of((line.sku, line.expected) for line in record.lines),
        received=units_of(
            (line.sku, line.authorized - line.canceled if is_claim else line.received)
            for line in record.lines
        ),
        refunded=money_text(record.refunded_minor, record.currency),
        send_by=last,
        customer_pays=record.label_payer == LABEL_PAYER_CUSTOMER,
    )


def called_shipment(channel: Any, shipment_id: str) -> "ToldShipment":
    from router.api.v1.fulfillment_pb2 import GetShipmentRequest
    from router.api.v1.fulfillment_pb2_grpc import FulfillmentServiceStub

    request = GetShipmentRequest(shipment_id=shipment_id)
    return shipment_of(FulfillmentServiceStub(channel).GetShipment(request, timeout=TIMEOUT_SECONDS).record)


def called_shipments(channel: Any, order_id: str) -> "tuple[ToldShipment, ...]":
    """Those that have units, as they stand."""
    from router.api.v1.fulfillment_pb2 import ListShipmentsRequest
    from router.api.v1.fulfillment_pb2_grpc import FulfillmentServiceStub

    request = ListShipmentsRequest(order_id=order_id, page_size=PAGE_SIZE_MAX)
    listed = FulfillmentServiceStub(channel).ListShipments(request, timeout=TIMEOUT_SECONDS).records
    return tuple(shipment_of(one) for one in listed if one.units)


def shipment_of(record: "ShipmentRecord") -> "ToldShipment":
    """With the day on which it is expected now."""
    from router.connectors.notices.told import ToldShipment, units_of

    return ToldShipment(
        shipment_id=record.shipment_id,
        service_level_id=record.service_level_id,
        delivery_date=record.expected_date or record.delivery_date,
        tracking_number=record.tracking_number,
        units=units_of((one.sku, one.quantity) for one in record.units),
    )


def recipient_of(message: "RecipientMessage") -> "Recipient":
    from router.domain.recipient import Recipient

    return Recipient(
        name=message.name,
        company=message.company,
        street_lines=tuple(message.street_lines),
        city=message.city,
        email=message.email,
        phone=message.phone,
        language=message.language,
        notice_ways=tuple(message.notice_ways),
    )
