"""Events as a store keeps them, and what is read out of them again."""

from msgspec import Struct

from router.domain.identifiers import Instant, NodeId
from router.ledger.event_kinds import EventKind

EVENTS_OF_AN_ORDER_MAX = 1_000
"""LIMIT: what happened to an order after so many events is not looked at when rejections are counted."""

FAILED_ATTEMPTS = frozenset({EventKind.SHIPMENT_REJECTED, EventKind.SHIPMENT_SHORTENED})
"""What is told when a node did not ship what it was to."""

BETWEEN_SHIPMENTS = "\t"
"""Sets the shipments in the subject of an event apart: no id holds it."""


class Event(Struct, frozen=True, kw_only=True, gc=False):
    """A fact for those who follow. Positions are gap-free and never used twice.

    `state` is that of the order afterwards, a name of `ledger.lifecycle.OrderState`. `node_ids` are the nodes that it
    concerns: of a routed order one for each shipment of its plan; of one decided again `subject` names them.
    """

    position: int
    time: Instant
    kind: EventKind
    order_id: str = ""
    subject: str = ""
    text: str = ""
    state: str = ""
    node_ids: tuple[NodeId, ...] = ()
