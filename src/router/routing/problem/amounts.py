"""What the solver's options cost before any tariff: cost terms, rules and prices, for every stop and every entry."""

from collections.abc import Iterable

import numpy as np

from router.routing.batch.batch import Batch
from router.routing.decision import Prices
from router.routing.problem.bringing import Brought
from router.routing.problem.cost_terms import amounts_per
from router.routing.problem.options import Entries, Stops, joined, look_up, over_services
from router.rules.verdicts import ANY_SHIPMENT, Per, Verdicts
from router.solver.problem import Ints


def shipment_costs(batch: Batch, verdicts: Verdicts, prices: Prices, stops: Stops) -> Ints:
    """Its cost terms, what rules charge for a shipment and its late days, and the price of capacity [Q, S]."""
    own = amounts_per(batch, Per.SHIPMENT, stops.order, stops.node)
    if prices.capacity_milli:
        by_node = np.array([prices.capacity_milli.get(node_id, 0) for node_id in batch.node_ids], np.int64)
        own = own + by_node[stops.node]
    charges = [look_up(amounts, stops.order, stops.node) for amounts in charged(verdicts, Per.SHIPMENT)]
    for amounts in charged(verdicts, Per.LATE_DAY):
        late_days = look_up(batch.late_days, stops.order, stops.node)
        charges.append(look_up(amounts, stops.order, stops.node) * late_days)
    return added(batch, own, charges)


def parcel_costs(batch: Batch, verdicts: Verdicts, stops: Stops) -> Ints:
    """Its cost terms and what rules charge for a parcel [Q, S]."""
    own = amounts_per(batch, Per.PARCEL, stops.order, stops.node)
    charges = charged(verdicts, Per.PARCEL)
    return added(batch, own, [look_up(amounts, stops.order, stops.node) for amounts in charges])


def line_costs(batch: Batch, verdicts: Verdicts, entries: Entries, brought: Brought | None) -> Ints:
    """Its cost terms, what rules charge for one, and what bringing all of it to a gathering costs [E, S]."""
    own = amounts_per(batch, Per.LINE, batch.line_order[entries.owner], entries.node)
    if brought is not None:
        own = own + brought.at_lines(entries.owner, entries.node)
    charges = charged(verdicts, Per.LINE)
    return added(batch, own, [look_up(amounts, entries.owner, entries.node) for amounts in charges])


def unit_costs(batch: Batch, verdicts: Verdicts, prices: Prices, entries: Entries) -> Ints:
    """Its cost terms, what rules charge for one, and the price of the stock it takes [E, S]."""
    own = amounts_per(batch, Per.UNIT, batch.line_order[entries.owner], entries.node)
    if prices.stock_milli:
        by_sku = [prices.stock_milli.get(line.sku, {}) for line in batch.lines]
        table = np.array([[held.get(node_id, 0) for node_id in batch.node_ids] for held in by_sku], np.int64)
        table = table.reshape(len(batch.lines), len(batch.node_ids))
        if batch.gatherings is not None:
            # What a line's units are worth there depends on where they come from: its amount by line has it.
            table[:, batch.gatherings.first :] = 0
        own = own + look_up(table, entries.owner, entries.node)
    charges = charged(verdicts, Per.UNIT)
    return added(batch, own, [look_up(amounts, entries.owner, entries.node) for amounts in charges])


def charged(verdicts: Verdicts, per: Per) -> list[Ints]:
    """What rules charge for one, whatever is in the shipment; terms have the other charges."""
    return joined(
        (one.amount_milli for one in verdicts.charges if one.per is per and one.box == ANY_SHIPMENT), np.add
    )


def added(batch: Batch, own: Ints, charges: Iterable[Ints]) -> Ints:
    """What is the same for every service level [E], and charges, which may be [E, 1], in all [E, S]."""
    apart = []
    for amounts in charges:
        if amounts.shape[1] == 1:
            own = own + amounts[:, 0]
        else:
            apart.append(amounts)
    cost = over_services(own, len(batch.network.services))
    for amounts in apart:
        cost += amounts
    return cost
