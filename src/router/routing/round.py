"""One round: orders that are decided together against one view of stock and capacity."""

from collections.abc import Sequence
from dataclasses import dataclass

from router.routing.batch import Batch, read_batch
from router.routing.facts import facts_of
from router.routing.options import Options
from router.routing.problems import pose
from router.routing.world import CapacityView, OrderToRoute, StockView, World
from router.rules.verdicts import Verdicts
from router.solver.problem import Effort, OrderProblems, Solution
from router.solver.solve import solve_orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """All that was worked out for a batch: what was looked up, what the rules said, what was asked and answered."""

    world: World
    effort: Effort
    batch: Batch
    verdicts: Verdicts
    options: Options
    problems: OrderProblems
    solutions: tuple[Solution, ...]


def solve_round(
    requests: Sequence[OrderToRoute],
    world: World,
    stock: StockView,
    capacity: CapacityView,
    effort: Effort,
) -> Round:
    """Find the best plan of each order on its own, as if it were the only one."""
    batch = read_batch(requests, world, stock, capacity)
    facts = facts_of(batch, world.rules.fact_names)
    verdicts = world.rules.evaluate(facts, [request.decision_time for request in requests])
    posed = pose(batch, verdicts, world.prices)
    return Round(
        world=world,
        effort=effort,
        batch=batch,
        verdicts=verdicts,
        options=posed.options,
        problems=posed.problems,
        solutions=solve_orders(posed.problems, effort),
    )
