"""What every portion costs at every node, and whether one shipment of a node is proven to be no dearer than two."""

from typing import Any

import numpy as np

from router.solver.charges import packing_cost, parcel_cost
from router.solver.problem import Bools, Ints
from router.solver.records import UNREACHED, Array, Records, compiled
from router.solver.terms import terms_cost
from router.solver.wave.portion_numbers import is_part, write_units


@compiled
def price_nodes(
    records: Records,
    number: int,
    lines: Array,
    stride: Ints,
    sums: Ints,
    metrics: Ints,
    torn: Bools,
    rank: Ints,
    price: Ints,
    option: Ints,
    held: Bools,
) -> int:
    """Price every portion at every node in its cheapest option; -1 where two options of a node could be better.

    Returns how many portions were priced. `held` tells the nodes that can ship any.
    """
    order = records.orders[number]
    size = price.shape[1]
    linear, own = np.empty(size, np.int64), np.empty(size, np.int64)
    slope = np.empty((order.node_count, len(lines)), np.int64)
    usable = records.usable[order.usable_start : order.usable_start + order.line_count * order.node_count]
    usable = usable.reshape((order.line_count, order.node_count))
    count_of_node = np.zeros(order.node_count, np.int64)
    price[:] = UNREACHED
    slope[:] = UNREACHED
    count = 0
    for column in range(order.option_count):
        node = records.options[order.option_start + column].node
        if records.capacity[order.node_start + node] <= 0:
            continue
        first = order.cell_start + column
        priced = _price_option(
            records, order, lines, stride, sums, metrics, torn, rank, first, column, linear, own, slope[node]
        )
        if priced == 0:
            continue
        count += priced
        count_of_node[node] += 1
        held[node] = True
        for portion in range(1, size):
            if own[portion] < price[node, portion]:
                price[node, portion] = own[portion]
                option[node, portion] = column
    for node in range(order.node_count):
        could = (
            count_of_node[node] > 1
            and records.capacity[order.node_start + node] > 1
            and order.shipments_max > 1
        )
        if could and _may_open_two(order, lines, stride, sums, usable[:, node], price[node], slope[node]):
            return -1
    return count


@compiled
def _price_option(
    records: Records,
    order: Any,
    lines: Array,
    stride: Ints,
    sums: Ints,
    metrics: Ints,
    torn: Bools,
    rank: Ints,
    first: int,
    column: int,
    linear: Ints,
    own: Ints,
    slope: Ints,
) -> int:
    """What each portion costs as a shipment of the option, UNREACHED if it cannot be; returns how many it can ship."""
    size = len(linear)
    option = records.options[order.option_start + column]
    linear[0] = 0
    units = np.zeros(0, np.int64)
    no_trace = np.empty((0, 3), np.int64)
    count = 0
    for portion in range(1, size):
        line = sums[4, portion]
        cell = records.cells[first + line * order.option_count]
        rest = portion - stride[line]
        own[portion] = UNREACHED
        step = 1 if lines[line].divisible else lines[line].quantity
        if linear[rest] == UNREACHED or (portion // stride[line]) * step > cell.room:
            linear[portion] = UNREACHED
            continue
        milli = linear[rest] + step * cell.unit_milli
        if rest < stride[line]:
            milli += cell.line_milli
        linear[portion] = milli
        if len(torn) and torn[portion]:
            continue
        if sums[0, portion] <= option.weight_max and sums[1, portion] <= option.volume_max:
            freight = parcel_cost(option, records.tariffs, sums[0, portion], sums[1, portion])
        else:
            if len(units) == 0:
                units = np.zeros(len(lines), np.int64)
            write_units(lines, stride, portion, units)
            freight = packing_cost(option, records.tariffs, lines, rank, units, no_trace)
        if option.term_end > option.term_first:
            due = terms_cost(option, records.terms, metrics[portion])
            if due == UNREACHED:
                continue
            freight += due
        own[portion] = option.fixed_milli + freight + milli
        count += 1
    for line in range(len(lines)):
        # A line in place of freight for one unit more; any would be valid, this one is near.
        top = stride[line] * (
            1
            if not lines[line].divisible
            else min(lines[line].quantity, max(1, _room(records, first, order, line)))
        )
        if top < size and own[top] < UNREACHED:
            below = top - stride[line]
            step = (
                own[top] - own[below]
                if below > 0 and own[below] < UNREACHED
                else own[top] - option.fixed_milli - _base(records, option)
            )
            slope[line] = min(slope[line], step)
    return count


@compiled
def _room(records: Records, first: int, order: Any, line: int) -> int:
    return int(records.cells[first + line * order.option_count].room)


@compiled
def _base(records: Records, option: Any) -> int:
    """The charge of the lightest parcel."""
    return int(records.tariffs.base_milli[option.bracket_first]) * int(option.money_weight)


@compiled
def _may_open_two(
    order: Any, lines: Array, stride: Ints, sums: Ints, usable: Ints, price: Ints, slope: Ints
) -> bool:
    """Whether two shipments of one node might be cheaper together than its cheapest single one.

    For any amounts w[line], a shipment of portion a costs at least opening + w(a), where opening is the least of
    price[b] - w(b) over all b. So two of them with the portion m together cost at least 2 * opening + split + w(m).
    Where no single price exceeds that, one shipment is never dearer.
    """
    size = len(price)
    linear = np.zeros(size, np.int64)
    is_held = np.ones(size, np.bool_)
    opening = UNREACHED
    for portion in range(1, size):
        line = sums[4, portion]
        rest = portion - stride[line]
        linear[portion] = linear[rest] + (0 if slope[line] == UNREACHED else slope[line])
        step = 1 if lines[line].divisible else lines[line].quantity
        is_held[portion] = is_held[rest] and (portion // stride[line]) * step <= usable[line]
        if price[portion] < UNREACHED:
            opening = min(opening, price[portion] - linear[portion])
    if opening == UNREACHED:
        return False
    for portion in range(1, size):
        least = 2 * opening + order.split_milli + linear[portion]
        if is_held[portion] and price[portion] > least and _is_sum_of_two(price, sums, stride, portion):
            return True
    return False


@compiled
def _is_sum_of_two(price: Ints, sums: Ints, stride: Ints, portion: int) -> bool:
    """Whether the portion is two shippable portions of the node together; a single unit never is."""
    for part in range(1, portion):
        if (
            price[part] < UNREACHED
            and price[portion - part] < UNREACHED
            and is_part(sums, stride, part, portion)
        ):
            return True
    return False
