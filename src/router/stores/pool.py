"""Connections for readers, kept for the next reader when one is done."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

from router.app.ports.store import StoreError

C = TypeVar("C")

KEPT_MAX = 8


class Pool(Generic[C]):
    """`open_one` opens a connection, `is_fit` readies one for the next reader or says no, `close_one` closes it."""

    def __init__(
        self, open_one: Callable[[], C], is_fit: Callable[[C], bool], close_one: Callable[[C], None]
    ) -> None:
        self._open_one = open_one
        self._is_fit = is_fit
        self._close_one = close_one
        self._idle: deque[C] = deque()
        self._lock = Lock()
        self._is_closed = False

    @contextmanager
    def one(self) -> Iterator[C]:
        """A connection for a while. Raises StoreError once the pool is closed."""
        connection = self._take()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _take(self) -> C:
        with self._lock:
            if self._is_closed:
                raise StoreError("the database is closed")
            if self._idle:
                return self._idle.pop()
        return self._open_one()

    def _give_back(self, connection: C) -> None:
        if self._is_fit(connection):
            with self._lock:
                if not self._is_closed and len(self._idle) < KEPT_MAX:
                    self._idle.append(connection)
                    return
        self._close_one(connection)

    def forget_idle(self) -> None:
        """Close those nobody uses now: they may be dead."""
        with self._lock:
            idle, self._idle = list(self._idle), deque()
        for connection in idle:
            self._close_one(connection)

    def close(self) -> None:
        """No more from now on; those in use are closed when they come back."""
        with self._lock:
            self._is_closed = True
        self.forget_idle()
