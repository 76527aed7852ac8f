"""What is known while sets are searched, and how a set is tried: by supporting lines that fit its loads.

The lines give a bound of the set; what they fill is priced exactly, and improved by moves of single lines.
"""

from typing import NamedTuple

import numpy as np

from router.solver.fullest import all_of, bound_fullest, least_shortfall
from router.solver.parcel_tables import Grid
from router.solver.placements import improve_plan, price_plan
from router.solver.problem import Bools, Ints
from router.solver.records import UNREACHED, compiled
from router.solver.relaxation import IMPOSSIBLE, Case, fill_lines, fit_lines, rate_lines
from router.solver.shortages import price_caps
from router.solver.supports import Floats

ROUNDS = 3
"""How often the supporting lines of a complete set are fitted to its loads."""


class Search(NamedTuple):
    """What the search knows. `best` holds the cost; `units` [P, L] its plan; `untried` the bound of what was left.

    `sets` are those that may hold a better plan, -1 behind their members; `bounds` theirs; `kept` how many. `is_open`
    [P] tells the options of what was left.
    """

    best: Ints
    units: Ints
    untried: Floats
    work: Ints
    work_max: int
    grid: Grid
    sets: Ints
    bounds: Floats
    kept: Ints
    is_open: Bools


class Fit(NamedTuple):
    """Supporting lines [J, 2] that fit the loads of a set, what they leave constant, and each line's relaxed cost.

    `fullest` is a bound of the plans that ship all that the set can.
    """

    tangent: Floats
    costs: Floats
    constant: Floats
    fullest: Floats


@compiled
def open_fit(case: Case, members: Ints) -> Fit:
    return Fit(np.zeros((len(members), 2)), np.zeros(len(case.lines)), np.zeros(1), np.full(1, IMPOSSIBLE))


@compiled
def fit_set(case: Case, members: Ints, fit: Fit, search: Search) -> float:
    """Fit supporting lines to the loads that they lead to, some times, trying the plans; the best bound."""
    count, lines = len(members), len(case.lines)
    tangent, costs = np.zeros((count, 2)), np.zeros(lines)
    rate, ranked = np.zeros((lines, count)), np.zeros((lines, count), np.int64)
    units = np.zeros((count, lines), np.int64)
    everyone = np.ones(count, np.bool_)
    loads = np.zeros(count)
    for j in range(count):
        loads[j] = case.hulls[members[j]].load_max / count
    bound = -np.inf
    fullest = _price_single(case, members, search) if count == 1 else bound_fullest(case, members)
    fit.fullest[0] = fullest
    for _ in range(ROUNDS):
        opening = case.order[0].split_milli * (count - 1) + fit_lines(case, members, loads, tangent)
        rate_lines(case, members, tangent, rate, ranked)
        filled = opening + fill_lines(case, members, ranked, rate, everyone, costs, units)
        search.work[0] += 1 + lines // 16
        total = max(filled, min(fullest, filled + least_shortfall(case, members, rate, units)))
        if case.is_capped:
            total = max(total, filled + price_caps(case, members, units, rate, everyone, everyone, count))
        if total > bound:
            bound = total
            fit.constant[0] = opening
            fit.tangent[:] = tangent
            fit.costs[:] = costs
        if bound > search.best[0] - case.grain + case.slack:
            return bound
        for j in range(count):
            loads[j] = 0.0
            for line in range(lines):
                loads[j] += units[j, line] * case.cells[line, members[j]].load
        try_plan(case, members, units, search)
    return bound


@compiled
def _price_single(case: Case, members: Ints, search: Search) -> float:
    """Exact cost of the one shipment that takes all it can; IMPOSSIBLE if that is not enough."""
    units = all_of(case, members[0])
    cost = price_plan(case, members, units)
    search.work[0] += 1 + len(case.lines) // 64
    if cost < search.best[0]:
        accept(members, units, cost, search)
    return float(cost) if cost < UNREACHED else IMPOSSIBLE


@compiled
def try_plan(case: Case, members: Ints, units: Ints, search: Search) -> None:
    """Price a plan; if it is the best yet, improve it, in place, and keep it."""
    cost = price_plan(case, members, units)
    pricing_work = 1 + len(case.lines) * len(members) // 64
    search.work[0] += pricing_work
    if cost < search.best[0]:
        pricings_max = min(4 * len(case.lines), (search.work_max - search.work[0]) // pricing_work)
        cost, pricings = improve_plan(case, members, units, cost, pricings_max)
        search.work[0] += pricings * pricing_work
        accept(members, units, cost, search)


@compiled
def accept(members: Ints, units: Ints, cost: int, search: Search) -> None:
    search.best[0] = cost
    search.units[:] = 0
    for j in range(len(members)):
        search.units[members[j]] = units[j]
