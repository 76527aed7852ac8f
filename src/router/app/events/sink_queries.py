"""Questions about sinks: how far each has come, and what it has not taken."""

from dataclasses import dataclass

from router.app.books.held_pages import all_held_events
from router.app.ports.store import Reader, Store
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.app.records.sinks import HeldEvent, HeldState, SinkRecord, no_sink


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSink:
    """A sink, and how many events it has not taken."""

    record: SinkRecord
    held_count: int
    dead_count: int


class SinkQueries:
    """All methods may be called by many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list_sinks(self) -> tuple[tuple[FoundSink, ...], int]:
        """All sinks with what each has not taken, by name; and the position of the last event."""
        with self._store.reader() as reader:
            found = tuple(_sink(reader, record) for record in reader.list_sinks())
            return found, reader.head().event_position

    def find_sink(self, name: str) -> SinkRecord | None:
        """How far a sink has come."""
        with self._store.reader() as reader:
            return next((record for record in reader.list_sinks() if record.name == name), None)

    def list_undelivered(self, sink: str) -> list[HeldEvent]:
        """All that a sink has not taken yet, by position."""
        with self._store.reader() as reader:
            held = [
                one
                for state in (HeldState.HELD, HeldState.DEAD)
                for one in all_held_events(reader, sink, state)
            ]
        return sorted(held, key=lambda one: one.position)

    def list_held_events(
        self, page_size: int, page_token: str, sink: str, state: HeldState | None
    ) -> Page[HeldEvent]:
        """What a sink did not take, by position. Refuses with SINK_NOT_FOUND."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            known = [record.name for record in reader.list_sinks()]
            rows = reader.list_held_events(sink, after or 0, size + 1, state)
        if sink not in known:
            raise no_sink(sink, known)
        return page_of(rows, size, lambda held: held.position)


def _sink(reader: Reader, record: SinkRecord) -> FoundSink:
    held_count, dead_count = reader.count_held_events(record.name)
    return FoundSink(record=record, held_count=held_count, dead_count=dead_count)
