"""Which lanes may carry which bundles: what each order can choose from.

A *stop* is a node that could ship some of an order, an *entry* is a line or a bundle of the order at one of its stops.
Stops rise by order and node; entries lie line by line (bundle by bundle) within their order, and each has one place for
every service level. An *option* is a service level at a stop that may carry at least one bundle.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from router.routing.batch.batch import Batch
from router.routing.batch.bundles import Bundles
from router.routing.batch.slices import sizes, starts
from router.routing.network.prepared import NO_DAY, NO_ROW
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
    is_option = np.zeros((len(stops.order), allowed.shape[1]), np.bool_)
    for service, by_it in enumerate(allowed.T):
        is_option[:, service] = np.bincount(bundles.stop, weights=by_it, minlength=len(stops.order)) > 0
    is_useful = by_any_service(is_option)
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
    width = sizes(stops.start)[order_of_owner]
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
    row = look_up(batch.row, stops.order, stops.node)
    is_served: Bools = row != NO_ROW
    whole = [one for one in removals if one.box == ANY_SHIPMENT]
    for mask in joined((one.mask for one in whole if not one.of_lines), np.logical_or):
        is_served &= ~look_up(mask, stops.order, stops.node)
    lines = entries_of(batch.line_order, stops)
    allowed: Bools = is_served.take(lines.stop, axis=0) & batch.accepted.take(lines.owner, axis=0)
    limits = parcel_limits(batch, row)
    allowed &= fit_parcels(batch.unit_weight, batch.unit_volume, limits, lines)
    for mask in joined((one.mask for one in whole if one.of_lines), np.logical_or):
        allowed &= ~look_up(mask, lines.owner, lines.node)
    bundles = lines
    if not batch.bundles.are_lines:
        bundles = entries_of(batch.bundles.order, stops)
        allowed = Gathered.of(batch.bundles, lines, bundles).all(allowed)
        weight, volume = batch.bundles.sum(batch.unit_weight), batch.bundles.sum(batch.unit_volume)
        allowed &= fit_parcels(weight, volume, limits, bundles)
    allowed &= over_services(look_up(usable, bundles.owner, bundles.node) > 0, allowed.shape[1])
    return lines, bundles, allowed


def fits(batch: Batch, line: Ints, row: Ints) -> Bools:
    """Whether each service level accepts the line's kind of goods, and one unit fits a parcel of its rate row.

    `row` ends with the axis of service levels, like the answer; `line` matches its other axes as numpy broadcasts.
    What is said of a lane that is not served means nothing.
    """
    weight_max, volume_max = parcel_limits(batch, row)
    fitting: Bools = (
        batch.accepted[line]
        & (batch.unit_weight[line][..., None] <= weight_max)
        & (batch.unit_volume[line][..., None] <= volume_max)
    )
    return fitting


def parcel_limits(batch: Batch, row: Ints) -> tuple[Ints, Ints]:
    """The most that a parcel of each rate row may weigh, and its greatest volume."""
    rates = batch.network.rates
    if not len(rates.weight_max):
        nothing = np.full(row.shape, -1, np.int64)
        return nothing, nothing
    return rates.weight_max[row], rates.volume_max[row]


def fit_parcels(weight: Ints, volume: Ints, limits: tuple[Ints, Ints], entries: Entries) -> Bools:
    """Which entries fit a parcel [E, S]: weight and volume of each owner, and the limits of each stop [Q, S]."""
    weight_max, volume_max = [limit.take(entries.stop, axis=0) for limit in limits]
    count = weight_max.shape[1]
    fitting: Bools = over_services(weight.take(entries.owner), count) <= weight_max
    fitting &= over_services(volume.take(entries.owner), count) <= volume_max
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
        part_counts = sizes(bundles.part_start)[entries.owner]
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


# numpy takes as long for a row of few numbers as for a hundred. So what has a short axis of service levels last is
# looked up flat (`take`), spread before it is compared, and reduced column by column.


def over_services(values: NDArray[Number], count: int) -> NDArray[Number]:
    """One value for each place as [E, S], the same for so many service levels."""
    return np.repeat(values, count).reshape(len(values), count)


def by_any_service(places: Bools) -> Bools:
    """Which places [E, S] hold for any service level."""
    found: Bools = (
        np.logical_or.reduce(tuple(places.T)) if places.shape[1] else np.zeros(len(places), np.bool_)
    )
    return found


def joined(arrays: Iterable[NDArray[Number]], how: np.ufunc) -> list[NDArray[Number]]:
    """Those of one shape as one, so that places are looked up once in all of them."""
    found: dict[tuple[int, ...], NDArray[Number]] = {}
    for array in arrays:
        known = found.get(array.shape)
        found[array.shape] = array if known is None else how(known, array)
    return list(found.values())


def look_up(array: NDArray[Number], first: Ints, node: Ints) -> NDArray[Number]:
    """array[first, node], where the axis of nodes, like that of service levels, may have length one for all."""
    count, width, *services = array.shape
    flat = array.reshape(count * width, *services)
    found: NDArray[Number] = flat.take(first if width == 1 else first * width + node, axis=0)
    return found
