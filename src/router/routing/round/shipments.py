"""The shipments of solutions side by side: from where, by what, and how much of each line of the batch they carry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from router.routing.batch.batch import Batch
from router.routing.batch.slices import starts
from router.routing.problem.problems import Options
from router.rules.verdicts import Per
from router.solver.problem import Ints, Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipments:
    """Shipments [K], and the lines [U] that they carry units of, one after another."""

    opened: Sequence[tuple[int, Opened]]
    """The number of its order, and what of it the shipment takes."""
    order: Ints
    node: Ints
    service: Ints
    line: Ints
    count: Ints
    line_start: Ints
    """Of each shipment, its first place in `line`; each carries one at least."""
    shipment_of_line: Ints
    """[U]"""

    @property
    def line_end(self) -> Ints:
        """Of each shipment, the place behind its last in `line`."""
        return np.append(self.line_start[1:], len(self.line))

    def counts(self, per: Per) -> Ints | int:
        """How often a cost of that base falls due [K]; what is in parcels nobody knows here."""
        assert per is not Per.PARCEL, "parcels are not packed yet"
        if per is Per.LINE:
            return np.diff(self.line_start, append=len(self.line))
        return np.add.reduceat(self.count, self.line_start) if per is Per.UNIT else 1


def line_up(batch: Batch, options: Options, opened: Sequence[tuple[int, Opened]]) -> Shipments:
    """Kits are taken apart: what is counted are lines of the batch."""
    bundles = batch.bundles
    order = np.array([number for number, _ in opened], np.int64)
    place = options.start[order] + np.array([one.option for _, one in opened], np.int64)
    shipment = np.repeat(np.arange(len(opened)), [len(one.units) for _, one in opened])
    loads = np.array([load for _, one in opened for load in one.units], np.int64).reshape(-1, 2)
    line, count = bundles.start[order][shipment] + loads[:, 0], loads[:, 1]
    if not bundles.are_lines:
        width = np.diff(bundles.part_start)[line]
        first = starts(width)
        part = np.arange(first[-1]) + np.repeat(bundles.part_start[line] - first[:-1], width)
        line, count = bundles.part_line[part], np.repeat(count, width) * bundles.part_count[part]
        shipment = np.repeat(shipment, width)
    return Shipments(
        opened=opened,
        order=order,
        node=options.node[place],
        service=options.service[place],
        line=line,
        count=count,
        line_start=np.searchsorted(shipment, np.arange(len(opened))),
        shipment_of_line=shipment,
    )
