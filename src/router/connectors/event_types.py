"""What is told of an event outside: the versioned name of each kind, and the data that goes with it.

The data is enough to act on and holds no personal data: a cancellation's reason is free text and stays inside.
A field may be added to a type; one that changes its meaning makes a new version of the type.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from router.app.records.events import Event
from router.connectors.event_fields import FIELDS
from router.connectors.event_type import EventType
from router.connectors.trade_event_types import TRADE_EVENT_TYPES
from router.ledger.event_kinds import EventKind

_RULES, _RESERVATION, _TRANSFER = ("rules_digest",), ("reservation_id",), ("transfer_id", "node_ids")
_DELAY = ("order_id", "state", "notice_number")

_SHIPMENT = ("order_id", "state", "shipment_id", "node_id")

EVENT_TYPES: Mapping[EventKind, EventType] = {
    EventKind.ORDER_ROUTED: EventType(
        "router.order.routed.v1",
        "an order was decided, and what its plan ships is reserved",
        ("order_id", "state", "decision_id", "shipments"),
    ),
    EventKind.ORDER_REROUTED: EventType(
        "router.order.rerouted.v1",
        "an order was decided again: of what had not begun, only these shipments leave now",
        ("order_id", "state", "decision_id", "shipments"),
    ),
    EventKind.ORDER_HELD: EventType(
        "router.order.held.v1",
        "a person holds an order: what was reserved for it is given back, and nothing of it ships until it is released",
        ("order_id", "state", "hold_reason"),
    ),
    EventKind.ORDER_RELEASED: EventType(
        "router.order.released.v1",
        "a person released an order that was held; it was decided again, and what this plan ships is reserved",
        ("order_id", "state", "decision_id", "shipments"),
    ),
    EventKind.ORDER_EDITED: EventType(
        "router.order.edited.v1",
        "an order was edited and decided again: of what had not begun, only these shipments leave now",
        ("order_id", "state", "decision_id", "shipments"),
    ),
    EventKind.SHIPMENT_REJECTED: EventType(
        "router.shipment.rejected.v1",
        "a node does not ship a shipment; its units wait to be decided again",
        ("order_id", "state", "shipment_id", "node_id"),
    ),
    EventKind.ORDER_CANCELED: EventType(
        "router.order.canceled.v1",
        "an order or some of its units will not ship; their stock is free again",
        ("order_id", "state"),
    ),
    EventKind.DELAY_EXPECTED: EventType(
        "router.delay.expected.v1",
        "what has not left of an order will not leave by the day that was promised",
        _DELAY,
    ),
    EventKind.DELAY_TOLD: EventType(
        "router.delay.told.v1",
        "its customer is due to hear the new day; silence until then is consent",
        _DELAY,
    ),
    EventKind.DELAY_ASKED: EventType(
        "router.delay.asked.v1",
        "its customer is due to be asked; without a yes in time what has not left is canceled",
        _DELAY,
    ),
    EventKind.DELAY_AGREED: EventType("router.delay.agreed.v1", "its customer said yes", _DELAY),
    EventKind.DELAY_REFUNDED: EventType(
        "router.delay.refunded.v1", "what was paid for what a delay canceled went back", _DELAY
    ),
    EventKind.SHIPMENT_DISPATCHED: EventType(
        "router.shipment.dispatched.v1",
        "a shipment left its node",
        _SHIPMENT,
    ),
    EventKind.SHIPMENT_RELEASED: EventType(
        "router.shipment.released.v1", "a shipment's node may begin on it", _SHIPMENT
    ),
    EventKind.SHIPMENT_ACKNOWLEDGED: EventType(
        "router.shipment.acknowledged.v1", "a shipment's node will ship it", _SHIPMENT
    ),
    EventKind.SHIPMENT_PICKING: EventType(
        "router.shipment.picking.v1", "somebody walks for a shipment", _SHIPMENT
    ),
    EventKind.SHIPMENT_PICKED: EventType(
        "router.shipment.picked.v1", "a shipment is off the shelves", _SHIPMENT
    ),
    EventKind.SHIPMENT_SHORTENED: EventType(
        "router.shipment.shortened.v1",
        "units of a shipment were not on their shelf; the order waits for others",
        _SHIPMENT,
    ),
    EventKind.LAYOUT_CHANGED: EventType(
        "router.node.layout_changed.v1", "goods lie elsewhere in a node", ("node_id",)
    ),
    EventKind.SHIPMENT_IN_TRANSIT: EventType(
        "router.shipment.in_transit.v1", "a carrier has a shipment", _SHIPMENT
    ),
    EventKind.SHIPMENT_OUT_FOR_DELIVERY: EventType(
        "router.shipment.out_for_delivery.v1", "a shipment comes today", _SHIPMENT
    ),
    EventKind.SHIPMENT_DELIVERED: EventType(
        "router.shipment.delivered.v1", "a shipment is with its customer", _SHIPMENT
    ),
    EventKind.SHIPMENT_DELAYED: EventType(
        "router.shipment.delayed.v1", "a shipment is expected after the day that was promised", _SHIPMENT
    ),
    EventKind.SHIPMENT_RETURNING: EventType(
        "router.shipment.returning.v1", "a carrier brings a shipment back", _SHIPMENT
    ),
    EventKind.SHIPMENT_LOST: EventType(
        "router.shipment.lost.v1", "a carrier does not find a shipment", _SHIPMENT
    ),
    EventKind.SHIPMENT_DAMAGED: EventType(
        "router.shipment.damaged.v1", "a carrier says that goods of a shipment may be broken", _SHIPMENT
    ),
    EventKind.STOCK_ADJUSTED: EventType(
        "router.stock.adjusted.v1", "the stock of one product at one node was corrected", ("sku", "node_id")
    ),
    EventKind.SNAPSHOT_BOOKED: EventType(
        "router.stock.snapshot_booked.v1", "a feed's figures were booked", ("feed_id",)
    ),
    EventKind.ENTRY_CORRECTED: EventType(
        "router.stock.corrected.v1", "a movement that was a mistake was reversed", ("sku", "node_id")
    ),
    EventKind.LOT_EXPIRED: EventType(
        "router.stock.lot_expired.v1", "units of a lot may not be sold any more", ("sku", "node_id")
    ),
    EventKind.STOCK_SHORTFALL: EventType(
        "router.stock.shortfall.v1",
        "fewer units are there than are promised: somebody must be routed again",
        ("order_id", "held_by", "node_id"),
    ),
    EventKind.SNAPSHOT_KEPT_ASIDE: EventType(
        "router.stock.snapshot_kept_aside.v1",
        "a feed's figures are absurd and wait for a person",
        ("feed_id", "node_ids"),
    ),
    EventKind.SNAPSHOT_APPROVED: EventType(
        "router.stock.snapshot_approved.v1", "they were booked after all", ("feed_id",)
    ),
    EventKind.SNAPSHOT_REJECTED: EventType(
        "router.stock.snapshot_rejected.v1", "they were thrown away", ("feed_id",)
    ),
    EventKind.FEED_CHANGED: EventType(
        "router.stock.feed_changed.v1", "a feed is guarded in another way", ("feed_id",)
    ),
    EventKind.STOCK_COUNTED: EventType(
        "router.stock.counted.v1", "people counted and the figures were booked", ("reference", "node_ids")
    ),
    EventKind.TRANSFER_SENT: EventType("router.transfer.sent.v1", "goods left for another node", _TRANSFER),
    EventKind.TRANSFER_RECEIVED: EventType(
        "router.transfer.received.v1", "goods arrived from another node", _TRANSFER
    ),
    EventKind.TRANSFER_CANCELED: EventType("router.transfer.canceled.v1", "they came back", _TRANSFER),
    **TRADE_EVENT_TYPES,
    EventKind.STOCK_RESERVED: EventType(
        "router.reservation.made.v1", "stock is held without an order", _RESERVATION
    ),
    EventKind.RESERVATION_EXTENDED: EventType(
        "router.reservation.extended.v1", "it is held for longer", _RESERVATION
    ),
    EventKind.RESERVATION_FIRMED: EventType(
        "router.reservation.firmed.v1", "it is held without a limit", _RESERVATION
    ),
    EventKind.RESERVATION_POSTED: EventType(
        "router.reservation.posted.v1", "units of it have left", _RESERVATION
    ),
    EventKind.RESERVATION_VOIDED: EventType(
        "router.reservation.voided.v1", "units of it are free again", _RESERVATION
    ),
    EventKind.RESERVATION_EXPIRED: EventType(
        "router.reservation.expired.v1", "its time is over, its units are free again", _RESERVATION
    ),
    EventKind.RESERVATION_ORDERED: EventType(
        "router.reservation.ordered.v1", "its units went to an order", ("reservation_id", "order_id")
    ),
    EventKind.CUSTOMER_ERASED: EventType(
        "router.customer.erased.v1", "what was kept of a customer's person is destroyed", ("customer_id",)
    ),
    EventKind.CLOCK_JUMPED: EventType("router.clock.jumped.v1", "the clock is in doubt: nothing expires", ()),
    EventKind.CLOCK_TRUSTED: EventType("router.clock.trusted.v1", "the clock counts again", ()),
    EventKind.NETWORK_CHANGED: EventType(
        "router.network.changed.v1",
        "nodes, carriers, tariffs or places are not what they were",
        ("network_digest",),
    ),
    EventKind.RULES_STAGED: EventType("router.rules.staged.v1", "a version of the rules is kept", _RULES),
    EventKind.RULES_ACTIVATED: EventType("router.rules.activated.v1", "a version is in force", _RULES),
    EventKind.RULES_RETIRED: EventType("router.rules.retired.v1", "a version is in force no more", _RULES),
    EventKind.SHADOW_STARTED: EventType(
        "router.rules.shadow_started.v1", "a version decides too, without effect", _RULES
    ),
    EventKind.SHADOW_STOPPED: EventType(
        "router.rules.shadow_stopped.v1", "a version decides no more without effect", _RULES
    ),
}
"""Every kind of event that there is; a test misses one that is not told."""


KINDS: Mapping[str, EventKind] = {one.name: kind for kind, one in EVENT_TYPES.items()}


def fields_of(kind: EventKind) -> Sequence[str]:
    """The names of all fields of a kind's data, in their order."""
    return ("position", *EVENT_TYPES[kind].fields, "text")


def data_of(event: Event) -> dict[str, Any]:
    """What is told of `event`."""
    return {name: FIELDS[name].value(event) for name in fields_of(event.kind)}


def schema_of(kind: EventKind) -> dict[str, Any]:
    """The JSON Schema of a kind's data. Unknown fields are allowed: later routers may tell more."""
    names = fields_of(kind)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": EVENT_TYPES[kind].name,
        "description": f"Data of an event: {EVENT_TYPES[kind].help}.",
        "type": "object",
        "properties": {name: {**FIELDS[name].schema, "description": FIELDS[name].help} for name in names},
        "required": list(names),
    }
