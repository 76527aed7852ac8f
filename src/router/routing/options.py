"""Which lanes may carry which bundles: what each order can choose from.

A *stop* is a node that could ship some of an order, an *entry* is a line or a bundle of the order at one of its stops.
Stops rise by order and node; entries lie line by line (bundle by bundle) within their order, and each has one place for
every service level. An *option* is a service level at a stop that may carry at least one bundle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from router.routing.batch import Batch
from router.routing.bundles import Bundles
from router.routing.network import NO_DAY, NO_ROW
from router.rules.verdicts import ANY_SHIPMENT, Removal
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
    """Line or bundle, stop and column of the batch's nodes, all [E]; owner g has start[g] : start[g + 1]."""

    owner: Ints
    stop: Ints
    node: Ints
    start: Ints


@dataclass(frozen=True, slots=True)
class Choices:
    """What each order can choose from: `is_option` [Q, S], and what each entry of a bundle is allowed [E, S]."""

    stops: Stops
    lines: Entries
    bundles: Entries
    is_option: Bools
    allowed: Bools


def find_choices(batch: Batch, removals: Sequence[Removal], usable: Ints, held: Bools) -> Choices:
    """Stops with at least one option, and what their options may carry.

    `usable` [G, N] are the bundles that a node has, `held` [O] orders that have no choice at all.
    """
    has_any = np.logical_or.reduceat(usable > 0, batch.bundles.start[:-1], axis=0)
    stops = stops_of(has_any & (batch.ship_day != NO_DAY) & ~held[:, None])
    lines, bundles, allowed = allow(batch, removals, stops, usable)
    place = bundles.stop[:, None] * allowed.shape[1] + np.arange(allowed.shape[1])
    counts = np.bincount(place[allowed], minlength=len(stops.order) * allowed.shape[1])
    is_option: Bools = np.greater(counts, 0).reshape(len(stops.order), allowed.shape[1])
    is_useful = np.any(is_option, axis=1)
    if is_useful.all():
        return Choices(stops, lines, bundles, is_option, allowed)
    kept = np.zeros(has_any.shape, np.bool_)
    kept[stops.order[is_useful], stops.node[is_useful]] = True
    kept_stops = stops_of(kept)
    allowed = allowed[is_useful[bundles.stop]]
    lines = entries_of(batch.line_order, kept_stops)
    bundles = lines if batch.bundles.are_lines else entries_of(batch.bundles.order, kept_stops)
    return Choices(kept_stops, lines, bundles, is_option[is_useful], allowed)


def stops_of(is_stop: Bools) -> Stops:
    order, node = np.nonzero(is_stop)
    return Stops(order, node, starts(np.count_nonzero(is_stop, axis=1)))


def entries_of(order_of_owner: Ints, stops: Stops) -> Entries:
    """Every line or bundle, given by its order, at every stop of that order."""
    width = np.diff(stops.start)[order_of_owner]
    start = starts(width)
    owner = np.repeat(np.arange(len(order_of_owner)), width)
    stop = np.arange(len(owner)) + np.repeat(stops.start[order_of_owner] - start[:-1], width)
    return Entries(owner, stop, stops.node[stop], start)


def allow(
    batch: Batch, removals: Sequence[Removal], stops: Stops, usable: Ints
) -> tuple[Entries, Entries, Bools]:
    """The entries of lines and of bundles, and where each bundle may go [E, S].

    A bundle may go where the node has it, the service level takes it, and no rule forbids one of its lines.
    """
    row = batch.row[stops.order, stops.node]
    is_served: Bools = row != NO_ROW
    for removal in removals:
        if not removal.of_lines and removal.box == ANY_SHIPMENT:
            is_served &= ~look_up(removal.mask, stops.order, stops.node)
    lines = entries_of(batch.line_order, stops)
    allowed: Bools = is_served[lines.stop] & fits(batch, lines.owner, row[lines.stop])
    for removal in removals:
        if removal.of_lines:
            allowed &= ~look_up(removal.mask, lines.owner, lines.node)
    bundles = lines
    if not batch.bundles.are_lines:
        bundles = entries_of(batch.bundles.order, stops)
        allowed = Gathered.of(batch.bundles, lines, bundles).all(allowed)
        allowed &= fits_whole(batch, bundles.owner, row[bundles.stop])
    allowed &= (usable[bundles.owner, bundles.node] > 0)[:, None]
    return lines, bundles, allowed


