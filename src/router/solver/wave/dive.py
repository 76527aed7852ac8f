"""Diving: round the linear program a little, find plans for what is left at its new prices, and round again.

Each turn settles the orders whose column the linear program nearly takes whole, at least a share of the open ones: an
eighth, and more of many, as a linear program over many takes long. The others then see only what the rows still
have, and get plans made for that; so the last orders are not left with columns that no longer fit. The plans are a
good start for ruin and recreate, and their columns for the blocks. Cuts stay in the linear program, with what the
settled plans leave of them: so it hardly takes halves of plans.

SOURCE: Sadykov, Vanderbeck, Pessoa, Tahiri and Uchoa 2019, primal heuristics for branch and price.
"""

import numpy as np

from router.solver.problem import Ints
from router.solver.wave.field import Field, Plans, no_plans
from router.solver.wave.master import Relaxed
from router.solver.wave.patience import Stint
from router.solver.wave.pool import Columns, Pool, pick
from router.solver.wave.rest import Answer, add_priced, relax_open, write_columns
from router.solver.wave.sweep import insert_all
from router.solver.wave.tolls import Tolls

SETTLED_SHARE = 8
"""At least one of so many open orders is settled in each turn."""

OPEN_MANY = 3_750
"""Of more open orders than these a larger share is settled: of twice as many twice the share."""

NEWS_SHARE = 20
"""New plans of no more than one of so many open orders wait for the next turn's linear program."""

SETTLED_VALUE = 0.95
"""An order whose column has this part of it is settled anyway."""


def dive(
    field: Field,
    orders: Ints,
    limit: Ints,
    tolls: Tolls,
    pool: Pool,
    stint: Stint,
    before: Answer | None = None,
) -> tuple[Plans, Ints, int]:
    """Plans for all of `orders` from rows and cuts that have `limit` (-1: not of the part); what rows leave, the work.

    `before` is the answer of a linear program over all of them, if there is one.

    New plans join the pool. Every plan fits with those settled before it, so the answer can always be had: when
    time ends, the orders that are still open get theirs one by one at the last prices.
    """
    plans, left, open_orders, work = no_plans(field), limit.copy(), orders, 0
    row_count = len(field.limit)
    price, seconds_left = np.zeros(row_count, np.int64), stint.patience.seconds_left
    while len(open_orders) and stint.lasts():
        before = relax_open(pool, open_orders, left, tolls, seconds_left, before)
        if stint.patience.is_over():
            break
        new_count, steps = add_priced(field, open_orders, before.relaxed.price, left, tolls, pool)
        work += steps
        if new_count * NEWS_SHARE > len(open_orders):
            before = relax_open(pool, open_orders, left, tolls, seconds_left, before)
            if stint.patience.is_over():
                break
        price = before.relaxed.price[:row_count]
        work += len(before.columns)
        wanted = stint.at_least(settled_at_least(len(open_orders)), len(open_orders))
        settled = settle(before.columns, before.relaxed, wanted, left)
        write_columns(field, settled, plans)
        open_orders = np.setdiff1d(open_orders, settled.order, assume_unique=True)
    if len(open_orders):
        work += insert_all(field, open_orders, price, left, plans)
    return plans, left[:row_count], work


def settled_at_least(open_count: int) -> int:
    """How many of so many open orders are settled in one turn."""
    return -(-open_count * max(OPEN_MANY, open_count) // (SETTLED_SHARE * OPEN_MANY))


def settle(columns: Columns, relaxed: Relaxed, wanted: int, left: Ints) -> Columns:
    """So many columns, those nearest to one that fit together, of different orders; they are taken from `left`.

    Columns that are taken nearly whole come besides.
    """
    sequence = np.lexsort((columns.cost_milli, -np.round(relaxed.taken, 6)))
    settled: set[int] = set()
    chosen: list[int] = []
    for place in sequence.tolist():
        if len(chosen) >= wanted and relaxed.taken[place] < SETTLED_VALUE:
            break
        if int(columns.order[place]) in settled:
            continue
        takes = slice(int(columns.take_start[place]), int(columns.take_start[place + 1]))
        row, amount = columns.row[takes], columns.amount[takes]
        if (amount <= left[row]).all():
            left[row] -= amount
            settled.add(int(columns.order[place]))
            chosen.append(place)
    return pick(columns, np.array(chosen))
