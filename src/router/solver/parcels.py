"""The parcels of many shipments: what `charges.pack` says of each, in one compiled call for a whole batch."""

from collections.abc import Sequence

import numpy as np

from router.solver.charges import (
    PackedParcel,
    billable_weight,
    charge_milli,
    packing_cost,
    packing_order,
)
from router.solver.problem import Ints, Opened, OrderProblems
from router.solver.records import Array, Tariffs, compiled, line_records, option_records, tariffs_of

ROWS_PER_LINE = 3
"""A line of a shipment joins an open parcel, fills some alike, and begins one: at most as many kinds and entries."""


def pack_shipments(
    problems: OrderProblems, shipments: Sequence[tuple[int, Opened]]
) -> list[tuple[PackedParcel, ...]]:
    """The parcels of each shipment (number of its order, its option with its units), in packing order."""
    order = np.array([number for number, _ in shipments], np.int64)
    option = np.array([opened.option for _, opened in shipments], np.int64)
    loads = np.array([load for _, opened in shipments for load in opened.units], np.int64).reshape(-1, 2)
    counts = [len(opened.units) for _, opened in shipments]
    kinds = np.zeros((ROWS_PER_LINE * len(loads), 7), np.int64)
    entries = np.zeros((ROWS_PER_LINE * len(loads), 2), np.int64)
    used = _pack_each(
        line_records(problems),
        option_records(problems),
        tariffs_of(problems.brackets),
        np.stack([problems.line_start[order], problems.line_start[order + 1]], axis=1),
        problems.option_start[order] + option,
        loads,
        np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        kinds,
        entries,
    )
    found: list[list[PackedParcel]] = [[] for _ in shipments]
    carried = [(line, units) for line, units in entries.tolist()]
    first = 0
    for number, copies, end, *measures in kinds[:used].tolist():
        parcel = PackedParcel(tuple(carried[first:end]), *measures)
        found[number] += [parcel] * copies
        first = end
    return list(map(tuple, found))


@compiled
def _pack_each(
    lines: Array, options: Array, tariffs: Tariffs, line_range: Ints, option: Ints, loads: Ints, load_start: Ints,
    kinds: Ints, entries: Ints,
) -> int:  # fmt: skip
    """Fill `entries` with (line, units), and `kinds` of parcels that are alike with (shipment, how many of them, end of
    its entries, weight, volume, billable weight and charge of one); returns how many kinds there are.

    Shipment k, of the lines line_range[k], carries loads[load_start[k] : load_start[k + 1]] by option[k].
    """
    kind, entry = -1, 0
    for number in range(len(option)):
        own, way = lines[line_range[number, 0] : line_range[number, 1]], options[option[number]]
        units = np.zeros(len(own), np.int64)
        for place in range(load_start[number], load_start[number + 1]):
            units[loads[place, 0]] = loads[place, 1]
        trace = np.zeros((3 * len(own) + 1, 3), np.int64)
        packing_cost(way, tariffs, own, packing_order(own), units, trace)
        for row in range(len(trace)):
            line, taken, copies = trace[row, 0], trace[row, 1], trace[row, 2]
            if taken == 0:
                break
            if copies > 0:
                kind += 1
                kinds[kind, 0], kinds[kind, 1] = number, copies
            entries[entry, 0], entries[entry, 1] = line, taken
            entry += 1
            weight = kinds[kind, 3] + own[line].unit_weight * taken
            volume = kinds[kind, 4] + own[line].unit_volume * taken
            billable = billable_weight(way, weight, volume)
            kinds[kind, 2], kinds[kind, 3], kinds[kind, 4] = entry, weight, volume
            kinds[kind, 5], kinds[kind, 6] = billable, charge_milli(way, tariffs, billable)
    return kind + 1
