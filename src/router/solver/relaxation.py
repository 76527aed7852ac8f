"""One order as the open-set search sees it, and the bound of a set of options: every line for itself.

With a supporting line in place of each option's freight the lines part: each fills its units from the cheapest
options of the set on, at a `rate` per unit, a cost per line being spread over the units that the option could take.
That filling is optimal for the relaxed cost, hence a lower bound; its units are also a good plan to price exactly.
"""

from typing import Any, NamedTuple

import numpy as np

from router.solver.charges import packing_order
from router.solver.floors import find_floors
from router.solver.groups import move_group, place_group
from router.solver.magnitudes import measure_magnitude
from router.solver.problem import Ints
from router.solver.records import UNREACHED, Array, Records, Tariffs, compiled
from router.solver.supports import HULL, OPEN_CELL, Floats, line_at, slack_of, support_option

IMPOSSIBLE = float(UNREACHED)
"""The bound of a set that holds no valid plan."""


class Case(NamedTuple):
    """One order (an array of length one) with its P options that can ship anything.

    `columns` are their numbers in the problem; `cells` is [L, P] of OPEN_CELL, `usable` [L, K]; `points` [P, H, 2] are
    those of `hulls`; `packing` holds the lines in packing order. The fixed costs of `options` contain their floors. All
    costs are multiples of `grain`: a plan cheaper than another is cheaper by that much. Bounds are right to `slack`.
    `is_capped` says whether terms keep shipments from having much of anything, or charge for it.
    """

    order: Array
    lines: Array
    options: Array
    terms: Array
    tariffs: Tariffs
    columns: Ints
    cells: Array
    hulls: Array
    points: Floats
    usable: Ints
    capacity: Ints
    packing: Ints
    grain: int
    slack: float
    is_capped: bool


@compiled
def open_case(records: Records, number: int) -> Case:
    """Order `number` of the batch."""
    order = records.orders[number]
    lines = records.lines[order.line_start : order.line_start + order.line_count]
    columns = _columns_that_ship(records, number)
    options = np.empty(len(columns), records.options.dtype)
    cells = np.empty((len(lines), len(columns)), OPEN_CELL)
    brackets = 0
    for p in range(len(columns)):
        options[p] = records.options[order.option_start + columns[p]]
        options[p].term_first -= order.term_start
        options[p].term_end -= order.term_start
        brackets = max(brackets, options[p].bracket_last - options[p].bracket_first + 1)
        for line in range(len(lines)):
            cell = records.cells[order.cell_start + line * order.option_count + columns[p]]
            cells[line, p].room = cell.room
            cells[line, p].line_milli = cell.line_milli
            cells[line, p].unit_milli = cell.unit_milli
    hulls = np.empty(len(columns), HULL)
    points = np.zeros((len(columns), 2 * brackets, 2))
    for p in range(len(columns)):
        support_option(options[p], records.tariffs, lines, cells, hulls, points, p)
    terms = records.terms[order.term_start : order.term_start + order.term_count].copy()
    grain = _find_grain(order, lines, options, cells, terms, records.tariffs)
    is_capped = find_floors(options, terms, lines, cells, hulls)
    magnitude = measure_magnitude(records, number)
    for p in range(len(columns)):
        options[p].fixed_milli += hulls[p].floor_milli
        for i in range(hulls[p].count):
            magnitude += max(0.0, -points[p, i, 1])
        magnitude += max(0.0, -float(options[p].fixed_milli))
    usable = records.usable[order.usable_start : order.usable_start + order.line_count * order.node_count]
    return Case(
        records.orders[number : number + 1],
        lines,
        options,
        terms,
        records.tariffs,
        columns,
        cells,
        hulls,
        points,
        usable.reshape((order.line_count, order.node_count)),
        records.capacity[order.node_start : order.node_start + order.node_count],
        packing_order(lines),
        grain,
        slack_of(magnitude),
        is_capped,
    )


@compiled
def without_limits(case: Case) -> Case:
    """The order as if it could ship in part, and shipments of any worth."""
    order = case.order.copy()
    order[0].ship_complete = order[0].value_min_minor = 0
    return Case(
        order, case.lines, case.options, case.terms, case.tariffs, case.columns, case.cells, case.hulls,
        case.points, case.usable, case.capacity, case.packing, case.grain, case.slack, case.is_capped,
    )  # fmt: skip


@compiled
def _columns_that_ship(records: Records, number: int) -> Ints:
    """The options of the order with room for any line."""
    order = records.orders[number]
    columns = np.empty(order.option_count, np.int64)
    count = 0
    for column in range(order.option_count):
        for line in range(order.line_count):
            if records.cells[order.cell_start + line * order.option_count + column].room > 0:
                columns[count] = column
                count += 1
                break
    return columns[:count].copy()


