"""What many orders together could have had instead: their front over cost, days, shipments and CO2e, and what limits
and scarce rows cost them.

The orders' own problems are posed again on what was there for all of them, and searched jointly at many rates between
money and the other measures (`solver/wave/scan.py`). What is found is compared with what was decided. Money only: no
tiers, no ties.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from router.domain.identifiers import NodeId, OrderId, Sku
from router.domain.reasons import Reason, RouterError
from router.routing.certificates.together import carried_over, joint_world, what_was_there
from router.routing.decision import Decision
from router.routing.network.prepared import PreparedNetwork
from router.routing.plan.emissions import unit_co2e
from router.routing.replay import decide_again, unconfined_request_of
from router.routing.round.round import Asked, pose_round
from router.routing.wave.joint_problem import Posed, find_joint_orders, number_skus, pose_jointly
from router.rules.ruleset import CompiledRules
from router.solver.problem import Ints
from router.solver.wave.limits import Known, RowPrice, Saving, price_limits, price_rows
from router.solver.wave.measures import Measure, Plans, Point
from router.solver.wave.problem import NO_ROW, JointProblem
from router.solver.wave.scan import find_front

SHARE_OF_FRONT = 60
"""Percent of the time that the front may take when time is short; the prices of limits have the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePoint:
    """A joint plan that no other met beats. `bound_milli`: no plan that is no worse in all else costs less."""

    cost_milli: int
    bound_milli: int
    unit_days: int
    """Days from the decision to delivery, added over the units that ship."""
    shipment_count: int
    co2e_milligrams: int
    unshipped_units: int
    is_decided: bool
    """Whether it is what was decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScarceRow:
    """Something of which one more would save the wave: units of a SKU at a node, or shipments of it (no SKU)."""

    node_id: NodeId
    sku: Sku | None
    limit: int
    price: RowPrice


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveTradeOffs:
    """Of `order_count` orders with `unit_count` units that can be decided jointly; `left_out` cannot.

    `decided` is what was decided for them, or None where a decision is not among the joint plans; it is among the
    points unless another beats it. `unknown_co2e`: so many of their service levels state no emission.
    """

    points: tuple[WavePoint, ...]
    decided: WavePoint | None
    limits: tuple[tuple[str, Saving], ...]
    rows: tuple[ScarceRow, ...]
    order_count: int
    unit_count: int
    left_out: tuple[OrderId, ...]
    searches: int
    unknown_co2e: int
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How much is asked: so many searches for the front, so many rows priced, and until when.

    `keep_going` is told the percent of the time that may be used up; without it the answer is deterministic.
    """

    searches_max: int = 12
    rows_max: int = 5
    keep_going: Callable[[int], bool] = lambda percent: True


class Patience:
    """Asks whether to go on, and remembers a no."""

    def __init__(self, ask: Callable[[int], bool]) -> None:
        self._ask = ask
        self.has_ended = False

    def lasts(self, percent: int) -> bool:
        lasts = self._ask(percent)
        self.has_ended = self.has_ended or not lasts
        return lasts


def find_wave_trade_offs(
    decisions: Sequence[Decision], network: PreparedNetwork, rules: CompiledRules, asking: Asking
) -> WaveTradeOffs:
    """Of stored decisions, all made from these versions.

    Refuses (INVALID_REQUEST) decisions of different instants, and those that together take more than was there.
    """
    if len({decision.inputs.decision_time for decision in decisions}) > 1:
        raise RouterError(
            Reason.INVALID_REQUEST,
            "the orders were decided for different instants, a front is for one;"
            " name the orders of one wave or one batch",
        )
    world = joint_world(decisions, network, rules)
    seen = what_was_there(decisions)
    inputs = [decision.inputs for decision in decisions]
    requests = [unconfined_request_of(one) for one in inputs]
    asked = pose_round(requests, world, [seen] * len(requests), with_levels=False, gathers=False)
    again = decide_again(inputs, world)
    joint = find_joint_orders(asked)
    # What other products stand in for has no plan in the joint problem.
    carried = [
        None if again[number].request.substitutions else carried_over(asked, number, again[number])
        for number in joint.tolist()
    ]
    plans = tuple(plan for plan in carried if plan is not None)
    return weigh_up(asked, joint, asking, plans if len(plans) == len(joint) else None)


