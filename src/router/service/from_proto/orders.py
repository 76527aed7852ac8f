"""Orders, and what is asked about them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from router.api.v1 import order_pb2, orders_pb2, routing_pb2
from router.app.commands.deciding import RouteOrders
from router.app.commands.fulfillment import DispatchShipment
from router.app.commands.orders import CancelOrder
from router.app.commands.questions import QuotePromise
from router.app.records.filters import OrderFilter
from router.domain.identifiers import Instant, LineId, OrderId
from router.domain.limits import (
    ID_LENGTH_MAX,
    LINES_PER_BATCH_MAX,
    LINES_PER_ORDER_MAX,
    ORDERS_PER_BATCH_MAX,
    QUANTITY_MAX,
)
from router.domain.order import Order
from router.domain.recipient import Recipient
from router.ledger.lifecycle import OrderState
from router.service.faults import Faults
from router.service.from_proto.customers import recipient_of
from router.service.from_proto.feed_marks import told_by
from router.service.from_proto.keys import chosen_levels, request_id_of, shipment_id_of
from router.service.from_proto.order_messages import order, orders_of
from router.service.from_proto.plain_orders import Read, read_plainly
from router.service.from_proto.serials import line_serials
from router.service.parse import body_of, digest_of

POSITION_MAX = (1 << 62) - 1


def route_order(
    request: routing_pb2.RouteOrderRequest, received: Instant, deadline: float | None = None
) -> RouteOrders:
    """The command for one order. `received` stands in for an absent `place_time`."""
    faults, body = Faults(), body_of(request)
    orders: tuple[Order, ...] = ()
    recipients: dict[OrderId, Recipient] = {}
    if request.HasField("order"):
        read = read_plainly(body, 1, received)
        orders = _orders_of((request.order,), read, lambda _: "order.", received, recipients, faults)
    else:
        faults.missing("", "order")
    command = _command(request, body, orders, recipients, deadline, faults)
    if request.reservation_id:
        reservation_id = faults.identifier(request.reservation_id, "", "reservation_id")
        command = replace(command, reservation_id=reservation_id)
    faults.raise_if_any()
    return command


def batch_route_orders(
    request: routing_pb2.BatchRouteOrdersRequest, received: Instant, deadline: float | None = None
) -> RouteOrders:
    """The command for many orders, decided in the order of the request."""
    faults, body, messages = Faults(), body_of(request), request.orders
    orders: tuple[Order, ...] = ()
    recipients: dict[OrderId, Recipient] = {}
    if faults.count_of(messages, "", "orders", 1, ORDERS_PER_BATCH_MAX):
        read = read_plainly(body, len(messages), received)
        if _lines_fit(messages, read.orders, faults):
            orders = _orders_of(
                messages, read, lambda index: f"orders[{index}].", received, recipients, faults
            )
    command = _command(request, body, orders, recipients, deadline, faults)
    faults.raise_if_any()
    return command


def _orders_of(
    messages: Sequence[order_pb2.Order],
    read: Read,
    at: Callable[[int], str],
    received: Instant,
    recipients: dict[OrderId, Recipient],
    faults: Faults,
) -> tuple[Order, ...]:
    """The orders of a request, each of which stands at(its number), and `recipients` of those that have one."""
    orders = orders_of(messages, read.orders, at, received, faults)
    faults.unique([one.id for one in orders], "", "orders", "order_id")
    for index in read.with_recipient:
        keep_recipient(recipients, messages[index], at(index), faults)
    return orders


CART = "cart"
"""The id of an order that has none yet."""


def quote_promise(request: routing_pb2.QuotePromiseRequest, received: Instant) -> QuotePromise:
    """The question what an order would get; one without an id is called `cart`."""
    faults = Faults()
    if not request.HasField("order"):
        faults.missing("", "order")
        faults.raise_if_any()
    asked = order_pb2.Order()
    asked.CopyFrom(request.order)
    asked.order_id = asked.order_id or CART
    decision_time = None
    if request.HasField("decision_time"):
        decision_time = faults.instant(request.decision_time, "", "decision_time")
    command = QuotePromise(
        order=order(asked, "order.", received, faults),
        service_level_ids=chosen_levels(request.service_level_ids, "", faults),
        decision_time=decision_time,
        reservation_id=faults.text(request.reservation_id, "", "reservation_id", ID_LENGTH_MAX),
    )
    faults.raise_if_any()
    return command


def _lines_fit(messages: Sequence[order_pb2.Order], known: Sequence[Order | None], faults: Faults) -> bool:
    """Those of orders that are `known` are not asked of their messages, which takes ten times as long."""
    count = sum([len(messages[index].lines if one is None else one.lines) for index, one in enumerate(known)])
    if count <= LINES_PER_BATCH_MAX:
        return True
    faults.add(
        "orders",
        "WRONG_COUNT",
        f"orders have {count:,} lines together, must have at most {LINES_PER_BATCH_MAX:,}; send several batches",
    )
    return False


def _command(
    request: routing_pb2.RouteOrderRequest | routing_pb2.BatchRouteOrdersRequest,
    body: bytes,
    orders: tuple[Order, ...],
    recipients: Mapping[OrderId, Recipient],
    deadline: float | None,
    faults: Faults,
) -> RouteOrders:
    decision_time = None
    if request.HasField("decision_time"):
        decision_time = faults.instant(request.decision_time, "", "decision_time")
    return RouteOrders(
        request_id=request_id_of(request.request_id, faults, required=not request.validate_only),
        body_digest=digest_of(request, body),
        orders=orders,
        recipients=recipients,
        decision_time=decision_time,
        validate_only=request.validate_only,
        deadline=deadline,
    )


def keep_recipient(
    recipients: dict[OrderId, Recipient], message: order_pb2.Order, at: str, faults: Faults
) -> None:
    """Put whom the order goes to beside it, under its id."""
    if (recipient := recipient_of(message, at, faults)) is not None:
        recipients[OrderId(message.order_id)] = recipient


def cancel_order(request: orders_pb2.CancelOrderRequest) -> CancelOrder:
    """The command to cancel; without lines it means all that has not been dispatched."""
    faults = Faults()
    lines: dict[LineId, int] = {}
    if faults.count_of(request.lines, "", "lines", 0, LINES_PER_ORDER_MAX):
        for index, line in enumerate(request.lines):
            at = f"lines[{index}]."
            line_id = LineId(faults.identifier(line.line_id, at, "line_id"))
            lines[line_id] = faults.whole(line.quantity, at, "quantity", 1, QUANTITY_MAX)
        faults.unique([line.line_id for line in request.lines], "", "lines", "line_id")
    command = CancelOrder(
        request_id=request_id_of(request.request_id, faults, required=not request.validate_only),
        body_digest=digest_of(request),
        order_id=OrderId(faults.identifier(request.order_id, "", "order_id")),
        lines=lines,
        reason=faults.text(request.reason, "", "reason"),
        validate_only=request.validate_only,
    )
    faults.raise_if_any()
    return command


def dispatch_shipment(request: orders_pb2.DispatchShipmentRequest) -> DispatchShipment:
    """The command to book a hand-over; a shipment is named `<order_id>/<number>`."""
    faults = Faults()
    command = DispatchShipment(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        shipment_id=shipment_id_of(request.shipment_id, "shipment_id", faults),
        serials=line_serials(request.serials, faults),
        told=told_by(request, faults),
        tracking_number=faults.text(request.tracking_number, "", "tracking_number", ID_LENGTH_MAX),
    )
    faults.raise_if_any()
    return command


def decision_name(decision_id: str, order_id: str) -> dict[str, str]:
    """Which decision is meant: by its id or, when that is empty, by its order."""
    faults = Faults()
    if decision_id:
        faults.identifier(decision_id, "", "decision_id")
    else:
        faults.identifier(order_id, "", "order_id")
    faults.raise_if_any()
    return {"decision_id": decision_id} if decision_id else {"order_id": order_id}


def order_filter(request: orders_pb2.ListOrdersRequest) -> OrderFilter:
    """Which orders to list."""
    faults = Faults()
    known = orders_pb2.OrderState.values()
    if request.state not in known:
        faults.add(
            "state",
            "UNKNOWN_VALUE",
            f"state is {request.state}, must be one of {', '.join(orders_pb2.OrderState.keys())}",
        )
    channel = faults.text(request.channel, "", "channel")
    customer_id = faults.text(request.customer_id, "", "customer_id")
    faults.raise_if_any()
    return OrderFilter(
        state=OrderState(request.state) if request.state else None, channel=channel, customer_id=customer_id
    )


def watch_filter(request: orders_pb2.WatchOrdersRequest) -> tuple[int, str]:
    """The position to start behind, and the order to follow or nothing."""
    faults = Faults()
    after = faults.whole(request.after_position, "", "after_position", 0, POSITION_MAX)
    order_id = faults.text(request.order_id, "", "order_id", ID_LENGTH_MAX)
    faults.raise_if_any()
    return after, order_id
