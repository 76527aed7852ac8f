"""Captured orders as calls: each routed under a key of its own, so that whatever is sent again is booked once.

A refusal is kept under its key, too. What was wrong may be mended since, so a refused order is asked for once more
under a key that nobody had; that it is never booked twice then rests on its number. A key that was spent by the
cancellation of an order that was not here yet says so, and the order is left alone.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from router.cli.connection import TIMEOUT_SECONDS, details_of
from router.cli.intake.withdraw import is_withdrawn

if TYPE_CHECKING:
    import grpc

    from router.api.v1.routing_pb2 import RouteOrderRequest
    from router.api.v1.routing_pb2_grpc import RoutingServiceStub
    from router.connectors.intake.captured import Captured
    from router.connectors.intake.endpoint import Sent

IN_FLIGHT = 64
CHANGED = "IDEMPOTENCY_KEY_REUSED"
TAKEN_BEFORE = "ORDER_ALREADY_ROUTED"
"""The answer to an order that is sent again after its key was forgotten: it is booked, once."""


def request_of(captured: "Captured", request_id: str = "") -> "RouteOrderRequest":
    from router.api.messages.orders import order_message
    from router.api.v1.order_pb2 import Recipient
    from router.api.v1.routing_pb2 import RouteOrderRequest

    message = order_message(captured.order)
    to = captured.recipient
    message.recipient.CopyFrom(
        Recipient(
            name=to.name,
            company=to.company,
            street_lines=to.street_lines,
            city=to.city,
            email=to.email,
            phone=to.phone,
        )
    )
    return RouteOrderRequest(order=message, request_id=request_id or captured.request_id)


def send_all(channel: "grpc.Channel", orders: "Iterable[Captured]") -> "Iterator[Sent]":
    """What became of each order, in their order; one that was canceled before it came is not routed.

    A server that does not answer ends it with grpc.RpcError.
    """
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub
    from router.api.v1.routing_pb2_grpc import RoutingServiceStub
    from router.connectors.intake.endpoint import Sent

    routing, orders_of = RoutingServiceStub(channel), OrdersServiceStub(channel)
    left = iter(orders)
    while some := list(islice(left, IN_FLIGHT)):
        calls = [routing.RouteOrder.future(request_of(one), timeout=TIMEOUT_SECONDS) for one in some]
        for one, call in zip(some, calls, strict=True):
            sent = outcome_of(one, call)
            if sent.reason == CHANGED and is_withdrawn(orders_of, sent.order_id):
                yield Sent(order_id=sent.order_id, canceled=True)
            else:
                yield asked_anew(routing, one, sent) if sent.reason and not sent.may_retry else sent


def asked_anew(routing: "RoutingServiceStub", captured: "Captured", refused: "Sent") -> "Sent":
    """What the refused order is answered now; of one that is booked otherwise than it is sent, the refusal."""
    request = request_of(captured, f"{captured.request_id}/{uuid.uuid4()}")
    sent = outcome_of(captured, routing.RouteOrder.future(request, timeout=TIMEOUT_SECONDS))
    if not (sent.replayed and refused.reason == CHANGED):
        return sent
    order_id = captured.order.id
    message = (
        f"order `{order_id}` is booked and was changed in its shop since: change it here, too, with"
        f" `router order edit {order_id}`"
    )
    return replace(refused, message=message)


def outcome_of(captured: "Captured", call: Any) -> "Sent":
    import grpc

    from router.connectors.intake.endpoint import Sent

    order_id = captured.order.id
    try:
        return Sent(order_id=order_id, replayed=call.result().replayed)
    except grpc.RpcError as error:
        reason, lines, _ = details_of(error)
        if not reason:
            raise
        if reason == TAKEN_BEFORE:
            return Sent(order_id=order_id, replayed=True)
        return Sent(
            order_id=order_id,
            reason=reason,
            message="; ".join(lines) or str(error.details()),
            may_retry=error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED),
        )
