"""The exact one-order kernel for whole lines: dynamic programming over partitions of the lines.

For orders of few lines that may not be cut. Every set of lines (a *block*, a bit mask) is priced whole in every
option, so tariffs, parcels and limits may have any shape. Then, for rising numbers of shipments,

    plan[s, m] = min over blocks b of m with the lowest line of m of  price[b] + plan[s - 1, m without b].

That recursion takes the best option of each block on its own, so two blocks could meet in one option, or crowd a
node beyond what it can dispatch. Its value is then a bound that no plan may reach, and `option_visits` decides: it
visits every option once, so that no option can hold two blocks, and counts the shipments of a node. Where the
recursion breaks neither limit its plan is valid and as cheap as that bound: optimal.

Ties go to fewer shipments, then to the lower sum of option numbers, then to the order of visits.
"""

from typing import Any, NamedTuple

import numpy as np

from router.solver.block_terms import Traits, judge_blocks, measure_traits
from router.solver.blocks import (
    WAYS_MAX,
    Masks,
    find_way,
    fit_one_parcel,
    measure_masks,
    no_freights,
    price_blocks,
    price_parcels,
)
from router.solver.magnitudes import TOTAL_MILLI_MAX, is_surely_small, measure_magnitude
from router.solver.option_visits import visit_cells, visit_options
from router.solver.problem import Bools, Ints
from router.solver.records import UNREACHED, Array, Records, compiled, inlined

LINES_MAX = 10
"""Longest order that this kernel takes."""

VISIT_CELLS_MAX = 8_000_000
"""Memory cells that a visit of single options may need; beyond it the order is handed over."""


class Partitions(NamedTuple):
    """Answers of a batch, valid where `is_solved`. `option_of_line` is -1 for a line that is not shipped.

    `is_exact` says of every order, solved or not, whether its amounts stay within TOTAL_MILLI_MAX.
    """

    is_solved: Bools
    is_exact: Bools
    objective_milli: Ints
    work: Ints
    option_of_line: Ints


def partition_orders(records: Records, inside: Bools) -> Partitions:
    """Solve the orders marked in `inside`, all of at most LINES_MAX whole lines, in one compiled call.

    An order stays unsolved where a visit of its options would need more than VISIT_CELLS_MAX, or its amounts are too
    large.
    """
    count = len(records.orders)
    answers = Partitions(
        is_solved=np.zeros(count, np.bool_),
        is_exact=np.ones(count, np.bool_),
        objective_milli=np.zeros(count, np.int64),
        work=np.zeros(count, np.int64),
        option_of_line=np.full(len(records.lines), -1, np.int64),
    )
    _solve_batch(records, inside, answers)
    return answers


@compiled
def _solve_batch(records: Records, inside: Bools, answers: Partitions) -> None:
    if not is_surely_small(records):
        for number in range(len(inside)):
            answers.is_exact[number] = measure_magnitude(records, number) <= TOTAL_MILLI_MAX
    for number in range(len(inside)):
        if inside[number] and answers.is_exact[number]:
            _solve_one(records, number, answers)


@compiled
def _solve_one(records: Records, number: int, answers: Partitions) -> None:
    order = records.orders[number]
    lines = records.lines[order.line_start : order.line_start + order.line_count]
    masks = measure_masks(lines)
    traits = measure_traits(order, lines)
    work = _find_cheapest_options(records, order, lines, masks, traits)
    shipments_max = min(order.shipments_max, order.line_count)
    best, blocks = _unsplit(order, masks, shipments_max)
    if shipments_max >= 2:
        bound, split_blocks, steps = _split(order, masks, shipments_max, best)
        work += steps
        if len(split_blocks) and not _keeps_limits(records, order, split_blocks):
            if visit_cells(order, shipments_max) > VISIT_CELLS_MAX:
                return
            bound, split_blocks, steps = visit_options(
                records, order, lines, masks, traits, shipments_max, best
            )
            work += steps
        if len(split_blocks):
            best, blocks = bound, split_blocks
    answers.is_solved[number] = True
    answers.objective_milli[number] = best
    answers.work[number] = work
    for shipment in range(len(blocks)):
        for bit in range(order.line_count):
            if blocks[shipment, 0] >> bit & 1:
                answers.option_of_line[order.line_start + bit] = blocks[shipment, 1]


@compiled
def _find_cheapest_options(records: Records, order: Any, lines: Array, masks: Masks, traits: Traits) -> int:
    """Fill in the cheapest option of each block, the first among equals; returns the blocks priced."""
    if not (order.term_count or order.has_groups) and fit_one_parcel(records, order, masks):
        return _find_cheapest_parcels(records, order, lines, masks)
    prices = np.empty(len(masks.price), np.int64)
    count = 0
    for option in range(order.option_count):
        count += price_blocks(records, order, lines, option, masks, prices)
        if order.term_count or order.has_groups:
            judge_blocks(records, order, option, traits, prices)
        _keep_cheaper(masks, prices, option)
    return count