@compiled
def _find_grain(
    order: Any, lines: Array, options: Array, cells: Array, terms: Array, tariffs: Tariffs
) -> int:
    """The greatest common divisor of all that a plan may cost."""
    grain = np.gcd(0, order.split_milli)
    for line in range(len(lines)):
        grain = np.gcd(grain, lines[line].backorder_milli)
        for p in range(len(options)):
            if cells[line, p].room > 0:
                grain = np.gcd(grain, np.gcd(cells[line, p].line_milli, cells[line, p].unit_milli))
    for option in options:
        grain = np.gcd(grain, np.gcd(option.fixed_milli, option.parcel_milli))
        for bracket in range(option.bracket_first, option.bracket_last + 1):
            grain = np.gcd(grain, option.money_weight * tariffs.base_milli[bracket])
            if tariffs.rate_micro[bracket] != 0:
                # Rates are rounded up to whole minor units.
                grain = np.gcd(grain, option.money_weight * 1_000)
    for term in terms:
        grain = np.gcd(grain, 0 if term.forbids else term.milli)
    return max(1, int(grain))


@compiled
def fit_lines(case: Case, members: Ints, loads: Floats, tangent: Floats) -> float:
    """Write the supporting line of member j at its load to `tangent[j]`; returns fixed costs plus all a."""
    total = 0.0
    for j in range(len(members)):
        p = members[j]
        hull = case.hulls[p]
        tangent[j, 0], tangent[j, 1] = line_at(case.points[p], hull.count, hull.many == 1, loads[j])
        total += tangent[j, 0] + case.options[p].fixed_milli
    return total


@compiled
def rate_lines(case: Case, members: Ints, tangent: Floats, rate: Floats, ranked: Ints) -> None:
    """Write the cost per unit of every line in every member, and each line's members by rising cost, then -1."""
    cells, lines = case.cells, case.lines
    for line in range(len(lines)):
        count = 0
        divisible = lines[line].divisible
        for j in range(len(members)):
            cell = cells[line, members[j]]
            if cell.room == 0:
                continue
            share = cell.line_milli / cell.room
            if divisible:
                share = max(share, 0.0)
            cost = cell.unit_milli + tangent[j, 1] * cell.load + share
            rate[line, j] = cost
            place = count
            while place > 0 and rate[line, ranked[line, place - 1]] > cost:
                ranked[line, place] = ranked[line, place - 1]
                place -= 1
            ranked[line, place] = j
            count += 1
        if count < len(members):
            ranked[line, count] = -1


@compiled
def fill_lines(
    case: Case, members: Ints, ranked: Ints, rate: Floats, is_open: Array, costs: Floats, units: Ints
) -> float:
    """Ship every line at its least relaxed cost from the members that are open; returns the sum of the costs.

    Writes each line's to `costs`, and its units to `units[j, line]` unless that array is empty. Units that cost more
    than their backorder stay, unless the order ships complete; IMPOSSIBLE if it cannot. A group goes to one member;
    to `costs` it counts line by line, at what each would cost alone.
    """
    order, lines, cells, options = case.order[0], case.lines, case.cells, case.options
    must_ship = order.ship_complete == 1
    used = np.zeros(order.node_count, np.int64)
    total = 0.0
    units[:] = 0
    for line in range(len(lines)):
        record = lines[line]
        left, cost = record.quantity, 0.0
        if record.leader == line:
            j, cost = place_group(lines, cells, members, rate, is_open, line, must_ship)
            if cost == np.inf:
                return IMPOSSIBLE
            total += cost
            if j >= 0 and len(units) > 0:
                move_group(lines, cells, members, j, line, units)
        if record.leader >= 0:
            costs[line] = _cost_alone(record, line, members, ranked, rate, is_open, must_ship)
            continue
        if record.divisible:
            used[:] = 0
        for place in range(len(members)):
            j = ranked[line, place]
            if j < 0 or (left == 0 and not record.has_credit):
                break
            if not is_open[j]:
                continue
            p = members[j]
            if record.has_credit:
                # One unit would earn it, wherever the others go; `rate` leaves it out.
                cost += min(cells[line, p].line_milli, 0)
            if rate[line, j] >= record.backorder_milli and not must_ship:
                continue
            taken = left
            if record.divisible:
                node = options[p].node
                # What terms or weights leave an option of its node's stock, another shipment may take beside it.
                taken = max(0, min(left, cells[line, p].room, case.usable[line, node] - used[node]))
                used[node] += taken
            cost += taken * rate[line, j]
            left -= taken
            if len(units) > 0:
                units[j, line] = taken
        if left > 0 and must_ship:
            return IMPOSSIBLE
        costs[line] = cost + left * record.backorder_milli
        total += costs[line]
    return total


@compiled
def _cost_alone(
    record: Any, line: int, members: Ints, ranked: Ints, rate: Floats, is_open: Array, must_ship: bool
) -> float:
    """The least relaxed cost of a whole line, wherever others of its group go."""
    for place in range(len(members)):
        j = ranked[line, place]
        if j < 0:
            break
        if is_open[j] and (must_ship or rate[line, j] < record.backorder_milli):
            return float(record.quantity * rate[line, j])
    return float(record.quantity * record.backorder_milli)