def fits(batch: Batch, line: Ints, row: Ints) -> Bools:
    """Whether each service level accepts the line's kind of goods, and one unit fits a parcel of its rate row.

    `row` ends with the axis of service levels, like the answer; `line` matches its other axes as numpy broadcasts.
    What is said of a lane that is not served means nothing.
    """
    size = fits_parcel(batch, batch.unit_weight[line], batch.unit_volume[line], row)
    fitting: Bools = batch.accepted[line] & size
    return fitting


def fits_whole(batch: Batch, bundle: Ints, row: Ints) -> Bools:
    """Whether a parcel of each rate row takes one bundle whole, whatever its lines are."""
    weight, volume = batch.bundles.sum(batch.unit_weight), batch.bundles.sum(batch.unit_volume)
    return fits_parcel(batch, weight[bundle], volume[bundle], row)


def fits_parcel(batch: Batch, weight: Ints, volume: Ints, row: Ints) -> Bools:
    rates = batch.network.rates
    if not len(rates.weight_max):
        return np.zeros(row.shape, np.bool_)
    fitting: Bools = (weight[..., None] <= rates.weight_max[row]) & (
        volume[..., None] <= rates.volume_max[row]
    )
    return fitting


@dataclass(frozen=True, slots=True)
class Gathered:
    """For every entry of a bundle the entries of its lines: `entry`, `count` [X] and where each one's begin [E]."""

    entry: Ints
    count: Ints
    start: Ints

    @classmethod
    def of(cls, bundles: Bundles, lines: Entries, entries: Entries) -> "Gathered":
        """The line entries at the same stops, for the bundle entries `entries`."""
        part_counts = np.diff(bundles.part_start)[entries.owner]
        start = starts(part_counts)
        within = np.arange(start[-1]) - np.repeat(start[:-1], part_counts)
        part = np.repeat(bundles.part_start[entries.owner], part_counts) + within
        place = np.arange(len(entries.owner)) - entries.start[entries.owner]
        entry = lines.start[bundles.part_line[part]] + np.repeat(place, part_counts)
        return cls(entry, bundles.part_count[part], start[:-1])

    def all(self, of_lines: Bools) -> Bools:
        """What holds for all lines of a bundle [E, S]."""
        return self._reduced(np.logical_and, of_lines[self.entry])

    def sum(self, per_unit: Ints) -> Ints:
        """What the units of one bundle add up to [E, S]."""
        return self._reduced(np.add, per_unit[self.entry] * self.count[:, None])

    def sum_lines(self, per_line: Ints) -> Ints:
        """What the lines of a bundle add up to [E, S]."""
        return self._reduced(np.add, per_line[self.entry])

    def union(self, bits: Ints) -> Ints:
        """The bits that any line of a bundle has [E, S]."""
        return self._reduced(np.bitwise_or, bits)

    def _reduced(self, how: np.ufunc, values: NDArray[Number]) -> NDArray[Number]:
        if not len(self.start):
            return values
        reduced: NDArray[Number] = how.reduceat(values, self.start, axis=0)
        return reduced


def look_up(array: NDArray[Number], first: Ints, node: Ints) -> NDArray[Number]:
    """array[first, node], where the axis of nodes, like that of service levels, may have length one for all."""
    found: NDArray[Number] = array[first, node if array.shape[1] > 1 else 0]
    return found


def starts(sizes: Ints) -> Ints:
    """Offsets of consecutive slices of these sizes."""
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
