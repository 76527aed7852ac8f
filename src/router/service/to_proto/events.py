"""Events, sinks and what they did not take."""

from router.api.messages.times import timestamp
from router.api.v1 import events_pb2 as pb
from router.app.records.events import Event
from router.app.records.sinks import HeldEvent, SinkRecord
from router.connectors.envelope import event_id_of
from router.connectors.event_types import EVENT_TYPES


def event_message(event: Event) -> pb.WatchEventsResponse:
    return pb.WatchEventsResponse(
        position=event.position,
        book_time=timestamp(event.time),
        event_id=event_id_of(event),
        type=EVENT_TYPES[event.kind].name,
        order_id=event.order_id,
        subject=event.subject,
        state=event.state,
        node_ids=event.node_ids,
        text=event.text,
    )


def sink_message(record: SinkRecord, held_count: int = 0, dead_count: int = 0) -> pb.SinkStatus:
    return pb.SinkStatus(
        name=record.name,
        cursor=record.cursor,
        epoch=record.epoch,
        disabled=record.is_disabled,
        trouble=record.trouble,
        holder=record.holder,
        lease_end_time=timestamp(record.lease_end) if record.holder else None,
        held_count=held_count,
        dead_count=dead_count,
    )


def held_message(held: HeldEvent) -> pb.HeldEvent:
    return pb.HeldEvent(
        position=held.position,
        order_id=held.order_id,
        state=pb.HeldState.ValueType(int(held.state)),
        attempts=held.attempts,
        error=held.error,
        update_time=timestamp(held.time),
    )
