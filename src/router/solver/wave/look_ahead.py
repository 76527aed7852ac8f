"""Prices of scarce rows from orders that are only expected: what a unit taken now would have saved later.

    minimize   sum over plans p of every expected order c of   cost[p] * taken[p]
    subject to sum over the plans of c of taken[p] = expected[c];   each row suffices for what all plans take of it

The duals of the rows are the prices: by so much a later order becomes dearer when one unit less is there. A plan is a
whole answer to an order, boxes and all, found by the one-order kernel; so the prices know that an item rides along
free in a box that leaves anyway, which a program over single units does not.

SOURCE: Acimovic and Graves, M&SOM 17 (2015), for duals of a look-ahead program as the price of a unit; Amil, Makhdoumi
and Wei, Management Science (2025), for plans of whole orders as its columns.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.solver.problem import Ints
from router.solver.wave.field import Field, Plans, no_plans, open_field
from router.solver.wave.master import relax_master
from router.solver.wave.pool import Pool
from router.solver.wave.pricing import price_orders
from router.solver.wave.problem import JointProblem

PROVEN_PPM = 50
"""Column generation ends when its bound is so near to its linear program, in millionths."""

SEARCH_WORK_MAX = 2_000
"""Work of the open-set search for one expected order."""

PROOF_WORK_MAX = 200_000
"""The same where only the bound counts: once, at the last prices."""

ROUNDS_MAX = 60


class RowPrices(NamedTuple):
    """A price for each row, >= 0, and a lower bound of what all expected orders cost, proven by these prices."""

    price: Ints  # [R] thousandths of a minor unit
    bound_milli: int
    rounds: int


class Expectation:
    """Orders that are expected, each some number of times. Asked again after a while it knows the plans of before."""

    def __init__(self, problem: JointProblem) -> None:
        self._field = open_field(problem, SEARCH_WORK_MAX)
        self._pool = Pool()
        everyone = np.arange(len(problem.orders))
        nothing = no_plans(self._field)
        left_out = problem.orders.quantity * problem.orders.backorder_milli
        nothing.cost_milli[:] = np.add.reduceat(left_out, problem.orders.line_start[:-1])
        self._pool.add(self._field, everyone, nothing)
        self._price = np.zeros(len(problem.limit), np.int64)

    def prices(self, expected: NDArray[np.float64], limit: Ints) -> RowPrices:
        """Prices when order c is expected `expected[c]` >= 0 times and the rows suffice for `limit` of it."""
        assert (expected >= 0).all(), "no order is expected less than never"
        orders = np.flatnonzero(expected > 0)
        everyone = np.arange(len(expected))
        fresh = no_plans(self._field)
        price, best = self._price, RowPrices(np.zeros(len(limit), np.int64), 0, 0)
        worth, is_first = 0, True
        for number in range(1, ROUNDS_MAX + 1):
            bound = proven_milli(self._field, expected, limit, price, fresh)
            if is_first or bound > best.bound_milli:
                best = RowPrices(price, bound, number)
            has_new = self._pool.add(self._field, orders, fresh) > 0
            is_near = worth - best.bound_milli <= abs(worth) * PROVEN_PPM // 1_000_000
            if not is_first and (is_near or not has_new):
                break
            is_first = False
            price, worth, _ = relax_master(self._pool.columns(), everyone, limit, wanted=expected)
        self._price = best.price
        return best

    def bound_milli(self, expected: NDArray[np.float64], limit: Ints) -> int:
        """What its prices prove when every order is searched harder: more, where long orders may be divided."""
        found = self.prices(expected, limit)
        field = self._field._replace(search_work_max=PROOF_WORK_MAX)
        return max(found.bound_milli, proven_milli(field, expected, limit, found.price, no_plans(field)))


def proven_milli(field: Field, expected: NDArray[np.float64], limit: Ints, price: Ints, plans: Plans) -> int:
    """No plans of all expected orders cost less, by these prices; the cheapest of each at them goes into `plans`."""
    orders = np.flatnonzero(expected > 0)
    bounds, _ = price_orders(field, orders, price, plans, limit)
    return int(np.dot(bounds, expected[orders]) - np.dot(price, limit))
