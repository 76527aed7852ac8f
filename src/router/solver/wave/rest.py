"""Some orders and what is left for them: the columns that fit, the linear program over these, plans at its prices."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from router.solver.problem import Ints
from router.solver.wave.cuts import widen
from router.solver.wave.field import Field, Plans, no_plans
from router.solver.wave.master import Relaxed, Start, relax_master
from router.solver.wave.pool import Columns, Pool, pick
from router.solver.wave.pricing import price_orders
from router.solver.wave.tolls import Tolls

ORDERS_FEW = 200
"""Programs of no more orders are solved in full: that takes no longer than to go on from the answer before."""


class Answer(NamedTuple):
    """What a linear program over some of the pool's columns answers; `place` is each column's among the pool's."""

    place: Ints
    columns: Columns
    relaxed: Relaxed

    def begin(self, place: Ints) -> Start:
        """Where a first-order method begins with other columns of the pool, and as many rows and cuts."""
        taken = np.zeros(max(self.place.max(initial=0), place.max(initial=0)) + 1)
        taken[self.place] = self.relaxed.taken
        return Start(taken[place], self.relaxed.price)


def relax_open(
    pool: Pool,
    open_orders: Ints,
    left: Ints,
    tolls: Tolls,
    seconds_left: Callable[[], float],
    before: Answer | None = None,
) -> Answer:
    """The linear program over the columns of open orders that fit by themselves, with their cuts.

    It goes on from the answer `before`, to four digits.
    """
    place, fitting = fitting_columns(pool, open_orders, left, tolls)
    if len(open_orders) <= ORDERS_FEW:
        before = None
    relaxed = relax_master(
        fitting,
        open_orders,
        left,
        is_taken_asked=True,
        start=None if before is None else before.begin(place),
        seconds_left=seconds_left,
    )
    return Answer(place, fitting, relaxed)


def fitting_columns(pool: Pool, open_orders: Ints, left: Ints, tolls: Tolls) -> tuple[Ints, Columns]:
    """The columns of open orders that fit by themselves, with their cuts: their places in the pool, and they."""
    own = places_of(pool, open_orders)
    columns = widen(pick(pool.columns(), own), tolls)
    over = columns.amount > left[columns.row]
    column_of_take = np.repeat(np.arange(len(columns)), np.diff(columns.take_start))
    is_fitting = np.ones(len(columns), np.bool_)
    is_fitting[column_of_take[over]] = False
    return own[is_fitting], pick(columns, np.flatnonzero(is_fitting))


def columns_of(pool: Pool, orders: Ints) -> Columns:
    """The columns of these orders."""
    return pick(pool.columns(), places_of(pool, orders))


def places_of(pool: Pool, orders: Ints) -> Ints:
    """Where in the pool the columns of these orders are."""
    columns = pool.columns()
    is_own = np.zeros(int(columns.order.max(initial=0)) + 1, np.bool_)
    is_own[orders] = True
    return np.flatnonzero(is_own[columns.order])


def add_priced(
    field: Field, orders: Ints, price: Ints, left: Ints, tolls: Tolls, pool: Pool
) -> tuple[int, int]:
    """Add to the pool each order's best plan from what is left, at prices of rows and cuts: how many are new, work."""
    row_count, fresh = len(field.limit), no_plans(field)
    tolled = field._replace(tolls=tolls._replace(price=price[row_count:]))
    _, work = price_orders(tolled, orders, price[:row_count], fresh, left[:row_count])
    return pool.add(field, orders, fresh), work


def write_columns(field: Field, chosen: Columns, plans: Plans) -> None:
    """Make the chosen columns the plans of their orders."""
    for place, number in enumerate(chosen.order.tolist()):
        entries = slice(int(chosen.entry_start[place]), int(chosen.entry_start[place + 1]))
        first, count = int(field.entry_start[number]), entries.stop - entries.start
        plans.cell[first : first + count] = chosen.cell[entries]
        plans.units[first : first + count] = chosen.units[entries]
        plans.size[number], plans.cost_milli[number] = count, chosen.cost_milli[place]
