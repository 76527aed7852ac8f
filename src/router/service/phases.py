"""What a thread says of a long command while it works, heard in the event loop; and whether anybody listens."""

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any

from router.routing.wave.wave import Standing


class Phases:
    """Belongs to the running loop; `tell` and `is_heard` may be called from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._heard: asyncio.Queue[Standing | None] = asyncio.Queue()
        self._start = time.monotonic()
        self._is_heard = True

    def tell(self, standing: Standing) -> None:
        self._loop.call_soon_threadsafe(self._heard.put_nowait, standing)

    def is_heard(self) -> bool:
        """Whether the answer is still waited for."""
        return self._is_heard

    async def until(self, asking: "asyncio.Future[Any]") -> AsyncGenerator[tuple[Standing, int], None]:
        """Each standing and the microseconds before it, until `asking` is done; who stops listening stops asking."""
        asking.add_done_callback(lambda _: self._heard.put_nowait(None))
        try:
            while standing := await self._heard.get():
                yield standing, round((time.monotonic() - self._start) * 1_000_000)
        finally:
            self._is_heard = False
            asking.cancel()
