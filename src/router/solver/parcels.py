"""The parcels of many shipments: what `charges.pack` says of each, in one compiled call for a whole batch."""

from collections.abc import Sequence
from itertools import accumulate, chain, pairwise
from typing import Any, NamedTuple

import numpy as np

from router.solver.charges import (
    PackedParcel,
    billable_weight,
    charge_milli,
    packing_cost,
    packing_order,
)
from router.solver.problem import Ints, Opened, OrderProblems
from router.solver.records import LINE, OPTION, Array, Tariffs, compiled, inlined, plain, tariffs_of

ROWS_PER_LINE = 3
"""A line of a shipment joins an open parcel, fills some alike, and begins one: at most as many kinds and entries."""


class Loads(NamedTuple):
    """What shipments [K] carry: shipment k by `option[k]` of `order[k]` so many `units` of each `line` from start[k] to
    start[k + 1]. Options and lines are counted within their order; lines rise.
    """

    order: Ints
    option: Ints
    start: Ints  # [K + 1]
    line: Ints  # [U]
    units: Ints  # [U]


def loads_of(shipments: Sequence[tuple[int, Opened]]) -> Loads:
    """The shipments (number of its order, its option with its units) in columns."""
    ends = accumulate([len(opened.units) for _, opened in shipments])
    carried = chain.from_iterable([opened.units for _, opened in shipments])
    both = np.fromiter(chain.from_iterable(carried), np.int64).reshape(-1, 2)
    return Loads(
        order=np.array([number for number, _ in shipments], np.int64),
        option=np.array([opened.option for _, opened in shipments], np.int64),
        start=np.array([0, *ends], np.int64),
        line=both[:, 0].copy(),
        units=both[:, 1].copy(),
    )


class ParcelColumns(NamedTuple):
    """The parcels of shipments [K]: P kinds of parcels that are alike, shipment by shipment in packing order."""

    kinds: Ints
    """[7, P] the shipment, how many parcels, the end of their entries, and grams, cubic millimetres, grams charged for,
    and the charge of one.
    """
    entries: Ints  # [2, E] line and units, kind by kind
    totals: Ints  # [2, K] parcels of each shipment, and the charges for all of them


class Ways(NamedTuple):
    """Fields of the problems that packing reads, and where the brackets of each rate row begin."""

    line_start: Ints
    option_start: Ints
    unit_weight: Ints
    unit_volume: Ints
    row: Ints
    weight_max: Ints
    volume_max: Ints
    dim_divisor: Ints
    dim_volume_min: Ints
    bracket_start: Ints


def pack_columns(problems: OrderProblems, loads: Loads) -> ParcelColumns:
    """The parcels of each shipment. The charges are the tariffs' alone, as `charges.pack` says them."""
    count = len(loads.line)
    kinds = np.zeros((7, ROWS_PER_LINE * count), np.int64)
    entries = np.zeros((2, ROWS_PER_LINE * count), np.int64)
    totals = np.zeros((2, len(loads.order)), np.int64)
    used = _pack_each(
        ways_of(problems),
        tariffs_of(problems.brackets),
        loads,
        np.zeros(max(np.diff(loads.start), default=0), LINE),
        np.zeros(1, OPTION),
        kinds,
        entries,
        totals,
    )
    ended = int(kinds[2, used - 1]) if used else 0
    return ParcelColumns(plain(kinds[:, :used]), plain(entries[:, :ended]), totals)


def parcels_of(packed: ParcelColumns) -> list[tuple[PackedParcel, ...]]:
    """The parcels of each shipment one by one."""
    copies, ends, *measures = packed.kinds[1:].tolist()
    carried = list(zip(*packed.entries.tolist()))
    alike = map(PackedParcel, [tuple(carried[first:end]) for first, end in pairwise([0, *ends])], *measures)
    every = [parcel for parcel, times in zip(alike, copies) for _ in range(times)]
    places = pairwise([0, *np.cumsum(packed.totals[0]).tolist()])
    return [tuple(every[first:end]) for first, end in places]


def ways_of(problems: OrderProblems) -> Ways:
    return Ways(
        *map(
            plain,
            (
                problems.line_start,
                problems.option_start,
                problems.unit_weight,
                problems.unit_volume,
                problems.row,
                problems.weight_max,
                problems.volume_max,
                problems.dim_divisor,
                problems.dim_volume_min,
                problems.brackets.row_start,
            ),
        )
    )


@compiled
def _pack_each(
    ways: Ways, tariffs: Tariffs, loads: Loads, lines: Array, options: Array, kinds: Ints, entries: Ints, totals: Ints
) -> int:  # fmt: skip
    """Fill `entries` with lines and units, and `kinds` of parcels that are alike with the shipment, how many of them,
    the end of their entries, and weight, volume, billable weight and charge of one; returns how many kinds there are.
    `totals` are parcels and charges of each shipment. `lines` has room for those of one, `options` for its option.
    """
    kind, entry = -1, 0
    traces = np.zeros((ROWS_PER_LINE * len(lines) + 1, 3), np.int64)
    way = options[0]
    for number in range(len(loads.order)):
        first, count = loads.start[number], loads.start[number + 1] - loads.start[number]
        own, trace = lines[:count], traces[: ROWS_PER_LINE * count + 1]
        _state(ways, loads, number, way, own)
        trace[:] = 0
        packing_cost(way, tariffs, own, packing_order(own), loads.units[first : first + count], trace)
        for row in range(len(trace)):
            place, taken, copies = trace[row, 0], trace[row, 1], trace[row, 2]
            if taken == 0:
                break
            if copies > 0:
                kind += 1
                kinds[0, kind], kinds[1, kind] = number, copies
            entries[0, entry], entries[1, entry] = loads.line[first + place], taken
            entry += 1
            weight = kinds[3, kind] + own[place].unit_weight * taken
            volume = kinds[4, kind] + own[place].unit_volume * taken
            kinds[2, kind], kinds[3, kind], kinds[4, kind] = entry, weight, volume
            kinds[5, kind] = billable_weight(way, weight, volume)
            kinds[6, kind] = charge_milli(way, tariffs, kinds[5, kind])
    for number in range(kind + 1):
        totals[0, kinds[0, number]] += kinds[1, number]
        totals[1, kinds[0, number]] += kinds[1, number] * kinds[6, number]
    return kind + 1


@inlined
def _state(ways: Ways, loads: Loads, number: int, way: Any, own: Array) -> None:
    """The option of a shipment and the lines that it carries, as records."""
    order = loads.order[number]
    option = ways.option_start[order] + loads.option[number]
    row = ways.row[option]
    way.bracket_first, way.bracket_last = ways.bracket_start[row], ways.bracket_start[row + 1] - 1
    way.weight_max, way.volume_max = ways.weight_max[option], ways.volume_max[option]
    way.dim_divisor, way.dim_volume_min = ways.dim_divisor[option], ways.dim_volume_min[option]
    for place in range(len(own)):
        line = ways.line_start[order] + loads.line[loads.start[number] + place]
        own[place].unit_weight, own[place].unit_volume = ways.unit_weight[line], ways.unit_volume[line]
