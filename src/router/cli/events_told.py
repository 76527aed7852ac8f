"""What a relay of its own process tells of an order: asked of the server."""

from typing import TYPE_CHECKING, Any

from router.cli.connection import TIMEOUT_SECONDS

if TYPE_CHECKING:
    from router.api.v1.order_pb2 import Recipient as RecipientMessage
    from router.api.v1.order_pb2 import Shipment
    from router.connectors.notices.told import Told, ToldShipment
    from router.domain.recipient import Recipient


def called_told(orders: Any, customers: Any, order_id: str) -> "Told | None":
    """By the stubs of both services; None if there is no such order."""
    import grpc

    from router.api.v1.customers_pb2 import GetRecipientRequest
    from router.api.v1.orders_pb2 import GetOrderRequest
    from router.connectors.notices.told import Told, units_of

    try:
        record = orders.GetOrder(GetOrderRequest(order_id=order_id), timeout=TIMEOUT_SECONDS).record
        known = customers.GetRecipient(GetRecipientRequest(order_id=order_id), timeout=TIMEOUT_SECONDS)
    except grpc.RpcError as error:
        if isinstance(error, grpc.Call) and error.code() is grpc.StatusCode.NOT_FOUND:
            return None
        raise
    return Told(
        order_id=order_id,
        recipient=recipient_of(known.recipient) if known.HasField("recipient") else None,
        lines=units_of((line.sku, line.ordered - line.canceled) for line in record.lines),
        shipments=tuple(map(shipment_of, record.plan.shipments)),
        waiting=units_of((line.sku, line.backordered) for line in record.lines),
    )


def shipment_of(message: "Shipment") -> "ToldShipment":
    from router.connectors.notices.told import ToldShipment, units_of

    return ToldShipment(
        shipment_id=message.shipment_id,
        service_level_id=message.service_level_id,
        delivery_date=message.delivery_date,
        units=units_of((one.sku, one.quantity) for parcel in message.parcels for one in parcel.allocations),
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
