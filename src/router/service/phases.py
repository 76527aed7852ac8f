"""What the engine's thread says of a long command while it works, heard in the event loop."""

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any


class Phases:
    """Belongs to the running loop; `begin` may be called from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._heard: asyncio.Queue[str] = asyncio.Queue()
        self._start = time.monotonic()

    def begin(self, phase: str) -> None:
        self._loop.call_soon_threadsafe(self._hear, phase)

    async def until(self, asking: "asyncio.Future[Any]") -> AsyncGenerator[tuple[str, int], None]:
        """Each phase and the microseconds before it, until `asking` is done; whoever stops listening stops asking."""
        asking.add_done_callback(lambda _: self._hear(""))
        try:
            while phase := await self._heard.get():
                yield phase, round((time.monotonic() - self._start) * 1_000_000)
        finally:
            asking.cancel()

    def _hear(self, phase: str) -> None:
        self._heard.put_nowait(phase)
