"""How long to wait after a failure: twice as long each time, up to a limit, with jitter from outside."""

from collections.abc import Callable
from dataclasses import dataclass

Jitter = Callable[[], float]
"""Gives numbers from 0 up to 1, such as `random.random`."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """`first` seconds after the first failure, at most `most` seconds."""

    first: float
    most: float

    def seconds(self, failures: int, jitter: Jitter) -> float:
        """Between half and the whole of what is due after so many failures in a row."""
        whole = min(self.most, self.first * 2.0 ** min(failures - 1, 60))
        return whole * (0.5 + 0.5 * jitter())
