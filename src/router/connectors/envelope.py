"""The envelope of an event: CloudEvents 1.0 in its structured JSON form."""

import json
from datetime import UTC, datetime

from router.app.records.events import Event
from router.connectors.event_types import EVENT_TYPES, data_of

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
SOURCE = "urn:router"
_DIGITS = 19
"""Of the largest position: sequences of equal length sort as text as they do as numbers."""


def event_id_of(event: Event) -> str:
    """The same at every delivery, and never that of another event.

    The time is part of it because it only ever rises: after an older copy of the books was restored, positions are
    handed out again, but never with the same time.
    """
    return f"{event.position}-{event.time}"


def envelope_of(event: Event, source: str = SOURCE) -> bytes:
    """The event as it leaves. Equal events are equal bytes."""
    content = {
        "specversion": "1.0",
        "id": event_id_of(event),
        "source": source,
        "type": EVENT_TYPES[event.kind].name,
        "time": _rfc3339(event.time),
        "datacontenttype": "application/json",
        "sequence": f"{event.position:0{_DIGITS}}",
        "data": data_of(event),
    }
    if event.order_id:
        content |= {"subject": event.order_id, "partitionkey": event.order_id}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _rfc3339(time: int) -> str:
    seconds, microseconds = divmod(time, 1_000_000)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
