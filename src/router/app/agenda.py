"""An agenda: what is to be looked at and when, and the threads of a keeper that wait for it.

    on_commit -> due now ->  the keeper's `look`  -> done, or due again after so many seconds

Each thing stands on it once, at the earliest instant that anybody named. Nothing is kept: at the start a keeper puts on
its agenda what the books say is to be done.
"""

import time
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from threading import Condition, Thread


class Agenda:
    """Calls `look` with each id when it is due, from `start` to `stop`, in threads named `name`.

    `look` gives after how many seconds the id is to be looked at again, None: not again; it must not raise. While it
    looks, the same id may become due anew, and then another thread may take it.
    """

    def __init__(
        self,
        look: Callable[[str], float | None],
        *,
        name: str,
        threads: int = 1,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look = look
        self._monotonic = monotonic
        self._changed = Condition()
        self._due: dict[str, float] = {}
        """When each id is due, in seconds of `monotonic`."""
        self._heap: list[tuple[float, str]] = []
        """The same with the next one first; what `_due` says otherwise is over."""
        self._is_stopping = False
        self._threads = [
            Thread(target=self._run, name=f"{name}-{number}" if threads > 1 else name, daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        """Begin to look."""
        for thread in self._threads:
            thread.start()

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called: a long look may end early."""
        return self._is_stopping

    def stop(self) -> None:
        """What is being looked at is finished; nothing more is begun."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def call(self, ids: Iterable[str]) -> None:
        """These are due now; from any thread."""
        with self._changed:
            now = self._monotonic()
            for id in ids:
                self._put(id, now)
            self._changed.notify_all()

    def _put(self, id: str, at: float) -> None:
        if at < self._due.get(id, float("inf")):
            self._due[id] = at
            heappush(self._heap, (at, id))

    def _run(self) -> None:
        while (id := self._next()) is not None:
            again_seconds = self._look(id)
            if again_seconds is not None:
                with self._changed:
                    self._put(id, self._monotonic() + again_seconds)
                    self._changed.notify()

    def _next(self) -> str | None:
        """The next that is due, waited for; None when it is time to stop."""
        with self._changed:
            while not self._is_stopping:
                while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
                    heappop(self._heap)
                wait = self._heap[0][0] - self._monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    _, id = heappop(self._heap)
                    del self._due[id]
                    return id
                self._changed.wait(wait)
            return None


class Rounds(Agenda):
    """An agenda of one thing: calls `work` at the start, whenever woken, and so many seconds after a round as it gave.

    None: not before somebody wakes it. `work` must not raise.
    """

    def __init__(self, work: Callable[[], float | None], *, name: str) -> None:
        super().__init__(lambda _: work(), name=name)

    def start(self) -> None:
        super().start()
        self.wake()

    def wake(self) -> None:
        """A round is due now; from any thread."""
        self.call(("",))
