"""The records of a batch, and of each line how many units each option has room for.

Stock, bans, capacity and whole lines set the room; so do groups that an option cannot take whole, and kinds of
shipment that a line would make of it even alone. Where there is no room no method looks any further.
"""

from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from router.solver.problem import UNLIMITED, Bools, Ints, OrderProblems
from router.solver.records import (
    CELL,
    LINE,
    LINES_METRIC,
    OPTION,
    ORDER,
    Array,
    Records,
    compiled,
    inlined,
    plain,
    tariffs_of,
    term_records,
)


class Given(NamedTuple):
    """The fields of `OrderProblems` that become fields of records, and where the brackets of each rate row begin."""

    line_start: Ints
    node_start: Ints
    option_start: Ints
    usable_start: Ints
    cell_start: Ints
    term_start: Ints
    quantity: Ints
    unit_weight: Ints
    unit_volume: Ints
    unit_value_minor: Ints
    backorder_milli: Ints
    divisible: Bools
    together: Ints
    metric: Ints
    option_node: Ints
    row: Ints
    fixed_milli: Ints
    parcel_milli: Ints
    weight_max: Ints
    volume_max: Ints
    dim_divisor: Ints
    dim_volume_min: Ints
    allowed: Bools
    line_milli: Ints
    unit_milli: Ints
    term_option: Ints
    money_weight: Ints
    split_milli: Ints
    shipments_max: Ints
    value_min_minor: Ints
    ship_complete: Bools
    bracket_start: Ints


_READ = attrgetter(*Given._fields[:-1])


def records_of(problems: OrderProblems) -> Records:
    """The records of a batch."""
    fields = (*_READ(problems), problems.brackets.row_start)
    given = Given._make(map(plain, fields))
    records = Records(
        orders=np.empty(len(problems), ORDER),
        lines=np.empty(len(problems.quantity), LINE),
        options=np.empty(len(problems.row), OPTION),
        cells=np.empty(len(problems.allowed), CELL),
        usable=plain(problems.usable),
        capacity=plain(problems.capacity),
        terms=term_records(problems),
        tariffs=tariffs_of(problems.brackets),
    )
    _fill(records, given)
    if (problems.together >= 0).any():
        _find_groups(records, given.together)
    if len(records.terms):
        _bar_forbidden_lines(records)
    return records


@compiled
def _fill(records: Records, given: Given) -> None:
    for number in range(len(records.orders)):
        _fill_order(records.orders[number], given, number)
        order = records.orders[number]
        for option in range(order.option_start, order.option_start + order.option_count):
            _fill_option(records.options[option], given, option)
            records.options[option].money_weight = given.money_weight[number]
        _find_terms(records, given, number)
        for line in range(order.line_start, order.line_start + order.line_count):
            _fill_line(records.lines[line], given, line)
        _fill_cells(records, given, order)


@inlined
def _fill_order(order: Any, given: Given, number: int) -> None:
    order.line_start = given.line_start[number]
    order.line_count = given.line_start[number + 1] - order.line_start
    order.node_start = given.node_start[number]
    order.node_count = given.node_start[number + 1] - order.node_start
    order.option_start = given.option_start[number]
    order.option_count = given.option_start[number + 1] - order.option_start
    order.usable_start = given.usable_start[number]
    order.cell_start = given.cell_start[number]
    order.term_start = given.term_start[number]
    order.term_count = given.term_start[number + 1] - order.term_start
    order.has_groups = 0
    order.split_milli = given.split_milli[number]
    order.shipments_max = given.shipments_max[number]
    order.value_min_minor = given.value_min_minor[number]
    order.ship_complete = given.ship_complete[number]


@inlined
def _fill_line(line: Any, given: Given, number: int) -> None:
    """A line that no group has as its leader yet. One of a single unit counts as indivisible."""
    line.quantity = given.quantity[number]
    line.unit_weight = given.unit_weight[number]
    line.unit_volume = given.unit_volume[number]
    line.unit_value_minor = given.unit_value_minor[number]
    line.backorder_milli = given.backorder_milli[number]
    line.divisible = given.divisible[number] and given.quantity[number] > 1 and given.together[number] < 0
    line.leader = -1
    for metric in range(given.metric.shape[1]):
        line.metric[metric] = given.metric[number, metric]


@inlined
def _fill_option(option: Any, given: Given, number: int) -> None:
    """An option of which no term is known yet."""
    row = given.row[number]
    option.node = given.option_node[number]
    option.bracket_first = given.bracket_start[row]
    option.bracket_last = given.bracket_start[row + 1] - 1
    option.term_first = 0
    option.term_end = 0
    option.fixed_milli = given.fixed_milli[number]
    option.parcel_milli = given.parcel_milli[number]
    option.weight_max = given.weight_max[number]
    option.volume_max = given.volume_max[number]
    option.dim_divisor = given.dim_divisor[number]
    option.dim_volume_min = given.dim_volume_min[number]


