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
from router.routing.problem.amounts import amounts_of
from router.routing.problem.bringing import Brought, bring_together
from router.routing.problem.groups import FREE, group_bundles
from router.routing.problem.levels import LEVELS, Steps, Weights, packed, weigh
from router.routing.problem.options import lanes_of, look_up
from router.routing.problem.stock import allotted_units, limited_units, share_out, usable_bundles
from router.routing.problem.terms import NO_TERMS, find_terms, measure_bundles, unit_values
from router.rules.verdicts import SplitUnits, Verdicts
from router.solver.problem import Bools, Ints, OrderProblems
from router.solver.tables import Choices, Lanes, find_choices, state_columns

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
    lanes = lanes_of(batch, verdicts.removals, alone, held != NOT_HELD)
    choices = find_choices(lanes)
    options = Options(
        choices.stop_node.take(choices.option_stop), choices.option_service, choices.option_start
    )
    problems = state(batch, verdicts, prices, lanes, choices, share_out(batch, units, alone), brought)
    steps = weights = None
    if verdicts.objective is not None:
        steps = steps_of(batch, options, choices.stop_order.take(choices.option_stop))
        if with_levels:
            # The bounds must hold for every division of a SKU among bundles.
            widest = replace(problems, usable=at_stops(batch, choices, alone)) if batch.sharing else problems
            weights = weigh(widest, steps, verdicts.objective_policies, verdicts.objective)
            problems = packed(problems, weights, steps)
    stop_node = {
        number: choices.stop_node[slice(*choices.stop_start[number : number + 2])] for number in batch.sharing
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
    lanes: Lanes,
    choices: Choices,
    usable: Ints,
    brought: Brought | None = None,
) -> OrderProblems:
    """The problems in money. `usable` [G, N] are the bundles that each node may send."""
    split = split_limits(verdicts)
    columns = state_columns(lanes, choices, amounts_of(batch, verdicts, prices, choices, usable, brought))
    return OrderProblems(
        line_start=batch.bundles.start,
        node_start=choices.stop_start,
        option_start=choices.option_start,
        usable_start=columns.usable_start,
        cell_start=columns.cell_start,
        capacity=capacities(batch, choices, split.shipments_max),
        dock=docks_of(batch, choices),
        usable=columns.usable,
        awaits=columns.awaits,
        option_node=columns.option_node,
        row=columns.row,
        fixed_milli=columns.fixed_milli,
        parcel_milli=columns.parcel_milli,
        weight_max=columns.weight_max,
        volume_max=columns.volume_max,
        dim_divisor=columns.dim_divisor,
        dim_volume_min=columns.dim_volume_min,
        allowed=columns.allowed,
        line_milli=columns.line_milli,
        unit_milli=columns.unit_milli,
        brings=columns.brings,
        **state_lines(batch, verdicts, columns.is_whole),
        **state_terms(batch, verdicts, choices),
        money_weight=np.ones(len(batch.requests), np.int64),
        split_milli=split.split_milli,
        shipments_max=split.shipments_max,
        value_min_minor=split.value_min_minor,
        ship_complete=split.ship_complete,
        brackets=batch.network.rates.brackets,
    )


def at_stops(batch: Batch, choices: Choices, usable: Ints) -> Ints:
    """What each bundle may take [G, N], as problems have it: bundle by bundle at the stops of its order."""
    nodes = np.split(choices.stop_node, choices.stop_start[1:-1])
    own = [usable[batch.bundles.slice_of(order), at].ravel() for order, at in enumerate(nodes)]
    return np.concatenate(own)


def docks_of(batch: Batch, choices: Choices) -> Ints:
    """For each stop, counted within its order, the first one that is the same node on the same ship day."""
    order, node = choices.stop_order, choices.stop_node
    own = np.arange(len(order)) - choices.stop_start.take(order)
    if batch.gatherings is None:
        return own
    first: dict[tuple[int, int, int], int] = {}
    days = batch.ship_day[order, node].tolist()
    keys = zip(order.tolist(), batch.node[node].tolist(), days, strict=True)
    return _ints([first.setdefault(key, place) for key, place in zip(keys, own.tolist(), strict=True)])


