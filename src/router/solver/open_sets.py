"""The open-set kernel: searches the sets of options by rising size, with proven bounds, for any kind of order.

For each size, first a bound of every plan with at least so many shipments: where that reaches the best plan known,
the search is over and the plan proven. Otherwise sets are built option by option, the most promising first, while
their bound (chosen options, the cheapest ones still to come, every line filled for itself) leaves room for a better
plan. A complete set is bounded again with supporting lines that fit its loads; its filling is priced exactly and
improved by moves of single lines; what the bound leaves open is settled by branching on the lines.

Work is counted: when it runs out, the bounds of all that was left untried make the proven lower bound. Among equal
plans the first found stays, hence one with fewest shipments.
"""

from typing import NamedTuple

import numpy as np

from router.solver.fullest import all_of, bound_fullest, least_shortfall
from router.solver.growing import grow_plan, take_rest
from router.solver.levels import Level, bound_from, bound_sets, open_level
from router.solver.line_branches import branch_on_lines
from router.solver.placements import improve_plan, price_plan
from router.solver.problem import Ints
from router.solver.records import UNREACHED, Array, Records, compiled
from router.solver.relaxation import IMPOSSIBLE, Case, fill_lines, fit_lines, open_case, rate_lines
from router.solver.shortages import price_caps
from router.solver.supports import Floats

BRANCHES_PER_SET_MAX = 20_000
"""Nodes that the lines of one set may take: more are better spent on other sets."""

BRANCHES_OF_WIDE_SET_MAX = 2_000
"""The same for a set with more than 2 ** DIVISION_BITS_MAX divisions of its lines: it seldom ends."""

DIVISION_BITS_MAX = 40.0

ROUNDS = 3
"""How often the supporting lines of a complete set are fitted to its loads."""


class Search(NamedTuple):
    """What the search knows. `best` holds the cost; `units` [P, L] its plan; `untried` the bound of what was left."""

    best: Ints
    units: Ints
    untried: Floats
    work: Ints
    work_max: int


@compiled
def search_sets(records: Records, number: int, work_max: int) -> tuple[int, int, int, Ints, Ints]:
    """Cost of the best plan of order `number`, proven bound, work, its units [P, L] and the option numbers [P]."""
    case = open_case(records, number)
    unshipped = 0
    for line in case.lines:
        unshipped += line.quantity * line.backorder_milli
    search = Search(
        np.full(1, unshipped),
        np.zeros((len(case.columns), len(case.lines)), np.int64),
        np.full(1, IMPOSSIBLE),
        np.zeros(1, np.int64),
        work_max,
    )
    options = _rank_options(case)
    if len(case.terms):
        _try_growing_plans(case, search)
    for size in range(1, _shipments_max(case) + 1):
        level = open_level(case, options, size)
        bound = bound_from(case, level)
        if bound > search.best[0] - case.grain + case.slack:
            break
        if search.work[0] >= work_max:
            search.untried[0] = min(search.untried[0], bound)
            break
        _search_level(case, level, search)
    bound = search.best[0]
    if search.untried[0] < IMPOSSIBLE:
        bound = min(bound, int(np.ceil((search.untried[0] - case.slack) / case.grain)) * case.grain)
    return search.best[0], bound, search.work[0], search.units, case.columns


@compiled
def _try_growing_plans(case: Case, search: Search) -> None:
    """Plans for orders that terms may keep from shipping all in one: avoiding what they charge, and paying it."""
    shipments_max = _shipments_max(case)
    for rise_max in (0, UNREACHED):
        members = np.zeros(shipments_max, np.int64)
        units = np.zeros((shipments_max, len(case.lines)), np.int64)
        pricing_work = 1 + len(case.lines) // 16
        pricings_max = (search.work_max - search.work[0]) // (4 * pricing_work)
        count, pricings = grow_plan(case, members, units, rise_max, pricings_max)
        search.work[0] += pricings * pricing_work
        if count > 0:
            _try_plan(case, members[:count], units[:count], search)


@compiled
def _shipments_max(case: Case) -> int:
    """Shipments that any plan could have."""
    at_nodes, units = 0, 0
    for node in range(len(case.capacity)):
        options = 0
        for option in case.options:
            options += option.node == node
        at_nodes += max(0, min(case.capacity[node], options))
    for line in case.lines:
        units += line.quantity
    return min(int(case.order[0].shipments_max), min(at_nodes, units))


@compiled
def _rank_options(case: Case) -> Ints:
    """All options, the cheapest first if each shipped all it can and nothing else shipped."""
    alone = np.empty(len(case.columns), np.int64)
    order = np.empty(len(case.columns), np.int64)
    for p in range(len(case.columns)):
        members, units = np.full(1, p), all_of(case, p)
        alone[p] = price_plan(case, members, units)
        if alone[p] == UNREACHED and len(case.terms):
            take_rest(case, members, units, UNREACHED)
            alone[p] = price_plan(case, members, units)
        place = p
        while place > 0 and alone[order[place - 1]] > alone[p]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = p
    return order


