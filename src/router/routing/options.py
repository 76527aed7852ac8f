"""Which lanes may carry which lines: what each order can choose from.

A *stop* is a node that could ship some of an order, an *entry* is a line of the order at one of its stops. Stops
rise by order and node; entries lie line by line within their order, and each has one place for every service level.
An *option* is a service level at a stop that may carry at least one entry.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from router.routing.batch import Batch
from router.routing.network import NO_DAY, NO_ROW
from router.rules.verdicts import Removal
from router.solver.problem import Bools, Ints

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Stops:
    """Order and column of the batch's nodes, both [Q]; order o owns start[o] : start[o + 1]."""

    order: Ints
    node: Ints
    start: Ints


@dataclass(frozen=True, slots=True)
class Entries:
    """Line, stop and column of the batch's nodes, all [E]; line l owns start[l] : start[l + 1]."""

    line: Ints
    stop: Ints
    node: Ints
    start: Ints


@dataclass(frozen=True, slots=True)
class Choices:
    """What each order can choose from: `is_option` [Q, S], and what each entry is allowed [E, S]."""

    stops: Stops
    entries: Entries
    is_option: Bools
    allowed: Bools


def find_choices(batch: Batch, removals: tuple[Removal, ...]) -> Choices:
    """Stops with at least one option, and what their options may carry."""
    stops = stops_of(batch.holds & (batch.ship_day != NO_DAY))
    entries = entries_of(batch, stops)
    allowed = allow(batch, removals, stops, entries)
    place = entries.stop[:, None] * allowed.shape[1] + np.arange(allowed.shape[1])
    counts = np.bincount(place[allowed], minlength=len(stops.order) * allowed.shape[1])
    is_option: Bools = np.greater(counts, 0).reshape(len(stops.order), allowed.shape[1])
    is_useful = np.any(is_option, axis=1)
    if is_useful.all():
        return Choices(stops, entries, is_option, allowed)
    kept = np.zeros(batch.holds.shape, np.bool_)
    kept[stops.order[is_useful], stops.node[is_useful]] = True
    kept_stops = stops_of(kept)
    allowed = allowed[is_useful[entries.stop]]
    return Choices(kept_stops, entries_of(batch, kept_stops), is_option[is_useful], allowed)


def stops_of(is_stop: Bools) -> Stops:
    order, node = np.nonzero(is_stop)
    return Stops(order, node, starts(np.count_nonzero(is_stop, axis=1)))


def entries_of(batch: Batch, stops: Stops) -> Entries:
    width = np.diff(stops.start)[batch.line_order]
    start = starts(width)
    line = np.repeat(np.arange(len(batch.lines)), width)
    stop = np.arange(len(line)) + np.repeat(stops.start[batch.line_order] - start[:-1], width)
    return Entries(line, stop, stops.node[stop], start)


def allow(batch: Batch, removals: tuple[Removal, ...], stops: Stops, entries: Entries) -> Bools:
    """A line may go where the node holds some of it, the service level takes it, and no rule forbids [E, S]."""
    row = batch.row[stops.order, stops.node]
    is_served: Bools = row != NO_ROW
    for removal in removals:
        if not removal.of_lines:
            is_served &= ~look_up(removal.mask, stops.order, stops.node)
    allowed: Bools = is_served[entries.stop] & fits(batch, entries.line, row[entries.stop])
    allowed &= (batch.available[entries.line, entries.node] > 0)[:, None]
    for removal in removals:
        if removal.of_lines:
            allowed &= ~look_up(removal.mask, entries.line, entries.node)
    return allowed


def fits(batch: Batch, line: Ints, row: Ints) -> Bools:
    """Whether each service level accepts the line's kind of goods, and one unit fits a parcel of its rate row.

    `row` ends with the axis of service levels, like the answer; `line` matches its other axes as numpy broadcasts.
    What is said of a lane that is not served means nothing.
    """
    rates = batch.network.rates
    if not len(rates.weight_max):
        return np.zeros(row.shape, np.bool_)
    is_light = batch.unit_weight[line][..., None] <= rates.weight_max[row]
    is_small = batch.unit_volume[line][..., None] <= rates.volume_max[row]
    fitting: Bools = batch.accepted[line] & is_light & is_small
    return fitting


def look_up(array: NDArray[Number], first: Ints, node: Ints) -> NDArray[Number]:
    """array[first, node], where the axis of nodes, like that of service levels, may have length one for all."""
    found: NDArray[Number] = array[first, node if array.shape[1] > 1 else 0]
    return found


def starts(sizes: Ints) -> Ints:
    """Offsets of consecutive slices of these sizes."""
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
