"""Column generation: the linear program over the plans met so far names prices, the kernel plans worth more there.

SOURCE: Gilmore and Gomory 1961; Desaulniers, Desrosiers and Solomon 2005.
"""

import numpy as np
from numpy.typing import NDArray

from router.solver.problem import Ints
from router.solver.wave.field import Field, Plans, no_plans
from router.solver.wave.master import relax_master
from router.solver.wave.pool import Pool
from router.solver.wave.pricing import lagrangian_bound, price_orders
from router.solver.wave.ruin import Wanting
from router.solver.wave.search import Search

PROVEN_PPM = 200
"""Column generation ends when the bound is so near to its linear program, in millionths."""

ROUGH_PPM = 10_000
"""As long as it is farther away the linear programs are solved roughly."""


def generate_columns(search: Search, number: int, orders: Ints, pool: Pool) -> NDArray[np.float64]:
    """Plans for a part's pool, and for the search the prices of the best bound that they prove.

    Answers what the last linear program takes of the pool's first columns.
    """
    field = search.field
    fresh = no_plans(field)
    share, work = price_orders(field, orders, search.price, fresh)
    search.work += work
    pool.add(field, orders, fresh)
    pool.add(field, orders, nothing_shipped(field, orders))
    limit = rows_of_part(field, search.wanting, orders)
    stint, is_rough, taken = search.stint("PRICES"), True, np.zeros(0)
    for _ in range(search.effort.price_rounds_max):
        lasts, search.program_step = stint.lasts(), stint.step
        if not lasts:
            break
        price, worth, now_taken = relax_master(
            pool.columns(),
            orders,
            limit,
            is_taken_asked=True,
            is_rough=is_rough,
            seconds_left=stint.patience.seconds_left,
        )
        if stint.patience.is_over():
            break
        taken = now_taken
        share, work = price_orders(field, orders, price, fresh)
        search.work += work
        bound = lagrangian_bound(price, limit, share)
        if bound > search.bound[number]:
            search.bound[number] = bound
            used = limit >= 0
            search.price[used] = price[used]
            search.share[orders] = share
        has_new = pool.add(field, orders, fresh) > 0
        if not is_rough and (not has_new or worth - bound <= abs(worth) * PROVEN_PPM // 1_000_000):
            break
        is_rough = is_rough and has_new and worth - bound > abs(worth) * ROUGH_PPM // 1_000_000
    return taken


def rows_of_part(field: Field, wanting: Wanting, orders: Ints) -> Ints:
    """The limits of the rows that the part draws on; -1 for all others."""
    is_own = np.zeros(len(field.entry_start) - 1, np.bool_)
    is_own[orders] = True
    limit = np.full(len(field.limit), -1, np.int64)
    sizes = np.diff(wanting.start)
    wanted = np.flatnonzero(sizes)
    own_rows = wanted[is_own[wanting.order[wanting.start[wanted]]]]
    limit[own_rows] = field.limit[own_rows]
    return limit


def nothing_shipped(field: Field, orders: Ints) -> Plans:
    """The plans that leave everything out."""
    plans = no_plans(field)
    lines = field.records.lines
    costs = np.add.reduceat(lines["quantity"] * lines["backorder_milli"], field.records.orders["line_start"])
    plans.cost_milli[:] = costs
    return plans
