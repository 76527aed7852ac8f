"""How much of its time a search has used, asked between two steps: what lets each phase leave time to those after it.

Effort is counted; time is a safety net. Where there is no limit no time is ever used, and no answer changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isinf


@dataclass(frozen=True, slots=True)
class TimeUsed:
    """The part of its time that a search has used: 0 as long as it has no limit; from 1 on it is to end.

    `seconds` is how long all of it is, where that is known: so a step that nobody can ask, such as a linear program, is
    told when to end.
    """

    part: Callable[[], float]
    seconds: float = inf

    def __call__(self) -> float:
        return self.part()


NO_LIMIT = TimeUsed(lambda: 0.0)


def until(keep_going: Callable[[], bool]) -> TimeUsed:
    """For a caller who knows only whether a search may go on, and not for how long."""
    return TimeUsed(lambda: 0.0 if keep_going() else 1.0)


def for_ever() -> float:
    """How many seconds are left where there is no limit."""
    return inf


class Patience:
    """The time of a search. `is_cut`: it ended or hurried something, which more time would have done otherwise."""

    def __init__(self, time_used: TimeUsed = NO_LIMIT) -> None:
        self._time_used = time_used
        self._begin, self._length = 0.0, 1.0
        self.is_cut = False

    def begin(self, share: float) -> None:
        """What is used from now on counts as part of so large a share of what is left."""
        self._begin = self._time_used()
        self._length = (1.0 - self._begin) * share

    def seconds_left(self) -> float:
        """Until all of the time is used."""
        seconds = self._time_used.seconds
        return seconds if isinf(seconds) else max(0.0, (1.0 - self._time_used()) * seconds)

    def is_over(self) -> bool:
        """Whether all of the time is used."""
        is_over = self._time_used() >= 1.0
        self.is_cut = self.is_cut or is_over
        return is_over

    def used(self) -> float:
        """The part used of the share that has begun."""
        return (self._time_used() - self._begin) / self._length if self._length > 0 else 1.0

    def stint(self, end: float = 1.0, step: float = 0.0) -> "Stint":
        """The time for some steps like one another, until this part of the share is used; the first takes `step`."""
        return Stint(self, end, step)


class Stint:
    """Steps that take about as long as one another, and have to end by a part of the time.

    `step` is how long the last one took; before there is one, how long it is expected to.
    """

    def __init__(self, patience: Patience, end: float, step: float) -> None:
        self.patience = patience
        self._end = end
        self._asked: float | None = None
        self.step = step
        self._left = 1.0

    def lasts(self) -> bool:
        """Whether one more step, as long as the one since the last question, would end in time."""
        now = self.patience.used()
        if self._asked is not None:
            self.step = now - self._asked
        self._asked, self._left = now, self._end - now
        is_over = self.step >= self._left
        self.patience.is_cut = self.patience.is_cut or is_over
        return not is_over

    def at_least(self, usual: int, of: int) -> int:
        """How many `of` so many a step should settle so that all are settled in time: as many as usual, or more.

        A step is taken to get shorter with what is left to settle.
        """
        needed = -int(-of * self.step // self._left) if self.step else 0
        self.patience.is_cut = self.patience.is_cut or needed > usual
        return max(usual, needed)
