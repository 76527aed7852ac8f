"""What one order could have had instead: its Pareto front over cost, last day of delivery and shipments, and what each
limit costs it.

Exact by epsilon constraints: for every number of shipments and every day on which something could arrive, the cheapest
plan with no more shipments and nothing later is found and proven. A plan that another one beats or equals everywhere is
dropped. So whatever dominates a point that is left would itself have been found. Shipping nothing for more money than
something costs is no choice. Money only: no tiers, no ties.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from router.domain.plan import SolutionStatus
from router.routing.decision import Decision
from router.routing.network.prepared import PreparedNetwork
from router.routing.plan.emissions import co2e_of
from router.routing.replay import Recorded, chosen_request, recorded_world
from router.routing.round.round import Asked, pose_round
from router.rules.ruleset import CompiledRules
from router.solver.problem import UNLIMITED, Effort, Ints, Opened, OrderProblem, Solution, concatenate
from router.solver.solve import solve_orders

NOTHING_ARRIVES = 0
"""The last day of delivery of a plan that ships nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeOff:
    """A plan that no other beats: cheaper ones arrive later or in more shipments. CO2e is told, not weighed."""

    cost_milli: int
    last_delivery_day: int
    shipment_count: int
    unshipped_units: int
    node_ids: tuple[str, ...]
    co2e_milligrams: int
    is_proven: bool

    def dominates(self, other: "TradeOff") -> bool:
        mine = (self.cost_milli, self.last_delivery_day, self.shipment_count)
        its = (other.cost_milli, other.last_delivery_day, other.shipment_count)
        return mine != its and all(a <= b for a, b in zip(mine, its, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPrice:
    """What the order would save if one of its limits did not bind."""

    limit: str
    saving_milli: int
    is_proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeOffs:
    """The front by rising cost, and the limits that cost anything."""

    front: tuple[TradeOff, ...]
    limits: tuple[LimitPrice, ...]


def find_trade_offs(decision: Decision, network: PreparedNetwork, rules: CompiledRules) -> TradeOffs:
    """Of a stored decision, from what it recorded and with its substitutes; refuses (ValueError) other versions."""
    inputs = decision.inputs
    world = recorded_world(inputs, network, rules)
    asked = pose_round([chosen_request(decision)], world, [Recorded(inputs)], with_levels=False)
    problem, day = asked.problems[0], delivery_days(asked)
    # Where bundles share a SKU the problem knows one way to share it out, and proves nothing about others.
    is_whole = not asked.batch.sharing
    front = pareto_front(asked, problem, day, inputs.effort, is_whole=is_whole)
    return TradeOffs(front=front, limits=tuple(limit_prices(problem, inputs.effort, is_whole=is_whole)))


def delivery_days(asked: Asked) -> Ints:
    """Of each option of the first order."""
    options = asked.posed.options
    own = slice(int(options.start[0]), int(options.start[1]))
    days: Ints = asked.batch.delivery_day[0, options.node[own], options.service[own]]
    return days


def pareto_front(
    asked: Asked, problem: OrderProblem, day: Ints, effort: Effort, *, is_whole: bool
) -> tuple[TradeOff, ...]:
    counts = range(1, min(problem.shipments_max, int(problem.quantity.sum())) + 1)
    cells = [(problem, 0, NOTHING_ARRIVES)] + [
        (within(problem, day, count, latest), count, latest)
        for latest in sorted(set(day.tolist()))
        for count in counts
    ]
    cells[0] = (replace(problem, allowed=np.zeros_like(problem.allowed)), 0, NOTHING_ARRIVES)
    solutions = solve_orders(concatenate([cell[0] for cell in cells]), effort)
    found = [trade_off(asked, problem, day, solution, is_whole=is_whole) for solution in solutions]
    best = {(one.cost_milli, one.last_delivery_day, one.shipment_count): one for one in reversed(found)}
    left = [one for one in best.values() if not any(other.dominates(one) for other in best.values())]
    if len(left) > 1:
        left = [one for one in left if one.shipment_count]
    return tuple(sorted(left, key=lambda one: (one.cost_milli, one.last_delivery_day, one.shipment_count)))


def within(problem: OrderProblem, day: Ints, count: int, latest: int) -> OrderProblem:
    """The same order with no more shipments, and nothing that arrives later."""
    return replace(problem, shipments_max=count, allowed=problem.allowed & (day <= latest)[None, :])


def trade_off(
    asked: Asked, problem: OrderProblem, day: Ints, solution: Solution, *, is_whole: bool
) -> TradeOff:
    options, batch = asked.posed.options, asked.batch
    opened = [one.option for one in solution.opened]
    shipped = sum(units for one in solution.opened for _, units in one.units)
    return TradeOff(
        cost_milli=solution.objective_milli,
        last_delivery_day=max((int(day[option]) for option in opened), default=NOTHING_ARRIVES),
        shipment_count=len(opened),
        unshipped_units=int(problem.quantity.sum()) - shipped,
        node_ids=tuple(batch.node_ids[int(options.node[option])] for option in opened),
        co2e_milligrams=sum(emitted(asked, one) for one in solution.opened),
        is_proven=is_whole and solution.status is SolutionStatus.OPTIMAL,
    )


def emitted(asked: Asked, opened: Opened) -> int:
    """Milligrams of a shipment of the first order; 0 where they are not known."""
    options, bundles = asked.posed.options, asked.batch.bundles
    units = [
        (line, count * per_bundle)
        for bundle, count in opened.units
        for line, per_bundle in bundles.parts_of(bundle)
    ]
    found = co2e_of(asked.batch, units, options.node.item(opened.option), options.service.item(opened.option))
    return found if isinstance(found, int) else 0


def limit_prices(problem: OrderProblem, effort: Effort, *, is_whole: bool) -> Iterator[LimitPrice]:
    """The optimum with each limit less the optimum without it, where they differ."""
    lifted = dict(without_limits(problem))
    bound, *free = solve_orders(concatenate([problem, *lifted.values()]), effort)
    for limit, solution in zip(lifted, free, strict=True):
        saving = bound.objective_milli - solution.objective_milli
        both: Sequence[Solution] = (bound, solution)
        if saving > 0:
            yield LimitPrice(
                limit=limit,
                saving_milli=saving,
                is_proven=is_whole and all(one.status is SolutionStatus.OPTIMAL for one in both),
            )


def without_limits(problem: OrderProblem) -> Iterator[tuple[str, OrderProblem]]:
    whole = np.broadcast_to(problem.quantity[:, None], problem.usable.shape).astype(np.int64)
    yield "stock", replace(problem, usable=np.where(problem.usable > 0, whole, 0))
    yield "shipments", replace(problem, shipments_max=max(problem.shipments_max, problem.option_count))
    yield "node_shipments", replace(problem, capacity=np.full_like(problem.capacity, UNLIMITED))
    yield "shipment_value", replace(problem, value_min_minor=0)
    yield "ship_complete", replace(problem, ship_complete=False)
    yield "together", replace(problem, together=np.full_like(problem.together, -1))
