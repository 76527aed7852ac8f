"""Batch and verdicts -> the solver's problems: what each option may carry, what it costs, which limits hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from router.domain.limits import SHIPMENTS_PER_PLAN_MAX
from router.domain.plan import METRICS, Level
from router.routing.batch.batch import Batch
from router.routing.batch.slices import sizes, starts
from router.routing.decision import Prices
from router.routing.problem.amounts import line_costs, parcel_costs, shipment_costs, unit_costs
from router.routing.problem.bringing import Brought, bring_together
from router.routing.problem.groups import FREE, group_bundles
from router.routing.problem.levels import LEVELS, Steps, Weights, packed, weigh
from router.routing.problem.options import (
    Choices,
    Gathered,
    Stops,
    by_any_service,
    find_choices,
    look_up,
    over_services,
)
from router.routing.problem.stock import allotted_units, limited_units, share_out, usable_bundles
from router.routing.problem.terms import find_terms, measure_bundles, unit_values
from router.rules.verdicts import SplitUnits, Verdicts
from router.solver.problem import Bools, Ints, OrderProblems

NOT_HELD = -1
HELD_BY_PERSON = -2
"""Nobody's rule: the order was held when it was edited, and waits on."""


@dataclass(frozen=True, slots=True)
class Options:
    """Which lane each option is: column of the batch's nodes and service level, [P]; order o's begin at start[o]."""

    node: Ints
    service: Ints
    start: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """One problem for each order, and what its numbers stand for."""

    problems: OrderProblems
    options: Options
    units: Ints
    """[L, N] units of each line that its order may take from each node."""
    alone: Mapping[int, Ints]
    """By order that wants a SKU in several bundles: `usable` of its problem as if each bundle were alone."""
    stop_node: Mapping[int, Ints]
    """By such an order: the column of each of its stops."""
    held: Ints
    """[O] position in `verdicts.holds` of the rule that holds the order back, NOT_HELD without one."""
    brought: Brought | None
    """None without gatherings."""
    steps: Steps | None
    weights: Weights | None
    """Both None where no order has tiers or ties; no weights where only money was to count."""


def pose(batch: Batch, verdicts: Verdicts, prices: Prices, *, with_levels: bool = True) -> Posed:
    """State the problem of every order of `batch`; of money alone unless `with_levels`."""
    held = find_held(batch, verdicts)
    units = limited_units(batch, verdicts.stock_limits)
    brought = bring_together(batch, verdicts, prices, units)
    if brought is not None:
        units = brought.units
    alone = usable_bundles(batch, allotted_units(batch, units))
    choices = find_choices(batch, verdicts.removals, alone, held != NOT_HELD)
    stops, entries = choices.stops, choices.bundles
    stop, service = np.nonzero(choices.is_option)
    order = stops.order[stop]
    options = Options(stops.node[stop], service, starts(np.bincount(order, minlength=len(batch.requests))))
    problems = state(batch, verdicts, prices, choices, share_out(batch, units, alone), brought)
    steps = None if verdicts.objective is None else steps_of(batch, options, order)
    weights = None
    if with_levels and steps is not None and verdicts.objective is not None:
        # The bounds must hold for every division of a SKU among bundles.
        widest = replace(problems, usable=look_up(alone, entries.owner, entries.node))
        weights = weigh(widest, steps, verdicts.objective_policies, verdicts.objective)
        problems = packed(problems, weights, steps)
    stop_node = {
        number: stops.node[stops.start[number] : stops.start[number + 1]] for number in batch.sharing
    }
    return Posed(
        problems=problems,
        options=options,
        units=units,
        alone={number: alone[batch.bundles.slice_of(number)][:, at] for number, at in stop_node.items()},
        stop_node=stop_node,
        held=held,
        brought=brought,
        steps=steps,
        weights=weights,
    )


