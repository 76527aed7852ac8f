"""The best plan that uses every option of a given set, by branching on the lines in packing order.

In packing order the parcels that are closed stay as they are: their cost is exact, and a supporting line covers what
is in the open parcel or still to come.
"""

from typing import NamedTuple

import numpy as np

from router.solver.charges import parcel_cost, put
from router.solver.floors import FORBIDDEN, rise_above_floor
from router.solver.groups import find_guides
from router.solver.placements import price_plan, room_left
from router.solver.problem import Ints
from router.solver.records import compiled
from router.solver.relaxation import IMPOSSIBLE, Case
from router.solver.supports import Floats
from router.solver.terms import add_line


class Depths(NamedTuple):
    """What the plan is after the first d lines: the open parcel of each member, closed parcels' cost, line costs.

    And what each member's shipment measures [D, J, M], of an order with terms.
    """

    weight: Ints
    volume: Ints
    is_open: Ints
    load: Floats
    closed_milli: Ints
    linear_milli: Ints
    metrics: Ints


@compiled
def branch_on_lines(
    case: Case, members: Ints, tangent: Floats, constant: float, line_costs: Floats, best: int,
    best_units: Ints, nodes_max: int,
) -> tuple[int, bool, int]:  # fmt: skip
    """Try every division of line after line, as long as a plan below `best` may come of it.

    `constant` holds split, fixed costs and all a of the `tangent` lines; `line_costs` the relaxed cost of each
    line. Returns the lowest cost, with its plan in `best_units` if that is below `best`; whether everything
    was tried; and the nodes visited.
    """
    count, depth_max = len(members), len(case.lines)
    units = np.zeros((count, depth_max), np.int64)
    shape = (depth_max + 1, count)
    depths = Depths(
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.float64),
        np.zeros(shape, np.int64),
        np.zeros(depth_max + 1, np.int64),
        np.zeros((depth_max + 1 if len(case.terms) else 0, count, len(case.lines[0].metric)), np.int64),
    )
    guides = find_guides(case.lines, case.packing)
    rest = np.zeros(depth_max + 1)
    for depth in range(depth_max - 1, -1, -1):
        rest[depth] = rest[depth + 1] + line_costs[case.packing[depth]]
    nodes, depth, is_first = 0, 0, True
    while depth >= 0:
        if nodes >= nodes_max:
            return best, False, nodes
        nodes += 1
        line = case.packing[depth]
        if not _divide(case, members, line, units, is_first, guides[line]):
            units[:, line] = 0
            depth, is_first = depth - 1, False
            continue
        is_first = False
        if case.order[0].ship_complete and np.sum(units[:, line]) < case.lines[line].quantity:
            continue
        bound = constant + rest[depth + 1] + _ship_line(case, members, line, units, depth, depths, tangent)
        if len(case.terms):
            bound += _measure_line(case, members, line, units, depth, depths)
        if bound > best - case.grain + case.slack:
            continue
        if depth + 1 < depth_max:
            depth, is_first = depth + 1, True
        elif np.all(depths.is_open[depth_max] == 1):
            cost = price_plan(case, members, units)
            if cost < best:
                best = cost
                best_units[:, :] = units
    return best, True, nodes


@compiled
def _divide(case: Case, members: Ints, line: int, units: Ints, is_first: bool, guide: int) -> bool:
    """Write the first or the next division of a line over the members, as many units as early as possible first.

    A line of a group goes where its guide, which came before, went.
    """
    start = 0
    if guide >= 0 and guide != line:
        for j in range(len(members)):
            units[j, line] = case.lines[line].quantity if units[j, guide] > 0 else 0
        return is_first
    if not is_first:
        last = len(members) - 1
        while last >= 0 and units[last, line] == 0:
            last -= 1
        if last < 0:
            return False
        units[last, line] -= 1 if case.lines[line].divisible else units[last, line]
        start = last + 1
    for j in range(start, len(members)):
        units[j, line] = room_left(case, members, j, line, units)
    return True


@compiled
def _ship_line(
    case: Case, members: Ints, line: int, units: Ints, depth: int, depths: Depths, tangent: Floats
) -> float:
    """Put the line's units after the parcels of `depth`; returns a bound of all but constant and coming lines."""
    record = case.lines[line]
    left, linear = record.quantity, depths.linear_milli[depth]
    bound = 0.0
    for j in range(len(members)):
        p, count = members[j], units[j, line]
        weight, volume = depths.weight[depth, j], depths.volume[depth, j]
        is_open, load, closed_milli = (
            depths.is_open[depth, j],
            depths.load[depth, j],
            depths.closed_milli[depth, j],
        )
        if count > 0:
            option, unit_load = case.options[p], case.cells[line, p].load
            joined, full, closed, new = put(
                option, is_open == 1, weight, volume, count, record.unit_weight, record.unit_volume
            )
            weight += joined * record.unit_weight
            volume += joined * record.unit_volume
            load += joined * unit_load
            if new > 0:
                if is_open:
                    closed_milli += parcel_cost(option, case.tariffs, weight, volume)
                if closed > 0:
                    closed_milli += closed * parcel_cost(
                        option, case.tariffs, full * record.unit_weight, full * record.unit_volume
                    )
                weight, volume, load = new * record.unit_weight, new * record.unit_volume, new * unit_load
                is_open = 1
            left -= count
            linear += case.cells[line, p].line_milli + case.cells[line, p].unit_milli * count
        depths.weight[depth + 1, j], depths.volume[depth + 1, j] = weight, volume
        depths.is_open[depth + 1, j], depths.load[depth + 1, j] = is_open, load
        depths.closed_milli[depth + 1, j] = closed_milli
        bound += closed_milli + tangent[j, 1] * load
    linear += left * record.backorder_milli
    depths.linear_milli[depth + 1] = linear
    return float(bound + linear)


@compiled
def _measure_line(case: Case, members: Ints, line: int, units: Ints, depth: int, depths: Depths) -> float:
    """Add the line's units to what the members measure; returns what that says of their terms."""
    rise = 0.0
    for j in range(len(members)):
        metrics = depths.metrics[depth + 1, j]
        metrics[:] = depths.metrics[depth, j]
        if units[j, line] > 0:
            add_line(metrics, case.lines[line], units[j, line])
        option = case.options[members[j]]
        if option.term_end > option.term_first:
            more = rise_above_floor(option, case.terms, metrics)
            if more == FORBIDDEN:
                return IMPOSSIBLE
            rise += more
    return rise