def capacities(batch: Batch, choices: Choices, shipments_max: Ints) -> Ints:
    """The shipments that each stop may send, no more than the `shipments_max` [O] of its order."""
    most = shipments_max.take(choices.stop_order)
    free = shipments_free(batch)
    if free is batch.free_slots and not batch.network.limited_nodes:
        return most
    return np.minimum(look_up(free, choices.stop_order, choices.stop_node), most)


def shipments_free(batch: Batch) -> Ints:
    """The shipments that each order may have of each node [O, N]: of free ones, those that a wave set aside for it."""
    free = batch.free_slots
    for order, request in enumerate(batch.requests):
        if request.allotment is not None:
            allotted = [request.allotment.shipments.get(node_id, 0) for node_id in batch.node_ids]
            free = free.copy() if free is batch.free_slots else free
            free[order] = np.minimum(free[order], allotted)
    return free


def state_lines(batch: Batch, verdicts: Verdicts, is_whole: Bools) -> dict[str, NDArray[Any]]:
    """What the problems say of each of their lines, a bundle each. `is_whole`: some node that may ship it holds it."""
    bundles = batch.bundles
    together = group_bundles(batch, verdicts.together)
    backorder = _ints([policy.unit_milli for policy in verdicts.backorder_policies]).take(verdicts.backorder)
    return {
        "quantity": bundles.quantity,
        "unit_weight": bundles.sum(batch.unit_weight),
        "unit_volume": bundles.sum(batch.unit_volume),
        "unit_value_minor": unit_values(batch),
        "backorder_milli": bundles.sum(backorder),
        "divisible": find_divisible(batch, verdicts, is_whole) & (together == FREE),
        "together": together,
    }


def state_terms(batch: Batch, verdicts: Verdicts, choices: Choices) -> dict[str, NDArray[Any]]:
    """What rules say of shipments by what is in them. Metrics are left at 0 where no rule asks for any."""
    terms, option_start = find_terms(batch, verdicts, choices), choices.option_start
    if terms is NO_TERMS:
        metric = np.zeros((len(batch.bundles.order), len(METRICS)), np.int64)
        term_start, term_option = np.zeros(len(option_start), np.int64), terms.option
    else:
        metric, counts = measure_bundles(batch), sizes(terms.option.searchsorted(option_start))
        term_start, term_option = starts(counts), terms.option - option_start[:-1].repeat(counts)
    return {
        "metric": metric,
        "term_start": term_start,
        "term_option": term_option,
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


def find_divisible(batch: Batch, verdicts: Verdicts, is_whole: Bools) -> Bools:
    """Which bundles may be shared out: always, never, or when no stop that may ship it holds all of it."""
    policies = [policy.split_units for policy in verdicts.split_policies]
    of_bundle = verdicts.split.take(batch.bundles.order)
    always = np.array([policy is SplitUnits.ALWAYS for policy in policies]).take(of_bundle)
    when_short = np.array([policy is SplitUnits.WHEN_SHORT for policy in policies]).take(of_bundle)
    return (batch.bundles.quantity > 1) & (always | (when_short & ~is_whole))


@dataclass(frozen=True, slots=True)
class SplitLimits:
    """The numbers of each order's split policy, all [O]."""

    split_milli: Ints
    shipments_max: Ints
    value_min_minor: Ints
    ship_complete: Bools


def split_limits(verdicts: Verdicts) -> SplitLimits:
    policies, of_order = verdicts.split_policies, verdicts.split
    numbers = _ints(
        [
            (
                policy.extra_shipment_milli,
                min(policy.shipments_max, SHIPMENTS_PER_PLAN_MAX),
                policy.value_min_minor,
                policy.ship_complete,
            )
            for policy in policies
        ]
    )
    split_milli, shipments_max, value_min_minor, ship_complete = numbers.T.take(of_order, axis=1)
    return SplitLimits(split_milli, shipments_max, value_min_minor, ship_complete.astype(np.bool_))


def _ints(values: object) -> Ints:
    return np.array(values, np.int64)
