"""Batch and verdicts -> the solver's problems: what each option may carry, what it costs, which limits hold."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from router.domain.limits import SHIPMENTS_PER_PLAN_MAX
from router.routing.batch import Batch
from router.routing.decision import Prices
from router.routing.options import Cells, Options, find_options, look_up, starts
from router.rules.verdicts import Per, SplitUnits, Verdicts
from router.solver.problem import Bools, Ints, OrderProblems


@dataclass(frozen=True, slots=True)
class Posed:
    """One problem for each order, and which lane each option is."""

    problems: OrderProblems
    options: Options


@dataclass(frozen=True, slots=True)
class Costs:
    """What the solver adds up: per shipment and parcel [P], per line and unit [C]."""

    shipment: Ints
    parcel: Ints
    line: Ints
    unit: Ints


@dataclass(frozen=True, slots=True)
class Stops:
    """The nodes of each order's options: order and column of the batch's nodes [K], each option's stop [P]."""

    order: Ints
    node: Ints
    of_option: Ints


def pose(batch: Batch, verdicts: Verdicts, prices: Prices) -> Posed:
    """State the problem of every order of `batch`."""
    network, rates = batch.network, batch.network.rates
    options, cells = find_options(batch, verdicts.removals)
    stops = find_stops(options)
    stop_start = starts(np.bincount(stops.order, minlength=len(batch.requests)))
    costs = add_costs(batch, verdicts, prices, options, cells)
    row = batch.row[options.order, options.node, options.service]
    split = policy_columns(verdicts)
    shipments_max = split["shipments_max"][verdicts.split]
    usable, usable_start = find_usable(batch, stops, stop_start)
    problems = OrderProblems(
        line_start=batch.line_start,
        node_start=stop_start,
        option_start=options.start,
        usable_start=usable_start,
        cell_start=cells.start[batch.line_start],
        quantity=batch.quantity,
        unit_weight=batch.unit_weight,
        unit_volume=batch.unit_volume,
        unit_value_minor=np.array([line.unit_value_minor for line in batch.lines], np.int64),
        backorder_milli=_ints([policy.unit_milli for policy in verdicts.backorder_policies])[
            verdicts.backorder
        ],
        divisible=find_divisible(batch, verdicts, options, cells),
        capacity=np.minimum(batch.free_slots[stops.order, stops.node], shipments_max[stops.order]),
        usable=usable,
        option_node=stops.of_option - stop_start[options.order],
        row=row,
        fixed_milli=costs.shipment,
        parcel_milli=costs.parcel,
        weight_max=rates.weight_max[row],
        volume_max=rates.volume_max[row],
        dim_divisor=network.dim_divisor[options.service],
        dim_volume_min=network.dim_volume_min[options.service],
        allowed=cells.allowed,
        line_milli=costs.line,
        unit_milli=costs.unit,
        split_milli=split["extra_shipment_milli"][verdicts.split],
        shipments_max=shipments_max,
        value_min_minor=split["value_min_minor"][verdicts.split],
        ship_complete=split["ship_complete"][verdicts.split].astype(np.bool_),
        brackets=rates.brackets,
    )
    return Posed(problems, options)


def find_stops(options: Options) -> Stops:
    """The distinct nodes of each order's options, in their order."""
    if not len(options.order):
        return Stops(options.order, options.node, options.order)
    is_first = np.ones(len(options.order), np.bool_)
    is_first[1:] = (np.diff(options.order) != 0) | (np.diff(options.node) != 0)
    return Stops(options.order[is_first], options.node[is_first], np.cumsum(is_first) - 1)


def find_usable(batch: Batch, stops: Stops, stop_start: Ints) -> tuple[Ints, Ints]:
    """Units of each line at each stop of its order, no more than are wanted; and where each order's begin."""
    width = np.diff(stop_start)[batch.line_order]
    first = starts(width)
    line = np.repeat(np.arange(len(batch.lines)), width)
    stop = stop_start[batch.line_order[line]] + np.arange(len(line)) - first[line]
    usable = np.minimum(batch.available[line, stops.node[stop]], batch.quantity[line])
    return usable, first[batch.line_start]


def find_divisible(batch: Batch, verdicts: Verdicts, options: Options, cells: Cells) -> Bools:
    """Which lines may be shared out: always, never, or when no option of theirs holds the whole line."""
    holds_all = batch.available[cells.line, options.node[cells.option]] >= batch.quantity[cells.line]
    is_whole = np.bincount(cells.line[cells.allowed & holds_all], minlength=len(batch.lines)) > 0
    by_policy = _ints([list(SplitUnits).index(policy.split_units) for policy in verdicts.split_policies])
    split_units = by_policy[verdicts.split][batch.line_order]
    always = split_units == list(SplitUnits).index(SplitUnits.ALWAYS)
    when_short = split_units == list(SplitUnits).index(SplitUnits.WHEN_SHORT)
    return (batch.quantity > 1) & (always | (when_short & ~is_whole))


def add_costs(batch: Batch, verdicts: Verdicts, prices: Prices, options: Options, cells: Cells) -> Costs:
    """Costs of the nodes, charges of the rules, and prices of stock and capacity, summed."""
    network = batch.network
    option_node = batch.node[options.node]
    cell_node, cell_service = options.node[cells.option], options.service[cells.option]
    costs = Costs(
        shipment=network.handling_milli[option_node],
        parcel=network.packaging_milli[option_node],
        line=network.pick_line_milli[batch.node[cell_node]],
        unit=network.pick_unit_milli[batch.node[cell_node]],
    )
    for charge in verdicts.charges:
        if charge.per in (Per.LINE, Per.UNIT):
            first = cells.line if charge.of_lines else batch.line_order[cells.line]
            target = costs.line if charge.per is Per.LINE else costs.unit
            target += look_up(charge.amount_milli, first, cell_node, cell_service)
        else:
            amount = look_up(charge.amount_milli, options.order, options.node, options.service)
            if charge.per is Per.LATE_DAY:
                amount = amount * batch.late_days[options.order, options.node, options.service]
            target = costs.parcel if charge.per is Per.PARCEL else costs.shipment
            target += amount
    if prices.capacity_milli:
        by_node = [prices.capacity_milli.get(network.nodes[n].id, 0) for n in batch.node.tolist()]
        costs.shipment[:] += _ints(by_node)[options.node]
    if prices.stock_milli:
        costs.unit[:] += stock_prices(batch, prices)[cells.line, cell_node]
    return costs


def stock_prices(batch: Batch, prices: Prices) -> Ints:
    """The price of one unit of each line's SKU at each node [L, N]."""
    node_ids = [batch.network.nodes[number].id for number in batch.node.tolist()]
    nowhere: Mapping[object, int] = {}
    by_sku = [prices.stock_milli.get(line.sku, nowhere) for line in batch.lines]
    table = [[held.get(node_id, 0) for node_id in node_ids] for held in by_sku]
    return _ints(table).reshape(len(batch.lines), len(node_ids))


def policy_columns(verdicts: Verdicts) -> dict[str, Ints]:
    """The numbers of the split policies, one array for each."""
    policies = verdicts.split_policies
    return {
        "shipments_max": _ints([min(p.shipments_max, SHIPMENTS_PER_PLAN_MAX) for p in policies]),
        "value_min_minor": _ints([p.value_min_minor for p in policies]),
        "extra_shipment_milli": _ints([p.extra_shipment_milli for p in policies]),
        "ship_complete": _ints([p.ship_complete for p in policies]),
    }


def _ints(values: object) -> Ints:
    return np.array(values, np.int64)