def weigh_up(
    asked: Asked, joint: Ints, asking: Asking, decided: Plans | None = None, *, with_capacity: bool = True
) -> WaveTradeOffs:
    """Of the orders `joint` of a round, which are inside the joint method; with what was decided for them, if known."""
    left_out = sorted(set(range(len(asked.batch.requests))) - set(joint.tolist()))
    told: dict[str, Any] = {
        "order_count": len(joint),
        "left_out": tuple(asked.batch.requests[number].order.id for number in left_out),
        "unknown_co2e": int((asked.batch.network.co2e_grams_per_tonne_km == 0).sum()),
    }
    if not len(joint):
        return WaveTradeOffs(
            points=(), decided=None, limits=(), rows=(), unit_count=0, searches=0, is_cut=False, **told
        )
    posed = pose_jointly(asked, joint)
    if not with_capacity:
        posed = replace(
            posed,
            problem=replace(posed.problem, slot_row=np.full_like(posed.problem.slot_row, NO_ROW)),
            slot_node=posed.slot_node[:0],
        )
    problem, measures, units = posed.problem, measures_of(asked, joint), units_of(asked, joint)
    if decided is not None:
        refuse_overdrawn(problem, decided)
    patience = Patience(asking.keep_going)
    front = find_front(
        problem,
        measures,
        units,
        known=() if decided is None else (decided,),
        tries_max=asking.searches_max,
        keep_going=lambda: patience.lasts(SHARE_OF_FRONT),
    )
    cheapest = front.points[0]
    known = Known(cheapest.cost_milli, max(front.tries[0].bound_milli, cheapest.bound_milli))

    def goes_on() -> bool:
        return patience.lasts(100)

    limits = tuple(price_limits(problem, len(posed.stock_row), known, keep_going=goes_on))
    priced = price_rows(problem, front.row_price_milli, known, rows_max=asking.rows_max, keep_going=goes_on)
    rows = tuple(scarce_row(asked, posed, one) for one in priced)
    points = tuple(wave_point(one, one.plans == decided) for one in front.points)
    return WaveTradeOffs(
        points=points,
        decided=None if front.known == () else wave_point(front.known[0], True),
        limits=limits,
        rows=rows,
        unit_count=int((problem.orders.quantity * units).sum()),
        searches=len(front.tries),
        is_cut=patience.has_ended,
        **told,
    )


def refuse_overdrawn(problem: JointProblem, plans: Plans) -> None:
    """Refuses (INVALID_REQUEST) plans that together take more than was there for any of them."""
    orders, taken = problem.orders, np.zeros(len(problem.limit) + 1, np.int64)
    for place, plan in enumerate(plans):
        nodes, options = int(orders.node_start[place]), int(orders.option_start[place])
        width = int(orders.node_start[place + 1]) - nodes
        for opened in plan:
            node = int(orders.option_node[options + opened.option])
            taken[problem.slot_row[nodes + node]] += 1
            for line, units in opened.units:
                cell = int(orders.usable_start[place]) + line * width + node
                draws = slice(problem.draw_start[cell], problem.draw_start[cell + 1])
                taken[problem.draw_row[draws]] += units * problem.draw_units[draws]
    if (taken[:-1] > problem.limit).any():
        raise RouterError(
            Reason.INVALID_REQUEST,
            "the orders were not decided on the same stock: together they take more than any of them saw;"
            " name the orders of one wave or one batch",
        )


def wave_point(point: Point, is_decided: bool) -> WavePoint:
    unit_days, shipment_count, co2e = point.measured
    return WavePoint(
        cost_milli=point.cost_milli,
        bound_milli=point.bound_milli,
        unit_days=unit_days,
        shipment_count=shipment_count,
        co2e_milligrams=co2e,
        unshipped_units=point.unshipped_units,
        is_decided=is_decided,
    )


def measures_of(asked: Asked, orders: Ints) -> tuple[Measure, ...]:
    """Days by unit, shipments, CO2e by unit, over the options and cells of these orders."""
    batch, options = asked.batch, asked.posed.options
    own = [np.arange(options.start[o], options.start[o + 1]) for o in orders]
    ways = np.concatenate([*own, np.zeros(0, np.int64)]).astype(np.int64)
    units = batch.bundles.sum(np.ones(len(batch.lines), np.int64))
    days, co2e = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for order, of_order in zip(orders.tolist(), own, strict=True):
        node, service = options.node[of_order], options.service[of_order]
        bundles = batch.bundles.of_order(order)
        taken = batch.delivery_day[order, node, service] - batch.today[order, node]
        days.append((units[bundles.start : bundles.stop, None] * taken[None, :]).ravel())
        for bundle in bundles:
            parts = batch.bundles.parts_of(bundle)
            each = [count * unit_co2e(batch, np.array(line), node, service) for line, count in parts]
            co2e.append(np.sum(each, axis=0))
    none = np.zeros(len(ways), np.int64)
    of_days, of_co2e = np.concatenate(days), np.concatenate(co2e)
    return (
        Measure(name="days", opening=none, unit=of_days),
        Measure(name="shipments", opening=none + 1, unit=np.zeros_like(of_days)),
        Measure(name="co2e", opening=none, unit=of_co2e),
    )


def units_of(asked: Asked, orders: Ints) -> Ints:
    """How many units one bundle of each line of these orders' problems is."""
    bundles = asked.batch.bundles
    units = bundles.sum(np.ones(len(asked.batch.lines), np.int64))
    return np.concatenate([units[bundles.slice_of(order)] for order in orders.tolist()])


def scarce_row(asked: Asked, posed: Posed, price: RowPrice) -> ScarceRow:
    """A row by the names of its node and SKU."""
    batch, limit = asked.batch, int(posed.problem.limit[price.row])
    if price.row >= len(posed.stock_row):
        node = int(posed.slot_node[price.row - len(posed.stock_row)])
        return ScarceRow(node_id=batch.node_ids[node], sku=None, limit=limit, price=price)
    number, node = divmod(int(posed.stock_row[price.row]), len(batch.node))
    names: Mapping[int, Sku] = {
        sku: line.sku for sku, line in zip(number_skus(asked).tolist(), batch.lines, strict=True)
    }
    return ScarceRow(node_id=batch.node_ids[node], sku=names[number], limit=limit, price=price)
