"""The fields that the data of events have: what each says, its JSON Schema, and how it is read from an event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from router.app.records.events import BETWEEN_SHIPMENTS, Event
from router.app.records.ids import decision_id_of
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import OrderState
from router.ledger.return_lifecycle import ReturnState
from router.ledger.shipments import shipment_id_of

Schema = Mapping[str, Any]

_TEXT: Schema = {"type": "string"}
_SHIPMENTS: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"shipment_id": _TEXT, "node_id": _TEXT},
        "required": ["shipment_id", "node_id"],
    },
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the data: what it says, the JSON Schema of its value, and how it is read from an event."""

    help: str
    schema: Schema
    value: Callable[[Event], Any]


def shipment_ids(event: Event) -> Sequence[str]:
    """One for each node. Of an order decided again the subject has them: those that stand keep theirs."""
    if event.kind in (EventKind.ORDER_REROUTED, EventKind.ORDER_RELEASED, EventKind.ORDER_EDITED):
        return event.subject.split(BETWEEN_SHIPMENTS)
    return [shipment_id_of(event.order_id, number) for number in range(1, len(event.node_ids) + 1)]


def _subject(help: str) -> Field:
    return Field(help, _TEXT, lambda event: event.subject)


FIELDS: Mapping[str, Field] = {
    "position": Field(
        "place in the order of all events, gap-free from 1",
        {"type": "integer", "minimum": 1},
        lambda event: event.position,
    ),
    "order_id": Field("the order", _TEXT, lambda event: event.order_id),
    "state": Field(
        "state of the order afterwards",
        {"type": "string", "enum": [state.name for state in OrderState]},
        lambda event: event.state,
    ),
    "decision_id": Field("the decision", _TEXT, lambda event: decision_id_of(event.position)),
    "shipments": Field(
        "the shipments of the plan and the node that each leaves from",
        _SHIPMENTS,
        lambda event: [
            {"shipment_id": shipment_id, "node_id": node_id}
            for shipment_id, node_id in zip(shipment_ids(event), event.node_ids)
        ],
    ),
    "hold_reason": Field(
        "why the order is held: FRAUD, ADDRESS, APPROVAL, PAYMENT or OTHER",
        _TEXT,
        lambda event: event.subject.partition(" ")[0],
    ),
    "notice_number": Field(
        "how often the customer was due to hear of a new day",
        {"type": "integer", "minimum": 1},
        lambda event: int(event.subject),
    ),
    "shipment_id": _subject("the shipment, `<order_id>/<number>`"),
    "sku": _subject("the product"),
    "feed_id": _subject("the feed"),
    "reservation_id": _subject("the reservation of stock without an order"),
    "customer_id": _subject("the customer"),
    "held_by": _subject("the shipment or the reservation whose units are not there"),
    "channel_id": _subject("the channel"),
    "carrier_id": _subject("the carrier"),
    "payment_id": _subject("the payment"),
    "gift_account_id": _subject("the gift account"),
    "supplier_id": _subject("the supplier"),
    "purchase_order_id": _subject("the purchase order"),
    "return_id": _subject("the return or claim"),
    "return_state": Field(
        "state of the return or claim afterwards",
        {"type": "string", "enum": [state.name for state in ReturnState]},
        lambda event: event.state,
    ),
    "transfer_id": _subject("the transfer"),
    "reference": _subject("what the client called it, or its reason code"),
    "node_ids": Field("the nodes", {"type": "array", "items": _TEXT}, lambda event: list(event.node_ids)),
    "network_digest": _subject("SHA-256 of the network"),
    "rules_digest": _subject("SHA-256 of the rule files"),
    "node_id": Field("the node", _TEXT, lambda event: event.node_ids[0] if event.node_ids else ""),
    "text": Field("one line for people; its wording may change", _TEXT, lambda event: event.text),
}
