"""Who follows events, how many may, and how they are told that the server ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from router.app.records.events import Event
from router.domain.limits import WATCHERS_MAX
from router.domain.reasons import Reason, RouterError, Violation
from router.service import event_tail
from router.service.calls import Call
from router.service.engine_bridge import Bell
from router.service.event_tail import LOOK_AGAIN_SECONDS, EventTail, ReadEvents
from router.service.order_bells import OrderBells


class Watchers:
    """Counts open watch streams; `end` lets all of them finish. `read_head` gives the position of the last event.

    While anybody follows, one task looks at each commit and wakes those whose orders it concerns: to wake everybody
    for every commit costs as much as routing does where hundreds follow an order each.
    """

    def __init__(
        self,
        bell: Bell,
        read: ReadEvents,
        read_head: Callable[[Call], Awaitable[int]],
        watchers_max: int = WATCHERS_MAX,
    ) -> None:
        self._bell = bell
        self._read = read
        self._read_head = read_head
        self._tail = EventTail(read, read_head)
        self._order_bells = OrderBells()
        self._telling: asyncio.Task[None] | None = None
        self._watchers_max = watchers_max
        self.open_count = 0
        self.is_ending = False

    def end(self) -> None:
        self.is_ending = True
        self._order_bells.ring_all()
        self._bell.ring()

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the places for watchers; refused when all are taken or the server ends."""
        if self.is_ending:
            raise draining()
        if self.open_count >= self._watchers_max:
            raise RouterError(
                Reason.TOO_MANY_WATCHERS,
                f"{self.open_count} watchers are connected, at most {self._watchers_max} may be; close one or wait",
                watchers_max=self._watchers_max,
            )
        self.open_count += 1
        try:
            yield
        finally:
            self.open_count -= 1

    async def follow(
        self, after: int, order_id: str, call: Call, *, is_following: bool
    ) -> AsyncIterator[Event]:
        """Events behind position `after`, each once and in order; to the last one, or for ever if `is_following`.

        Of one order, or of all where it is empty. A stream outlives the time a call may take; each of its reads may
        take that long. Refuses with INVALID_REQUEST a position that no event has yet: it was read in another ledger,
        or in this one before an older copy of it was restored.
        """
        with self.place():
            position = after
            await self._refuse_future(after, call)
            if is_following:
                self._begin_telling(call)
            while True:
                # Taken before looking: what comes afterwards rings it.
                order_ring = self._order_bells.next_ring(order_id)
                await self._tail.catch_up(self._bell.next_ring(), call.renewed())
                end, is_held = self._tail.end, position >= self._tail.begin
                if is_held:
                    page: Sequence[Event] = self._tail.behind(position, order_id)
                else:
                    page = await self._read(call.renewed(), position, event_tail.EVENTS_PER_READ, order_id)
                for event in page:
                    yield event
                    position = event.position
                if not is_held and len(page) >= event_tail.EVENTS_PER_READ:
                    continue
                # Up to there it has seen all of them, whatever order they were of.
                position = max(position, end)
                if not is_following:
                    return
                if self.is_ending:
                    raise draining()
                await order_ring.wait()

    async def _refuse_future(self, after: int, call: Call) -> None:
        if after <= self._tail.end:
            return
        last = await self._read_head(call.renewed())
        if after > last:
            text = (
                f"after_position is {after:,}, but the last event has {last:,}: it is of another ledger, or an older"
                " copy of this one was restored; begin behind an event that is there"
            )
            raise RouterError(
                Reason.INVALID_REQUEST, text, violations=[Violation("after_position", "OUT_OF_RANGE", text)]
            )

    def _begin_telling(self, call: Call) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.ensure_future(self._tell(call))

    async def _tell(self, call: Call) -> None:
        """Ring for those whom new events concern, as long as somebody follows."""
        told = self._tail.end
        while self.open_count and not self.is_ending:
            ring = self._bell.next_ring()
            try:
                await self._tail.catch_up(ring, call.renewed())
            except Exception:
                # Whatever it was: each of them looks for itself then, and ends in the words that are for it.
                self._order_bells.ring_all()
            else:
                self._ring_behind(told)
                told = self._tail.end
            await wait_for_ring(ring)

    def _ring_behind(self, position: int) -> None:
        if position < self._tail.begin:
            self._order_bells.ring_all()
        else:
            self._order_bells.ring({event.order_id for event in self._tail.behind(position, "")})


async def wait_for_ring(ring: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK_AGAIN_SECONDS):
            await ring.wait()
    except TimeoutError:
        return


def draining() -> RouterError:
    return RouterError(
        Reason.DRAINING, "the server is ending; connect again and resume from the last position seen"
    )
