"""One order as the open-set search sees it, and the bound of a set of options: every line for itself.

With a supporting line in place of each option's freight the lines part: each fills its units from the cheapest
options of the set on, at `rate` per unit, a cost per line being spread over the units that the option could take.
That filling is optimal for the relaxed cost, hence a lower bound; its units are also a good plan to price exactly.
"""

from typing import NamedTuple

import numpy as np

from router.solver.charges import packing_order
from router.solver.problem import Ints
from router.solver.records import Array, Records, Tariffs, compiled
from router.solver.supports import Floats, Supports, build_supports, line_at

IMPOSSIBLE = 1e18
"""The bound of a set that holds no valid plan."""


class Case(NamedTuple):
    """One order (an array of length one) with its P options that can ship anything.

    `columns` are their numbers in the problem; `room`, `line_milli`, `unit_milli` are [L, P]; `usable` is [L, K];
    `packing` holds the lines in packing order. `has_credit` marks divisible lines with a negative cost per line
    somewhere. `used` [K] is scratch memory.
    """

    order: Array
    lines: Array
    options: Array
    tariffs: Tariffs
    columns: Ints
    room: Ints
    line_milli: Ints
    unit_milli: Ints
    usable: Ints
    capacity: Ints
    packing: Ints
    supports: Supports
    has_credit: Array
    used: Ints


@compiled
def open_case(records: Records, number: int) -> Case:
    """Order `number` of the batch."""
    order = records.orders[number]
    lines = records.lines[order.line_start : order.line_start + order.line_count]
    shape = (order.line_count, order.option_count)
    cells = records.cells[order.cell_start : order.cell_start + shape[0] * shape[1]]
    alive = np.zeros(order.option_count, np.bool_)
    for cell in range(len(cells)):
        if cells[cell].room > 0:
            alive[cell % order.option_count] = True
    columns = np.nonzero(alive)[0]
    cell_numbers = np.empty((3, len(lines), len(columns)), np.int64)
    for line in range(len(lines)):
        for p in range(len(columns)):
            cell_of = cells[line * order.option_count + columns[p]]
            cell_numbers[0, line, p] = cell_of.room
            cell_numbers[1, line, p] = cell_of.line_milli
            cell_numbers[2, line, p] = cell_of.unit_milli
    has_credit = np.zeros(len(lines), np.bool_)
    for line in range(len(lines)):
        for p in range(len(columns)):
            credits = cell_numbers[0, line, p] > 0 and cell_numbers[1, line, p] < 0
            has_credit[line] |= lines[line].divisible == 1 and credits
    options = records.options[order.option_start : order.option_start + order.option_count][columns]
    usable = records.usable[order.usable_start : order.usable_start + order.line_count * order.node_count]
    return Case(
        records.orders[number : number + 1],
        lines,
        options,
        records.tariffs,
        columns,
        cell_numbers[0],
        cell_numbers[1],
        cell_numbers[2],
        usable.reshape((order.line_count, order.node_count)),
        records.capacity[order.node_start : order.node_start + order.node_count],
        packing_order(lines),
        build_supports(records, order, lines, columns, cell_numbers[0]),
        has_credit,
        np.zeros(order.node_count, np.int64),
    )


@compiled
def tangents(case: Case, members: Ints, loads: Floats, tangent: Floats) -> float:
    """Write the supporting lines of the members at their loads to `tangent[p]`; returns fixed costs plus all a."""
    supports = case.supports
    total = 0.0
    for p in members:
        count = supports.count[p]
        a, b = line_at(supports.x[p], supports.y[p], count, supports.many[p], loads[p])
        tangent[p, 0], tangent[p, 1] = a, b
        total += a + case.options[p].fixed_milli
    return total


@compiled
def rate_lines(case: Case, members: Ints, tangent: Floats, rate: Floats, ranked: Ints) -> None:
    """Write the cost per unit of every line in every member, and the members of each line by rising cost."""
    for line in range(len(case.lines)):
        count = 0
        for p in members:
            room = case.room[line, p]
            if room == 0:
                continue
            share = case.line_milli[line, p] / room
            if case.lines[line].divisible:
                share = max(share, 0.0)
            cost = case.unit_milli[line, p] + tangent[p, 1] * case.supports.load[line, p] + share
            rate[line, p] = cost
            place = count
            while place > 0 and rate[line, ranked[line, place - 1]] > cost:
                ranked[line, place] = ranked[line, place - 1]
                place -= 1
            ranked[line, place] = p
            count += 1
        if count < ranked.shape[1]:
            ranked[line, count] = -1


@compiled
def fill_line(case: Case, line: int, ranked: Ints, rate: Floats, is_member: Array, units: Ints) -> float:
    """Least relaxed cost of one line in the members among `ranked`; adds its units to `units[p]`.

    Units that cost more than their backorder stay, unless the order ships complete.
    """
    record, used = case.lines[line], case.used
    left, cost = record.quantity, 0.0
    must_ship = case.order[0].ship_complete == 1
    used[:] = 0
    for p in ranked:
        if p < 0 or (left == 0 and not case.has_credit[line]):
            break
        if not is_member[p]:
            continue
        if case.has_credit[line]:
            # One unit would earn it, wherever the others go; `rate` leaves it out.
            cost += min(case.line_milli[line, p], 0)
        if rate[p] >= record.backorder_milli and not must_ship:
            continue
        node = case.options[p].node
        taken = min(left, case.room[line, p] - (used[node] if record.divisible else 0))
        if taken > 0:
            cost += taken * rate[p]
            left -= taken
            used[node] += taken
            units[p] += taken
    if left > 0 and must_ship:
        return IMPOSSIBLE
    return cost + left * record.backorder_milli
