"""Orders that their shops canceled, as calls: what has not left of each is canceled here.

The state of the order is what makes a repeat harmless, so each call has a key of its own. A cancellation that comes
before its order finds nothing and is repeated under the order's own key, where its refusal is kept: when the order
comes, its key is spent, and by what, the same call says again.
"""

import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from router.cli.connection import TIMEOUT_SECONDS, details_of

if TYPE_CHECKING:
    import grpc

    from router.api.v1.orders_pb2 import CancelOrderRequest
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub
    from router.connectors.intake.captured import Withdrawn
    from router.connectors.intake.endpoint import Sent

NEVER_HERE = "ORDER_NOT_FOUND"
TOO_LATE = "ORDER_STATE_FORBIDS"
NO_LINE = "no line of any order"


def withdraw_all(channel: "grpc.Channel", orders: "Iterable[Withdrawn]") -> "Iterator[Sent]":
    """What became of each, in their order. A server that does not answer ends it with grpc.RpcError."""
    from router.api.v1.orders_pb2_grpc import OrdersServiceStub

    stub = OrdersServiceStub(channel)
    return (withdraw(stub, one) for one in orders)


def withdraw(stub: "OrdersServiceStub", one: "Withdrawn") -> "Sent":
    """Canceled now; or, `replayed`, never here or canceled before; refused where all of it has left."""
    import grpc

    from router.connectors.intake.endpoint import Sent

    try:
        try:
            stub.CancelOrder(cancellation_of(one), timeout=TIMEOUT_SECONDS)
        except grpc.RpcError as error:
            if details_of(error).reason != NEVER_HERE or is_withdrawn(stub, one.order_id):
                raise
            # Its key is not free: perhaps it came just now.
            stub.CancelOrder(cancellation_of(one), timeout=TIMEOUT_SECONDS)
    except grpc.RpcError as error:
        reason, lines, _ = details_of(error)
        if not reason:
            raise
        if reason == NEVER_HERE or (reason == TOO_LATE and is_canceled(stub, one)):
            return Sent(order_id=one.order_id, canceled=True, replayed=True)
        return Sent(
            order_id=one.order_id,
            canceled=True,
            reason=reason,
            message="; ".join(lines) or str(error.details()),
            may_retry=error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED),
        )
    return Sent(order_id=one.order_id, canceled=True)


def is_withdrawn(stub: "OrdersServiceStub", order_id: str) -> bool:
    """Whether the order's own key says that it was canceled before it came; where the key is free, it does from now on.

    Kept as long as keys are. The call names a line that no order has, so whatever is here is left as it is.
    """
    import grpc

    from router.api.v1.orders_pb2 import CancelOrderRequest, LineQuantity
    from router.connectors.intake.captured import request_id_of

    request = CancelOrderRequest(
        order_id=order_id,
        lines=[LineQuantity(line_id=NO_LINE, quantity=1)],
        reason="canceled before it came",
        request_id=request_id_of(order_id),
    )
    try:
        stub.CancelOrder(request, timeout=TIMEOUT_SECONDS)
    except grpc.RpcError as error:
        reason = details_of(error).reason
        if not reason:
            raise
        return reason == NEVER_HERE
    return False


def cancellation_of(one: "Withdrawn") -> "CancelOrderRequest":
    from router.api.v1.orders_pb2 import CancelOrderRequest

    key = f"intake/{one.order_id}/cancel/{uuid.uuid4()}"
    return CancelOrderRequest(order_id=one.order_id, reason=one.why, request_id=key)


def is_canceled(stub: "OrdersServiceStub", one: "Withdrawn") -> bool:
    from router.api.v1.orders_pb2 import GetOrderRequest, OrderState

    found = stub.GetOrder(GetOrderRequest(order_id=one.order_id), timeout=TIMEOUT_SECONDS)
    return found.record.state == OrderState.ORDER_STATE_CANCELED
