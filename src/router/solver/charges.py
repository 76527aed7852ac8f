"""What parcels cost: the packing rule and the charge of a parcel, compiled, for every kernel of this room."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from router.solver.problem import Ints, OrderProblem
from router.solver.records import Array, Tariffs, compiled, inlined, line_records, option_records, tariffs_of


@inlined
def billable_weight(option: Any, weight: int, volume: int) -> int:
    """Grams that the carrier charges for: the weight, or a larger dimensional weight where that counts."""
    divisor: int = option.dim_divisor
    if divisor == 0 or volume < option.dim_volume_min:
        return weight
    return max(weight, (volume + divisor - 1) // divisor)


@inlined
def charge_milli(option: Any, tariffs: Tariffs, billable: int) -> int:
    """The charge of one parcel: the first bracket of its row that reaches its billable weight."""
    low, high = option.bracket_first, option.bracket_last
    while low < high:
        middle = (low + high) >> 1
        if tariffs.weight_max[middle] >= billable:
            high = middle
        else:
            low = middle + 1
    base, rate = int(tariffs.base_milli[low]), int(tariffs.rate_micro[low])
    if rate == 0:
        return base
    return base + 1000 * -((-rate * billable) // 1_000_000)


@inlined
def parcel_cost(option: Any, tariffs: Tariffs, weight: int, volume: int) -> int:
    """Charge, times what money counts, and parcel cost of one parcel of the option."""
    charge = charge_milli(option, tariffs, billable_weight(option, weight, volume))
    return charge * int(option.money_weight) + int(option.parcel_milli)


@inlined
def units_that_fit(units: int, weight_room: int, volume_room: int, unit_weight: int, unit_volume: int) -> int:
    """How many of `units` equal units the room left in a parcel takes."""
    if unit_weight > 0:
        units = min(units, weight_room // unit_weight)
    if unit_volume > 0:
        units = min(units, volume_room // unit_volume)
    return units


@compiled
def packing_order(lines: Array) -> Ints:
    """The lines by falling unit weight, then falling unit volume, then rising index."""
    order = np.empty(len(lines), np.int64)
    for index in range(len(lines)):
        line, place = lines[index], index
        while place > 0:
            before = lines[order[place - 1]]
            if before.unit_weight > line.unit_weight:
                break
            if before.unit_weight == line.unit_weight and before.unit_volume >= line.unit_volume:
                break
            order[place] = order[place - 1]
            place -= 1
        order[place] = index
    return order


@compiled
def packing_cost(option: Any, tariffs: Tariffs, lines: Array, order: Ints, units: Ints, trace: Ints) -> int:
    """Cost of all parcels of `units[line]` units of each line sent by the option; zero when there are none.

    Equal full parcels of a line are multiplied, so the time depends on lines, not units. `trace` has shape
    [0, 3], or [3 * lines + 1, 3] and zero, to be filled with rows (line, units, parcels): units into the current parcel
    when parcels = 0, else into so many new parcels each. A row without units ends it.
    """
    cost = weight = volume = entry = 0
    is_open = False
    for line in order:
        if units[line] == 0:
            continue
        unit_weight, unit_volume = lines[line].unit_weight, lines[line].unit_volume
        joined, full, closed, left = put(
            option, is_open, weight, volume, units[line], unit_weight, unit_volume
        )
        weight += joined * unit_weight
        volume += joined * unit_volume
        if left > 0:
            if is_open:
                cost += parcel_cost(option, tariffs, weight, volume)
            if closed > 0:
                cost += closed * parcel_cost(option, tariffs, full * unit_weight, full * unit_volume)
            weight, volume = left * unit_weight, left * unit_volume
            is_open = True
        if len(trace) > 0:
            entry = _write(trace, entry, line, joined, full, closed, left)
    if is_open:
        cost += parcel_cost(option, tariffs, weight, volume)
    return cost


@inlined
def put(
    option: Any, is_open: bool, weight: int, volume: int, units: int, unit_weight: int, unit_volume: int
) -> tuple[int, int, int, int]:
    """Where equal units go after a parcel of this weight and volume, if one is open: (joined, full, closed, left).

    `joined` into the open parcel; then, where that was not all, it closes, `closed` parcels of `full` units each
    follow, and `left` > 0 units open the next.
    """
    joined = 0
    if is_open:
        joined = units_that_fit(
            units, option.weight_max - weight, option.volume_max - volume, unit_weight, unit_volume
        )
        if joined == units:
            return joined, 0, 0, 0
    full = units_that_fit(units - joined, option.weight_max, option.volume_max, unit_weight, unit_volume)
    closed = (units - joined - 1) // full
    return joined, full, closed, units - joined - closed * full


@compiled
def _write(trace: Ints, entry: int, line: int, joined: int, full: int, closed: int, left: int) -> int:
    for units, parcels in ((joined, 0), (full * (closed > 0), closed), (left, 1)):
        trace[entry, 0], trace[entry, 1], trace[entry, 2] = line, units, parcels
        entry += units > 0
    return entry


class PackedParcel(Struct, frozen=True, gc=False):
    """One parcel: (line, units) in packing order, grams, cubic millimetres, and what the carrier charges."""

    units: tuple[tuple[int, int], ...]
    weight: int
    volume: int
    billable: int
    charge_milli: int


def pack(problem: OrderProblem, option: int, units: Sequence[int] | Ints) -> tuple[PackedParcel, ...]:
    """The parcels of `units[line]` units of every line sent by the option, in packing order.

    The charge is the tariff's alone, neither weighed nor with the option's parcel cost. The lines with units must be
    allowed in the option.
    """
    assert len(units) == problem.line_count
    assert all(problem.allowed[line, option] for line in range(problem.line_count) if units[line] > 0)
    lines, record = line_records(problem), option_records(problem)[option]
    tariffs = tariffs_of(problem.brackets)
    trace = np.zeros((3 * problem.line_count + 1, 3), np.int64)
    packing_cost(record, tariffs, lines, packing_order(lines), np.array(units, np.int64), trace)
    parcels: list[list[tuple[int, int]]] = []
    for line, taken, count in trace.tolist():
        if taken == 0:
            break
        if count == 0:
            parcels[-1].append((line, taken))
        parcels += [[(line, taken)] for _ in range(count)]
    return tuple(_packed(problem, record, tariffs, tuple(parcel)) for parcel in parcels)


def _packed(
    problem: OrderProblem, option: Any, tariffs: Tariffs, units: tuple[tuple[int, int], ...]
) -> PackedParcel:
    weight = sum(int(problem.unit_weight[line]) * count for line, count in units)
    volume = sum(int(problem.unit_volume[line]) * count for line, count in units)
    billable = int(billable_weight(option, weight, volume))
    charge = int(charge_milli(option, tariffs, billable))
    return PackedParcel(units=units, weight=weight, volume=volume, billable=billable, charge_milli=charge)
