"""Events to deliver."""

from router.app.records.events import Event
from router.domain.identifiers import Instant, NodeId
from router.ledger.event_kinds import EventKind

TIME = 1_794_830_400_000_000
"""2026-11-16T12:00:00Z."""


def an_event(position: int, order_id: str = "A-1", **changes: object) -> Event:
    facts = {
        "kind": EventKind.ORDER_ROUTED if order_id else EventKind.STOCK_ADJUSTED,
        "state": "ALLOCATED" if order_id else "",
        "node_ids": (NodeId("lyon"), NodeId("lille")) if order_id else (NodeId("lyon"),),
        "subject": "" if order_id else "RED-CLOCK",
        "text": "ALLOCATED: 2 shipments from lyon, lille",
        "time": Instant(TIME + position),
    }
    return Event(position=position, order_id=order_id, **{**facts, **changes})  # type: ignore[arg-type]
