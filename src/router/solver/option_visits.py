"""The exact visit of every option once, for orders whose cheapest blocks meet in one option or crowd a node.

layer[c, s, m]: the cheapest way to put the lines m into s shipments of the options visited so far, c of them at
the present node. c is counted only at nodes that can dispatch fewer shipments than an order might want of them.
"""

from typing import Any

import numpy as np

from router.solver.block_terms import Traits, judge_blocks
from router.solver.blocks import Masks, price_blocks
from router.solver.problem import Ints
from router.solver.records import UNREACHED, Array, Records, compiled


@compiled
def visit_cells(order: Any, shipments_max: int) -> int:
    """Cells of memory that the visit needs; its time is at most 1.5 ** lines of that."""
    return int(order.option_count) * (shipments_max + 1) * (shipments_max + 1) << int(order.line_count)


@compiled
def visit_options(
    records: Records, order: Any, lines: Array, masks: Masks, traits: Traits, shipments_max: int, limit: int
) -> tuple[int, Ints, int]:
    """The cheapest plan of two or more shipments, if below `limit`: its cost, rows (block, option) and steps.

    Without one: `limit` and no rows.
    """
    size = len(masks.price)
    options = records.options[order.option_start : order.option_start + order.option_count]
    capacity = records.capacity[order.node_start : order.node_start + order.node_count]
    counts = shipments_max + 1
    layer = np.full((counts, counts, size), UNREACHED, np.int64)
    taken = np.zeros(
        (len(options), counts, counts, size), np.int16
    )  # the block that the option took in this state
    left_with = np.zeros(
        (len(capacity), counts, size), np.int16
    )  # counted shipments of the node when it was left
    prices = np.empty(size, np.int64)
    layer[0, 0, 0] = 0
    steps = 0
    for node in range(len(capacity)):
        counted = _counted_shipments(options, node, capacity[node], shipments_max)
        if capacity[node] <= 0:
            continue
        for option in range(len(options)):
            if options[option].node != node:
                continue
            steps += price_blocks(records, order, lines, option, masks, prices)
            if order.term_count or order.has_groups:
                judge_blocks(records, order, option, traits, prices)
            for mask in range(1, size):
                if masks.value[mask] < order.value_min_minor:
                    prices[mask] = UNREACHED
            steps += _visit(layer, taken[option], prices, counted, shipments_max)
        _leave(layer, left_with[node], counted)
    best, count, mask = limit, 0, 0
    for shipments in range(2, counts):
        for shipped in range(1, size):
            if layer[0, shipments, shipped] == UNREACHED or (order.ship_complete and shipped != size - 1):
                continue
            cost = layer[0, shipments, shipped] + order.split_milli * (shipments - 1)
            cost += masks.backorder[size - 1 ^ shipped]
            if cost < best:
                best, count, mask = cost, shipments, shipped
    return best, _trace_back(options, capacity, taken, left_with, count, mask), steps


@compiled
def _counted_shipments(options: Array, node: int, capacity: int, shipments_max: int) -> int:
    """How many shipments the node can dispatch, or 0 if no plan could exceed that."""
    count = 0
    for option in options:
        count += option.node == node
    return capacity if capacity < min(count, shipments_max) else 0


@compiled
def _visit(layer: Ints, taken: Array, prices: Ints, counted: int, shipments_max: int) -> int:
    """Offer one option to every state, most shipments first, so that none uses it twice; returns the steps."""
    steps = 0
    one = 1 if counted else 0
    for here in range(counted, one - 1, -1):
        for count in range(shipments_max, 0, -1):
            for mask in range(1, len(prices)):
                block = mask
                while block:
                    steps += 1
                    before = layer[here - one, count - 1, mask ^ block]
                    if before < UNREACHED and prices[block] < UNREACHED:
                        cost = before + prices[block]
                        if cost < layer[here, count, mask]:
                            layer[here, count, mask] = cost
                            taken[here, count, mask] = block
                    block = (block - 1) & mask
    return steps


@compiled
def _leave(layer: Ints, left_with: Array, counted: int) -> None:
    """Fold the states by shipments at the node into one."""
    for here in range(1, counted + 1):
        for count in range(layer.shape[1]):
            for mask in range(layer.shape[2]):
                if layer[here, count, mask] < layer[0, count, mask]:
                    layer[0, count, mask] = layer[here, count, mask]
                    left_with[count, mask] = here
                layer[here, count, mask] = UNREACHED


@compiled
def _trace_back(
    options: Array, capacity: Ints, taken: Array, left_with: Array, count: int, mask: int
) -> Ints:
    blocks = np.zeros((count, 2), np.int64)
    shipments_max = taken.shape[2] - 1
    for node in range(len(capacity) - 1, -1, -1):
        here = int(left_with[node, count, mask])
        one = 1 if _counted_shipments(options, node, capacity[node], shipments_max) else 0
        for option in range(len(options) - 1, -1, -1):
            if options[option].node != node or here < one:
                continue
            block = int(taken[option, here, count, mask])
            if block:
                blocks[count - 1, 0], blocks[count - 1, 1] = block, option
                mask ^= block
                count -= 1
                here -= one
    return blocks
