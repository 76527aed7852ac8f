"""Diving: round the linear program a little, find plans for what is left at its new prices, and round again.

Each turn settles the orders whose column the linear program nearly takes whole, at least a share of the open ones.
The others then see only what the rows still have, and get plans made for that; so the last orders are not left with
columns that no longer fit. The plans are a good start for ruin and recreate, and their columns for the blocks. Cuts
stay in the linear program, with what the settled plans leave of them: so it hardly takes halves of plans.

SOURCE: Sadykov, Vanderbeck, Pessoa, Tahiri and Uchoa 2019, primal heuristics for branch and price.
"""

import numpy as np

from router.solver.problem import Ints
from router.solver.wave.blocks import write_columns
from router.solver.wave.cuts import widen
from router.solver.wave.field import Field, Plans, no_plans
from router.solver.wave.master import Relaxed, relax_master
from router.solver.wave.pool import Columns, Pool, pick
from router.solver.wave.pricing import price_orders
from router.solver.wave.tolls import Tolls

SETTLED_SHARE = 30
"""At least one of so many open orders is settled in each turn."""

SETTLED_VALUE = 0.95
"""An order whose column has this part of it is settled anyway."""

FRESH_ROUNDS = 2
"""How often open orders are asked for new plans before the next are settled."""


def dive(field: Field, orders: Ints, limit: Ints, tolls: Tolls, pool: Pool) -> tuple[Plans, Ints, int]:
    """Plans for all of `orders` from rows and cuts that have `limit` (-1: not of the part); what rows leave, the work.

    New plans join the pool. Every plan fits with those settled before it, so the answer can always be had.
    """
    plans, left, open_orders, work = no_plans(field), limit.copy(), orders, 0
    fresh, row_count = no_plans(field), len(field.limit)
    while len(open_orders):
        fitting, relaxed = relax_open(pool, open_orders, left, tolls)
        for _ in range(FRESH_ROUNDS):
            tolled = field._replace(tolls=tolls._replace(price=relaxed.price[row_count:]))
            _, steps = price_orders(tolled, open_orders, relaxed.price[:row_count], fresh, left[:row_count])
            work += steps
            if not pool.add(field, open_orders, fresh):
                break
            fitting, relaxed = relax_open(pool, open_orders, left, tolls)
        work += len(fitting)
        settled = settle(fitting, relaxed, len(open_orders), left)
        write_columns(field, settled, plans)
        open_orders = np.setdiff1d(open_orders, settled.order, assume_unique=True)
    return plans, left[:row_count], work


def relax_open(pool: Pool, open_orders: Ints, left: Ints, tolls: Tolls) -> tuple[Columns, Relaxed]:
    """The columns of open orders that fit by themselves, and the linear program over them."""
    columns = pool.columns()
    is_open = np.zeros(int(columns.order.max(initial=0)) + 1, np.bool_)
    is_open[open_orders] = True
    columns = widen(pick(columns, np.flatnonzero(is_open[columns.order])), tolls)
    over = columns.amount > left[columns.row]
    column_of_take = np.repeat(np.arange(len(columns)), np.diff(columns.take_start))
    is_fitting = np.ones(len(columns), np.bool_)
    is_fitting[column_of_take[over]] = False
    fitting = pick(columns, np.flatnonzero(is_fitting))
    return fitting, relax_master(fitting, open_orders, left, is_taken_asked=True)


def settle(columns: Columns, relaxed: Relaxed, open_count: int, left: Ints) -> Columns:
    """The columns nearest to one that fit together, of different orders; they are taken from `left`."""
    wanted = max(1, -(-open_count // SETTLED_SHARE))
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
