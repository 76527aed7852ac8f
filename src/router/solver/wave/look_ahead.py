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
from router.solver.wave.field import no_plans, open_field
from router.solver.wave.master import relax_master
from router.solver.wave.pool import Pool
from router.solver.wave.pricing import price_orders
from router.solver.wave.problem import NO_ROW, JointProblem

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
        self._uses = find_uses(problem)
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
        fresh, bounds = no_plans(self._field), np.zeros(len(expected), np.int64)
        price, best = self._price, RowPrices(np.zeros(len(limit), np.int64), 0, 0)
        worth, is_first, asked = 0, True, orders
        for number in range(1, ROUNDS_MAX + 1):
            bounds[asked], _ = price_orders(self._field, asked, price, fresh, limit)
            bound = proven_milli(bounds[orders], expected[orders], price, limit)
            if is_first or bound > best.bound_milli:
                best = RowPrices(price, bound, number)
            has_new = self._pool.add(self._field, asked, fresh) > 0
            is_near = worth - best.bound_milli <= abs(worth) * PROVEN_PPM // 1_000_000
            if not is_first and (is_near or not has_new):
                break
            is_first, before = False, price
            price, worth, _ = relax_master(self._pool.columns(), everyone, limit, wanted=expected)
            # At the same prices an order would answer the same.
            asked = orders[np.isin(orders, self._uses.order[(price != before)[self._uses.row]])]
        self._price = best.price
        return best

    def bound_milli(self, expected: NDArray[np.float64], limit: Ints) -> int:
        """What its prices prove when every order is searched harder: more, where long orders may be divided."""
        found, orders = self.prices(expected, limit), np.flatnonzero(expected > 0)
        field = self._field._replace(search_work_max=PROOF_WORK_MAX)
        bounds, _ = price_orders(field, orders, found.price, no_plans(field), limit)
        return max(found.bound_milli, proven_milli(bounds, expected[orders], found.price, limit))


class Uses(NamedTuple):
    """Which orders may take of which rows: pairs, some of them more than once."""

    order: Ints
    row: Ints


def find_uses(problem: JointProblem) -> Uses:
    """Of units and of shipments."""
    orders, everyone = problem.orders, np.arange(len(problem.orders))
    of_cell = np.repeat(everyone, np.diff(orders.usable_start))
    of_node = np.repeat(everyone, np.diff(orders.node_start))
    has_slot = problem.slot_row != NO_ROW
    return Uses(
        order=np.concatenate((np.repeat(of_cell, np.diff(problem.draw_start)), of_node[has_slot])),
        row=np.concatenate((problem.draw_row, problem.slot_row[has_slot])),
    )


def proven_milli(bounds: Ints, expected: NDArray[np.float64], price: Ints, limit: Ints) -> int:
    """No plans of all orders cost less, when at these prices none of an order costs less than its bound."""
    return int(np.dot(bounds, expected) - np.dot(price, limit))
