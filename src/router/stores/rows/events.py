"""Events, and how far they have been told."""

from typing import Any

import msgspec

from router.app.records.events import Event
from router.app.records.sinks import HeldEvent, HeldState, SinkRecord
from router.domain.identifiers import Instant
from router.ledger.event_kinds import EventKind
from router.stores.rows.row import Row
from router.stores.rows.shipments import _NODE_IDS


def event_row(event: Event) -> tuple[Any, ...]:
    node_ids = msgspec.json.encode(event.node_ids).decode() if event.node_ids else ""
    return (
        event.position,
        event.time,
        int(event.kind),
        event.order_id,
        event.subject,
        event.text,
        event.state,
        node_ids,
    )


def event_of(row: Row) -> Event:
    position, time, kind, order_id, subject, text, state, node_ids = row
    return Event(
        position=position,
        time=Instant(time),
        kind=EventKind(kind),
        order_id=order_id,
        subject=subject,
        text=text,
        state=state,
        node_ids=_NODE_IDS.decode(node_ids) if node_ids else (),
    )


def sink_row(record: SinkRecord) -> tuple[Any, ...]:
    return (
        record.name,
        record.cursor,
        record.epoch,
        record.holder,
        record.lease_end,
        int(record.is_disabled),
        record.trouble,
    )


def sink_of(row: Row) -> SinkRecord:
    name, cursor, epoch, holder, lease_end, is_disabled, trouble = row
    return SinkRecord(
        name=name,
        cursor=cursor,
        epoch=epoch,
        holder=holder,
        lease_end=Instant(lease_end),
        is_disabled=bool(is_disabled),
        trouble=trouble,
    )


def held_event_row(held: HeldEvent) -> tuple[Any, ...]:
    return (held.sink, held.position, held.order_id, int(held.state), held.attempts, held.error, held.time)


def held_event_of(row: Row) -> HeldEvent:
    sink, position, order_id, state, attempts, error, time = row
    return HeldEvent(
        sink=sink,
        position=position,
        order_id=order_id,
        state=HeldState(state),
        attempts=attempts,
        error=error,
        time=Instant(time),
    )
