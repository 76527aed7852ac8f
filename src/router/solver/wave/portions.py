"""The exact one-order kernel for orders of few units: dynamic programming over portions, node by node.

A *portion* is so many units of each line: a mixed-radix number, a line that may not be cut counting as one unit. For
each node every portion that it holds is priced whole in its cheapest option, so freight may have any shape. Then, node
by node, best[m] = min over portions b of m at the node of best[m without b] + price[b].

That opens at most one option a node. `portion_prices.py` proves for the order at hand that two shipments from one node
are never cheaper than one; where it cannot, and where there are too many portions, the order is left to the open sets.
Tolls do not change that: two shipments of one node pay those of their sum.
"""

import numpy as np

from router.solver.charges import packing_order
from router.solver.problem import Ints
from router.solver.records import Records, compiled
from router.solver.wave.portion_division import divide
from router.solver.wave.portion_numbers import (
    count_portions,
    find_torn,
    measure_portions,
    number_portions,
    sum_portions,
)
from router.solver.wave.portion_prices import price_nodes
from router.solver.wave.tolls import Tolls, add_tolls


@compiled
def find_portions(
    records: Records, number: int, cell: Ints, units: Ints, tolls: Tolls
) -> tuple[bool, int, int, int]:
    """Whether the order is inside the method; then its least cost with tolls, the entries of its plan, and the work.

    Entries are written into `cell` (line * options + option) and `units`.
    """
    order = records.orders[number]
    lines = records.lines[order.line_start : order.line_start + order.line_count]
    size = count_portions(lines)
    if size == 0:
        return False, 0, 0, 0
    code, stride = number_portions(lines, size)
    sums = sum_portions(lines, stride, size)
    metrics = measure_portions(lines, stride, size) if order.term_count else np.empty((0, 0), np.int64)
    torn = find_torn(lines, code, size) if order.has_groups else np.zeros(0, np.bool_)
    price = np.empty((order.node_count, size), np.int64)
    option = np.zeros((order.node_count, size), np.int64)
    held = np.zeros(order.node_count, np.bool_)
    rank = packing_order(lines)
    work = price_nodes(records, number, lines, stride, sums, metrics, torn, rank, price, option, held)
    if work < 0:
        return False, 0, 0, 0
    add_tolls(tolls, order, number, lines, stride, sums, price)
    cost, count, steps = divide(records, number, lines, code, stride, sums, price, option, held, cell, units)
    return True, cost, count, work + steps
