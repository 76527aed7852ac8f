"""The pricing problem of every order at once, and the bound that any prices prove.

For non-negative prices of the rows no joint plan costs less than the sum of the cheapest priced plans, less what all
rows are worth at those prices (the Lagrangian bound). It is added up in integers from the kernel's own bounds, so it
needs no tolerance of the solver that found the prices.

SOURCE: Dantzig and Wolfe 1960; Geoffrion 1974 for the bound.
"""

import numpy as np

from router.solver.problem import Ints
from router.solver.records import compiled
from router.solver.wave.field import Field, Plans, show_order, solve_shown, worth


def price_orders(
    field: Field, orders: Ints, price: Ints, plans: Plans, left: Ints | None = None
) -> tuple[Ints, int]:
    """The cheapest priced plan of each of `orders`, written into `plans` with its own cost.

    Answers a lower bound of each order's priced cost, and the work. Where `left` is given each line finds only so much
    in the rows, and the bounds hold for that alone.
    """
    bounds = np.zeros(len(orders), np.int64)
    work = _price_orders(field, orders, price, plans, bounds, field.limit if left is None else left)
    return bounds, int(work)


def lagrangian_bound(price: Ints, limit: Ints, bounds: Ints) -> int:
    """What prices of rows with these limits prove, given each order's bound at them; unpriced rows do not count."""
    return int(bounds.sum()) - int(np.dot(price, np.where(price > 0, limit, 0)))


@compiled
def _price_orders(field: Field, orders: Ints, price: Ints, plans: Plans, bounds: Ints, left: Ints) -> int:
    work = 0
    for place in range(len(orders)):
        number = orders[place]
        show_order(field, number, price, left)
        cost, bound, steps = solve_shown(field, number, price, plans)
        plans.cost_milli[number] = cost - worth(field, number, plans, price)
        bounds[place] = bound
        work += steps
    return work
