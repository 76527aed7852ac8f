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

from router.solver.line_branches import branch_on_lines
from router.solver.placements import improve_plan, price_plan
from router.solver.problem import Ints
from router.solver.records import Array, Records, compiled
from router.solver.relaxation import IMPOSSIBLE, Case, fill_line, open_case, rate_lines, tangents
from router.solver.supports import SLACK, Floats

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


class Level(NamedTuple):
    """Sets of one size: the supporting lines and rates that bound them before they are complete.

    `entry[p]` is the least cost of opening option p; `ranked` [L, P] each line's options by rising rate [L, P].
    """

    size: int
    entry: Floats
    rate: Floats
    ranked: Ints


@compiled
def search_sets(records: Records, number: int, work_max: int) -> tuple[int, float, int, Ints, Ints]:
    """Cost of the best plan of order `number`, proven bound, work, its units [P, L] and the option numbers [P]."""
    case = open_case(records, number)
    count = len(case.columns)
    search = Search(
        np.array([np.sum(case.lines.quantity * case.lines.backorder_milli)]),
        np.zeros((count, len(case.lines)), np.int64),
        np.array([IMPOSSIBLE]),
        np.zeros(1, np.int64),
        work_max,
    )
    by_promise = _rank_options(case)
    for size in range(1, _shipments_max(case) + 1):
        level = _open_level(case, size)
        bound = _bound_from(case, level)
        if bound > search.best[0] - 1 + SLACK:
            break
        if search.work[0] >= work_max:
            search.untried[0] = min(search.untried[0], bound)
            break
        _search_level(case, level, by_promise, search)
    return search.best[0], search.untried[0], search.work[0], search.units, case.columns


@compiled
def _shipments_max(case: Case) -> int:
    """Shipments that any plan could have."""
    at_nodes = 0
    for node in range(len(case.capacity)):
        at_nodes += max(0, min(case.capacity[node], np.sum(case.options.node == node)))
    return min(case.order[0].shipments_max, min(at_nodes, np.sum(case.lines.quantity)))


@compiled
def _open_level(case: Case, size: int) -> Level:
    count = len(case.columns)
    tangent = np.zeros((count, 2))
    everyone = np.arange(count)
    tangents(case, everyone, case.supports.load_max / size, tangent)
    rate = np.zeros((len(case.lines), count))
    ranked = np.zeros((len(case.lines), count), np.int64)
    rate_lines(case, everyone, tangent, rate, ranked)
    return Level(size, case.options.fixed_milli + tangent[:, 0], rate, ranked)


@compiled
def _fill(case: Case, level: Level, is_member: Array) -> float:
    """Bound of the lines' costs when only members may ship."""
    cost = 0.0
    units = np.zeros(len(case.columns), np.int64)
    for line in range(len(case.lines)):
        cost += fill_line(case, line, level.ranked[line], level.rate[line], is_member, units)
    return cost


@compiled
def _rank_options(case: Case) -> Ints:
    """All options, the cheapest first if each shipped all it can and nothing else shipped."""
    alone = np.empty(len(case.columns), np.int64)
    order = np.empty(len(case.columns), np.int64)
    for p in range(len(case.columns)):
        members = np.full(1, p)
        alone[p] = price_plan(case, members, case.room[:, p].copy().reshape((1, len(case.lines))))
        place = p
        while place > 0 and alone[order[place - 1]] > alone[p]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = p
    return order


@compiled
def _bound_from(case: Case, level: Level) -> float:
    """Bound of every plan with `level.size` or more shipments."""
    entries = np.sort(level.entry)
    split = case.order[0].split_milli
    bound = np.sum(entries[: level.size]) + split * (level.size - 1)
    for entry in entries[level.size :]:
        bound += min(0.0, entry + split)
    return bound + _fill(case, level, np.ones(len(entries), np.bool_))


@compiled
def _search_level(case: Case, level: Level, by_promise: Ints, search: Search) -> None:
    """Visit the sets of one size, depth first; `place[d]` is the position of their d-th option in `by_promise`."""
    count, size = len(by_promise), level.size
    place = np.zeros(size, np.int64)
    is_chosen = np.zeros(count, np.bool_)
    depth = 0
    while depth >= 0:
        start = place[depth]
        bound = IMPOSSIBLE
        if start <= count - (size - depth):
            bound = _bound_sets(case, level, by_promise, is_chosen, depth, start)
            search.work[0] += 1 + len(case.lines) // 16
        is_promising = bound <= search.best[0] - 1 + SLACK
        if is_promising and search.work[0] >= search.work_max:
            search.untried[0] = min(search.untried[0], bound)
            is_promising = False
        if not is_promising:
            depth -= 1
            if depth >= 0:
                is_chosen[by_promise[place[depth]]] = False
                place[depth] += 1
            continue
        p = by_promise[start]
        if not _may_join(case, level, p, is_chosen):
            place[depth] += 1
            continue
        is_chosen[p] = True
        if depth + 1 < size:
            depth += 1
            place[depth] = start + 1
        else:
            _settle_set(case, np.nonzero(is_chosen)[0], search)
            is_chosen[p] = False
            place[depth] += 1


