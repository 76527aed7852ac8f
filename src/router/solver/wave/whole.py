"""What it costs to serve an order of one line whole from each node: the costs that a wave's flow weighs."""

import numpy as np

from router.solver.charges import packing_cost, packing_order
from router.solver.problem import UNLIMITED, Ints, OrderProblems
from router.solver.records import UNREACHED, Records, compiled
from router.solver.rooms import records_of
from router.solver.terms import measure_load, terms_cost


def whole_costs(problems: OrderProblems, orders: Ints, node_of_option: Ints, node_count: int) -> Ints:
    """Cheapest shipment of all units [O, K], by order of `orders` and node; UNLIMITED where no option holds them.

    Every one of `orders` must have exactly one line. `node_of_option[p]` in 0 .. node_count - 1 names the node of
    option p of the batch, so that the nodes of different orders can be compared.
    """
    assert (np.diff(problems.line_start)[orders] == 1).all(), "the flow serves orders of one line"
    costs = np.full((len(orders), node_count), UNLIMITED, np.int64)
    _fill_costs(records_of(problems), orders, node_of_option, costs)
    return costs


@compiled
def _fill_costs(records: Records, orders: Ints, node_of_option: Ints, costs: Ints) -> None:
    no_trace = np.empty((0, 3), np.int64)
    units = np.empty(1, np.int64)
    for row in range(len(orders)):
        order = records.orders[orders[row]]
        lines = records.lines[order.line_start : order.line_start + 1]
        line = records.lines[order.line_start]
        units[0] = line.quantity
        for column in range(order.option_count):
            cell = records.cells[order.cell_start + column]
            if cell.room < line.quantity:
                continue
            option = records.options[order.option_start + column]
            freight = packing_cost(option, records.tariffs, lines, packing_order(lines), units, no_trace)
            due = terms_cost(option, records.terms, measure_load(lines, units))
            if due == UNREACHED:
                continue
            cost = option.fixed_milli + freight + cell.line_milli + cell.unit_milli * line.quantity + due
            node = node_of_option[order.option_start + column]
            costs[row, node] = min(costs[row, node], cost)