@compiled
def _find_cheapest_parcels(records: Records, order: Any, lines: Array, masks: Masks) -> int:
    """`_find_cheapest_options` of lines that fit one parcel and meet no group and no term."""
    sums = np.empty(len(masks.price), np.int64)
    freights = no_freights(len(masks.price))
    count = known = 0
    for option in range(order.option_count):
        way = find_way(freights, records.options[order.option_start + option], known)
        known = min(max(known, way + 1), WAYS_MAX)
        count += price_parcels(records, order, lines, option, masks, sums, freights.milli, way)
    return count


@inlined
def _keep_cheaper(masks: Masks, prices: Ints, option: int) -> None:
    for mask in range(1, len(prices)):
        if prices[mask] < masks.price[mask]:
            masks.price[mask] = prices[mask]
            masks.option[mask] = option


@compiled
def _unsplit(order: Any, masks: Masks, shipments_max: int) -> tuple[int, Ints]:
    """The cheapest plan of at most one shipment: its cost and its rows (block, option)."""
    full = len(masks.price) - 1
    best, block = masks.backorder[full], 0
    for mask in range(1, full + 1):
        if shipments_max < 1 or masks.price[mask] == UNREACHED or (order.ship_complete and mask < full):
            continue
        cost = masks.price[mask] + masks.backorder[full ^ mask]
        if cost < best or (cost == best and block and masks.option[mask] < masks.option[block]):
            best, block = cost, mask
    blocks = np.zeros((1 if block else 0, 2), np.int64)
    if block:
        blocks[0, 0], blocks[0, 1] = block, masks.option[block]
    return best, blocks


@compiled
def _split(order: Any, masks: Masks, shipments_max: int, limit: int) -> tuple[int, Ints, int]:
    """The cheapest way into two or more blocks if it is below `limit`: cost, rows (block, option), steps."""
    size = len(masks.price)
    full = size - 1
    split = order.split_milli
    price = masks.price.copy()
    for mask in range(1, size):
        if masks.value[mask] < order.value_min_minor:
            price[mask] = UNREACHED
    plan = np.full((shipments_max + 1, size), UNREACHED, np.int64)
    rank = np.zeros((shipments_max + 1, size), np.int64)
    chosen = np.zeros((shipments_max + 1, size), np.int64)
    plan[1] = price
    rank[1] = masks.option
    best, best_count, best_mask, steps = limit, 0, 0, 0
    for count in range(2, shipments_max + 1):
        for mask in range(1, size):
            lowest = mask & -mask
            others = mask ^ lowest
            rest = others
            while rest:
                steps += 1
                block = mask ^ rest
                if price[block] < UNREACHED and plan[count - 1, rest] < UNREACHED:
                    cost = price[block] + plan[count - 1, rest]
                    number_sum = masks.option[block] + rank[count - 1, rest]
                    if cost < plan[count, mask] or (
                        cost == plan[count, mask] and number_sum < rank[count, mask]
                    ):
                        plan[count, mask], rank[count, mask] = cost, number_sum
                        chosen[count, mask] = block
                rest = (rest - 1) & others
            whole = mask == full or not order.ship_complete
            if whole and plan[count, mask] < UNREACHED:
                cost = plan[count, mask] + split * (count - 1) + masks.backorder[full ^ mask]
                if cost < best or (
                    cost == best and best_count == count and rank[count, mask] < rank[count, best_mask]
                ):
                    best, best_count, best_mask = cost, count, mask
    blocks = np.zeros((best_count, 2), np.int64)
    mask = best_mask
    for shipment in range(best_count):
        block = chosen[best_count - shipment, mask] if best_count - shipment > 1 else mask
        blocks[shipment, 0], blocks[shipment, 1] = block, masks.option[block]
        mask ^= block
    return best, blocks, steps


@compiled
def _keeps_limits(records: Records, order: Any, blocks: Ints) -> bool:
    """Whether no option appears twice and no node dispatches more shipments than it can."""
    for shipment in range(len(blocks)):
        node = records.options[order.option_start + blocks[shipment, 1]].node
        at_node = 0
        for other in range(len(blocks)):
            if other != shipment and blocks[other, 1] == blocks[shipment, 1]:
                return False
            at_node += records.options[order.option_start + blocks[other, 1]].node == node
        if at_node > records.capacity[order.node_start + node]:
            return False
    return True