@compiled
def _search_level(case: Case, level: Level, search: Search) -> None:
    """Visit the sets of one size, depth first; `place[d]` is that of their d-th option in `level.options`."""
    count, size = len(level.options), level.size
    place = np.zeros(size, np.int64)
    members = np.full(size, -1)
    is_chosen = np.zeros(count, np.bool_)
    depth = 0
    while depth >= 0:
        start = place[depth]
        if members[depth] >= 0:
            is_chosen[members[depth]] = False
        is_promising = start <= count - (size - depth)
        if is_promising:
            bound = bound_sets(case, level, is_chosen, depth, start)
            search.work[0] += 1 + len(case.lines) // 16
            is_promising = bound <= search.best[0] - case.grain + case.slack
            if is_promising and search.work[0] >= search.work_max:
                search.untried[0] = min(search.untried[0], bound)
                is_promising = False
        if not is_promising:
            depth -= 1
            continue
        place[depth] += 1
        if not _may_join(case, level, start, is_chosen):
            continue
        is_chosen[start] = True
        members[depth] = start
        if depth + 1 < size:
            depth += 1
            place[depth], members[depth] = start + 1, -1
        else:
            _settle_set(case, level.options[members], search)


@compiled
def _may_join(case: Case, level: Level, place: int, is_chosen: Array) -> bool:
    """Whether the node has capacity for one more, and the option could be worth enough beside others."""
    p = level.options[place]
    node = case.options[p].node
    at_node = value = 0
    for other in range(len(is_chosen)):
        at_node += is_chosen[other] and case.options[level.options[other]].node == node
    for line in range(len(case.lines)):
        value += case.cells[line, p].room * case.lines[line].unit_value_minor
    return at_node < case.capacity[node] and (level.size == 1 or value >= case.order[0].value_min_minor)


@compiled
def _settle_set(case: Case, members: Ints, search: Search) -> None:
    """Find the best plan on one set, or its bound."""
    count, lines = len(members), len(case.lines)
    tangent, best_tangent = np.zeros((count, 2)), np.zeros((count, 2))
    costs, best_costs = np.zeros(lines), np.zeros(lines)
    rate, ranked = np.zeros((lines, count)), np.zeros((lines, count), np.int64)
    units = np.zeros((count, lines), np.int64)
    everyone = np.ones(count, np.bool_)
    loads = np.zeros(count)
    for j in range(count):
        loads[j] = case.hulls[members[j]].load_max / count
    constant, bound = 0.0, -np.inf
    fullest = _price_single(case, members, search) if count == 1 else bound_fullest(case, members)
    for _ in range(ROUNDS):
        opening = case.order[0].split_milli * (count - 1) + fit_lines(case, members, loads, tangent)
        rate_lines(case, members, tangent, rate, ranked)
        filled = opening + fill_lines(case, members, ranked, rate, everyone, costs, units)
        search.work[0] += 1 + lines // 16
        total = max(filled, min(fullest, filled + least_shortfall(case, members, rate, units)))
        if case.is_capped:
            total = max(total, filled + price_caps(case, members, units, rate, everyone, everyone, count))
        if total > bound:
            bound, constant = total, opening
            best_tangent[:] = tangent
            best_costs[:] = costs
        if bound > search.best[0] - case.grain + case.slack:
            return
        for j in range(count):
            loads[j] = 0.0
            for line in range(lines):
                loads[j] += units[j, line] * case.cells[line, members[j]].load
        _try_plan(case, members, units, search)
    if bound > search.best[0] - case.grain + case.slack:
        return
    nodes_max = min(BRANCHES_PER_SET_MAX, search.work_max - search.work[0])
    if _division_bits(case, members) > DIVISION_BITS_MAX:
        nodes_max = min(nodes_max, BRANCHES_OF_WIDE_SET_MAX)
    best, is_settled, nodes = branch_on_lines(
        case, members, best_tangent, constant, best_costs, search.best[0], units, nodes_max
    )
    search.work[0] += nodes
    if best < search.best[0]:
        _accept(members, units, best, search)
    if not is_settled:
        search.untried[0] = min(search.untried[0], bound)


@compiled
def _division_bits(case: Case, members: Ints) -> float:
    """Binary logarithm of the number of divisions of all lines over the members, at most."""
    bits = 0.0
    for line in range(len(case.lines)):
        if case.lines[line].leader >= 0 and case.lines[line].leader != line:
            continue
        ways = 1.0
        for p in members:
            room = case.cells[line, p].room
            ways *= 1.0 + (room if case.lines[line].divisible else min(room, 1))
        bits += np.log2(ways)
    return bits


@compiled
def _try_plan(case: Case, members: Ints, units: Ints, search: Search) -> None:
    """Price a plan; if it is the best yet, improve it, in place, and keep it."""
    cost = price_plan(case, members, units)
    pricing_work = 1 + len(case.lines) * len(members) // 64
    search.work[0] += pricing_work
    if cost < search.best[0]:
        pricings_max = min(4 * len(case.lines), (search.work_max - search.work[0]) // pricing_work)
        cost, pricings = improve_plan(case, members, units, cost, pricings_max)
        search.work[0] += pricings * pricing_work
        _accept(members, units, cost, search)


@compiled
def _accept(members: Ints, units: Ints, cost: int, search: Search) -> None:
    search.best[0] = cost
    search.units[:] = 0
    for j in range(len(members)):
        search.units[members[j]] = units[j]


@compiled
def _price_single(case: Case, members: Ints, search: Search) -> float:
    """Exact cost of the one shipment that takes all it can; IMPOSSIBLE if that is not enough."""
    units = all_of(case, members[0])
    cost = price_plan(case, members, units)
    search.work[0] += 1 + len(case.lines) // 64
    if cost < search.best[0]:
        _accept(members, units, cost, search)
    return float(cost) if cost < UNREACHED else IMPOSSIBLE
