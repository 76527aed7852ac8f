"""What the prices of cuts add to an order's portions: a cut looks at what one node ships, a portion is shipped by one.

The cut of number c counts, of one order, floor((units taken of its rows + 1 if the order is a member) * numerator /
denominator); its price is paid for each count. See `cuts.py` for which cuts there are.
"""

from typing import Any, NamedTuple

import numpy as np

from router.solver.problem import Ints
from router.solver.records import UNREACHED, Array, Records, compiled

CUTS_MET_MAX = 512
"""LIMIT: cuts that one node of one order can meet; the prices of more are not charged, which proves a little less."""


class Tolls(NamedTuple):
    """C cuts with their prices: row r is in the cuts cut_of_row[row_start[r] : row_start[r + 1]], orders likewise."""

    draw_start: Ints
    draw_row: Ints
    draw_units: Ints
    row_start: Ints  # [R + 1]
    cut_of_row: Ints
    member_start: Ints  # [O + 1]
    cut_of_member: Ints
    numerator: Ints  # [C]
    denominator: Ints  # [C]
    price: Ints  # [C] >= 0


@compiled
def add_tolls(
    tolls: Tolls, order: Any, number: int, lines: Array, stride: Ints, sums: Ints, price: Ints
) -> None:
    """Add to the price [node, portion] of every portion what the cuts charge for it."""
    if len(tolls.price) == 0:
        return
    met = np.empty(CUTS_MET_MAX, np.int64)
    weight = np.empty((CUTS_MET_MAX, len(lines)), np.int64)
    taken = np.zeros(price.shape[1], np.int64)
    for node in range(order.node_count):
        count = meet_cuts(tolls, order, node, len(lines), met, weight)
        for place in range(count):
            cut = met[place]
            extra = is_member(tolls, number, cut)
            for portion in range(1, len(taken)):
                line = sums[4, portion]
                step = 1 if lines[line].divisible else lines[line].quantity
                taken[portion] = taken[portion - stride[line]] + step * weight[place, line]
                if price[node, portion] < UNREACHED:
                    counted = (taken[portion] + extra) * tolls.numerator[cut] // tolls.denominator[cut]
                    price[node, portion] += counted * tolls.price[cut]


@compiled
def meet_cuts(tolls: Tolls, order: Any, node: int, line_count: int, met: Ints, weight: Ints) -> int:
    """The priced cuts that the order's lines at a node draw on, and what a unit of each line counts in them."""
    count = 0
    for line in range(line_count):
        usable = order.usable_start + line * order.node_count + node
        for draw in range(tolls.draw_start[usable], tolls.draw_start[usable + 1]):
            row = tolls.draw_row[draw]
            for at in range(tolls.row_start[row], tolls.row_start[row + 1]):
                cut = tolls.cut_of_row[at]
                if tolls.price[cut] == 0:
                    continue
                place = 0
                while place < count and met[place] != cut:
                    place += 1
                if place == CUTS_MET_MAX:
                    continue
                if place == count:
                    met[place] = cut
                    weight[place] = 0
                    count += 1
                weight[place, line] += tolls.draw_units[draw]
    return count


@compiled
def is_member(tolls: Tolls, number: int, cut: int) -> int:
    """1 if the order is a member of the cut, else 0."""
    for at in range(tolls.member_start[number], tolls.member_start[number + 1]):
        if tolls.cut_of_member[at] == cut:
            return 1
    return 0


@compiled
def toll_paid(tolls: Tolls, records: Records, number: int, cell: Ints, units: Ints, count: int) -> int:
    """What the cuts charge for the plan that has the first `count` entries."""
    if len(tolls.price) == 0:
        return 0
    order = records.orders[number]
    met = np.empty(CUTS_MET_MAX, np.int64)
    weight = np.empty((CUTS_MET_MAX, order.line_count), np.int64)
    paid = 0
    for node in range(order.node_count):
        for place in range(meet_cuts(tolls, order, node, order.line_count, met, weight)):
            cut = met[place]
            taken = is_member(tolls, number, cut)
            for entry in range(count):
                line, column = divmod(cell[entry], order.option_count)
                if records.options[order.option_start + column].node == node:
                    taken += units[entry] * weight[place, line]
            paid += taken * tolls.numerator[cut] // tolls.denominator[cut] * tolls.price[cut]
    return paid


def no_tolls(
    draw_start: Ints, draw_row: Ints, draw_units: Ints, *, row_count: int, order_count: int
) -> Tolls:
    """No cuts over a problem with these draws, rows and orders."""
    nothing = np.zeros(0, np.int64)
    by_row, by_order = np.zeros(row_count + 1, np.int64), np.zeros(order_count + 1, np.int64)
    return Tolls(
        draw_start, draw_row, draw_units, by_row, nothing, by_order, nothing, nothing, nothing, nothing
    )
