"""Plans of a set of options in which each is loaded up to a weight behind which its freight rises.

For every choice of such weights that together hold all goods and might be cheap enough, lines are laid in one by one,
the heaviest first, each where it is cheapest among the options that still have room for it.
"""

import numpy as np

from router.solver.parcel_tables import Grid
from router.solver.placements import price_plan, room_left
from router.solver.problem import Ints
from router.solver.records import compiled
from router.solver.relaxation import Case
from router.solver.whole_parcels import Grams, bound_all_but_freight, grams_possible

CHOICES_MAX = 600
"""Choices of weights that one set is tried with, at most."""

MARGINS = 3
"""Parcels are seldom full to the last gram: loads are tried exact, and short of it by half a unit a parcel, or one."""


@compiled
def load_options(case: Case, members: Ints, grid: Grid, best: int, units: Ints) -> tuple[int, int]:
    """The cheapest plan found below `best`, in `units`, and the plans priced; `best` where there is none.

    The tables of all members must be filled.
    """
    count, tried = len(members), 0
    linear = bound_all_but_freight(case, members)
    grams = grams_possible(case, members)
    steps = (grams.total + grid.step_grams - 1) // grid.step_grams
    corner, corners = _find_corners(grid, members, grams, steps)
    place, plan = np.zeros(count, np.int64), np.zeros_like(units)
    caps, mean = np.zeros(count, np.int64), grams.total / max(1, _units_possible(case))
    while True:
        held, freight = 0, 0
        for j in range(count):
            held += corner[j, place[j]]
            freight += grid.freight[members[j], corner[j, place[j]]]
        if held >= steps and linear + freight < best:
            for margin in range(MARGINS):
                room = 0
                for j in range(count):
                    load = corner[j, place[j]] * grid.step_grams
                    parcels = load // max(1, case.options[members[j]].weight_max)
                    caps[j] = load - int(margin * parcels * mean / 2)
                    room += caps[j]
                if margin > 0 and room < grams.total:
                    break
                _lay_in(case, members, caps, plan)
                cost = price_plan(case, members, plan)
                tried += 1
                if cost < best:
                    best = cost
                    units[:, :] = plan
            if tried >= CHOICES_MAX:
                return best, tried
        j = count - 1
        while j >= 0 and place[j] + 1 == corners[j]:
            place[j] = 0
            j -= 1
        if j < 0:
            return best, tried
        place[j] += 1


@compiled
def _units_possible(case: Case) -> int:
    units = 0
    for line in case.lines:
        units += line.quantity
    return units


@compiled
def _find_corners(grid: Grid, members: Ints, grams: Grams, steps: int) -> tuple[Ints, Ints]:
    """The steps behind which the freight of each member rises, within what it may get, and how many there are."""
    corner, corners = np.zeros((len(members), steps + 2), np.int64), np.zeros(len(members), np.int64)
    for j in range(len(members)):
        row = grid.freight[members[j]]
        first = max(1, (grams.least[j] + grid.step_grams - 1) // grid.step_grams)
        last = max(first, min(steps, (grams.most[j] + grid.step_grams - 1) // grid.step_grams))
        for s in range(first, last + 1):
            if s == last or row[s] < row[s + 1]:
                corner[j, corners[j]] = s
                corners[j] += 1
    return corner, corners


@compiled
def _lay_in(case: Case, members: Ints, caps: Ints, plan: Ints) -> None:
    """Write a plan that loads no member above its cap, as far as that is possible."""
    left = caps.copy()
    plan[:] = 0
    for line in case.packing:
        record = case.lines[line]
        if record.leader >= 0 and record.leader != line:
            continue
        wanted = int(record.quantity)
        for _ in range(len(members)):
            j = _cheapest_with_room(case, members, line, left, plan)
            if j < 0 or wanted == 0:
                break
            weight = max(1, int(record.unit_weight))
            taken = min(wanted, room_left(case, members, j, line, plan))
            if record.divisible and left[j] >= weight:
                taken = min(taken, left[j] // weight)
            plan[j, line] += taken
            left[j] -= taken * int(record.unit_weight)
            wanted -= taken
            for other in range(line + 1, len(case.lines)):
                if record.leader == line and case.lines[other].leader == line:
                    plan[j, other] = case.cells[other, members[j]].room
                    left[j] -= plan[j, other] * case.lines[other].unit_weight


@compiled
def _cheapest_with_room(case: Case, members: Ints, line: int, left: Ints, plan: Ints) -> int:
    """The member to lay units of a line into: one with room for its weight before others, then the cheapest."""
    record, best = case.lines[line], -1
    best_fits, best_cost, best_left = False, np.inf, 0
    for j in range(len(members)):
        cell = case.cells[line, members[j]]
        if cell.room == 0 or plan[j, line] > 0 or room_left(case, members, j, line, plan) == 0:
            continue
        weight = int(record.unit_weight) * (1 if record.divisible else int(cell.room))
        fits, cost = left[j] >= weight, cell.unit_milli + cell.line_milli / cell.room
        is_better = best < 0 or (fits and not best_fits)
        if fits == best_fits and best >= 0:
            is_better = (
                (cost < best_cost or (cost == best_cost and left[j] > best_left))
                if fits
                else left[j] > best_left
            )
        if is_better:
            best, best_fits, best_cost, best_left = j, fits, cost, left[j]
    return best
