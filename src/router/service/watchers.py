"""Who follows events, how many may, and how they are told that the server ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from router.app.records import Event
from router.domain.limits import WATCHERS_MAX
from router.domain.reasons import Reason, RouterError
from router.service.engine_bridge import Bell

LOOK_AGAIN_SECONDS = 30.0
"""LIMIT: a watcher looks without being called this often, so that a lost call costs time, never an event."""


class Watchers:
    """Counts open watch streams; `end` lets all of them finish."""

    def __init__(self, bell: Bell, watchers_max: int = WATCHERS_MAX) -> None:
        self._bell = bell
        self._watchers_max = watchers_max
        self.open_count = 0
        self.is_ending = False

    def end(self) -> None:
        self.is_ending = True
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
        self, after: int, read_page: Callable[[int], Awaitable[Sequence[Event]]], *, is_following: bool
    ) -> AsyncIterator[Event]:
        """Events behind position `after`, each once and in order; to the last one, or for ever if `is_following`.

        `read_page` gives the next events behind a position, none when there are none yet.
        """
        with self.place():
            position = after
            while True:
                next_ring = self._bell.next_ring()
                page = await read_page(position)
                for event in page:
                    yield event
                    position = event.position
                if page:
                    continue
                if not is_following:
                    return
                if self.is_ending:
                    raise draining()
                await wait_for_ring(next_ring)


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
