"""Plans on a given set of options: their exact price, and moves that improve one.

A plan is an array units[j, line] over the members of the set.
"""

import numpy as np

from router.solver.charges import packing_cost
from router.solver.groups import move_group
from router.solver.problem import Ints
from router.solver.records import UNREACHED, compiled
from router.solver.relaxation import Case
from router.solver.terms import measure_load, terms_cost


@compiled
def price_plan(case: Case, members: Ints, units: Ints) -> int:
    """Exact cost of a plan, members without units being left out; UNREACHED if the plan breaks a limit."""
    cost = shipments = 0
    no_trace = np.empty((0, 3), np.int64)
    least_value = UNREACHED
    for j in range(len(members)):
        p, value, any_units = members[j], 0, False
        for line in range(len(case.lines)):
            if units[j, line] > 0:
                any_units = True
                value += units[j, line] * case.lines[line].unit_value_minor
                cost += case.cells[line, p].line_milli + case.cells[line, p].unit_milli * units[j, line]
        if any_units:
            shipments += 1
            least_value = min(least_value, value)
            option = case.options[p]
            cost += option.fixed_milli
            cost += packing_cost(option, case.tariffs, case.lines, case.packing, units[j], no_trace)
            if option.term_end > option.term_first:
                due = terms_cost(option, case.terms, measure_load(case.lines, units[j]))
                if due == UNREACHED:
                    return UNREACHED
                cost += due - case.hulls[p].floor_milli
    for line in range(len(case.lines)):
        left = case.lines[line].quantity - np.sum(units[:, line])
        if left > 0 and shipments > 0 and case.order[0].ship_complete:
            return UNREACHED
        cost += left * case.lines[line].backorder_milli
    if shipments > 1 and least_value < case.order[0].value_min_minor:
        return UNREACHED
    return cost + int(case.order[0].split_milli) * max(0, shipments - 1)


@compiled
def improve_plan(case: Case, members: Ints, units: Ints, cost: int, pricings_max: int) -> tuple[int, int]:
    """Move whole lines and groups between members, or out of the plan and back, while that lowers the cost.

    Changes `units`; returns the cost and the pricings done, about at most `pricings_max`.
    """
    pricings, is_better = 0, True
    count = len(members)
    before = np.empty(count, np.int64)
    while is_better:
        is_better = False
        for line in range(len(case.lines)):
            for target in range(count + 1):
                if pricings >= pricings_max:
                    return cost, pricings
                if case.lines[line].leader >= 0:
                    if case.lines[line].leader == line:
                        pricings += 1
                        price = _try_group(case, members, target, line, units, cost)
                        is_better |= price < cost
                        cost = price
                    continue
                before[:] = units[:, line]
                units[:, line] = 0
                if target < count:
                    _fill_first(case, members, target, line, units)
                if np.all(before == units[:, line]):
                    continue
                pricings += 1
                price = price_plan(case, members, units)
                if price < cost:
                    cost, is_better = price, True
                else:
                    units[:, line] = before
    return cost, pricings


@compiled
def _try_group(case: Case, members: Ints, target: int, leader: int, units: Ints, cost: int) -> int:
    """Move a group if that makes the plan cheaper than `cost`; returns the lower cost."""
    before = units.copy()
    move_group(case.lines, case.cells, members, target, leader, units)
    price = price_plan(case, members, units)
    if price < cost:
        return price
    units[:] = before
    return cost


@compiled
def _fill_first(case: Case, members: Ints, target: int, line: int, units: Ints) -> None:
    """Ship as much as possible of a line from the target, and the rest from the other members in turn."""
    for turn in range(-1, len(members)):
        j = target if turn < 0 else turn
        if turn != target:
            units[j, line] = room_left(case, members, j, line, units)


@compiled
def room_left(case: Case, members: Ints, j: int, line: int, units: Ints) -> int:
    """Units of the line that member j can take beside what the members hold already, its own units aside."""
    p = members[j]
    left, at_node = int(case.lines[line].quantity), 0
    for other in range(len(members)):
        if other != j:
            left -= int(units[other, line])
            if case.options[members[other]].node == case.options[p].node:
                at_node += units[other, line]
    room = int(case.cells[line, p].room)
    if case.lines[line].divisible:
        return min(left, min(room, int(case.usable[line, case.options[p].node]) - at_node))
    return left if room >= left else 0
