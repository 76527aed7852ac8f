"""What a sink did not take, however much that is: read page by page."""

from collections.abc import Iterator

from router.app.ports.store import Reader
from router.app.records.sinks import HeldEvent, HeldState

ROWS_PER_PAGE = 10_000


def all_held_events(reader: Reader, sink: str, state: HeldState) -> Iterator[HeldEvent]:
    """In one state, by position."""
    after = 0
    while page := reader.list_held_events(sink, after, ROWS_PER_PAGE, state):
        yield from page
        after = page[-1].position
