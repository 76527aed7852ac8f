"""What is free of many SKUs at the nodes of a network: one compiled pass over the balances in columns.

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


def warm_up_stock() -> None:
    """Load the pass, or compile it where no cache exists yet."""
    nothing = np.zeros(0, np.int64)
    free_units(
        nothing, np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros((0, COUNTERS), np.int64), nothing, 0
    )