def state(
    batch: Batch,
    verdicts: Verdicts,
    prices: Prices,
    choices: Choices,
    usable: Ints,
    brought: Brought | None = None,
) -> OrderProblems:
    """The problems in money. `usable` [G, N] are the bundles that each node may send."""
    stops, entries, bundles = choices.stops, choices.bundles, batch.bundles
    stop, service = np.nonzero(choices.is_option)
    order = stops.order[stop]
    option_start = starts(np.bincount(order, minlength=len(batch.requests)))
    option = stop * choices.is_option.shape[1] + service
    row = look_up(batch.row, stops.order, stops.node).ravel().take(option)
    network, rates = batch.network, batch.network.rates
    split = split_limits(verdicts)
    return OrderProblems(
        line_start=bundles.start,
        node_start=stops.start,
        option_start=option_start,
        usable_start=entries.start[bundles.start],
        cell_start=starts(sizes(bundles.start) * sizes(option_start)),
        capacity=np.minimum(shipments_free(batch)[stops.order, stops.node], split.shipments_max[stops.order]),
        dock=docks_of(batch, stops),
        usable=look_up(usable, entries.owner, entries.node),
        awaits=awaited(batch)[stops.node[stop]],
        option_node=stop - stops.start[order],
        row=row,
        fixed_milli=shipment_costs(batch, verdicts, prices, stops).ravel().take(option),
        parcel_milli=parcel_costs(batch, verdicts, stops).ravel().take(option),
        weight_max=rates.weight_max[row],
        volume_max=rates.volume_max[row],
        dim_divisor=network.dim_divisor[service],
        dim_volume_min=network.dim_volume_min[service],
        **state_lines(batch, verdicts, choices, usable),
        **state_cells(batch, verdicts, prices, choices, brought),
        **state_terms(batch, verdicts, choices, option_start),
        money_weight=np.ones(len(batch.requests), np.int64),
        split_milli=split.split_milli,
        shipments_max=split.shipments_max,
        value_min_minor=split.value_min_minor,
        ship_complete=split.ship_complete,
        brackets=rates.brackets,
    )


def awaited(batch: Batch) -> Ints:
    """By column, one bit for each transfer that a shipment from there awaits."""
    if batch.gatherings is None:
        return np.zeros(len(batch.node), np.int64)
    plain = [0] * batch.plain_count
    return _ints([*plain, *((1 << len(one.lanes)) - 1 for one in batch.gatherings.every)])


def is_gathering(batch: Batch, node: Ints) -> Bools:
    """Which of the columns are gatherings."""
    is_one: Bools = node >= batch.plain_count
    return is_one


def docks_of(batch: Batch, stops: Stops) -> Ints:
    """For each stop, counted within its order, the first one that is the same node on the same ship day."""
    own = np.arange(len(stops.order)) - stops.start[stops.order]
    if batch.gatherings is None:
        return own
    first: dict[tuple[int, int, int], int] = {}
    days = batch.ship_day[stops.order, stops.node].tolist()
    keys = zip(stops.order.tolist(), batch.node[stops.node].tolist(), days, strict=True)
    return _ints([first.setdefault(key, place) for key, place in zip(keys, own.tolist(), strict=True)])


def shipments_free(batch: Batch) -> Ints:
    """The shipments that each order may have of each node [O, N]: of free ones, those that a wave set aside for it."""
    free = batch.free_slots
    for order, request in enumerate(batch.requests):
        if request.allotment is not None:
            allotted = [request.allotment.shipments.get(node_id, 0) for node_id in batch.node_ids]
            free = free.copy() if free is batch.free_slots else free
            free[order] = np.minimum(free[order], allotted)
    return free


def state_lines(batch: Batch, verdicts: Verdicts, choices: Choices, usable: Ints) -> dict[str, NDArray[Any]]:
    """What the problems say of each of their lines, a bundle each."""
    bundles = batch.bundles
    together = group_bundles(batch, verdicts.together)
    backorder = _ints([policy.unit_milli for policy in verdicts.backorder_policies])[verdicts.backorder]
    return {
        "quantity": bundles.quantity,
        "unit_weight": bundles.sum(batch.unit_weight),
        "unit_volume": bundles.sum(batch.unit_volume),
        "unit_value_minor": unit_values(batch),
        "backorder_milli": bundles.sum(backorder),
        "divisible": find_divisible(batch, verdicts, choices, usable) & (together == FREE),
        "together": together,
    }


