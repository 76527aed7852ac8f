"""Orders as a channel sends them and as the server repeats them."""

from router.api.messages.times import date_text, timestamp
from router.api.v1 import order_pb2
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Place, Point


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
        pickup_node_id=order.pickup_node_id,
        service_level_ids=order.service_level_ids,
        shipping_minor=order.shipping_minor,
        shipping_tax_minor=order.shipping_tax_minor,
        accepts_substitutes=order.accepts_substitutes,
    )


def point_message(point: Point) -> order_pb2.Point:
    return order_pb2.Point(
        latitude_microdegrees=point.latitude_microdegrees, longitude_microdegrees=point.longitude_microdegrees
    )


def place_message(place: Place) -> order_pb2.Place:
    """Numbers of confidence are those of the contract."""
    return order_pb2.Place(
        point=point_message(place.point),
        source=order_pb2.PlaceSource.ValueType(place.confidence),
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
        line_id=line.id,
        sku=line.sku,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        kit_id=line.kit_id,
        together_id=line.together_id,
        amount_minor=line.amount_minor,
        tax_minor=line.tax_minor,
    )