@compiled
def _bound_sets(
    case: Case, level: Level, by_promise: Ints, is_chosen: Array, depth: int, start: int
) -> float:
    """Bound of all sets of the chosen options and further ones from position `start` on."""
    entries = np.sort(level.entry[by_promise[start:]])
    bound = case.order[0].split_milli * (level.size - 1) + np.sum(entries[: level.size - depth])
    bound += np.sum(level.entry[is_chosen])
    is_member = is_chosen.copy()
    is_member[by_promise[start:]] = True
    return bound + _fill(case, level, is_member)


@compiled
def _may_join(case: Case, level: Level, p: int, is_chosen: Array) -> bool:
    """Whether the node has capacity for one more, and the option could be worth enough beside others."""
    node = case.options[p].node
    if np.sum(is_chosen & (case.options.node == node)) >= case.capacity[node]:
        return False
    value = np.sum(case.room[:, p] * case.lines.unit_value_minor)
    return level.size == 1 or value >= case.order[0].value_min_minor


@compiled
def _settle_set(case: Case, members: Ints, search: Search) -> None:
    """Find the best plan on one set, or its bound."""
    count, lines = len(members), len(case.lines)
    tangent, best_tangent = np.zeros((len(case.columns), 2)), np.zeros((len(case.columns), 2))
    line_costs, best_line_costs = np.zeros(lines), np.zeros(lines)
    rate = np.zeros((lines, len(case.columns)))
    ranked = np.zeros((lines, count), np.int64)
    is_member = np.zeros(len(case.columns), np.bool_)
    is_member[members] = True
    loads = case.supports.load_max / count
    constant, bound = 0.0, -np.inf
    split = float(case.order[0].split_milli * (count - 1))
    for _ in range(ROUNDS):
        opening = split + tangents(case, members, loads, tangent)
        rate_lines(case, members, tangent, rate, ranked)
        units = np.zeros((lines, len(case.columns)), np.int64)
        for line in range(lines):
            line_costs[line] = fill_line(case, line, ranked[line], rate[line], is_member, units[line])
        search.work[0] += 1 + lines // 16
        if opening + np.sum(line_costs) > bound:
            bound, constant = opening + np.sum(line_costs), opening
            best_tangent[:] = tangent
            best_line_costs[:] = line_costs
        if bound > search.best[0] - 1 + SLACK:
            return
        _try_plan(case, members, np.ascontiguousarray(units.T[members]), search)
        loads = np.sum(units * case.supports.load, 0)
    if count == 1:
        bound = max(bound, _bound_single(case, members, bound, rate, search))
    if bound > search.best[0] - 1 + SLACK:
        return
    best_units = np.zeros((count, lines), np.int64)
    nodes_max = min(BRANCHES_PER_SET_MAX, search.work_max - search.work[0])
    if _division_bits(case, members) > DIVISION_BITS_MAX:
        nodes_max = min(nodes_max, BRANCHES_OF_WIDE_SET_MAX)
    best, is_settled, nodes = branch_on_lines(
        case, members, best_tangent, constant, best_line_costs, search.best[0], best_units, nodes_max
    )
    search.work[0] += nodes
    if best < search.best[0]:
        _accept(members, best_units, best, search)
    if not is_settled:
        search.untried[0] = min(search.untried[0], bound)


@compiled
def _division_bits(case: Case, members: Ints) -> float:
    """Binary logarithm of the number of divisions of all lines over the members, at most."""
    bits = 0.0
    for line in range(len(case.lines)):
        ways = 1.0
        for p in members:
            ways *= 1.0 + (case.room[line, p] if case.lines[line].divisible else case.room[line, p] > 0)
        bits += np.log2(ways)
    return bits


@compiled
def _try_plan(case: Case, members: Ints, units: Ints, search: Search) -> None:
    cost = price_plan(case, members, units)
    pricing_work = 1 + len(case.lines) * len(members) // 64
    pricings_max = min(4 * len(case.lines), (search.work_max - search.work[0]) // pricing_work)
    cost, pricings = improve_plan(case, members, units, cost, pricings_max)
    search.work[0] += (1 + pricings) * pricing_work
    if cost < search.best[0]:
        _accept(members, units, cost, search)


@compiled
def _accept(members: Ints, units: Ints, cost: int, search: Search) -> None:
    search.best[0] = cost
    search.units[:] = 0
    for j in range(len(members)):
        search.units[members[j]] = units[j]


@compiled
def _bound_single(case: Case, members: Ints, bound: float, rate: Floats, search: Search) -> float:
    """Bound of the plans of one shipment: the exact price of shipping all it can, or `bound` and one unit less.

    Leaving out one unit (or an indivisible line) costs its backorder instead of its rate.
    """
    p = members[0]
    units = case.room[:, p].copy().reshape((1, len(case.lines)))
    whole = price_plan(case, members, units)
    search.work[0] += 1 + len(case.lines) // 64
    if whole < search.best[0]:
        _accept(members, units, whole, search)
    if case.order[0].ship_complete:
        return float(whole)
    least = np.inf
    for line in range(len(case.lines)):
        if case.room[line, p] > 0:
            extra = case.lines[line].backorder_milli - rate[line, p]
            least = min(least, extra * (1 if case.lines[line].divisible else case.room[line, p]))
    return min(float(whole), bound + max(0.0, least))
