"""The shipments of solutions side by side: from where, by what, and how much of each line of the batch they carry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from router.routing.batch.batch import Batch
from router.routing.batch.slices import sizes, starts
from router.routing.problem.problems import Options
from router.rules.verdicts import Per
from router.solver.parcels import Loads, loads_of
from router.solver.problem import Ints, Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipments:
    """Shipments [K], and the lines [U] that they carry units of, one after another."""

    loads: Loads
    """What of the bundles of its order each takes."""
    order: Ints
    node: Ints
    service: Ints
    line: Ints
    count: Ints
    line_start: Ints
    line_end: Ints
    """Of each shipment, its first place in `line` and the one behind its last; each carries one at least."""
    shipment_of_line: Ints
    """[U]"""

    def counts(self, per: Per) -> Ints | int:
        """How often a cost of that base falls due [K]; what is in parcels nobody knows here."""
        assert per is not Per.PARCEL, "parcels are not packed yet"
        if per is Per.LINE:
            return self.line_end - self.line_start
        return np.add.reduceat(self.count, self.line_start) if per is Per.UNIT else 1


def line_up(batch: Batch, options: Options, opened: Sequence[tuple[int, Opened]]) -> Shipments:
    """Kits are taken apart: what is counted are lines of the batch."""
    bundles, loads = batch.bundles, loads_of(opened)
    order, place = loads.order, options.start.take(loads.order) + loads.option
    shipment, bounds = np.arange(len(opened)).repeat(sizes(loads.start)), loads.start
    line, count = bundles.start.take(order).take(shipment) + loads.line, loads.units
    if not bundles.are_lines:
        width = sizes(bundles.part_start)[line]
        first = starts(width)
        part = np.arange(first[-1]) + (bundles.part_start[line] - first[:-1]).repeat(width)
        line, count = bundles.part_line[part], count.repeat(width) * bundles.part_count[part]
        shipment = shipment.repeat(width)
        bounds = shipment.searchsorted(np.arange(len(opened) + 1))
    return Shipments(
        loads=loads,
        order=order,
        node=options.node.take(place),
        service=options.service.take(place),
        line=line,
        count=count,
        line_start=bounds[:-1],
        line_end=bounds[1:],
        shipment_of_line=shipment,
    )
