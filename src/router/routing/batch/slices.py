"""Slices that lie one after another in an array: where each begins, and how long each is."""

from collections.abc import Sequence

import numpy as np

from router.solver.problem import Ints
from router.solver.records import compiled


def starts(sizes: Ints | Sequence[int]) -> Ints:
    """Where slices of these sizes begin, and where the last one ends."""
    found = np.zeros(len(sizes) + 1, np.int64)
    np.add.accumulate(sizes, out=found[1:])
    return found


def sizes(start: Ints) -> Ints:
    """The sizes of the slices that begin there. Much faster than `np.diff` where they are few."""
    found: Ints = start[1:] - start[:-1]
    return found


@compiled
def laid_out(sizes: Ints, number: Ints, below: int) -> tuple[Ints, Ints, bool]:
    """Where slices of these sizes [O] begin, as `starts` has it, and which of them each place lies in [L]; and whether
    any has a number, of those of its places and each `below` so many, twice.
    """
    start, owner = np.zeros(len(sizes) + 1, np.int64), np.empty(len(number), np.int64)
    last = np.full(below, -1, np.int64)
    is_any_twice = False
    for slice_ in range(len(sizes)):
        start[slice_ + 1] = start[slice_] + sizes[slice_]
        for place in range(start[slice_], start[slice_ + 1]):
            owner[place] = slice_
            is_any_twice |= last[number[place]] == slice_
            last[number[place]] = slice_
    return start, owner, is_any_twice
