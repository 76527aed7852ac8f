"""The best plan of a small order by trying all, level by level: slow, obvious, and without any weights."""

from dataclasses import replace

import numpy as np
from msgspec import structs

from router.domain.plan import Level, Substitution
from router.routing.decision import Decision
from router.routing.problem.stock import lines_by_sku
from router.routing.replay import Recorded, request_of
from router.routing.round.round import Asked, pose_round
from router.routing.world import World
from router.solver.problem import Bools, Ints, OrderProblem
from router.solver.reference import CONDITIONS, COSTS, assignment_count, list_assignments

CELLS_MAX = 400_000


def best_by_levels(
    decision: Decision, world: World, substitutions: tuple[Substitution, ...] = ()
) -> tuple[int, ...] | None:
    """Tiers, cost and ties of the best plan, in their order; None for an order with too many plans to try.

    With exactly these substitutes, none of them unless said otherwise.
    """
    inputs = decision.inputs
    request = structs.replace(request_of(inputs), substitutions=substitutions)
    asked = pose_round([request], world, [Recorded(inputs)], with_levels=False)
    problem = asked.problems[0]
    if 0 in asked.batch.sharing:
        problem = replace(problem, usable=asked.posed.alone[0])
    if assignment_count(problem) * problem.line_count * max(1, problem.option_count) > CELLS_MAX:
        return None
    plans = list_assignments(problem)
    for condition in CONDITIONS:
        plans = plans[condition(problem, plans)]
    plans = plans[promises_no_unit_twice(asked, problem, plans)]
    cost = np.sum([term(problem, plans) for term in COSTS], axis=0)
    levels = decision.plan.levels
    columns = [value_of(asked, problem, plans, one.level) for one in levels if one.before_cost]
    columns += [cost]
    columns += [value_of(asked, problem, plans, one.level) for one in levels if not one.before_cost]
    return min(zip(*(column.tolist() for column in columns), strict=True))


def reached_by(decision: Decision) -> tuple[int, ...]:
    """The same of the plan that was chosen."""
    plan = decision.plan
    tiers = [one.value for one in plan.levels if one.before_cost]
    ties = [one.value for one in plan.levels if not one.before_cost]
    return (*tiers, plan.objective_milli, *ties)


def promises_no_unit_twice(asked: Asked, problem: OrderProblem, plans: Ints) -> Bools:
    """Over all bundles of the order that want a SKU."""
    fits = np.ones(len(plans), np.bool_)
    if 0 not in asked.batch.sharing:
        return fits
    bundles = asked.batch.bundles
    for numbers in lines_by_sku(asked.batch, 0).values():
        for stop, column in enumerate(asked.posed.stop_node[0].tolist()):
            here = plans[:, :, problem.option_node == stop].sum(axis=2)
            taken = sum(
                here[:, bundle] * units
                for bundle in bundles.of_order(0)
                for line, units in bundles.parts_of(bundle)
                if line in numbers
            )
            fits &= taken <= asked.posed.units[numbers[0], column]
    return fits


def value_of(asked: Asked, problem: OrderProblem, plans: Ints, level: Level) -> Ints:
    """One level of every plan, read from the batch."""
    batch, options = asked.batch, asked.posed.options
    if level is Level.UNSHIPPED_UNITS:
        units = [
            sum(count for _, count in batch.bundles.parts_of(bundle)) for bundle in batch.bundles.of_order(0)
        ]
        unshipped: Ints = (problem.quantity - plans.sum(axis=2)) @ np.array(units)
        return unshipped
    at = 0, options.node, options.service
    per_shipment = {
        Level.LATE_DAYS: batch.late_days[at],
        Level.SHIPMENTS: np.ones(len(options.node), np.int64),
        Level.DISTANCE: batch.distance_km[0, options.node],
        Level.DELIVERY_DAYS: batch.delivery_day[at] - batch.today[0, options.node],
    }
    added: Ints = plans.any(axis=1).astype(np.int64) @ per_shipment[level]
    return added