def state_cells(
    batch: Batch, verdicts: Verdicts, prices: Prices, choices: Choices, brought: Brought | None
) -> dict[str, NDArray[Any]]:
    """Where each bundle may go, and what it costs there."""
    lines, entries = choices.lines, choices.bundles
    line_milli = line_costs(batch, verdicts, lines, brought)
    unit_milli = unit_costs(batch, verdicts, prices, lines)
    brings = None
    if brought is not None:
        brings = over_services(look_up(brought.bits, lines.owner, lines.node), line_milli.shape[1])
    if not batch.bundles.are_lines:
        gathered = Gathered.of(batch.bundles, lines, entries)
        line_milli, unit_milli = gathered.sum_lines(line_milli), gathered.sum(unit_milli)
        brings = None if brings is None else gathered.union(brings)
    # Where every service level of every stop is an option, each place of an entry is a cell.
    cell = None
    if not choices.is_option.all():
        cell = np.flatnonzero(choices.is_option.take(entries.stop, axis=0))

    def at_cells(places: NDArray[Any]) -> NDArray[Any]:
        return places.ravel() if cell is None else places.ravel().take(cell)

    allowed = at_cells(choices.allowed)
    return {
        "allowed": allowed,
        "line_milli": at_cells(line_milli),
        "unit_milli": at_cells(unit_milli),
        "brings": np.zeros(len(allowed), np.int64) if brings is None else at_cells(brings),
    }


def state_terms(
    batch: Batch, verdicts: Verdicts, choices: Choices, option_start: Ints
) -> dict[str, NDArray[Any]]:
    """What rules say of shipments by what is in them. Metrics are left at 0 where no rule asks for any."""
    terms = find_terms(batch, verdicts, choices.stops, choices.is_option)
    counts = sizes(np.searchsorted(terms.option, option_start))
    none = np.zeros((len(batch.bundles.order), len(METRICS)), np.int64)
    return {
        "metric": measure_bundles(batch) if len(terms.option) else none,
        "term_start": starts(counts),
        "term_option": terms.option - np.repeat(option_start[:-1], counts),
        "term_low": terms.low,
        "term_high": terms.high,
        "term_milli": terms.milli,
        "term_forbids": terms.forbids,
    }


def find_held(batch: Batch, verdicts: Verdicts) -> Ints:
    """The first hold that names each order [O]; not of those that a person released or holds."""
    held = np.full(len(batch.requests), NOT_HELD, np.int64)
    for number, hold in reversed(list(enumerate(verdicts.holds))):
        held[hold.mask] = number
    for order, request in enumerate(batch.requests):
        replacing = request.replacing
        if replacing is not None and replacing.release is not None:
            held[order] = NOT_HELD
        if replacing is not None and replacing.edit is not None and replacing.edit.is_held:
            held[order] = HELD_BY_PERSON
    return held


def steps_of(batch: Batch, options: Options, order: Ints) -> Steps:
    """What each option adds to the levels of a plan that opens it; `order` is the order of each."""
    at = order, options.node, options.service
    adds: Mapping[Level, Ints] = {
        Level.LATE_DAYS: batch.late_days[at],
        Level.SHIPMENTS: np.ones(len(order), np.int64),
        Level.DISTANCE: batch.distance_km[at[:2]],
        Level.DELIVERY_DAYS: batch.delivery_day[at] - batch.today[at[:2]],
    }
    none = np.zeros(len(order), np.int64)
    return Steps(
        opening=np.stack([adds.get(level, none) for level in LEVELS]),
        leaving=batch.bundles.sum(np.ones(len(batch.lines), np.int64)),
    )


def find_divisible(batch: Batch, verdicts: Verdicts, choices: Choices, usable: Ints) -> Bools:
    """Which bundles may be shared out: always, never, or when no stop that may ship it holds all of it."""
    entries, quantity = choices.bundles, batch.bundles.quantity
    holds_all = look_up(usable, entries.owner, entries.node) >= quantity[entries.owner]
    is_whole = np.bincount(
        entries.owner[holds_all & by_any_service(choices.allowed) & ~is_gathering(batch, entries.node)],
        minlength=len(quantity),
    ).astype(np.bool_)
    policies = [policy.split_units for policy in verdicts.split_policies]
    of_bundle = verdicts.split[batch.bundles.order]
    always = np.array([policy is SplitUnits.ALWAYS for policy in policies])[of_bundle]
    when_short = np.array([policy is SplitUnits.WHEN_SHORT for policy in policies])[of_bundle]
    return (quantity > 1) & (always | (when_short & ~is_whole))


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
