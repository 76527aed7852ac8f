"""Batch and verdicts -> the solver's problems: what each option may carry, what it costs, which limits hold."""

from dataclasses import dataclass

import numpy as np

from router.domain.limits import SHIPMENTS_PER_PLAN_MAX
from router.routing.batch import Batch
from router.routing.decision import Prices
from router.routing.options import Choices, Entries, Stops, find_choices, look_up, starts
from router.rules.verdicts import Per, SplitUnits, Verdicts
from router.solver.problem import Bools, Ints, OrderProblems


@dataclass(frozen=True, slots=True)
class Options:
    """Which lane each option is: column of the batch's nodes and service level, [P]; order o's begin at start[o]."""

    node: Ints
    service: Ints
    start: Ints


@dataclass(frozen=True, slots=True)
class Posed:
    """One problem for each order, and which lanes its options are."""

    problems: OrderProblems
    options: Options


def pose(batch: Batch, verdicts: Verdicts, prices: Prices) -> Posed:
    """State the problem of every order of `batch`."""
    choices = find_choices(batch, verdicts.removals)
    stops, entries = choices.stops, choices.entries
    stop, service = np.nonzero(choices.is_option)
    order = stops.order[stop]
    row = batch.row[order, stops.node[stop], service]
    is_cell = choices.is_option[entries.stop]
    options = Options(stops.node[stop], service, starts(np.bincount(order, minlength=len(batch.requests))))
    split = split_limits(verdicts)
    network, rates = batch.network, batch.network.rates
    problems = OrderProblems(
        line_start=batch.line_start,
        node_start=stops.start,
        option_start=options.start,
        usable_start=entries.start[batch.line_start],
        cell_start=starts(np.diff(batch.line_start) * np.diff(options.start)),
        quantity=batch.quantity,
        unit_weight=batch.unit_weight,
        unit_volume=batch.unit_volume,
        unit_value_minor=_ints([line.unit_value_minor for line in batch.lines]),
        backorder_milli=_ints([policy.unit_milli for policy in verdicts.backorder_policies])[
            verdicts.backorder
        ],
        divisible=find_divisible(batch, verdicts, choices),
        capacity=np.minimum(batch.free_slots[stops.order, stops.node], split.shipments_max[stops.order]),
        usable=np.minimum(batch.available[entries.line, entries.node], batch.quantity[entries.line]),
        option_node=stop - stops.start[order],
        row=row,
        fixed_milli=shipment_costs(batch, verdicts, prices, stops)[choices.is_option],
        parcel_milli=parcel_costs(batch, verdicts, stops)[choices.is_option],
        weight_max=rates.weight_max[row],
        volume_max=rates.volume_max[row],
        dim_divisor=network.dim_divisor[service],
        dim_volume_min=network.dim_volume_min[service],
        allowed=choices.allowed[is_cell],
        line_milli=line_costs(batch, verdicts, entries)[is_cell],
        unit_milli=unit_costs(batch, verdicts, prices, entries)[is_cell],
        split_milli=split.split_milli,
        shipments_max=split.shipments_max,
        value_min_minor=split.value_min_minor,
        ship_complete=split.ship_complete,
        brackets=rates.brackets,
    )
    return Posed(problems, options)


def find_divisible(batch: Batch, verdicts: Verdicts, choices: Choices) -> Bools:
    """Which lines may be shared out: always, never, or when no stop that may ship it holds the whole line."""
    entries = choices.entries
    holds_all = batch.available[entries.line, entries.node] >= batch.quantity[entries.line]
    is_whole = np.bincount(
        entries.line[holds_all & choices.allowed.any(axis=1)], minlength=len(batch.lines)
    ).astype(np.bool_)
    policies = [policy.split_units for policy in verdicts.split_policies]
    of_line = verdicts.split[batch.line_order]
    always = np.array([policy is SplitUnits.ALWAYS for policy in policies])[of_line]
    when_short = np.array([policy is SplitUnits.WHEN_SHORT for policy in policies])[of_line]
    return (batch.quantity > 1) & (always | (when_short & ~is_whole))


def shipment_costs(batch: Batch, verdicts: Verdicts, prices: Prices, stops: Stops) -> Ints:
    """Handling, what rules charge for a shipment and its late days, and the price of capacity [Q, S]."""
    cost = spread(batch, batch.network.handling_milli[batch.node][stops.node])
    for charge in verdicts.charges:
        if charge.per is Per.SHIPMENT:
            cost += look_up(charge.amount_milli, stops.order, stops.node)
        elif charge.per is Per.LATE_DAY:
            amount = look_up(charge.amount_milli, stops.order, stops.node)
            cost += amount * batch.late_days[stops.order, stops.node]
    if prices.capacity_milli:
        by_node = _ints([prices.capacity_milli.get(node_id, 0) for node_id in batch.node_ids])
        cost += by_node[stops.node][:, None]
    return cost


def parcel_costs(batch: Batch, verdicts: Verdicts, stops: Stops) -> Ints:
    """Packaging and what rules charge for a parcel [Q, S]."""
    cost = spread(batch, batch.network.packaging_milli[batch.node][stops.node])
    for charge in verdicts.charges:
        if charge.per is Per.PARCEL:
            cost += look_up(charge.amount_milli, stops.order, stops.node)
    return cost


def line_costs(batch: Batch, verdicts: Verdicts, entries: Entries) -> Ints:
    """Picking a line, and what rules charge for one [E, S]."""
    cost = spread(batch, batch.network.pick_line_milli[batch.node][entries.node])
    for charge in verdicts.charges:
        if charge.per is Per.LINE:
            cost += look_up(charge.amount_milli, entries.line, entries.node)
    return cost


def unit_costs(batch: Batch, verdicts: Verdicts, prices: Prices, entries: Entries) -> Ints:
    """Picking a unit, what rules charge for one, and the price of the stock it takes [E, S]."""
    cost = spread(batch, batch.network.pick_unit_milli[batch.node][entries.node])
    for charge in verdicts.charges:
        if charge.per is Per.UNIT:
            cost += look_up(charge.amount_milli, entries.line, entries.node)
    if prices.stock_milli:
        by_sku = [prices.stock_milli.get(line.sku, {}) for line in batch.lines]
        table = _ints([[held.get(node_id, 0) for node_id in batch.node_ids] for held in by_sku])
        cost += table.reshape(len(batch.lines), len(batch.node_ids))[entries.line, entries.node][:, None]
    return cost


def spread(batch: Batch, amounts: Ints) -> Ints:
    """One amount for each stop or entry, the same for every service level."""
    return np.repeat(amounts[:, None], len(batch.network.services), axis=1)


@dataclass(frozen=True, slots=True)
class SplitLimits:
    """The numbers of each order's split policy, all [O]."""

    split_milli: Ints
    shipments_max: Ints
    value_min_minor: Ints
    ship_complete: Bools


def split_limits(verdicts: Verdicts) -> SplitLimits:
    policies, of_order = verdicts.split_policies, verdicts.split
    return SplitLimits(
        split_milli=_ints([policy.extra_shipment_milli for policy in policies])[of_order],
        shipments_max=_ints([min(p.shipments_max, SHIPMENTS_PER_PLAN_MAX) for p in policies])[of_order],
        value_min_minor=_ints([policy.value_min_minor for policy in policies])[of_order],
        ship_complete=np.array([policy.ship_complete for policy in policies], np.bool_)[of_order],
    )


def _ints(values: object) -> Ints:
    return np.array(values, np.int64)
