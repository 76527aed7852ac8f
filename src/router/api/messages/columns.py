"""Orders in columns, as a client says them."""

from collections.abc import Callable, Sequence

from router.api.v1 import columns_pb2
from router.domain.order import Order

EPOCH_ORDINAL = 719_163
"""1970-01-01 as the day that dates count."""


def columns_message(orders: Sequence[Order]) -> columns_pb2.OrderColumns:
    """The orders, whose lines must be numbered `1`, `2` and so on; refuses (ValueError) what columns cannot say."""
    places: dict[str, int] = {}
    for order in orders:
        refuse_what_has_no_column(order)
    if not all(order.destination.point is None for order in orders) and not all(
        order.destination.point is not None for order in orders
    ):
        raise ValueError("points are given for all orders or for none")

    def named(of: Callable[[Order], str]) -> list[int]:
        words = [of(order) for order in orders]
        return [places.setdefault(word, len(places)) for word in words] if any(words) else []

    lines = [line for order in orders for line in order.lines]
    points = [order.destination.point for order in orders if order.destination.point is not None]
    message = columns_pb2.OrderColumns(
        order_ids=[order.id for order in orders],
        channel=named(lambda order: order.channel),
        customer_id=named(lambda order: order.customer_id),
        tier=named(lambda order: order.tier),
        country=named(lambda order: order.destination.country),
        region=named(lambda order: order.destination.region),
        postal_code=named(lambda order: order.destination.postal_code),
        latitude_microdegrees=[point.latitude_microdegrees for point in points],
        longitude_microdegrees=[point.longitude_microdegrees for point in points],
        place_time_micros=[order.place_time for order in orders],
        promise_day=[
            0 if order.promise_day is None else order.promise_day - EPOCH_ORDINAL for order in orders
        ],
        line_count=[len(order.lines) for order in orders],
        line_sku=[places.setdefault(line.sku, len(places)) for line in lines],
        line_quantity=[line.quantity for line in lines],
        line_unit_price_minor=[line.unit_price_minor for line in lines],
    )
    message.words.extend(places)
    return message


def refuse_what_has_no_column(order: Order) -> None:
    has_more = (
        order.attributes or order.pickup_node_id or order.service_level_ids or order.accepts_substitutes
    )
    is_numbered = all(line.id == str(number) for number, line in enumerate(order.lines, start=1))
    if has_more or not is_numbered or any(line.kit_id or line.together_id for line in order.lines):
        raise ValueError(f"order `{order.id}` needs more than columns say; send it in rows")
