"""A bound of a complete set in whole parcels: what its options must pay for the grams that all of them ship together.

A supporting line lets an option send a fraction of a parcel at a fraction of its charge. Here each option has its
table of `parcel_tables` instead. For any price per gram and option, lines fill the options at their costs plus price,
while the tables, less price, are joined to the cheapest division of all grams over the options. Prices move towards
where both agree.

SOURCE: Lagrangian decomposition, Guignard and Kim, "Lagrangean decomposition: a model yielding stronger Lagrangean
bounds" (1987), the weight of an option's shipment being what is decided twice.
"""

from typing import NamedTuple

import numpy as np

from router.solver.fullest import least_shortfall, most_units
from router.solver.parcel_tables import Grid, fill_table
from router.solver.problem import Ints
from router.solver.records import UNREACHED, compiled
from router.solver.relaxation import IMPOSSIBLE, Case, fill_lines, rate_lines
from router.solver.supports import EXACT_MAGNITUDE_MAX, Floats

PRICE_ROUNDS = 12
"""How often prices move."""

OVERSHOOT = 1.1
"""Prices move as if so much more than what is missing to the target had to be gained, lest they stop short of it."""

SIZES_MAX = 8
"""Orders that may have more shipments get no bounds by the number of them."""


class Grams(NamedTuple):
    """What each member ships at least and at most where all together ship `most_units`, the sum, the lightest unit."""

    least: Ints
    most: Ints
    total: int
    lightest: int


@compiled
def bound_parcels(case: Case, members: Ints, grid: Grid, known: float, target: float) -> float:
    """Bound of all plans that use all members, in whole parcels; no higher than needed once it exceeds `target`.

    `known` is a bound of those of them that ship `most_units` of every line.
    """
    for p in members:
        if grid.state[p] == 0:
            fill_table(case, grid, p)
        if grid.state[p] < 0:
            return -np.inf
    fullest = known
    if known <= target:
        fullest = max(known, _bound_by_prices(case, members, grid, target, True))
    if case.order[0].ship_complete:
        return fullest
    return min(fullest, _bound_by_prices(case, members, grid, target, False))


@compiled
def _bound_by_prices(case: Case, members: Ints, grid: Grid, target: float, ships_most: bool) -> float:
    """The same of the plans that ship `most_units` of every line, or of those that leave some of it."""
    count, lines = len(members), len(case.lines)
    grams = grams_possible(case, members)
    if not ships_most:
        grams.least[:] = 0
    total = grams.total - (0 if ships_most else grams.lightest)
    tangent, rate = np.zeros((count, 2)), np.zeros((lines, count))
    ranked, costs = np.zeros((lines, count), np.int64), np.zeros(lines)
    units, taken = np.zeros((count, lines), np.int64), np.zeros(count, np.int64)
    everyone = np.ones(count, np.bool_)
    fixed = float(case.order[0].split_milli * (count - 1))
    for j in range(count):
        fixed += case.options[members[j]].fixed_milli
        if not ships_most and grams.total > 0:
            row = grid.freight[members[j]]
            tangent[j, 1] = row[len(row) - 1] / grams.total
    bound = -np.inf
    for _ in range(PRICE_ROUNDS):
        rate_lines(case, members, tangent, rate, ranked)
        filled = fill_lines(case, members, ranked, rate, everyone, costs, units)
        joined = _join_tables(grid, members, tangent, grams, total, ships_most, taken)
        if filled >= IMPOSSIBLE or joined == np.inf:
            return IMPOSSIBLE
        value = fixed + filled + joined
        if not ships_most:
            value += least_shortfall(case, members, rate, units)
        bound = max(bound, value)
        if bound > target or (ships_most and count == 1):
            break
        missing = OVERSHOOT * max(1.0, target - value)
        if not _move_prices(case, members, grid, units, taken, missing, total, ships_most, tangent):
            break
    return bound


