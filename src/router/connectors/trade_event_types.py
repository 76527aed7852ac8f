"""What is told of what surrounds goods: carriers, channels, purchases, payments and returns."""

from collections.abc import Mapping

from router.connectors.event_type import EventType
from router.ledger.event_kinds import EventKind

_PAYMENT = ("payment_id", "order_id")
_PURCHASE = ("purchase_order_id", "node_id")
_RETURN = ("return_id", "order_id", "return_state", "node_ids")
_SHIPMENT = ("order_id", "state", "shipment_id", "node_id")

TRADE_EVENT_TYPES: Mapping[EventKind, EventType] = {
    EventKind.SHIPMENT_BOOKED: EventType(
        "router.shipment.booked.v1",
        "a carrier took a shipment on and gave it a tracking number",
        _SHIPMENT,
    ),
    EventKind.BOOKING_VOIDED: EventType(
        "router.booking.voided.v1",
        "a carrier does not expect a shipment any more; its tracking number is gone",
        _SHIPMENT,
    ),
    EventKind.BOOKING_VOID_DECLINED: EventType(
        "router.booking.void_declined.v1",
        "a carrier was told not to expect a shipment and said no, so it still does",
        _SHIPMENT,
    ),
    EventKind.MANIFEST_CLOSED: EventType(
        "router.manifest.closed.v1",
        "a node handed shipments over to a carrier",
        ("carrier_id", "node_id"),
    ),
    EventKind.BOXES_CHANGED: EventType(
        "router.boxes.changed.v1",
        "there are other boxes to pack in than before",
        (),
    ),
    EventKind.SHIPMENT_PACKED: EventType(
        "router.shipment.packed.v1",
        "a shipment was packed in boxes",
        _SHIPMENT,
    ),
    EventKind.CHANNEL_CHANGED: EventType(
        "router.channel.changed.v1", "a sales channel is not what it was", ("channel_id",)
    ),
    EventKind.SUPPLIER_CHANGED: EventType(
        "router.supplier.changed.v1", "a supplier is not what it was", ("supplier_id", "node_id")
    ),
    EventKind.PURCHASE_ORDER_PLACED: EventType(
        "router.purchase_order.placed.v1", "goods were ordered from a supplier", _PURCHASE
    ),
    EventKind.PURCHASE_ORDER_ACKNOWLEDGED: EventType(
        "router.purchase_order.acknowledged.v1", "the supplier will deliver them", _PURCHASE
    ),
    EventKind.PURCHASE_ORDER_DATED: EventType(
        "router.purchase_order.dated.v1", "they are expected on another day", _PURCHASE
    ),
    EventKind.PURCHASE_ORDER_RECEIVED: EventType(
        "router.purchase_order.received.v1", "some of them arrived, or the rest will not", _PURCHASE
    ),
    EventKind.PURCHASE_ORDER_CANCELED: EventType(
        "router.purchase_order.canceled.v1", "what was still to come will not", _PURCHASE
    ),
    EventKind.BACKORDER_LIMIT_CHANGED: EventType(
        "router.backorder_limit.changed.v1", "another number of units of a product may wait", ("sku",)
    ),
    EventKind.PAYMENT_AUTHORIZED: EventType(
        "router.payment.authorized.v1", "a provider promised money for an order", _PAYMENT
    ),
    EventKind.PAYMENT_PENDING: EventType(
        "router.payment.pending.v1", "a provider was asked and does not know yet", _PAYMENT
    ),
    EventKind.PAYMENT_DECLINED: EventType("router.payment.declined.v1", "it said no", _PAYMENT),
    EventKind.PAYMENT_CAPTURED: EventType("router.payment.captured.v1", "promised money was taken", _PAYMENT),
    EventKind.PAYMENT_RELEASED: EventType(
        "router.payment.released.v1", "what was open was given up", _PAYMENT
    ),
    EventKind.PAYMENT_EXPIRED: EventType(
        "router.payment.expired.v1", "what was open ran out of time", _PAYMENT
    ),
    EventKind.PAYMENT_ACT_DECLINED: EventType(
        "router.payment.act_declined.v1",
        "the provider said no to a capture, a void, a refund or a renewal",
        _PAYMENT,
    ),
    EventKind.PAYMENT_REFUNDED: EventType("router.payment.refunded.v1", "taken money went back", _PAYMENT),
    EventKind.PAYMENT_RENEWED: EventType(
        "router.payment.renewed.v1", "what was open is promised anew, for longer", _PAYMENT
    ),
    EventKind.GIFT_BALANCE_ISSUED: EventType(
        "router.gift_balance.issued.v1", "a gift account was given money to pay with", ("gift_account_id",)
    ),
    EventKind.RETURN_AUTHORIZED: EventType(
        "router.return.authorized.v1", "a customer may send units back", _RETURN
    ),
    EventKind.RETURN_RECEIVED: EventType("router.return.received.v1", "units came back", _RETURN),
    EventKind.RETURN_INSPECTED: EventType(
        "router.return.inspected.v1", "somebody looked at units that came back", _RETURN
    ),
    EventKind.RETURN_CANCELED: EventType(
        "router.return.canceled.v1", "nothing more of a return comes, or a claim was withdrawn", _RETURN
    ),
    EventKind.RETURN_EXPIRED: EventType(
        "router.return.expired.v1", "what was awaited did not come in time", _RETURN
    ),
    EventKind.RETURN_REFUNDED: EventType(
        "router.return.refunded.v1", "money was given back for a return or a claim", _RETURN
    ),
    EventKind.RETURN_REPLACED: EventType(
        "router.return.replaced.v1", "other goods are sent in the place of those returned or claimed", _RETURN
    ),
    EventKind.CLAIM_OPENED: EventType(
        "router.claim.opened.v1", "somebody claims units that do not come back, or money", _RETURN
    ),
    EventKind.RETURN_POLICY_CHANGED: EventType(
        "router.return.policy_changed.v1", "a channel takes back other things than before", ("channel_id",)
    ),
}
