"""Slices that lie one after another in an array: where each begins, and how long each is."""

from collections.abc import Sequence

import numpy as np

from router.solver.problem import Ints


def starts(sizes: Ints | Sequence[int]) -> Ints:
    """Where slices of these sizes begin, and where the last one ends."""
    found = np.zeros(len(sizes) + 1, np.int64)
    np.add.accumulate(sizes, out=found[1:])
    return found


def sizes(start: Ints) -> Ints:
    """The sizes of the slices that begin there. Much faster than `np.diff` where they are few."""
    found: Ints = start[1:] - start[:-1]
    return found
