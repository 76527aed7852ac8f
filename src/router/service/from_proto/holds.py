"""Which order a person holds or releases, and why."""

from router.api.v1 import orders_pb2
from router.app.commands.orders import HoldOrder, HoldReason, ReleaseOrder
from router.domain.identifiers import OrderId
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of


def hold_order(request: orders_pb2.HoldOrderRequest) -> HoldOrder:
    """The command to hold an order. Refuses one without a reason or an author."""
    faults = Faults()
    order_id = OrderId(faults.identifier(request.order_id, "", "order_id"))
    author = faults.identifier(request.author, "", "author")
    request_id = request_id_of(request.request_id, faults)
    known = [one.value for one in HoldReason]
    if request.reason not in known:
        names = ", ".join(f"HOLD_REASON_{one.name}" for one in HoldReason)
        faults.add("reason", "UNKNOWN_VALUE", f"reason is {request.reason}, must be one of {names}")
    faults.raise_if_any()
    return HoldOrder(
        request_id=request_id,
        body_digest=digest_of(request),
        order_id=order_id,
        reason=HoldReason(request.reason),
        author=author,
    )


def release_order(request: orders_pb2.ReleaseOrderRequest) -> ReleaseOrder:
    """The command to release an order. Refuses one without an author."""
    faults = Faults()
    command = ReleaseOrder(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        order_id=OrderId(faults.identifier(request.order_id, "", "order_id")),
        author=faults.identifier(request.author, "", "author"),
        note=faults.text(request.note, "", "note"),
    )
    faults.raise_if_any()
    return command
