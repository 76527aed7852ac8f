"""A joint problem as compiled code reads it, and how one order looks in it at given prices and with what is left.

The records of an order are written anew for every question: a unit of a cell costs its own price and those of the rows
it draws on, and there is room only for what the rows have left. So each one-order kernel answers for the wave as it is.
"""

from typing import NamedTuple

import numpy as np

from router.solver.open_sets import search_sets
from router.solver.problem import Ints
from router.solver.records import Array, Records, compiled
from router.solver.rooms import has_room, records_of, take_room
from router.solver.wave.portion_table import ENTRIES_MAX, PortionTable, find_in_table, make_table
from router.solver.wave.portions import find_portions
from router.solver.wave.problem import NO_ROW, JointProblem
from router.solver.wave.tolls import Tolls, no_tolls, toll_paid


class Field(NamedTuple):
    """The orders' records, as last written, beside what they are without prices and with all rows untouched.

    `entry_start` [O + 1]: where the entries of each order's plan begin; an entry is a cell of the order and its units.
    """

    records: Records
    cells: Array
    fixed_milli: Ints
    usable: Ints
    capacity: Ints
    draw_start: Ints
    draw_row: Ints
    draw_units: Ints
    slot_row: Ints
    limit: Ints
    entry_start: Ints
    search_work_max: int
    tolls: Tolls
    table: PortionTable


class Plans(NamedTuple):
    """One plan of each order: entries (cell, units) from its entry start on, their count, and the plan's own cost."""

    cell: Ints
    units: Ints
    size: Ints  # [O]
    cost_milli: Ints  # [O]


def open_field(problem: JointProblem, search_work_max: int) -> Field:
    """Everything at its own cost and with all rows as full as they are."""
    orders, records = problem.orders, records_of(problem.orders)
    draws = (array.astype(np.int64) for array in (problem.draw_start, problem.draw_row, problem.draw_units))
    tolls = no_tolls(*draws, row_count=len(problem.limit), order_count=len(orders))
    # These two are the problem's own arrays; what is written anew for every question must not change the question.
    records = records._replace(usable=records.usable.copy(), capacity=records.capacity.copy())
    pieces = np.where(records.lines["divisible"] > 0, orders.quantity, 1)
    of_line = np.repeat(np.arange(len(orders)), np.diff(orders.line_start))
    entries = np.bincount(of_line, weights=pieces, minlength=len(orders)).astype(np.int64)
    return Field(
        records=records,
        cells=records.cells.copy(),
        fixed_milli=records.options["fixed_milli"].copy(),
        usable=records.usable.copy(),
        capacity=records.capacity.copy(),
        draw_start=tolls.draw_start,
        draw_row=tolls.draw_row,
        draw_units=tolls.draw_units,
        slot_row=problem.slot_row.astype(np.int64),
        limit=problem.limit.astype(np.int64),
        entry_start=np.concatenate(([0], np.cumsum(entries))).astype(np.int64),
        search_work_max=search_work_max,
        tolls=tolls,
        table=make_table(records, ENTRIES_MAX),
    )


def no_plans(field: Field) -> Plans:
    """Nothing shipped, and no cost stated yet."""
    count = len(field.records.orders)
    entries = int(field.entry_start[-1])
    return Plans(
        np.zeros(entries, np.int64),
        np.zeros(entries, np.int64),
        np.zeros(count, np.int64),
        np.zeros(count, np.int64),
    )


@compiled
def show_order(field: Field, number: int, price: Ints, left: Ints) -> None:
    """Write the order's records for these prices of the rows and what is left of them.

    Of orders in the table only what is usable, which is all that it asks.
    """
    _show_usable(field, number, left)
    if not field.table.is_inside[number]:
        _show_costs(field, number, price)


