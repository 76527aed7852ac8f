"""The records of a batch, and of each line how many units each option has room for.

Stock, bans, capacity and whole lines set the room; so do groups that an option cannot take whole, and kinds of
shipment that a line would make of it even alone. Where there is no room no method looks any further.
"""

from typing import Any

import numpy as np

from router.solver.problem import UNLIMITED, Ints, OrderProblems
from router.solver.records import (
    CELL,
    LINES_METRIC,
    ORDER,
    Array,
    Records,
    compiled,
    inlined,
    line_records,
    option_records,
    plain,
    tariffs_of,
    term_records,
)


def records_of(problems: OrderProblems) -> Records:
    """The records of a batch."""
    orders = np.zeros(len(problems), ORDER)
    for name in ("line", "node", "option"):
        starts = getattr(problems, f"{name}_start")
        orders[f"{name}_start"], orders[f"{name}_count"] = starts[:-1], np.diff(starts)
    orders["usable_start"], orders["cell_start"] = problems.usable_start[:-1], problems.cell_start[:-1]
    if len(problems.term_option):
        orders["term_start"], orders["term_count"] = problems.term_start[:-1], np.diff(problems.term_start)
    for name in ("split_milli", "shipments_max", "value_min_minor", "ship_complete"):
        orders[name] = getattr(problems, name)
    cells = np.empty(len(problems.allowed), CELL)
    cells["line_milli"], cells["unit_milli"] = problems.line_milli, problems.unit_milli
    records = Records(
        orders=orders,
        lines=line_records(problems),
        options=option_records(problems),
        cells=cells,
        usable=plain(problems.usable),
        capacity=plain(problems.capacity),
        terms=term_records(problems),
        tariffs=tariffs_of(problems.brackets),
    )
    _fill_room(records, plain(problems.allowed))
    if (problems.together >= 0).any():
        _find_groups(records, plain(problems.together))
    if len(records.terms):
        _bar_forbidden_lines(records)
    return records


@compiled
def _fill_room(records: Records, allowed: Array) -> None:
    for order in records.orders:
        for row in range(order.line_count):
            line = records.lines[order.line_start + row]
            for column in range(order.option_count):
                node = records.options[order.option_start + column].node
                cell = order.cell_start + row * order.option_count + column
                room = records.usable[order.usable_start + row * order.node_count + node]
                if not allowed[cell] or records.capacity[order.node_start + node] <= 0:
                    room = 0
                if not line.divisible and room < line.quantity:
                    room = 0
                records.cells[cell].room = min(room, line.quantity)
                if line.divisible and room > 0 and records.cells[cell].line_milli < 0:
                    line.has_credit = 1


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
