"""The watch on the clock: one that leaps ahead must not make everything expire at once.

The wall clock is held against the monotonic one. When it has gone ahead by more than the limit, time limits are not
enforced and nothing expires, until the two agree again, somebody says that the clock is right, or the router starts
anew. A clock that falls back does no harm: promises last that much longer, and the ledger's time never goes back.
"""

from enum import Enum

from router.app.ports.clock import Clock
from router.domain.identifiers import Instant
from router.domain.limits import CLOCK_JUMP_SECONDS

MICROSECONDS = 1_000_000


class ClockNews(Enum):
    """What was noticed at the clock."""

    NOTHING = "nothing"
    JUMPED = "jumped"
    CAME_BACK = "came back"


class ClockWatch:
    """`now` is the last reading. One thread uses it."""

    def __init__(self, jump_seconds_max: int = CLOCK_JUMP_SECONDS) -> None:
        self._jump_max = jump_seconds_max * MICROSECONDS
        self._now = Instant(0)
        self._monotonic = 0.0
        self._base: tuple[Instant, float] | None = None
        self._was_told_trusted = True
        self.is_trusted = True
        self.ahead = 0
        """Microseconds by which the clock is ahead of what the monotonic one says."""

    @property
    def now(self) -> Instant:
        return self._now

    @property
    def limit_now(self) -> Instant | None:
        """The instant that time limits are held against; None while nobody knows what time it is."""
        return self._now if self.is_trusted else None

    def in_seconds(self, seconds: int) -> Instant:
        """The instant so many seconds from now."""
        return Instant(self._now + seconds * MICROSECONDS)

    @property
    def news(self) -> ClockNews:
        """What was noticed and not told yet."""
        if self.is_trusted == self._was_told_trusted:
            return ClockNews.NOTHING
        return ClockNews.CAME_BACK if self.is_trusted else ClockNews.JUMPED

    def mark_told(self) -> None:
        """It is told for good."""
        self._was_told_trusted = self.is_trusted

    def read(self, clock: Clock) -> None:
        """Take a reading, to be had from `now`."""
        self._now, self._monotonic = clock.now(), clock.monotonic()
        base_now, base_monotonic = self._base or (self._now, self._monotonic)
        expected = base_now + round((self._monotonic - base_monotonic) * MICROSECONDS)
        self.ahead = self._now - expected
        self.is_trusted = self.ahead <= self._jump_max
        # In doubt the base stays: only a clock that goes back to where it ought to be is believed by itself.
        if self.is_trusted:
            self._base = (self._now, self._monotonic)

    def trust(self) -> None:
        """Somebody has looked: what the clock says is right."""
        self.is_trusted, self.ahead = True, 0
        self._base = (self._now, self._monotonic)
