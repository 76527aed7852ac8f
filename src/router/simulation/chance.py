"""Seeded choices: one independent stream of random numbers per purpose, so that a new one disturbs no other."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def stream(seed: int, purpose: str) -> Random:
    """The random numbers of `purpose` under `seed`; equal arguments give equal numbers on every platform."""
    return Random(f"{seed}/{purpose}")


def between(random: Random, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included, all equally likely."""
    return low + int(random.random() * (high - low + 1))


def skewed(random: Random, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included, small ones likelier."""
    draw = random.random()
    return low + int(draw * draw * (high - low + 1))


def happens(random: Random, percent: int) -> bool:
    """True in `percent` of 100 cases."""
    return random.random() * 100 < percent


class Urn(Generic[T]):
    """Draws items with the likelihood of their weights (whole numbers)."""

    def __init__(self, items: Sequence[T], weights: Sequence[int]) -> None:
        assert len(items) == len(weights)
        self.items = tuple(items)
        self._bounds = tuple(accumulate(weights))

    def draw(self, random: Random) -> T:
        return self.items[bisect_right(self._bounds, random.random() * self._bounds[-1])]
