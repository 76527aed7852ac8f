"""Which orders are to be decided again, at what price, and why."""

from router.api.v1 import orders_pb2, routing_pb2
from router.app.commands.deciding import Because, RejectShipment, RerouteOrders
from router.app.reading.pool import PoolFilter
from router.domain.identifiers import NodeId, OrderId, Sku
from router.domain.limits import (
    AMOUNT_MINOR_MAX,
    COOL_OFF_SECONDS,
    LINES_PER_ORDER_MAX,
    ORDERS_PER_BATCH_MAX,
    QUANTITY_MAX,
    RESERVATION_SECONDS_MAX,
)
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of

TIERS_MAX = 32


def reroute_orders(request: routing_pb2.RerouteOrdersRequest, move_price_minor: int) -> RerouteOrders:
    """The command for the orders that are named; `move_price_minor` stands in for an absent price."""
    faults = Faults()
    order_ids: tuple[OrderId, ...] = ()
    if request.order_ids and request.HasField("pool"):
        faults.add("pool", "AMBIGUOUS", "pool is given besides order_ids; give one of them")
    elif faults.count_of(request.order_ids, "", "order_ids", 0, ORDERS_PER_BATCH_MAX):
        order_ids = tuple(
            OrderId(faults.identifier(value, "", f"order_ids[{index}]"))
            for index, value in enumerate(request.order_ids)
        )
        faults.unique(order_ids, "", "order_ids")
    if not request.order_ids and not request.HasField("pool"):
        faults.add("order_ids", "REQUIRED", "order_ids is empty and there is no pool; say which orders")
    price = move_price_minor
    if request.HasField("move_price_minor"):
        price = faults.whole(request.move_price_minor, "", "move_price_minor", 0, AMOUNT_MINOR_MAX)
    if request.reason not in (routing_pb2.REROUTE_REASON_UNSPECIFIED, *Because):
        known = ", ".join(f"REROUTE_REASON_{one.name}" for one in Because)
        faults.add("reason", "UNKNOWN_VALUE", f"reason is {request.reason}, must be one of {known}")
        faults.raise_if_any()
    command = RerouteOrders(
        request_id=request_id_of(request.request_id, faults, required=not request.validate_only),
        body_digest=digest_of(request),
        order_ids=order_ids,
        because=Because(request.reason or Because.REQUEST),
        move_milli=price * 1_000,
        validate_only=request.validate_only,
    )
    faults.raise_if_any()
    return command


def pool_filter(message: routing_pb2.ReroutePool) -> PoolFilter:
    faults = Faults()
    sku = faults.text(message.sku, "pool.", "sku")
    node_id = faults.text(message.node_id, "pool.", "node_id")
    if faults.count_of(message.tiers, "pool.", "tiers", 0, TIERS_MAX):
        for index, tier in enumerate(message.tiers):
            faults.text(tier, "pool.", f"tiers[{index}]")
    faults.raise_if_any()
    return PoolFilter(
        waiting_only=message.waiting_only,
        skus=frozenset((sku,)) if sku else frozenset(),
        node_id=node_id,
        tiers=tuple(message.tiers),
    )


def reject_shipment(request: orders_pb2.RejectShipmentRequest, move_price_minor: int) -> RejectShipment:
    """The command to book that a node does not ship a shipment."""
    faults = Faults()
    missing: dict[Sku, int] = {}
    if faults.count_of(request.missing, "", "missing", 0, LINES_PER_ORDER_MAX):
        for index, one in enumerate(request.missing):
            at = f"missing[{index}]."
            sku = Sku(faults.identifier(one.sku, at, "sku"))
            missing[sku] = faults.whole(one.quantity, at, "quantity", 1, QUANTITY_MAX)
        faults.unique([one.sku for one in request.missing], "", "missing", "sku")
    seconds = COOL_OFF_SECONDS
    if request.HasField("cool_off_seconds"):
        seconds = faults.whole(request.cool_off_seconds, "", "cool_off_seconds", 0, RESERVATION_SECONDS_MAX)
    command = RejectShipment(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        shipment_id=faults.text(request.shipment_id, "", "shipment_id"),
        reason_code=faults.identifier(request.reason_code, "", "reason_code"),
        node_id=NodeId(faults.text(request.node_id, "", "node_id") if request.node_id else ""),
        missing=missing,
        cool_off_seconds=seconds,
        move_milli=move_price_minor * 1_000,
    )
    faults.raise_if_any()
    return command
