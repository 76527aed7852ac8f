"""Which lanes may carry which lines: the options of each order, and the cells in which they meet its lines.

An *option* is a lane of one order, a *cell* is a line of the order at an option. Options rise by order, node and
service level; cells lie line by line within their order. All of it is ragged: orders have as many as they have.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from router.routing.batch import Batch
from router.routing.network import NO_ROW
from router.rules.verdicts import Removal
from router.solver.problem import Bools, Ints

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Options:
    """Order, column of the batch's nodes, and service level, all [P]; order o owns start[o] : start[o + 1]."""

    order: Ints
    node: Ints
    service: Ints
    start: Ints


@dataclass(frozen=True, slots=True)
class Cells:
    """Line, option, and whether the line may use the option, all [C]; line l owns start[l] : start[l + 1]."""

    line: Ints
    option: Ints
    start: Ints
    allowed: Bools


def find_options(batch: Batch, removals: tuple[Removal, ...]) -> tuple[Options, Cells]:
    """The lanes that may carry at least one line of their order, and what they may carry."""
    lanes = batch.row != NO_ROW
    for removal in removals:
        if not removal.of_lines:
            lanes &= ~removal.mask
    options = options_of(lanes)
    cells = meet(batch, options, removals)
    is_useful = np.bincount(cells.option[cells.allowed], minlength=len(options.order)) > 0
    if is_useful.all():
        return options, cells
    lanes[options.order[~is_useful], options.node[~is_useful], options.service[~is_useful]] = False
    kept = options_of(lanes)
    return kept, lay_out(batch, kept, cells.allowed[is_useful[cells.option]])


def options_of(lanes: Bools) -> Options:
    order, node, service = np.nonzero(lanes)
    return Options(order, node, service, starts(np.bincount(order, minlength=len(lanes))))


def lay_out(batch: Batch, options: Options, allowed: Bools | None = None) -> Cells:
    """The cells of `options`; all are allowed unless said."""
    width = np.diff(options.start)[batch.line_order]
    start = starts(width)
    line = np.repeat(np.arange(len(batch.lines)), width)
    option = options.start[batch.line_order[line]] + np.arange(len(line)) - start[line]
    return Cells(line, option, start, np.ones(len(line), np.bool_) if allowed is None else allowed)


def meet(batch: Batch, options: Options, removals: tuple[Removal, ...]) -> Cells:
    """A line may use an option whose node holds some of it, whose service level takes it, and no rule forbids."""
    cells = lay_out(batch, options)
    line, node, service = cells.line, options.node[cells.option], options.service[cells.option]
    row = batch.row[options.order, options.node, options.service][cells.option]
    allowed = (batch.available[line, node] > 0) & fits(batch, line, row, service)
    for removal in removals:
        if removal.of_lines:
            allowed &= ~look_up(removal.mask, line, node, service)
    return Cells(line, cells.option, cells.start, allowed)


def fits(batch: Batch, line: Ints | int, row: Ints, service: Ints) -> Bools:
    """Whether the service level accepts the line's kind of goods, and one unit fits a parcel of the rate row.

    The three may have any shapes that numpy broadcasts; `row` must be served.
    """
    rates = batch.network.rates
    return (
        batch.accepted[line, service]
        & (batch.unit_weight[line] <= rates.weight_max[row])
        & (batch.unit_volume[line] <= rates.volume_max[row])
    )


def look_up(array: NDArray[Number], first: Ints, node: Ints, service: Ints) -> NDArray[Number]:
    """array[first, node, service], where the last two axes of `array` may have length one and then count for all."""
    by_node = node if array.shape[1] > 1 else 0
    by_service = service if array.shape[2] > 1 else 0
    return array[first, by_node, by_service]


def starts(sizes: Ints) -> Ints:
    """Offsets of consecutive slices of these sizes."""
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
