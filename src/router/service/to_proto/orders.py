"""Orders as received and as they stand."""

from router.api.v1 import order_pb2, orders_pb2
from router.app.answers import LineQuantities, OrderRecord
from router.app.records import Event
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Point
from router.service.to_proto.plans import plan_message
from router.service.to_proto.times import date_text, timestamp


def order_message(order: Order) -> order_pb2.Order:
    return order_pb2.Order(
        order_id=order.id,
        channel=order.channel,
        customer_id=order.customer_id,
        tier=order.tier,
        destination=_destination_message(order.destination),
        lines=[_line_message(line) for line in order.lines],
        place_time=timestamp(order.place_time),
        promise_date="" if order.promise_day is None else date_text(order.promise_day),
        attributes=order.attributes,
    )


def record_message(record: OrderRecord) -> orders_pb2.OrderRecord:
    return orders_pb2.OrderRecord(
        order=order_message(record.order),
        state=orders_pb2.OrderState.Value(f"ORDER_STATE_{record.state}"),
        lines=[_quantities_message(line) for line in record.lines],
        plan=plan_message(record.plan, record.order.id),
        decision_id=record.decision_id,
        position=record.position,
        dispatched_shipment_ids=record.dispatched_shipment_ids,
    )


def point_message(point: Point) -> order_pb2.Point:
    return order_pb2.Point(
        latitude_microdegrees=point.latitude_microdegrees, longitude_microdegrees=point.longitude_microdegrees
    )


def _destination_message(destination: Destination) -> order_pb2.Destination:
    return order_pb2.Destination(
        country=destination.country,
        region=destination.region,
        postal_code=destination.postal_code,
        point=None if destination.point is None else point_message(destination.point),
    )


def _line_message(line: OrderLine) -> order_pb2.OrderLine:
    return order_pb2.OrderLine(
        line_id=line.id, sku=line.sku, quantity=line.quantity, unit_price_minor=line.unit_price_minor
    )


def _quantities_message(line: LineQuantities) -> orders_pb2.LineQuantities:
    return orders_pb2.LineQuantities(
        line_id=line.line_id,
        sku=line.sku,
        ordered=line.ordered,
        reserved=line.reserved,
        dispatched=line.dispatched,
        backordered=line.backordered,
        canceled=line.canceled,
    )


def event_message(event: Event) -> orders_pb2.WatchOrdersResponse:
    return orders_pb2.WatchOrdersResponse(
        position=event.position,
        book_time=timestamp(event.time),
        kind=event.kind.name,
        order_id=event.order_id,
        subject=event.subject,
        text=event.text,
    )
