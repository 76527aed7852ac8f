"""A sharper bound of a complete set: a plan either ships all that its options can, or pays for leaving something.

Supporting lines through the origin let parcels be filled to the last gram; a plan that ships all must send whole
parcels: at least the goods' weight over the largest parcel of the set, and the same for volume, rounded up.
"""

import numpy as np

from router.solver.problem import Ints
from router.solver.records import compiled
from router.solver.relaxation import IMPOSSIBLE, Case, fill_lines, fit_lines, rate_lines
from router.solver.supports import Floats


@compiled
def all_of(case: Case, p: int) -> Ints:
    """The plan [1, L] that ships all that one option can."""
    units = np.empty((1, len(case.lines)), np.int64)
    for line in range(len(case.lines)):
        units[0, line] = case.cells[line, p].room
    return units


@compiled
def most_units(case: Case, members: Ints, line: int) -> int:
    """Units of a line that the members together could ship."""
    quantity, most = int(case.lines[line].quantity), 0
    at_node = np.zeros(len(case.capacity), np.int64)
    for p in members:
        room, node = int(case.cells[line, p].room), case.options[p].node
        if not case.lines[line].divisible:
            most = max(most, room)
        else:
            more = max(0, min(room, int(case.usable[line, node]) - at_node[node]))
            most += more
            at_node[node] += more
    return min(quantity, most)


@compiled
def bound_fullest(case: Case, members: Ints) -> float:
    """Bound of the plans that use all members and ship `most_units` of every line."""
    count, lines = len(members), len(case.lines)
    weight = volume = weight_max = volume_max = 0
    for line in range(lines):
        units = most_units(case, members, line)
        if case.order[0].ship_complete and units < case.lines[line].quantity:
            return IMPOSSIBLE
        weight += units * case.lines[line].unit_weight
        volume += units * case.lines[line].unit_volume
    loads, any_many = np.empty(count), False
    for j in range(count):
        option, hull = case.options[members[j]], case.hulls[members[j]]
        weight_max, volume_max = max(weight_max, option.weight_max), max(volume_max, option.volume_max)
        loads[j] = case.points[members[j], hull.count - 1, 0] if hull.many else hull.load_max / count
        any_many |= hull.many == 1
    further = max(_parts(weight, weight_max), _parts(volume, volume_max)) - count
    if further > 0 and not any_many:
        return IMPOSSIBLE
    tangent, rate = np.zeros((count, 2)), np.zeros((lines, count))
    ranked, costs = np.zeros((lines, count), np.int64), np.zeros(lines)
    bound = float(case.order[0].split_milli * (count - 1)) + fit_lines(case, members, loads, tangent)
    rate_lines(case, members, tangent, rate, ranked)
    bound += fill_lines(
        case, members, ranked, rate, np.ones(count, np.bool_), costs, np.empty((0, 0), np.int64)
    )
    least = np.inf
    for j in range(count):
        if case.hulls[members[j]].many:
            least = min(least, max(0.0, tangent[j, 0]))
    return bound + (least * further if further > 0 else 0.0)


@compiled
def _parts(total: int, part_max: int) -> int:
    return (total + part_max - 1) // part_max if part_max > 0 else 0


@compiled
def least_shortfall(case: Case, members: Ints, rate: Floats, units: Ints) -> float:
    """What it adds at least to a filling to leave one unit, or one indivisible line, that the members could ship."""
    if case.order[0].ship_complete:
        return IMPOSSIBLE
    least = IMPOSSIBLE
    for line in range(len(case.lines)):
        record, shipped, dearest = case.lines[line], 0, -np.inf
        if record.leader >= 0:
            if record.leader == line:
                least = min(least, _group_shortfall(case, members, rate, units, line))
            continue
        for j in range(len(members)):
            if units[j, line] > 0:
                shipped += units[j, line]
                dearest = max(dearest, rate[line, j])
        most = most_units(case, members, line)
        if shipped < most:
            return 0.0
        if most > 0:
            least = min(least, (record.backorder_milli - dearest) * (1 if record.divisible else most))
    return max(0.0, least)


@compiled
def _group_shortfall(case: Case, members: Ints, rate: Floats, units: Ints, leader: int) -> float:
    """The same to leave a group, which goes whole or not at all."""
    saved, could_ship = 0.0, False
    for line in range(leader, len(case.lines)):
        if case.lines[line].leader == leader:
            could_ship |= most_units(case, members, line) > 0
            for j in range(len(members)):
                if units[j, line] > 0:
                    saved += units[j, line] * (case.lines[line].backorder_milli - rate[line, j])
    if not could_ship:
        return IMPOSSIBLE
    return max(0.0, saved)
