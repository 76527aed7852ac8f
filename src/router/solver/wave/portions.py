"""The exact one-order kernel for orders of few units: dynamic programming over portions, node by node.

A *portion* is so many units of each line: a mixed-radix number, a line that may not be cut counting as one unit. For
each node every portion that it holds is priced whole in its cheapest option, so freight may have any shape. Then, node
by node, best[m] = min over portions b of m at the node of best[m without b] + price[b].

That opens at most one option a node. `_may_open_two` proves for the order at hand that two shipments from one node are
never cheaper than one; where it cannot, and where there are too many portions, the order is left to the open sets.
Tolls do not change that: two shipments of one node pay those of their sum.
"""

from typing import Any

import numpy as np

from router.solver.charges import packing_cost, packing_order, parcel_cost
from router.solver.problem import Bools, Ints
from router.solver.records import LINES_METRIC, UNREACHED, Array, Records, compiled
from router.solver.terms import terms_cost
from router.solver.wave.tolls import Tolls, add_tolls

PORTIONS_MAX = 1_024
"""Most portions of an order that this kernel takes."""

DIGIT_BITS = 4
"""Bits of a line's digit in a portion's code, the highest a guard: no line may have more than 7 pieces."""

LINES_MAX = 15


@compiled
def find_portions(
    records: Records, number: int, cell: Ints, units: Ints, tolls: Tolls
) -> tuple[bool, int, int, int]:
    """Whether the order is inside the method; then its least cost with tolls, the entries of its plan, and the work.

    Entries are written into `cell` (line * options + option) and `units`.
    """
    order = records.orders[number]
    lines = records.lines[order.line_start : order.line_start + order.line_count]
    size = 1
    for line in lines:
        pieces = line.quantity if line.divisible else 1
        if pieces >= 1 << (DIGIT_BITS - 1):
            return False, 0, 0, 0
        size *= pieces + 1
        if size > PORTIONS_MAX:
            return False, 0, 0, 0
    if order.line_count > LINES_MAX:
        return False, 0, 0, 0
    code, stride = _number_portions(lines, size)
    sums = _sum_portions(lines, stride, size)
    metrics = _measure_portions(lines, stride, size) if order.term_count else np.empty((0, 0), np.int64)
    torn = _find_torn(lines, code, size) if order.has_groups else np.zeros(0, np.bool_)
    price = np.empty((order.node_count, size), np.int64)
    option = np.zeros((order.node_count, size), np.int64)
    held = np.zeros(order.node_count, np.bool_)
    rank = packing_order(lines)
    work = _price_nodes(records, number, lines, stride, sums, metrics, torn, rank, price, option, held)
    if work < 0:
        return False, 0, 0, 0
    add_tolls(tolls, order, number, lines, stride, sums, price)
    cost, count, steps = _divide(records, number, lines, code, stride, sums, price, option, held, cell, units)
    return True, cost, count, work + steps


@compiled
def _number_portions(lines: Array, size: int) -> tuple[Ints, Ints]:
    """The code of each portion (its digits side by side) and the stride of each line."""
    stride = np.empty(len(lines), np.int64)
    code = np.zeros(size, np.int64)
    reach = 1
    for line in range(len(lines)):
        pieces = lines[line].quantity if lines[line].divisible else 1
        stride[line] = reach
        for digit in range(1, pieces + 1):
            for portion in range(reach):
                code[digit * reach + portion] = code[portion] | digit << (DIGIT_BITS * line)
        reach *= pieces + 1
    return code, stride


@compiled
def _sum_portions(lines: Array, stride: Ints, size: int) -> Ints:
    """Weight, volume, value and backorder price [4, size] of each portion, and what is its last line [4]."""
    sums = np.zeros((5, size), np.int64)
    for line in range(len(lines)):
        step = 1 if lines[line].divisible else lines[line].quantity
        end = size if line + 1 == len(lines) else stride[line + 1]
        for portion in range(stride[line], end):
            rest = portion - stride[line]
            sums[0, portion] = sums[0, rest] + step * lines[line].unit_weight
            sums[1, portion] = sums[1, rest] + step * lines[line].unit_volume
            sums[2, portion] = sums[2, rest] + step * lines[line].unit_value_minor
            sums[3, portion] = sums[3, rest] + step * lines[line].backorder_milli
            sums[4, portion] = line
    return sums


@compiled
def _measure_portions(lines: Array, stride: Ints, size: int) -> Ints:
    """The metrics [size, M] of each portion."""
    count = len(lines[0].metric)
    metrics = np.zeros((size, count), np.int64)
    for line in range(len(lines)):
        step = 1 if lines[line].divisible else lines[line].quantity
        end = size if line + 1 == len(lines) else stride[line + 1]
        for portion in range(stride[line], end):
            rest = portion - stride[line]
            is_new = rest < stride[line]
            for metric in range(count):
                units = step
                if metric == LINES_METRIC:
                    units = 1 if is_new else 0
                metrics[portion, metric] = metrics[rest, metric] + units * lines[line].metric[metric]
    return metrics


@compiled
def _find_torn(lines: Array, code: Ints, size: int) -> Bools:
    """Which portions hold some lines of a group and not others."""
    torn = np.zeros(size, np.bool_)
    for line in range(len(lines)):
        leader = lines[line].leader
        if leader >= 0:
            for portion in range(size):
                has = code[portion] >> (DIGIT_BITS * line) & 1
                torn[portion] |= has != code[portion] >> (DIGIT_BITS * leader) & 1
    return torn


@compiled
def _price_nodes(
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
            _write_units(lines, stride, portion, units)
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
def _write_units(lines: Array, stride: Ints, portion: int, units: Ints) -> None:
    rest = portion
    for line in range(len(lines) - 1, -1, -1):
        digit = rest // stride[line]
        rest -= digit * stride[line]
        units[line] = digit if lines[line].divisible else digit * lines[line].quantity


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
            and _is_part(sums, stride, part, portion)
        ):
            return True
    return False


@compiled
def _is_part(sums: Ints, stride: Ints, part: int, portion: int) -> bool:
    """Whether no digit of `part` exceeds that of `portion`."""
    for line in range(len(stride) - 1, -1, -1):
        digit, whole = part // stride[line], portion // stride[line]
        if digit > whole:
            return False
        part -= digit * stride[line]
        portion -= whole * stride[line]
    return True


@compiled
def _divide(
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
        cost, at, taken, steps = _visit(order, code, sums, price, nodes, 0, best)
        if cost < best and _shipments(taken, 0, at, nodes) > counts_max:
            layers = counts_max
            cost, at, taken, more = _visit(order, code, sums, price, nodes, counts_max, best)
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
def _visit(
    order: Any, code: Ints, sums: Ints, price: Ints, nodes: Ints, counts_max: int, limit: int
) -> tuple[int, int, Ints, int]:
    """The cheapest division over nodes, two shipments or more, if below `limit`: cost, state, choices, steps.

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
            if own[portion] < UNREACHED and sums[2, portion] >= order.value_min_minor:
                choices[count] = portion
                count += 1
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
