"""What the levels of an objective cost each other: each tier, and the cost, beside the best it could be alone."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from router.domain.plan import Level, Plan, SolutionStatus
from router.routing.decision import Decision
from router.routing.explain.explanation import LevelLoss
from router.routing.problem.levels import LEVELS, Steps
from router.routing.replay import Recorded, chosen_request
from router.routing.round.round import pose_round
from router.routing.world import World
from router.solver.problem import Brackets, OrderProblem
from router.solver.solve import solve_order


def find_losses(decision: Decision, world: World) -> tuple[LevelLoss, ...]:
    """One for each tier, then the cost; nothing without tiers."""
    plan, inputs = decision.plan, decision.inputs
    if not any(level.before_cost for level in plan.levels):
        return ()
    asked = pose_round([chosen_request(decision)], world, [Recorded(inputs)], with_levels=False)
    money, steps = asked.problems[0], asked.posed.steps
    assert steps is not None, "a plan with tiers has an objective"
    problems = [*tiers_alone(plan, money, steps), (None, plan.objective_milli, money)]
    losses = []
    for level, value, problem in problems:
        solution = solve_order(problem, inputs.effort)
        is_proven = solution.status is SolutionStatus.OPTIMAL
        best = min(value, solution.objective_milli)
        losses.append(LevelLoss(level=level, value=value, best=best, is_proven=is_proven))
    return tuple(losses)


def tiers_alone(
    plan: Plan, money: OrderProblem, steps: Steps
) -> Iterator[tuple[Level | None, int, OrderProblem]]:
    """Each tier, what the plan reaches there, and the problem in which nothing else counts."""
    for reached in plan.levels:
        if reached.before_cost:
            number = LEVELS.index(reached.level)
            leaving = (
                steps.leaving if reached.level is Level.UNSHIPPED_UNITS else np.zeros_like(steps.leaving)
            )
            yield (
                reached.level,
                reached.value,
                without_money(replace(money, fixed_milli=steps.opening[number], backorder_milli=leaving)),
            )


def without_money(problem: OrderProblem) -> OrderProblem:
    """The problem with nothing to pay but per shipment and per unit left out."""
    brackets = problem.brackets
    free = np.zeros_like(brackets.base_milli)
    return replace(
        problem,
        parcel_milli=np.zeros_like(problem.parcel_milli),
        line_milli=np.zeros_like(problem.line_milli),
        unit_milli=np.zeros_like(problem.unit_milli),
        term_milli=np.zeros_like(problem.term_milli),
        split_milli=0,
        brackets=Brackets(
            row_start=brackets.row_start, weight_max=brackets.weight_max, base_milli=free, rate_micro=free
        ),
    )
