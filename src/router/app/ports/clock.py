"""Time, which is given from outside."""

from typing import Protocol

from router.domain.identifiers import Instant


class Clock(Protocol):
    """Time. `now` may jump; the engine's own time never goes back. `monotonic` is in seconds, for deadlines."""

    def now(self) -> Instant: ...

    def monotonic(self) -> float: ...
