"""How many orders the kernel solves differently from brute force and from the OR-Tools model. The goal is none.

Half of the orders have boxes that shipments pay for or may not lie in, groups of lines, weighed money and options that
await what their lines bring, at docks of several nodes, beside all else. The kernel works alone here, without the
OR-Tools model behind it: no judge judges itself. What it leaves unproven is counted apart; a mismatch is a refused
plan, a bound above a plan, or a claimed optimum that is none.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from router.domain.plan import SolutionStatus
from router.solver.model import solve_model
from router.solver.problem import Effort, OrderProblem, Solution, concatenate
from router.solver.reference import solve_by_enumeration
from router.solver.solve import solve_orders
from router.solver.verify import verify
from tests.solver.builders import FEATURES, PLAIN_FEATURES, random_brackets, random_problem

BATCH = 25
"""Orders that share one set of tariffs and are solved in one call."""

INDIVISIBLE = tuple(feature for feature in FEATURES if feature != "divisible")

SIZES_BY_ENUMERATION = (
    {"line_count": 1, "node_count": 6, "service_count": 3, "quantity_max": 4},
    {"line_count": 2, "node_count": 3, "service_count": 2, "quantity_max": 3},
    {"line_count": 3, "node_count": 3, "service_count": 2, "quantity_max": 2},
    {"line_count": 3, "node_count": 2, "service_count": 2, "quantity_max": 3},
    {"line_count": 3, "node_count": 4, "service_count": 2, "quantity_max": 2},
    {"line_count": 4, "node_count": 3, "service_count": 2, "features": INDIVISIBLE},
    {"line_count": 5, "node_count": 2, "service_count": 2, "features": INDIVISIBLE},
)  # fmt: skip

SIZES_BY_MODEL = (
    {"line_count": 3, "node_count": 10, "service_count": 3, "features": INDIVISIBLE},
    {"line_count": 4, "node_count": 10, "service_count": 3, "features": INDIVISIBLE},
    {"line_count": 6, "node_count": 10, "service_count": 3, "features": INDIVISIBLE},
    {"line_count": 3, "node_count": 10, "service_count": 3, "quantity_max": 4},
    {"line_count": 5, "node_count": 6, "service_count": 2, "quantity_max": 6},
)


def measure(full: bool) -> dict[str, Any]:
    """The figure over 11,000 orders in some minutes, or over 3,150 in half a minute; min and max by batch."""
    small, large = (10_000, 1_000) if full else (3_000, 150)
    by_model = partial(solve_model, hint=None, effort=Effort())
    counts = [
        *count_by_batch(small, SIZES_BY_ENUMERATION, solve_by_enumeration),
        *count_by_batch(large, SIZES_BY_MODEL, by_model),
    ]
    mismatches = [count.mismatches for count in counts]
    return {
        "figure": "exact_mismatches",
        "value": sum(mismatches),
        "unit": "orders",
        "runs": small + large,
        "min": min(mismatches),
        "max": max(mismatches),
        "goal": 0,
        "unproven": sum(count.unproven for count in counts),
    }


class Count(NamedTuple):
    """What a batch showed: answers in contradiction, and answers the kernel does not claim to be optimal."""

    mismatches: int
    unproven: int


def count_by_batch(
    count: int, sizes: Sequence[dict[str, Any]], judge: Callable[[OrderProblem], Solution]
) -> Iterator[Count]:
    for first in range(0, count, BATCH):
        seeds = range(first, first + BATCH)
        brackets = random_brackets(first)
        turn, number = divmod(first // BATCH, len(sizes))
        known = FEATURES if turn % 2 else PLAIN_FEATURES
        features = [feature for feature in known if feature in sizes[number].get("features", FEATURES)]
        size = {**sizes[number], "features": features}
        problems = [random_problem(seed, **size, brackets=brackets) for seed in seeds]
        solutions = solve_orders(concatenate(problems), Effort(model_deterministic_seconds=0.0))
        yield Count(
            mismatches=sum(
                differs(f"seed {seed} of {size}", problem, solution, judge(problem))
                for seed, problem, solution in zip(seeds, problems, solutions, strict=True)
            ),
            unproven=sum(solution.status is not SolutionStatus.OPTIMAL for solution in solutions),
        )


def differs(name: str, problem: OrderProblem, solution: Solution, judged: Solution) -> bool:
    """Whether the answers contradict each other or a plan is refused; says so on standard error."""
    faults = [*verify(problem, solution), *verify(problem, judged)]
    if solution.bound_milli > judged.objective_milli or judged.bound_milli > solution.objective_milli:
        faults.append("a bound exceeds a plan")
    if faults:
        print(name, solution, judged, *faults, sep="\n  ", file=sys.stderr)
    return bool(faults)
