"""What each portion costs at each node while rows cost nothing and nothing is taken of them, kept for all questions.

Prices of rows add to it so much for each unit and each shipment, whichever option ships; what is taken of the rows bars
portions, whichever option would ship. So the cheapest option of a portion never changes, and each question adds up
prices instead of charging freight again. Two shipments of one node are compared with one when the table is made, which
holds for all prices for the same reason, and for whatever is left: it bars portions of both alike.
"""

from typing import NamedTuple

import numpy as np

from router.solver.charges import packing_order
from router.solver.problem import Bools, Ints
from router.solver.records import UNREACHED, Array, Records, compiled
from router.solver.wave.portion_division import divide
from router.solver.wave.portion_numbers import (
    count_portions,
    find_torn,
    measure_portions,
    number_portions,
    sum_portions,
)
from router.solver.wave.portion_prices import price_nodes
from router.solver.wave.problem import NO_ROW
from router.solver.wave.tolls import Tolls, add_tolls

ENTRIES_MAX = 1 << 25
"""Orders beyond so many entries, 16 bytes each, are priced at each question."""


class PortionTable(NamedTuple):
    """Order o has its nodes' portions at start[o] : start[o + 1], node by node, if it is inside."""

    is_inside: Bools  # [O]
    start: Ints  # [O + 1]
    price: Ints
    option: Ints


@compiled
def make_table(records: Records, entries_max: int) -> PortionTable:
    """Of the orders inside the method of portions, as far as there is room."""
    start = np.zeros(len(records.orders) + 1, np.int64)
    is_inside = np.zeros(len(records.orders), np.bool_)
    for number in range(len(records.orders)):
        order = records.orders[number]
        lines = records.lines[order.line_start : order.line_start + order.line_count]
        entries = count_portions(lines) * order.node_count
        is_inside[number] = entries > 0 and start[number] + entries <= entries_max
        start[number + 1] = start[number] + (entries if is_inside[number] else 0)
    price, option = np.empty(start[-1], np.int64), np.zeros(start[-1], np.int64)
    for number in range(len(records.orders)):
        if is_inside[number]:
            entries = slice(start[number], start[number + 1])
            is_inside[number] = _fill(records, number, price[entries], option[entries])
    return PortionTable(is_inside, start, price, option)


@compiled
def _fill(records: Records, number: int, price: Ints, option: Ints) -> bool:
    order = records.orders[number]
    lines = records.lines[order.line_start : order.line_start + order.line_count]
    shape = order.node_count, len(price) // order.node_count
    code, stride = number_portions(lines, shape[1])
    sums = sum_portions(lines, stride, shape[1])
    metrics = measure_portions(lines, stride, shape[1]) if order.term_count else np.empty((0, 0), np.int64)
    torn = find_torn(lines, code, shape[1]) if order.has_groups else np.zeros(0, np.bool_)
    rank, held = packing_order(lines), np.zeros(order.node_count, np.bool_)
    by_node, option_by_node = price.reshape(shape), option.reshape(shape)
    priced = price_nodes(
        records, number, lines, stride, sums, metrics, torn, rank, by_node, option_by_node, held
    )
    return priced >= 0


@compiled
def find_in_table(
    table: PortionTable,
    records: Records,
    number: int,
    price: Ints,
    slot_row: Ints,
    tolls: Tolls,
    cell: Ints,
    units: Ints,
) -> tuple[int, int, int]:
    """Like `find_portions` for an order inside, of which the records show what is usable, not what it costs."""
    order = records.orders[number]
    lines = records.lines[order.line_start : order.line_start + order.line_count]
    entries = slice(table.start[number], table.start[number + 1])
    shape = order.node_count, (table.start[number + 1] - table.start[number]) // order.node_count
    base, option = table.price[entries].reshape(shape), table.option[entries].reshape(shape)
    code, stride = number_portions(lines, shape[1])
    sums = sum_portions(lines, stride, shape[1])
    step, last_units = _count_last(lines, stride, sums)
    priced, held = np.empty(shape, np.int64), np.zeros(order.node_count, np.bool_)
    milli, worth = np.zeros(len(lines), np.int64), np.empty(shape[1], np.int64)
    for node in range(order.node_count):
        priced[node] = UNREACHED
        if records.capacity[order.node_start + node] <= 0:
            continue
        row = slot_row[order.node_start + node]
        worth[0] = 0 if row == NO_ROW else price[row]
        for line in range(len(lines)):
            usable = order.usable_start + line * order.node_count + node
            milli[line] = 0
            for draw in range(tolls.draw_start[usable], tolls.draw_start[usable + 1]):
                milli[line] += price[tolls.draw_row[draw]] * tolls.draw_units[draw] * step[line]
        for portion in range(1, shape[1]):
            line = sums[4, portion]
            before = worth[portion - stride[line]]
            usable = order.usable_start + line * order.node_count + node
            if before == UNREACHED or last_units[portion] > records.usable[usable]:
                worth[portion] = UNREACHED
                continue
            worth[portion] = before + milli[line]
            if base[node, portion] < UNREACHED:
                priced[node, portion] = base[node, portion] + worth[portion]
                held[node] = True
    add_tolls(tolls, order, number, lines, stride, sums, priced)
    cost, count, steps = divide(records, number, lines, code, stride, sums, priced, option, held, cell, units)
    return cost, count, steps + shape[0] * shape[1]


@compiled
def _count_last(lines: Array, stride: Ints, sums: Ints) -> tuple[Ints, Ints]:
    """Units of a piece of each line, and units of each portion's last line."""
    step, units = np.empty(len(lines), np.int64), np.zeros(sums.shape[1], np.int64)
    for line in range(len(lines)):
        step[line] = 1 if lines[line].divisible else lines[line].quantity
    for portion in range(1, sums.shape[1]):
        line = sums[4, portion]
        units[portion] = portion // stride[line] * step[line]
    return step, units
