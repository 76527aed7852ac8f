"""The newest events, read once for all who follow them."""

import asyncio
import time
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Sequence
from operator import attrgetter
from typing import Protocol

from router.app.records.events import Event
from router.service.calls import Call

EVENTS_PER_READ = 500
EVENTS_KEPT = 5_000
"""So many of the newest are kept, for followers that are a little behind; those further behind read for themselves."""
LOOK_AGAIN_SECONDS = 30.0
"""LIMIT: events are looked for without a call this often, so that a lost call costs time, never an event."""

position_of = attrgetter("position")


class ReadEvents(Protocol):
    """At most `limit` events behind a position, those of one order or, for an empty one, of all."""

    def __call__(self, call: Call, after: int, limit: int, order_id: str) -> Awaitable[Sequence[Event]]: ...


class EventTail:
    """Belongs to the event loop. Holds every event behind `begin` up to `end`, both positions.

    Without it a commit would have every follower read the store for itself, and all other reads wait behind them.
    """

    def __init__(self, read: ReadEvents, read_head: Callable[[Call], Awaitable[int]]) -> None:
        self._read = read
        self._read_head = read_head
        self._events: list[Event] = []
        self._lock = asyncio.Lock()
        self._seen: tuple[asyncio.Event, float] | None = None
        self.begin = self.end = -1

    async def catch_up(self, ring: asyncio.Event, call: Call) -> None:
        """Hold all events of before this returns, or of before `ring` was rung. It must have been taken before."""
        async with self._lock:
            if self._is_seen(ring):
                return
            begun = time.monotonic()
            if self.end < 0:
                self.begin = self.end = await self._read_head(call)
            while True:
                page = await self._read(call, self.end, EVENTS_PER_READ, "")
                self._events += page
                self.end = page[-1].position if page else self.end
                if len(page) < EVENTS_PER_READ:
                    break
            if len(self._events) > 2 * EVENTS_KEPT:
                self.begin = self._events[-EVENTS_KEPT - 1].position
                del self._events[:-EVENTS_KEPT]
            self._seen = ring, begun

    def _is_seen(self, ring: asyncio.Event) -> bool:
        if ring.is_set():
            # Whoever holds it looks again at once, with the next one.
            return True
        if self._seen is None:
            return False
        seen, at = self._seen
        return seen is ring and time.monotonic() - at < LOOK_AGAIN_SECONDS

    def behind(self, position: int, order_id: str) -> list[Event]:
        """The events behind a position that is not before `begin`, of one order or of all."""
        events = self._events[bisect_right(self._events, position, key=position_of) :]
        return [event for event in events if event.order_id == order_id] if order_id else events