@compiled
def _show_usable(field: Field, number: int, left: Ints) -> None:
    records, order = field.records, field.records.orders[number]
    for node in range(order.node_count):
        row = field.slot_row[order.node_start + node]
        capacity = field.capacity[order.node_start + node]
        records.capacity[order.node_start + node] = (
            capacity if row == NO_ROW else min(capacity, max(0, left[row]))
        )
    for line in range(order.line_count):
        record = records.lines[order.line_start + line]
        is_whole = not record.divisible
        for node in range(order.node_count):
            usable = order.usable_start + line * order.node_count + node
            units = field.usable[usable]
            if units == 0:
                continue
            for draw in range(field.draw_start[usable], field.draw_start[usable + 1]):
                units = min(units, max(0, left[field.draw_row[draw]]) // field.draw_units[draw])
            if records.capacity[order.node_start + node] <= 0 or (is_whole and units < record.quantity):
                units = 0
            records.usable[usable] = units


@compiled
def _show_costs(field: Field, number: int, price: Ints) -> None:
    records, order = field.records, field.records.orders[number]
    for column in range(order.option_count):
        place = order.option_start + column
        row = field.slot_row[order.node_start + records.options[place].node]
        records.options[place].fixed_milli = field.fixed_milli[place] + (0 if row == NO_ROW else price[row])
    for line in range(order.line_count):
        for column in range(order.option_count):
            place = order.cell_start + line * order.option_count + column
            room = field.cells[place].room
            if room == 0:
                continue
            usable = (
                order.usable_start
                + line * order.node_count
                + records.options[order.option_start + column].node
            )
            milli = field.cells[place].unit_milli
            for draw in range(field.draw_start[usable], field.draw_start[usable + 1]):
                milli += price[field.draw_row[draw]] * field.draw_units[draw]
            records.cells[place].unit_milli = milli
            records.cells[place].room = min(room, records.usable[usable])
    if order.has_groups:
        lines = records.lines[order.line_start : order.line_start + order.line_count]
        for column in range(order.option_count):
            for leader in range(order.line_count):
                if lines[leader].leader == leader and not has_room(records, order, lines, leader, column):
                    take_room(records, order, lines, leader, column)


@compiled
def solve_shown(field: Field, number: int, price: Ints, plans: Plans) -> tuple[int, int, int]:
    """Best plan of the order as shown for these prices, into `plans` without its cost; priced cost, its bound, work.

    Tolls count for the choice and in the bound, not in the priced cost. The open sets do not know them: what they
    prove holds without, and so with them.
    """
    first = field.entry_start[number]
    cells, units = plans.cell[first:], plans.units[first:]
    is_found = field.table.is_inside[number]
    if is_found:
        cost, count, work = find_in_table(
            field.table, field.records, number, price, field.slot_row, field.tolls, cells, units
        )
    else:
        is_found, cost, count, work = find_portions(field.records, number, cells, units, field.tolls)
    if is_found:
        plans.size[number] = count
        toll = toll_paid(field.tolls, field.records, number, cells, units, count)
        return cost - toll, cost, work
    cost, bound, work, shipped, columns, _ = search_sets(field.records, number, field.search_work_max)
    order = field.records.orders[number]
    count = 0
    for p in range(len(columns)):
        for line in range(order.line_count):
            if shipped[p, line] > 0:
                cells[count] = line * order.option_count + columns[p]
                units[count] = shipped[p, line]
                count += 1
    plans.size[number] = count
    return cost, bound, work


@compiled
def take(field: Field, number: int, plans: Plans, left: Ints, sign: int) -> None:
    """Take what the order's plan uses from what is left of the rows; with sign -1 give it back."""
    order = field.records.orders[number]
    first = field.entry_start[number]
    for entry in range(first, first + plans.size[number]):
        line, column = divmod(plans.cell[entry], order.option_count)
        node = field.records.options[order.option_start + column].node
        usable = order.usable_start + line * order.node_count + node
        for draw in range(field.draw_start[usable], field.draw_start[usable + 1]):
            left[field.draw_row[draw]] -= sign * plans.units[entry] * field.draw_units[draw]
        if field.slot_row[order.node_start + node] != NO_ROW and is_first_of_option(
            order.option_count, plans, first, entry
        ):
            left[field.slot_row[order.node_start + node]] -= sign


@compiled
def is_first_of_option(option_count: int, plans: Plans, first: int, entry: int) -> bool:
    """Whether no entry of the plan before this one is of the same option."""
    is_first = True
    for before in range(first, entry):
        is_first = is_first and plans.cell[before] % option_count != plans.cell[entry] % option_count
    return is_first


@compiled
def worth(field: Field, number: int, plans: Plans, price: Ints) -> int:
    """What the rows that the plan uses are worth at these prices."""
    order = field.records.orders[number]
    first, total = field.entry_start[number], 0
    for entry in range(first, first + plans.size[number]):
        line, column = divmod(plans.cell[entry], order.option_count)
        node = field.records.options[order.option_start + column].node
        usable = order.usable_start + line * order.node_count + node
        for draw in range(field.draw_start[usable], field.draw_start[usable + 1]):
            total += price[field.draw_row[draw]] * plans.units[entry] * field.draw_units[draw]
        if field.slot_row[order.node_start + node] != NO_ROW and is_first_of_option(
            order.option_count, plans, first, entry
        ):
            total += price[field.slot_row[order.node_start + node]]
    return total