@compiled
def bound_sizes(case: Case, grid: Grid, shipments_max: int) -> Floats:
    """For each number of shipments a bound of all plans of so many or more; minus infinity where there is none."""
    bounds = np.full(shipments_max + 2, -np.inf)
    bounds[shipments_max + 1] = IMPOSSIBLE
    options = np.arange(len(case.columns))
    if shipments_max > SIZES_MAX:
        return bounds
    for p in range(len(options)):
        if grid.state[p] == 0:
            fill_table(case, grid, p)
        if grid.state[p] < 0:
            return bounds
    grams = grams_possible(case, options)
    steps = max(1, (grams.total + grid.step_grams - 1) // grid.step_grams)
    least = np.full(steps + 1, np.inf)
    for s in range(1, steps + 1):
        for p in range(len(options)):
            least[s] = min(least[s], float(case.options[p].fixed_milli + grid.freight[p, s]))
    joined = least.copy()
    for size in range(1, shipments_max + 1):
        if size > 1:
            joined = _join_one_more(joined, least, float(case.order[0].split_milli))
        bounds[size] = _bound_joined(case, grid, options, grams, joined, size)
    for size in range(shipments_max - 1, 0, -1):
        bounds[size] = min(bounds[size], bounds[size + 1])
    return bounds


@compiled
def _join_one_more(joined: Floats, least: Floats, split_milli: float) -> Floats:
    """The least cost of one shipment more, by the steps that all together hold at least."""
    steps = len(least) - 1
    more = np.full(steps + 1, np.inf)
    for before in range(1, steps + 1):
        for mine in range(1, steps + 1):
            after = min(steps, before + mine)
            more[after] = min(more[after], joined[before] + least[mine] + split_milli)
    return more


@compiled
def _bound_joined(case: Case, grid: Grid, options: Ints, grams: Grams, joined: Floats, size: int) -> float:
    """Bound of the plans of `size` shipments, whose freight by steps is at least `joined`."""
    count, lines, steps = len(options), len(case.lines), len(joined) - 1
    tangent, rate = np.zeros((count, 2)), np.zeros((lines, count))
    ranked, costs = np.zeros((lines, count), np.int64), np.zeros(lines)
    units, everyone = np.zeros((count, lines), np.int64), np.ones(count, np.bool_)
    rate_lines(case, options, tangent, rate, ranked)
    fullest = joined[steps] + fill_lines(case, options, ranked, rate, everyone, costs, units)
    rest = -np.inf
    if joined[steps] <= 0:
        return rest
    for multiple in range(1, 9):
        price = joined[steps] / max(1, grams.total) * 0.5 * multiple
        tangent[:, 1] = price
        rate_lines(case, options, tangent, rate, ranked)
        bound = fill_lines(case, options, ranked, rate, everyone, costs, units)
        bound += least_shortfall(case, options, rate, units)
        earned = np.inf
        for s in range(1, steps + 1):
            earned = min(earned, joined[s] - price * min(s * grid.step_grams, grams.total - grams.lightest))
        rest = max(rest, bound + earned)
    return float(min(fullest, IMPOSSIBLE if case.order[0].ship_complete else rest))


@compiled
def bound_all_but_freight(case: Case, members: Ints) -> float:
    """What plans that use all members cost at least beside the freight."""
    count, lines = len(members), len(case.lines)
    rate, ranked = np.zeros((lines, count)), np.zeros((lines, count), np.int64)
    rate_lines(case, members, np.zeros((count, 2)), rate, ranked)
    bound = float(case.order[0].split_milli * (count - 1))
    for p in members:
        bound += case.options[p].fixed_milli
    none = np.empty((0, 0), np.int64)
    return bound + fill_lines(case, members, ranked, rate, np.ones(count, np.bool_), np.zeros(lines), none)


@compiled
def grams_possible(case: Case, members: Ints) -> Grams:
    """The grams of a set of options."""
    least, most, total = np.zeros(len(members), np.int64), np.zeros(len(members), np.int64), 0
    lightest = UNREACHED
    for line in range(len(case.lines)):
        weight = int(case.lines[line].unit_weight)
        units = most_units(case, members, line)
        total += units * weight
        if units > 0:
            lightest = min(lightest, weight * (1 if case.lines[line].divisible else units))
        together = 0
        for p in members:
            together += int(case.cells[line, p].room)
        for j in range(len(members)):
            room = int(case.cells[line, members[j]].room)
            most[j] += room * weight
            least[j] += min(room, max(0, units - together + room)) * weight
    return Grams(least, most, total, lightest if lightest < UNREACHED else 0)


@compiled
def _join_tables(
    grid: Grid, members: Ints, tangent: Floats, grams: Grams, total: int, holds_all: bool, taken: Ints
) -> float:
    """The cheapest steps of the members that hold `total` grams, or less unless `holds_all`, earning their prices.

    Writes the steps of each to `taken`. What all prices have in common is earned by the grams of all together.
    """
    step, count = grid.step_grams, len(members)
    steps = max(1, (total + step - 1) // step)
    common = np.min(tangent[:, 1])
    joined = np.full((count + 1, steps + 1), np.inf)
    chosen = np.zeros((count, steps + 1), np.int64)
    joined[0, 0] = 0.0
    for j in range(count):
        row, price = grid.freight[members[j]], tangent[j, 1] - common
        first = max(1, (grams.least[j] + step - 1) // step)
        last = max(1, min(steps, (grams.most[j] + step - 1) // step))
        for mine in range(first, last + 1):
            cost = row[mine] - price * min(mine * step, grams.most[j])
            begin = max(0, steps - mine) if holds_all and j + 1 == count else 0
            for before in range(begin, steps + 1):
                after = min(steps, before + mine)
                if joined[j, before] + cost < joined[j + 1, after]:
                    joined[j + 1, after] = joined[j, before] + cost
                    chosen[j, after] = mine * (steps + 1) + before
    at, best = steps, joined[count, steps] - common * total
    if not holds_all:
        best = np.inf
        for after in range(1, steps + 1):
            value = joined[count, after] - max(
                common * min(after * step, total), common * max(0, after - count) * step
            )
            if value < best:
                at, best = after, value
    for j in range(count - 1, -1, -1):
        taken[j], at = divmod(chosen[j, at], steps + 1)
    return float(best)


@compiled
def _move_prices(
    case: Case,
    members: Ints,
    grid: Grid,
    units: Ints,
    taken: Ints,
    missing: float,
    total: int,
    ships_most: bool,
    tangent: Floats,
) -> bool:
    """Raise the price where lines fill more than the tables hold; False where both agree or prices grow too large."""
    count = len(members)
    excess, square, mean = np.zeros(count), 0.0, 0.0
    for j in range(count):
        for line in range(len(case.lines)):
            excess[j] += float(units[j, line] * case.lines[line].unit_weight)
        # The tables hold more than one step less than what they count, and at most that.
        top = float(taken[j] * grid.step_grams)
        excess[j] = max(0.0, excess[j] - top) + min(0.0, excess[j] - top + grid.step_grams)
        mean += excess[j] / count
    for j in range(count):
        if ships_most:
            excess[j] -= mean
        square += excess[j] ** 2
    if square == 0.0:
        return False
    is_exact = True
    for j in range(count):
        tangent[j, 1] += missing * excess[j] / square
        is_exact &= abs(tangent[j, 1]) * total <= EXACT_MAGNITUDE_MAX / 8
    return is_exact
