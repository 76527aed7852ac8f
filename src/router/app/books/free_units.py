"""What is free of many SKUs at the nodes of a network, and where accounts stand: compiled passes over the balances in
columns.

A hundred orders read six thousand balances of goods that nobody wanted lately. None is in a cache, so each is looked at
once, where it stands.
"""

import numpy as np
from numpy.typing import NDArray

from router.ledger.accounts import Bucket
from router.solver.problem import Ints
from router.solver.records import compiled

SmallInts = NDArray[np.int32]

COUNTERS = 5
"""Of a balance, as `Balance` has them."""

BUCKET_BITS = 8
BUCKET_MASK = (1 << BUCKET_BITS) - 1
"""The last bits of an account's place are its bucket, the others its node's number."""

ON_HAND = int(Bucket.ON_HAND)

NOWHERE = -1
"""The row of an account that has none."""

_DEBITS, _CREDITS, _PROMISED = 0, 1, 3
"""The counters of a balance that free units are made of."""


@compiled
def free_units(
    numbers: Ints, start: Ints, place: SmallInts, counters: Ints, column_of: Ints, columns: int
) -> Ints:
    """Units on hand [SKUs, columns] that no reservation holds; none where a count found too few.

    SKU n stands in the rows from `start[n]` to `start[n + 1]`; of a number that is negative or has no rows nothing is
    there. `column_of` each node's number, NOWHERE: it is not asked for.
    """
    found = np.zeros((len(numbers), columns), np.int64)
    for index in range(len(numbers)):
        number = numbers[index]
        if number < 0 or number + 1 >= len(start):
            continue
        for row in range(start[number], start[number + 1]):
            column = column_of[place[row] >> BUCKET_BITS]
            if column != NOWHERE and place[row] & BUCKET_MASK == ON_HAND:
                free = counters[row, _DEBITS] - counters[row, _CREDITS] - counters[row, _PROMISED]
                found[index, column] = max(0, free)
    return found


@compiled
def rows_at(numbers: Ints, wanted: Ints, start: Ints, place: SmallInts) -> Ints:
    """The row of each account, by the number of its SKU and its place; NOWHERE for one that has none.

    The places of SKU n rise from row `start[n]` to row `start[n + 1]`; a number that is negative or has no rows and a
    negative place are nowhere.
    """
    found = np.full(len(numbers), NOWHERE)
    for index in range(len(numbers)):
        number = numbers[index]
        if number < 0 or number + 1 >= len(start):
            continue
        low, end = start[number], start[number + 1]
        high = end
        while low < high:
            middle = (low + high) >> 1
            if place[middle] < wanted[index]:
                low = middle + 1
            else:
                high = middle
        if low < end and place[low] == wanted[index]:
            found[index] = low
    return found


def warm_up_stock() -> None:
    """Load the passes, or compile them where no cache exists yet."""
    nothing, start, place = np.zeros(0, np.int64), np.zeros(1, np.int64), np.zeros(0, np.int32)
    free_units(nothing, start, place, np.zeros((0, COUNTERS), np.int64), nothing, 0)
    rows_at(nothing, nothing, start, place)
