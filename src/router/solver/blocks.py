"""Sets of whole lines, as bit masks, and what each costs in one shipment of an option."""

from typing import Any, NamedTuple

import numpy as np

from router.solver.charges import packing_cost, packing_order, parcel_cost
from router.solver.problem import Ints
from router.solver.records import UNREACHED, Array, Records, Tariffs, compiled, inlined


class Masks(NamedTuple):
    """Per set of lines: grams, volume, worth, cost of not shipping it, and its cheapest option with the price."""

    weight: Ints
    volume: Ints
    value: Ints
    backorder: Ints
    price: Ints
    option: Ints


@compiled
def measure_masks(lines: Array) -> Masks:
    """Add up each set of lines; bit i stands for line i. No option is known yet."""
    sums = np.zeros((4, 1 << len(lines)), np.int64)
    for mask in range(1, 1 << len(lines)):
        line, rest = lines[lowest_bit(mask)], mask & (mask - 1)
        sums[0, mask] = sums[0, rest] + line.quantity * line.unit_weight
        sums[1, mask] = sums[1, rest] + line.quantity * line.unit_volume
        sums[2, mask] = sums[2, rest] + line.quantity * line.unit_value_minor
        sums[3, mask] = sums[3, rest] + line.quantity * line.backorder_milli
    price = np.full(1 << len(lines), UNREACHED, np.int64)
    return Masks(sums[0], sums[1], sums[2], sums[3], price, np.zeros(1 << len(lines), np.int64))


@inlined
def lowest_bit(mask: int) -> int:
    bit = 0
    while not mask >> bit & 1:
        bit += 1
    return bit


@inlined
def price_blocks(records: Records, order: Any, lines: Array, column: int, masks: Masks, prices: Ints) -> int:
    """Write what each block costs as a shipment of the option, else UNREACHED; returns how many it can ship.

    Groups and terms are left to `judge_blocks`.
    """
    prices[:] = UNREACHED
    option = records.options[order.option_start + column]
    held = 0
    for bit in range(order.line_count):
        cell = records.cells[order.cell_start + bit * order.option_count + column]
        if cell.room > 0:
            held |= 1 << bit
            prices[1 << bit] = cell.line_milli + cell.unit_milli * lines[bit].quantity
    block = -held & held  # The blocks of `held` by rising mask: each follows from the one before.
    while block:
        rest = block & (block - 1)
        if rest:
            prices[block] = prices[block ^ rest] + prices[rest]
        block = (block - held) & held
    count = 0
    block = -held & held
    while block:
        count += 1
        if masks.weight[block] <= option.weight_max and masks.volume[block] <= option.volume_max:
            freight = parcel_cost(option, records.tariffs, masks.weight[block], masks.volume[block])
        else:
            freight = _freight_of_parcels(option, records.tariffs, lines, block)
        prices[block] += option.fixed_milli + freight
        block = (block - held) & held
    return count


@compiled
def _freight_of_parcels(option: Any, tariffs: Tariffs, lines: Array, block: int) -> int:
    units = np.zeros(len(lines), np.int64)
    for bit in range(len(lines)):
        if block >> bit & 1:
            units[bit] = lines[bit].quantity
    return packing_cost(option, tariffs, lines, packing_order(lines), units, np.empty((0, 3), np.int64))
