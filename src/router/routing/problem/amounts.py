"""What the solver's options cost before any tariff: cost terms, rules and prices, as tables."""

from collections.abc import Iterator

import numpy as np

from router.routing.batch.batch import Batch
from router.routing.decision import Prices
from router.routing.problem.bringing import Brought
from router.routing.problem.cost_terms import amounts_per
from router.routing.problem.options import NOTHING, added
from router.rules.verdicts import ANY_SHIPMENT, Per, Verdicts
from router.solver.problem import Ints
from router.solver.records import plain
from router.solver.tables import Amounts, Choices


def amounts_of(
    batch: Batch, verdicts: Verdicts, prices: Prices, choices: Choices, usable: Ints, brought: Brought | None
) -> Amounts:
    """All of it. `usable` [G, N] are the bundles that each node may send."""
    bundles, network = batch.bundles, batch.network
    own = {per: amounts_per(batch, per, choices.stop_order, choices.stop_node) for per in STOP_BASES}
    one = np.ones(len(batch.lines), np.int64)
    return Amounts(
        usable=plain(usable),
        quantity=bundles.quantity,
        lines_in=bundles.sum_lines(one),
        units_in=bundles.sum(one),
        stop_fixed=own[Per.SHIPMENT],
        stop_parcel=own[Per.PARCEL],
        stop_line=own[Per.LINE],
        stop_unit=own[Per.UNIT],
        fixed=added(shipment_tables(batch, verdicts, prices)),
        parcel=added(charged(verdicts, Per.PARCEL)),
        line=added(line_tables(batch, verdicts, brought)),
        unit=added(unit_tables(batch, verdicts, prices)),
        awaits=awaited(batch),
        brings=NOTHING if brought is None else bundles.union(brought.bits)[:, :, None],
        dim_divisor=network.dim_divisor,
        dim_volume_min=network.dim_volume_min,
    )


STOP_BASES = (Per.SHIPMENT, Per.PARCEL, Per.LINE, Per.UNIT)
"""What cost terms say by order and node."""


def shipment_tables(batch: Batch, verdicts: Verdicts, prices: Prices) -> Iterator[Ints]:
    """What rules charge for a shipment and its late days, and the price of capacity."""
    yield from charged(verdicts, Per.SHIPMENT)
    for amounts in charged(verdicts, Per.LATE_DAY):
        yield amounts * batch.late_days
    if prices.capacity_milli:
        by_node = [prices.capacity_milli.get(node_id, 0) for node_id in batch.node_ids]
        yield np.array(by_node, np.int64)[None, :, None]


def line_tables(batch: Batch, verdicts: Verdicts, brought: Brought | None) -> Iterator[Ints]:
    """What rules charge for a bundle's lines, and what bringing all of them to a gathering costs."""
    for amounts in charged(verdicts, Per.LINE):
        yield batch.bundles.sum_lines(amounts)
    if brought is not None:
        yield batch.bundles.sum_lines(brought.moving_milli + brought.stock_milli)[:, :, None]


def unit_tables(batch: Batch, verdicts: Verdicts, prices: Prices) -> Iterator[Ints]:
    """What rules charge for a bundle's units, and the price of the stock it takes."""
    for amounts in charged(verdicts, Per.UNIT):
        yield batch.bundles.sum(amounts)
    if prices.stock_milli:
        by_sku = [prices.stock_milli.get(line.sku, {}) for line in batch.lines]
        table = np.array([[held.get(node_id, 0) for node_id in batch.node_ids] for held in by_sku], np.int64)
        table = table.reshape(len(batch.lines), len(batch.node_ids))
        if batch.gatherings is not None:
            # What a line's units are worth there depends on where they come from: its amount by line has it.
            table[:, batch.gatherings.first :] = 0
        yield batch.bundles.sum(table)[:, :, None]


def charged(verdicts: Verdicts, per: Per) -> Iterator[Ints]:
    """What rules charge for one, whatever is in the shipment; terms have the other charges."""
    return (one.amount_milli for one in verdicts.charges if one.per is per and one.box == ANY_SHIPMENT)


def awaited(batch: Batch) -> Ints:
    """By column, one bit for each transfer that a shipment from there awaits."""
    waits = np.zeros(len(batch.node), np.int64)
    if batch.gatherings is not None:
        waits[batch.gatherings.first :] = [(1 << len(one.lanes)) - 1 for one in batch.gatherings.every]
    return waits
