"""What a solution's one integer means: cost and bound in money, and the value of each tier and tie."""

import numpy as np
from msgspec import Struct

from router.domain.plan import Level, LevelValue, SolutionStatus
from router.routing.problem.levels import LEVELS
from router.routing.round.round import Solved
from router.solver.problem import Solution


class Objective(Struct, frozen=True, gc=False):
    """Cost and bound in thousandths of a minor unit; the bound holds for plans that are equal at the tiers.

    OPTIMAL: no plan is better at an earlier tier, and of those equal there none is cheaper.
    """

    status: SolutionStatus
    cost_milli: int
    bound_milli: int
    levels: tuple[LevelValue, ...]


def objective_of(solved: Solved, solution: Solution) -> Objective:
    """Read `solution`, which must be of the order's problem or of one with fewer options in its numbers."""
    posed = solved.round.posed
    if posed.weights is None:
        return Objective(solution.status, solution.objective_milli, solution.bound_milli, ())
    order, weights = solved.order, posed.weights
    values = level_values(solved, solution)
    levels = levels_of(solved, values)
    per_step = {level: int(weights.level[number, order]) for number, level in enumerate(LEVELS)}
    tiers, ties = (
        sum(per_step[one.level] * one.value for one in levels if one.before_cost is is_tier)
        for is_tier in (True, False)
    )
    money = int(weights.money[order])
    cost, rest = divmod(solution.objective_milli - tiers - ties, money)
    assert rest == 0, "levels and cost miss the objective"
    # Ties add less than one thousandth of money: what is left of the bound, rounded down, is money alone.
    bound = min(cost, max((solution.bound_milli - tiers) // money, -int(weights.cost_max_milli[order])))
    is_exact = bool(weights.is_exact[order]) or not any(one.value for one in levels if one.before_cost)
    is_proven = is_exact and bound == cost
    return Objective(
        status=SolutionStatus.OPTIMAL if is_proven else SolutionStatus.FEASIBLE,
        cost_milli=cost,
        bound_milli=bound,
        levels=levels,
    )


def levels_of(solved: Solved, values: dict[Level, int]) -> tuple[LevelValue, ...]:
    """The tiers and ties that count for the order, in their order."""
    verdicts = solved.verdicts
    if verdicts.objective is None:
        return ()
    policy = verdicts.objective_policies[verdicts.objective[solved.order]]
    ties = [level for level in policy.ties if level not in policy.tiers]
    return tuple(
        LevelValue(level=level, value=values[level], before_cost=is_tier)
        for group, is_tier in ((policy.tiers, True), (ties, False))
        for level in group
    )


def level_values(solved: Solved, solution: Solution) -> dict[Level, int]:
    """What the solution reaches at every level, whether it counts or not."""
    posed, bundles = solved.round.posed, solved.bundles
    assert posed.steps is not None, "asked where levels count"
    first = int(posed.options.start[solved.order])
    opened = np.array([first + one.option for one in solution.opened], np.int64)
    reached = dict(zip(LEVELS, posed.steps.opening[:, opened].sum(axis=1).tolist(), strict=True))
    left = solved.batch.bundles.quantity[bundles.start : bundles.stop].copy()
    for one in solution.opened:
        for bundle, count in one.units:
            left[bundle] -= count
    reached[Level.UNSHIPPED_UNITS] = int(left @ posed.steps.leaving[bundles.start : bundles.stop])
    return reached
