"""The cheapest division of an order's units among its nodes, given what each portion costs at each."""

from typing import Any

import numpy as np

from router.solver.problem import Bools, Ints
from router.solver.records import UNREACHED, Array, Records, compiled
from router.solver.wave.portion_numbers import DIGIT_BITS, LINES_MAX


@compiled
def divide(
    records: Records,
    number: int,
    lines: Array,
    code: Ints,
    stride: Ints,
    sums: Ints,
    price: Ints,
    option: Ints,
    held: Bools,
    cell: Ints,
    units: Ints,
) -> tuple[int, int, int]:
    """The cheapest plan: its cost, its entries, and the steps."""
    order = records.orders[number]
    size = len(code)
    full = size - 1
    best = sums[3, full]
    single, node_of_single = 0, -1
    if order.shipments_max >= 1:
        for node in range(order.node_count):
            if not held[node]:
                continue
            for portion in range(1, size):
                if price[node, portion] == UNREACHED or (order.ship_complete and portion < full):
                    continue
                cost = price[node, portion] + sums[3, full - portion]
                if cost < best:
                    best, single, node_of_single = cost, portion, node
    if order.shipments_max >= 2:
        nodes = np.flatnonzero(held)
        counts_max = min(order.shipments_max, len(nodes))
        # Without counting shipments first: mostly the cheapest division needs no more than it may have.
        layers = 1
        least = _least_costs(order, lines, stride, sums, price, nodes)
        cost, at, taken, steps = _visit(order, code, sums, price, nodes, least, 0, best)
        if cost < best and _shipments(taken, 0, at, nodes) > counts_max:
            layers = counts_max
            cost, at, taken, more = _visit(order, code, sums, price, nodes, least, counts_max, best)
            steps += more
        if cost < best:
            return (
                cost,
                _write_plan(lines, order, stride, option, nodes, taken, layers > 1, at, cell, units),
                steps,
            )
    else:
        steps = 0
    if node_of_single < 0:
        return best, 0, steps
    count = _write_portion(lines, order, stride, single, option[node_of_single, single], 0, cell, units)
    return best, count, steps


@compiled
def _least_costs(order: Any, lines: Array, stride: Ints, sums: Ints, price: Ints, nodes: Ints) -> Ints:
    """What each portion costs at least, beside another shipment and however it is divided.

    A piece of a line costs at least its part, by pieces, of the portion that has the line and is cheapest by piece.
    """
    cheapest = np.full(price.shape[1], UNREACHED)
    for node in nodes:
        for portion in range(1, len(cheapest)):
            cheapest[portion] = min(cheapest[portion], price[node, portion])
    share, pieces = np.empty(len(lines), np.int64), np.zeros(len(cheapest), np.int64)
    for line in range(len(lines)):
        share[line] = lines[line].backorder_milli * (1 if lines[line].divisible else lines[line].quantity)
    for portion in range(1, len(cheapest)):
        pieces[portion] = pieces[portion - stride[sums[4, portion]]] + 1
        if cheapest[portion] == UNREACHED:
            continue
        each, rest = (cheapest[portion] + order.split_milli) // pieces[portion], portion
        for line in range(sums[4, portion], -1, -1):
            if rest >= stride[line]:
                rest %= stride[line]
                share[line] = min(share[line], each)
    least = np.zeros(len(cheapest), np.int64)
    for portion in range(1, len(cheapest)):
        line = sums[4, portion]
        least[portion] = least[portion - stride[line]] + share[line]
    return least


@compiled
def _visit(
    order: Any,
    code: Ints,
    sums: Ints,
    price: Ints,
    nodes: Ints,
    rest_least: Ints,
    counts_max: int,
    limit: int,
) -> tuple[int, int, Ints, int]:
    """The cheapest division over nodes, two shipments or more, if below `limit`: cost, state, choices, steps.

    A portion beside which the rest costs too much, by what portions cost at least, is in no such division.
    `counts_max` 0: however many shipments. A state is a portion, times counts_max + 1 and its shipments where counted.
    """
    size = len(code)
    full = size - 1
    guard = np.int64(0)
    for bit in range(LINES_MAX):
        guard |= np.int64(1) << (DIGIT_BITS * bit + DIGIT_BITS - 1)
    counts = counts_max + 1
    layer = np.full((counts, size), UNREACHED, np.int64)
    taken = np.zeros((len(nodes), counts, size), np.int64)
    layer[0, 0] = 0
    choices = np.empty(size, np.int64)
    steps = 0
    for place in range(len(nodes)):
        own = price[nodes[place]]
        count = 0
        for portion in range(1, size):
            could = own[portion] < UNREACHED and own[portion] + rest_least[full - portion] < limit
            if could and sums[2, portion] >= order.value_min_minor:
                choices[count] = portion
                count += 1
        if count == 0:
            continue
        for level in range(counts - 1, -1, -1):
            before = level - 1 if counts_max else 0
            if before < 0:
                continue
            for state in range(full, 0, -1):
                least, chosen = layer[level, state], 0
                guarded = code[state] | guard
                for choice in range(count):
                    portion = choices[choice]
                    if portion > state:
                        break
                    if (guarded - code[portion]) & guard != guard:
                        continue
                    if layer[before, state - portion] < UNREACHED:
                        cost = layer[before, state - portion] + own[portion] + order.split_milli
                        if cost < least:
                            least, chosen = cost, portion
                layer[level, state] = least
                taken[place, level, state] = chosen
            steps += count * size
    best, at = limit, -1
    for level in range(counts):
        for state in range(1, size):
            if layer[level, state] == UNREACHED or (order.ship_complete and state < full):
                continue
            cost = layer[level, state] - order.split_milli + sums[3, full - state]
            if cost < best:
                best, at = cost, state * counts + level
    return best, at, taken, steps


@compiled
def _shipments(taken: Ints, counts_max: int, at: int, nodes: Ints) -> int:
    """Shipments of a division found without counting them."""
    state, shipments = at, 0
    for place in range(len(nodes) - 1, -1, -1):
        portion = taken[place, 0, state]
        if portion:
            shipments += 1
            state -= portion
    return shipments


@compiled
def _write_plan(
    lines: Array,
    order: Any,
    stride: Ints,
    option: Ints,
    nodes: Ints,
    taken: Ints,
    is_counted: bool,
    at: int,
    cell: Ints,
    units: Ints,
) -> int:
    """Write the entries of a division; returns how many."""
    counts = taken.shape[1]
    state, level = divmod(at, counts)
    count = 0
    for place in range(len(nodes) - 1, -1, -1):
        portion = taken[place, level, state]
        if portion:
            count = _write_portion(
                lines, order, stride, portion, option[nodes[place], portion], count, cell, units
            )
            state -= portion
            if is_counted:
                level -= 1
    return count


@compiled
def _write_portion(
    lines: Array, order: Any, stride: Ints, portion: int, column: int, count: int, cell: Ints, units: Ints
) -> int:
    rest = portion
    for line in range(len(lines) - 1, -1, -1):
        digit = rest // stride[line]
        rest -= digit * stride[line]
        if digit:
            cell[count] = line * order.option_count + column
            units[count] = digit if lines[line].divisible else digit * lines[line].quantity
            count += 1
    return count
