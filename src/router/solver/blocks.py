"""Sets of whole lines, as bit masks, and what each costs in one shipment of an option."""

from typing import Any, NamedTuple

import numpy as np

from router.solver.charges import billable_weight, charge_milli, packing_cost, packing_order, parcel_cost
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
def fit_one_parcel(records: Records, order: Any, masks: Masks) -> bool:
    """Whether every option takes all lines together in one parcel."""
    weight, volume = masks.weight[-1], masks.volume[-1]
    fits = True
    for column in range(order.option_start, order.option_start + order.option_count):
        option = records.options[column]
        fits = fits and weight <= option.weight_max and volume <= option.volume_max
    return fits


@inlined
def price_blocks(records: Records, order: Any, lines: Array, column: int, masks: Masks, prices: Ints) -> int:
    """Write what each block costs as a shipment of the option, else UNREACHED; returns how many it can ship.

    Groups and terms are left to `judge_blocks`.
    """
    option = records.options[order.option_start + column]
    held = _add_up_lines(records, order, lines, column, prices)
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


WAYS_MAX = 32
"""Ways of one order whose freights are remembered."""


class Freights(NamedTuple):
    """What each block costs to carry by each way [W, blocks], UNREACHED where nobody asked yet.

    Options have one way if their tariffs say the same of every parcel: their first bracket, and how volume counts.
    """

    way: Ints  # [W, 3]
    milli: Ints  # [W + 1, blocks]; the last is for one option alone, when there are more ways


@inlined
def no_freights(blocks: int) -> Freights:
    return Freights(np.empty((WAYS_MAX, 3), np.int64), np.empty((WAYS_MAX + 1, blocks), np.int64))


@inlined
def find_way(freights: Freights, option: Any, known: int) -> int:
    """The number of the option's way; `known`, if it is none of so many known ones, of which it then is the last."""
    for number in range(known):
        if (
            freights.way[number, 0] == option.bracket_first
            and freights.way[number, 1] == option.dim_divisor
            and freights.way[number, 2] == option.dim_volume_min
        ):
            return number
    if known < WAYS_MAX:
        freights.way[known, 0] = option.bracket_first
        freights.way[known, 1] = option.dim_divisor
        freights.way[known, 2] = option.dim_volume_min
    for block in range(freights.milli.shape[1]):
        freights.milli[known, block] = UNREACHED
    return known


@inlined
def price_parcels(
    records: Records,
    order: Any,
    lines: Array,
    column: int,
    masks: Masks,
    sums: Ints,
    freights: Ints,
    way: int,
) -> int:
    """Keep the option for each block that it ships cheaper than those before; returns how many it can ship.

    For blocks that all `fit_one_parcel`, without groups and terms; `freights` are those of every way.

    Apart because it calls nothing: a loop with a call in it, taken or not, counts the references of every array of the
    batch for each option, which takes six times as long as all the rest.
    """
    option = records.options[order.option_start + column]
    # Places have no sign: of a signed one numba asks whether it counts from the end.
    none, one, by_way = np.uintp(0), np.uintp(1), freights[way]
    cell, width = np.uintp(order.cell_start + column), np.uintp(order.option_count)
    held = none
    for bit in range(np.uintp(order.line_count)):
        own_cell = records.cells[cell]
        if own_cell.room > 0:
            held |= one << bit
            sums[one << bit] = own_cell.line_milli + own_cell.unit_milli * lines[bit].quantity
        cell += width
    own = option.fixed_milli + option.parcel_milli
    count = 0
    block = (none - held) & held  # The blocks of `held` by rising mask: each follows from the one before.
    while block:
        count += 1
        rest = block & (block - one)
        if rest:
            sums[block] = sums[block ^ rest] + sums[rest]
        if by_way[block] == UNREACHED:
            billable = billable_weight(option, masks.weight[block], masks.volume[block])
            by_way[block] = charge_milli(option, records.tariffs, billable) * option.money_weight
        price = sums[block] + own + by_way[block]
        if price < masks.price[block]:
            masks.price[block], masks.option[block] = price, column
        block = (block - held) & held
    return count


@inlined
def _add_up_lines(records: Records, order: Any, lines: Array, column: int, prices: Ints) -> int:
    """Write what the lines of each block cost, else UNREACHED; returns the lines that the option can ship."""
    for mask in range(len(prices)):
        prices[mask] = UNREACHED
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
    return held


@compiled
def _freight_of_parcels(option: Any, tariffs: Tariffs, lines: Array, block: int) -> int:
    units = np.zeros(len(lines), np.int64)
    for bit in range(len(lines)):
        if block >> bit & 1:
            units[bit] = lines[bit].quantity
    return packing_cost(option, tariffs, lines, packing_order(lines), units, np.empty((0, 3), np.int64))
