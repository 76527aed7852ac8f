"""Groups of lines in the open-set search: every group goes whole to one member of a set, or stays."""

import numpy as np

from router.solver.problem import Ints
from router.solver.records import Array, compiled
from router.solver.supports import Floats

NOWHERE = -1


@compiled
def place_group(
    lines: Array, cells: Array, members: Ints, rate: Floats, is_open: Array, leader: int, must_ship: bool
) -> tuple[int, float]:
    """The member that takes a group at the least relaxed cost, or NOWHERE, and that cost; infinite if none can."""
    best, least = NOWHERE, np.inf
    if not must_ship:
        least = 0.0
        for line in range(leader, len(lines)):
            if lines[line].leader == leader:
                least += float(lines[line].quantity * lines[line].backorder_milli)
    for j in range(len(members)):
        if not is_open[j] or cells[leader, members[j]].room == 0:
            continue
        cost = 0.0
        for line in range(leader, len(lines)):
            if lines[line].leader == leader:
                cost += lines[line].quantity * rate[line, j]
        if cost < least:
            best, least = j, cost
    return best, least


@compiled
def move_group(lines: Array, cells: Array, members: Ints, target: int, leader: int, units: Ints) -> None:
    """Put a group into the target; out of the plan if `target` is no member or cannot take it."""
    for line in range(leader, len(lines)):
        if lines[line].leader == leader:
            units[:, line] = 0
            if target < len(members):
                units[target, line] = cells[line, members[target]].room


@compiled
def find_guides(lines: Array, packing: Ints) -> Ints:
    """For each line the line of its group that comes first in packing order; -1 outside of groups."""
    guides = np.full(len(lines), -1)
    for line in packing:
        leader = lines[line].leader
        if leader >= 0:
            # The leader's own place keeps the guide of all until every line has been asked.
            if guides[leader] < 0:
                guides[leader] = line
            guides[line] = guides[leader]
    return guides
