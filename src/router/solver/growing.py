"""Plans grown shipment by shipment, for orders that terms may keep from shipping all in one."""

import numpy as np

from router.solver.floors import FORBIDDEN, rise_above_floor
from router.solver.placements import price_plan, room_left
from router.solver.problem import Ints
from router.solver.records import compiled
from router.solver.relaxation import Case, without_limits
from router.solver.terms import add_line


@compiled
def grow_plan(case: Case, members: Ints, units: Ints, rise_max: int, pricings_max: int) -> tuple[int, int]:
    """Add shipment after shipment, each time the one of all options that lowers the cost most; until none does.

    Writes up to len(members) options and their units; returns how many, and the pricings done. No shipment gets so
    much that terms add more than `rise_max` to it beyond their floors. The plan may be too little for an order that
    ships complete, or in shipments worth too little.
    """
    free = without_limits(case)
    cost, pricings = price_plan(free, members[:0], units[:0]), 0
    best_units = np.zeros(len(case.lines), np.int64)
    for count in range(len(members)):
        best = -1
        for p in range(len(case.options)):
            if pricings >= pricings_max or not _may_follow(case, members[:count], p):
                continue
            members[count] = p
            take_rest(case, members[: count + 1], units[: count + 1], rise_max)
            price = price_plan(free, members[: count + 1], units[: count + 1])
            pricings += 1
            if price < cost:
                cost, best = price, p
                best_units[:] = units[count]
        units[count] = 0
        if best < 0:
            return count, pricings
        members[count] = best
        units[count] = best_units
    return len(members), pricings


@compiled
def _may_follow(case: Case, members: Ints, p: int) -> bool:
    """Whether option p is not among the members and its node can dispatch one more shipment."""
    at_node = 0
    for other in members:
        if other == p:
            return False
        at_node += case.options[other].node == case.options[p].node
    return bool(at_node < case.capacity[case.options[p].node])


@compiled
def take_rest(case: Case, members: Ints, units: Ints, rise_max: int) -> None:
    """Give the last member what the others leave, line by line in packing order.

    Only as much as keeps terms from adding more than `rise_max` to it beyond their floors.
    """
    last = len(members) - 1
    units[last] = 0
    option = case.options[members[last]]
    metrics = np.zeros(len(case.lines[0].metric), np.int64)
    after = np.zeros(len(metrics), np.int64)
    for line in case.packing:
        record = case.lines[line]
        if record.leader >= 0 and record.leader != line:
            continue
        # What may join is found by halving; an indivisible line or a group joins whole or not at all.
        low, high = 0, room_left(case, members, last, line, units)
        while low < high:
            middle = (low + high + 1) >> 1 if record.divisible else high
            after[:] = metrics
            if record.leader < 0:
                add_line(after, record, middle)
            else:
                for other in range(line, len(case.lines)):
                    if case.lines[other].leader == line:
                        add_line(after, case.lines[other], case.lines[other].quantity)
            rise = rise_above_floor(option, case.terms, after)
            if rise != FORBIDDEN and rise <= rise_max:
                low = middle
            else:
                high = middle - 1 if record.divisible else 0
        if low == 0:
            continue
        for other in range(line, len(case.lines)):
            if other == line or (record.leader >= 0 and case.lines[other].leader == line):
                taken = low if other == line else case.lines[other].quantity
                units[last, other] = taken
                add_line(metrics, case.lines[other], taken)