@inlined
def _find_terms(records: Records, given: Given, number: int) -> None:
    """Tell the options of an order which terms are theirs; terms rise by option."""
    order = records.orders[number]
    term, end = order.term_start, order.term_start + order.term_count
    for column in range(order.option_count if len(records.terms) else 0):
        option = records.options[order.option_start + column]
        option.term_first = term
        while term < end and given.term_option[term] == column:
            term += 1
        option.term_end = term


@inlined
def _fill_cells(records: Records, given: Given, order: Any) -> None:
    """The cells of an order's lines: what a line costs, and how many of its units the option has room for.

    Places have no sign: of a signed one numba asks whether it counts from the end.
    """
    first, node_start = np.uintp(order.option_start), np.uintp(order.node_start)
    last, nodes = first + np.uintp(order.option_count), np.uintp(order.node_count)
    cell, usable = np.uintp(order.cell_start), np.uintp(order.usable_start)
    for number in range(order.line_start, order.line_start + order.line_count):
        line = records.lines[number]
        quantity, is_divisible = line.quantity, line.divisible
        least = 1 if is_divisible else quantity
        has_credit = False
        for option in range(first, last):
            node = np.uintp(given.option_node[option])
            room = records.usable[usable + node]
            if not given.allowed[cell] or records.capacity[node_start + node] <= 0 or room < least:
                room = 0
            line_milli = given.line_milli[cell]
            into = records.cells[cell]
            into.room = min(room, quantity)
            into.line_milli = line_milli
            into.unit_milli = given.unit_milli[cell]
            has_credit |= room > 0 and line_milli < 0
            cell += np.uintp(1)
        line.has_credit = has_credit and is_divisible
        usable += nodes


@compiled
def _find_groups(records: Records, together: Ints) -> None:
    """Name the leaders, and take all room from groups that an option cannot take whole."""
    for order in records.orders:
        lines = records.lines[order.line_start : order.line_start + order.line_count]
        for row in range(order.line_count):
            number = together[order.line_start + row]
            for other in range(row):
                if number >= 0 and together[order.line_start + other] == number:
                    lines[other].leader = lines[row].leader = other
                    order.has_groups = 1
                    break
        if order.has_groups:
            for column in range(order.option_count):
                for leader in range(order.line_count):
                    if lines[leader].leader == leader and not has_room(records, order, lines, leader, column):
                        take_room(records, order, lines, leader, column)


@compiled
def has_room(records: Records, order: Any, lines: Array, leader: int, column: int) -> bool:
    """Whether the option can take every line of a group."""
    for row in range(leader, order.line_count):
        cell = records.cells[order.cell_start + row * order.option_count + column]
        if lines[row].leader == leader and cell.room == 0:
            return False
    return True


@compiled
def take_room(records: Records, order: Any, lines: Array, leader: int, column: int) -> None:
    for row in range(leader, order.line_count):
        if lines[row].leader == leader:
            records.cells[order.cell_start + row * order.option_count + column].room = 0


@compiled
def _bar_forbidden_lines(records: Records) -> None:
    """Take the room that no plan could use: where a line's units alone are more than a term lets its option ship."""
    for order in records.orders:
        lines = records.lines[order.line_start : order.line_start + order.line_count]
        for column in range(order.option_count):
            option = records.options[order.option_start + column]
            for number in range(option.term_first, option.term_end):
                term = records.terms[number]
                if term.forbids and has_no_ceiling(term):
                    for row in range(order.line_count):
                        _bar_line(records, order, lines, row, column, term)


@inlined
def has_no_ceiling(term: Any) -> bool:
    """Whether a shipment that lies in the term's box stays in it whatever is added."""
    is_open = True
    for metric in range(len(term.high)):
        is_open = is_open and term.high[metric] >= UNLIMITED
    return is_open


@compiled
def _bar_line(records: Records, order: Any, lines: Array, row: int, column: int, term: Any) -> None:
    line = lines[row]
    cell = records.cells[order.cell_start + row * order.option_count + column]
    if line.leader >= 0:
        if line.leader == row and _group_reaches(lines, row, term):
            take_room(records, order, lines, row, column)
        return
    units_min = 1
    for metric in range(len(term.low)):
        low, each = term.low[metric], line.metric[metric]
        if low <= 0:
            continue
        if each == 0 or (metric == LINES_METRIC and each < low):
            return
        if metric != LINES_METRIC:
            units_min = max(units_min, (low + each - 1) // each)
    if units_min <= cell.room:
        cell.room = units_min - 1 if line.divisible else 0


@compiled
def _group_reaches(lines: Array, leader: int, term: Any) -> bool:
    for metric in range(len(term.low)):
        total = 0
        for row in range(leader, len(lines)):
            if lines[row].leader == leader:
                units = 1 if metric == LINES_METRIC else lines[row].quantity
                total += units * lines[row].metric[metric]
        if total < term.low[metric]:
            return False
    return True
