"""Between the event loop and the threads beside it: the engine's own, and those that read or compute long."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from router.app.answers.answer import Answered
from router.app.commands.command import Command
from router.app.cores import run_anywhere
from router.app.engine_port import HeardEngine
from router.collector import look_for_cycles
from router.domain.reasons import Reason, RouterError
from router.service.calls import Call, deadline_passed, seconds_left, within

P = ParamSpec("P")
T = TypeVar("T")


class Bell:
    """Wakes everybody who waits for something new in the ledger."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def next_ring(self) -> asyncio.Event:
        """Take it before looking, wait for it after having found nothing: no ring in between is lost."""
        return self._next

    def ring(self) -> None:
        self._next.set()
        self._next = asyncio.Event()


class EngineBridge:
    """Asks the engine. However many answers a commit lets go, the loop is woken once for all of them."""

    def __init__(self, engine: HeardEngine, bell: Bell) -> None:
        self._engine = engine
        self._bell = bell
        self._loop = asyncio.get_running_loop()
        self._finished: deque[Ear] = deque()
        self._is_waking = False

    async def ask(self, command: Command, call: Call) -> Answered:
        """The engine's answer, after its commit. When the client goes away the engine finishes nevertheless."""
        waiter: asyncio.Future[Answered] = self._loop.create_future()
        self._engine.submit_for(Ear(self, waiter), command, call.deadline)
        giving_up = self._loop.call_later(seconds_left(call), give_up, waiter)
        try:
            return await waiter
        finally:
            giving_up.cancel()

    def hear(self, ear: "Ear") -> None:
        """An answer came. In the engine's thread."""
        # The flag falls before the queue is emptied, so no answer is left lying.
        self._finished.append(ear)
        if not self._is_waking:
            self._is_waking = True
            self._engine.answers_leave()
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._is_waking = False
        while self._finished:
            self._finished.popleft().deliver()
        self._bell.ring()
        # Whoever was woken comes before this, and says its answer at once.
        self._loop.call_soon(self._rest)

    def _rest(self) -> None:
        """All answers are said: what nobody should wait for is done while the next callers come."""
        look_for_cycles()
        self._engine.answers_left()


class Ear:
    """Hears one answer for who waits in the loop. What a `Future` can besides, such as be waited for, costs locks."""

    __slots__ = ("_answered", "_bridge", "_error", "_waiter")

    def __init__(self, bridge: EngineBridge, waiter: "asyncio.Future[Answered]") -> None:
        self._bridge = bridge
        self._waiter = waiter
        self._answered: Answered | None = None
        self._error: Exception | None = None

    def set_running_or_notify_cancel(self) -> bool:
        """A booking is not called off."""
        return True

    def running(self) -> bool:
        return not self.done()

    def done(self) -> bool:
        return self._answered is not None or self._error is not None

    def set_result(self, result: Answered) -> None:
        self._answered = result
        self._bridge.hear(self)

    def set_exception(self, exception: Exception) -> None:
        self._error = exception
        self._bridge.hear(self)

    def deliver(self) -> None:
        """Let who waits go on, unless nobody does any more. In the loop."""
        if self._waiter.done():
            return
        if self._error is not None:
            self._waiter.set_exception(self._error)
        elif self._answered is not None:
            self._waiter.set_result(self._answered)


def give_up(waiter: "asyncio.Future[Answered]") -> None:
    """Its call's time ran out. The engine is not told to stop: a booking is not undone."""
    if not waiter.done():
        waiter.set_exception(deadline_passed())


class Threads:
    """A few threads for one kind of work, so that the event loop never waits for it; and a bound on what waits.

    `books`: what is done there may be booked, also after nobody waits for it any longer.
    """

    def __init__(self, name: str, thread_count: int, waiting_max: int, *, books: bool = False) -> None:
        self._name = name
        self._books = books
        self._threads = ThreadPoolExecutor(thread_count, thread_name_prefix=name, initializer=run_anywhere)
        self._waiting_max = waiting_max
        self._waiting = 0

    async def run(self, call: Call, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._waiting >= self._waiting_max:
            raise RouterError(
                Reason.QUEUE_FULL,
                f"{self._waiting_max} {self._name}s are waiting already; try again in a moment",
            )
        self._waiting += 1
        loop = asyncio.get_running_loop()
        running: asyncio.Future[Any] = loop.run_in_executor(self._threads, partial(function, *args, **kwargs))
        running.add_done_callback(self._done)
        result: T = await within(call, running, books=self._books)
        return result

    def close(self) -> None:
        self._threads.shutdown(wait=True)

    def _done(self, running: "asyncio.Future[Any]") -> None:
        self._waiting -= 1
