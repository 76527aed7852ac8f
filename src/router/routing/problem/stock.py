"""What of the stock an order may take: what is available, less what safety stock and caps keep back.

Where several bundles of an order want the same SKU, a node's units are shared out among them, so that no plan can
promise one twice: kits first, for they are the hardest to serve, then the lines of groups, then the others, each as
the order names them.
"""

from collections.abc import Sequence

import numpy as np

from router.domain.identifiers import Sku
from router.routing.batch.batch import Batch
from router.rules.verdicts import StockLimit
from router.solver.problem import Ints


def limited_units(batch: Batch, limits: Sequence[StockLimit]) -> Ints:
    """Units that may leave each node for each line [L, N]; a limit of one line holds for its SKU in the whole order."""
    units = batch.available
    for limit in limits:
        units = np.minimum(units, limit.units_max)
    if limits:
        for order in batch.sharing:
            for lines in lines_by_sku(batch, order).values():
                units[lines] = units[lines].min(axis=0)
    return units


def allotted_units(batch: Batch, units: Ints) -> Ints:
    """`units` [L, N], no more than what a wave set aside for orders that it decided."""
    allotted = units
    for order, request in enumerate(batch.requests):
        if request.allotment is None:
            continue
        allotted = allotted.copy() if allotted is units else allotted
        for line in batch.lines_of(order):
            own = request.allotment.units.get(batch.lines[line].sku, {})
            allotted[line] = np.minimum(allotted[line], [own.get(node_id, 0) for node_id in batch.node_ids])
    return allotted


def lines_by_sku(batch: Batch, order: int) -> dict[Sku, list[int]]:
    found: dict[Sku, list[int]] = {}
    for line in batch.lines_of(order):
        found.setdefault(batch.lines[line].sku, []).append(line)
    return found


def usable_bundles(batch: Batch, units: Ints) -> Ints:
    """Whole bundles that each node could send, up to the quantity wanted [G, N], each bundle as if it were alone."""
    return np.minimum(batch.bundles.held(units), batch.bundles.quantity[:, None])


def share_out(batch: Batch, units: Ints, usable: Ints) -> Ints:
    """`usable` with the units of SKUs that several bundles of an order want shared out among them."""
    if not batch.sharing:
        return usable
    shared = usable.copy()
    for order in batch.sharing:
        own = batch.bundles.slice_of(order)
        shared[own] = share_in_order(batch, order, units, usable[own], np.zeros_like(usable[own]))
    return shared


def share_in_order(batch: Batch, order: int, units: Ints, alone: Ints, taken: Ints) -> Ints:
    """What each bundle of one order may use [G', N]: what it has `taken`, and of the rest what comes its way.

    `units` [L, N] may leave the nodes for each line; no bundle gets more than `alone`, what it could use by itself.
    """
    lines = lines_by_sku(batch, order)
    left = {sku: units[numbers[0]].copy() for sku, numbers in lines.items()}
    bundles = batch.bundles.of_order(order)
    parts = {
        bundle: [(batch.lines[line].sku, count) for line, count in batch.bundles.parts_of(bundle)]
        for bundle in bundles
    }
    for bundle in bundles:
        for sku, count in parts[bundle]:
            left[sku] -= taken[bundle - bundles.start] * count
    shared = taken.copy()
    for bundle in sorted(bundles, key=lambda number: precedence(batch, number)):
        row = bundle - bundles.start
        more = alone[row] - taken[row]
        for sku, count in parts[bundle]:
            more = np.minimum(more, left[sku] // count)
        for sku, count in parts[bundle]:
            left[sku] -= more * count
        shared[row] += more
    return shared


def precedence(batch: Batch, bundle: int) -> tuple[bool, bool, int]:
    """Kits, then groups of the client's, then the rest."""
    first, _ = batch.bundles.parts_of(bundle)[0]
    line = batch.lines[first]
    return not line.in_kit, not line.together_ids, bundle
