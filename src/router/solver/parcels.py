"""The parcels of many shipments: what `charges.pack` says of each, with the batch made ready for the kernels once."""

from collections.abc import Sequence

import numpy as np

from router.solver.charges import PackedParcel, billable_weight, charge_milli, packing_cost, packing_order
from router.solver.problem import Opened, OrderProblems
from router.solver.records import line_records, option_records, tariffs_of


def pack_shipments(
    problems: OrderProblems, shipments: Sequence[tuple[int, Opened]]
) -> list[tuple[PackedParcel, ...]]:
    """The parcels of each shipment (number of its order, its option with its units), in packing order."""
    lines, options, tariffs = line_records(problems), option_records(problems), tariffs_of(problems.brackets)
    unit_weight, unit_volume = problems.unit_weight.tolist(), problems.unit_volume.tolist()
    line_start, option_start = problems.line_start.tolist(), problems.option_start.tolist()
    found = []
    for order, opened in shipments:
        first, last = line_start[order], line_start[order + 1]
        own, option = lines[first:last], options[option_start[order] + opened.option]
        units = np.zeros(last - first, np.int64)
        for line, count in opened.units:
            units[line] = count
        trace = np.zeros((3 * (last - first) + 1, 3), np.int64)
        packing_cost(option, tariffs, own, packing_order(own), units, trace)
        parcels: list[PackedParcel] = []
        for some, copies in read_trace(trace.tolist()):
            weight = sum([unit_weight[first + line] * count for line, count in some])
            volume = sum([unit_volume[first + line] * count for line, count in some])
            billable = int(billable_weight(option, weight, volume))
            parcel = PackedParcel(
                units=tuple(some),
                weight=weight,
                volume=volume,
                billable=billable,
                charge_milli=int(charge_milli(option, tariffs, billable)),
            )
            parcels += [parcel] * copies
        found.append(tuple(parcels))
    return found


def read_trace(trace: Sequence[Sequence[int]]) -> list[tuple[list[tuple[int, int]], int]]:
    """The (line, units) of each kind of parcel and how many there are, from rows (line, units, parcels).

    Units go into the parcel before when `parcels` is 0, else into so many new ones each.
    """
    found: list[tuple[list[tuple[int, int]], int]] = []
    for line, taken, copies in trace:
        if taken == 0:
            break
        if copies == 0:
            found[-1][0].append((line, taken))
        else:
            found.append(([(line, taken)], copies))
    return found
