"""Which lanes may carry which bundles: what each order can choose from.

A *stop* is a node that could ship some of an order, an *option* a service level at a stop that may carry at least one
bundle. The solver's room finds them (`solver/tables.py`); its lines are our bundles.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from router.routing.batch.batch import Batch
from router.routing.network.lanes import NO_DAY
from router.rules.verdicts import ANY_SHIPMENT, Removal
from router.solver.problem import Bools, Ints
from router.solver.records import plain
from router.solver.tables import Lanes, add_to, join_to

Number = TypeVar("Number", bound=np.generic)

NOWHERE = np.zeros((1, 1, 1), np.bool_)
NOTHING = np.zeros((1, 1, 1), np.int64)


def lanes_of(batch: Batch, removals: Sequence[Removal], usable: Ints, held: Bools) -> Lanes:
    """What decides where the bundles of `batch` may go.

    `usable` [G, N] are the bundles that a node has, `held` [O] orders that have no choice at all. A bundle may go where
    each of its lines may.
    """
    bundles, rates = batch.bundles, batch.network.rates
    whole = [one for one in removals if one.box == ANY_SHIPMENT]
    return Lanes(
        line_start=bundles.start,
        is_open=(batch.ship_day != NO_DAY) & ~held[:, None],
        row=plain(batch.row),
        closed=marked([one.mask for one in whole if not one.of_lines]),
        closed_to_lines=marked([bundles.any(one.mask) for one in whole if one.of_lines]),
        accepted=plain(bundles.all(batch.accepted)),
        held=plain(usable),
        unit_weight=bundles.sum(batch.unit_weight),
        unit_volume=bundles.sum(batch.unit_volume),
        weight_max=rates.weight_max,
        volume_max=rates.volume_max,
    )


def marked(tables: Iterable[Bools]) -> Bools:
    """What any of the tables marks."""
    some = joined(tables, np.logical_or)
    if len(some) < 2:
        return plain(some[0]) if some else NOWHERE
    total = np.zeros(widest(some), np.bool_)
    for table in some:
        join_to(total, plain(table))
    return total


def added(tables: Iterable[Ints]) -> Ints:
    """The sum of the tables."""
    some = joined(tables, np.add)
    if len(some) < 2:
        return plain(some[0]) if some else NOTHING
    total = np.zeros(widest(some), np.int64)
    for table in some:
        add_to(total, plain(table))
    return total


def joined(tables: Iterable[NDArray[Number]], how: np.ufunc) -> list[NDArray[Number]]:
    """Those of one shape as one: of a shape there are many, of different shapes few."""
    found: dict[tuple[int, ...], NDArray[Number]] = {}
    for table in tables:
        known = found.get(table.shape)
        found[table.shape] = table if known is None else how(known, table)
    return list(found.values())


def widest(tables: Sequence[NDArray[Number]]) -> tuple[int, ...]:
    """The least shape that holds all of them."""
    return tuple(map(max, *(table.shape for table in tables)))


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


def look_up(table: NDArray[Number], first: Ints, node: Ints) -> NDArray[Number]:
    """table[first, node], where the axis of nodes, like that of service levels, may have length one for all."""
    count, width, *services = table.shape
    flat = table.reshape(count * width, *services)
    found: NDArray[Number] = flat.take(first if width == 1 else first * width + node, axis=0)
    return found
