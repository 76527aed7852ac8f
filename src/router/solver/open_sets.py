"""The open-set kernel: searches the sets of options by rising size, with proven bounds, for any kind of order.

For each size, first a bound of every plan with at least so many shipments: where that reaches the best plan known,
the search is over and the plan proven. Otherwise sets are built option by option, the most promising first, while
their bound (chosen options, the cheapest ones still to come, every line filled for itself) leaves room for a better
plan. A complete set is bounded again with supporting lines that fit its loads, then in whole parcels; its filling is
priced exactly and improved by moves of single lines, and plans that load its options just up to where freight rises
are tried. Last, the sets that the bounds leave open are settled by branching on the lines, the most promising first.

Work is counted: when it runs out, the bounds of all that was left untried make the proven lower bound. Among equal
plans the first found stays, hence one with fewest shipments.
"""

import numpy as np

from router.solver.fullest import all_of
from router.solver.growing import grow_plan, take_rest
from router.solver.levels import Level, bound_from, bound_sets, open_level
from router.solver.line_branches import branch_on_lines
from router.solver.load_plans import load_options
from router.solver.parcel_tables import Grid, open_grid
from router.solver.placements import price_plan
from router.solver.problem import Bools, Ints
from router.solver.records import UNREACHED, Array, Records, compiled
from router.solver.relaxation import IMPOSSIBLE, Case, open_case
from router.solver.set_trials import Search, accept, fit_set, open_fit, try_plan
from router.solver.whole_parcels import bound_parcels, bound_sizes

BRANCHES_SHARE = 10
"""Of its work the search spends at most the 10th part on the lines of one set."""

BRANCHES_SHARE_OF_WIDE_SET = 100
"""The same for a set with more than 2 ** DIVISION_BITS_MAX divisions of its lines: it seldom ends."""

SETS_KEPT_MAX = 1_000
"""Sets that may wait for their lines to be branched on."""

DIVISION_BITS_MAX = 40.0


@compiled
def search_sets(records: Records, number: int, work_max: int) -> tuple[int, int, int, Ints, Ints, Bools]:
    """Cost of the best plan of order `number`, proven bound, work, its units [P, L] and the option numbers [P].

    And which of these a better plan could use: any that opens another costs no less.
    """
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
        open_grid(case),
        np.zeros((SETS_KEPT_MAX, max(0, _shipments_max(case))), np.int64),
        np.zeros(SETS_KEPT_MAX),
        np.zeros(1, np.int64),
        np.zeros(len(case.columns), np.bool_),
    )
    options = _rank_options(case)
    if len(case.terms):
        _try_growing_plans(case, search)
    shipments_max = _shipments_max(case)
    sizes = np.full(1, -np.inf)
    for size in range(1, shipments_max + 1):
        level = open_level(case, options, size)
        bound = bound_from(case, level)
        if size == 2 and bound <= search.best[0] - case.grain + case.slack:
            sizes = bound_sizes(case, search.grid, shipments_max)
            search.work[0] += _parcels_work(case, shipments_max + 1, search.grid)
        bound = max(bound, sizes[min(size, len(sizes) - 1)])
        if bound > search.best[0] - case.grain + case.slack:
            break
        if search.work[0] >= work_max:
            _leave_all(bound, search)
            break
        _search_level(case, level, search)
    _branch_on_sets(case, search)
    bound = search.best[0]
    if search.untried[0] < IMPOSSIBLE:
        bound = min(bound, int(np.ceil((search.untried[0] - case.slack) / case.grain)) * case.grain)
    return search.best[0], bound, search.work[0], search.units, case.columns, search.is_open


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
            try_plan(case, members[:count], units[:count], search)


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
                _leave_all(bound, search)
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
            _bound_set(case, level.options[members], search)


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
def _bound_set(case: Case, members: Ints, search: Search) -> None:
    """Bound the plans of one set and look for a good one; the set is kept where a better one may be."""
    count, lines = len(members), len(case.lines)
    fit = open_fit(case, members)
    bound = fit_set(case, members, fit, search)
    if bound > search.best[0] - case.grain + case.slack:
        return
    search.work[0] += _parcels_work(case, count, search.grid)
    enough = float(search.best[0] - case.grain) + case.slack
    bound = max(bound, bound_parcels(case, members, search.grid, fit.fullest[0], enough))
    if bound > search.best[0] - case.grain + case.slack:
        return
    if np.all(search.grid.state[members] == 1):
        units = np.zeros((count, lines), np.int64)
        cost, tried = load_options(case, members, search.grid, search.best[0], units)
        search.work[0] += tried * (1 + lines * count // 64)
        if cost < search.best[0]:
            try_plan(case, members, units, search)
    if bound <= search.best[0] - case.grain + case.slack:
        _keep(members, bound, search)


@compiled
def _keep(members: Ints, bound: float, search: Search) -> None:
    """Keep a set for the branching; where there is no place left, its bound alone."""
    number = search.kept[0]
    if number == len(search.bounds):
        _leave_all(bound, search)
        return
    search.bounds[number] = bound
    search.sets[number, : len(members)] = members
    search.sets[number, len(members) :] = -1
    search.kept[0] += 1


@compiled
def _branch_on_sets(case: Case, search: Search) -> None:
    """Settle the sets that were kept, the one of least bound first, until none may hold a better plan."""
    for number in np.argsort(search.bounds[: search.kept[0]]):
        bound = search.bounds[number]
        if bound > search.best[0] - case.grain + case.slack:
            return
        count = 0
        while count < search.sets.shape[1] and search.sets[number, count] >= 0:
            count += 1
        members = search.sets[number, :count].copy()
        if search.work[0] >= search.work_max or not _branch_on_set(case, members, search):
            search.untried[0] = min(search.untried[0], bound)
            search.is_open[members] = True


@compiled
def _leave_all(bound: float, search: Search) -> None:
    """Leave sets that may have any options."""
    search.untried[0] = min(search.untried[0], bound)
    search.is_open[:] = True


@compiled
def _branch_on_set(case: Case, members: Ints, search: Search) -> bool:
    """Find the best plan on one set; whether it was found."""
    fit = open_fit(case, members)
    if fit_set(case, members, fit, search) > search.best[0] - case.grain + case.slack:
        return True
    nodes_max = min(search.work_max // BRANCHES_SHARE, search.work_max - search.work[0])
    if _division_bits(case, members) > DIVISION_BITS_MAX:
        nodes_max = min(nodes_max, search.work_max // BRANCHES_SHARE_OF_WIDE_SET)
    units = np.zeros((len(members), len(case.lines)), np.int64)
    best, is_settled, nodes = branch_on_lines(
        case, members, fit.tangent, fit.constant[0], fit.costs, search.best[0], units, nodes_max
    )
    search.work[0] += nodes
    if best < search.best[0]:
        accept(members, units, best, search)
    return is_settled


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
def _parcels_work(case: Case, count: int, grid: Grid) -> int:
    """About what a bound in whole parcels takes, in steps of this search."""
    steps = grid.freight.shape[1]
    return int(1 + (count - 1) * steps * steps // 2_000 + len(case.lines) * count // 16)
