"""How many orders the kernel solves differently from brute force and from the OR-Tools model. The goal is none.

Half of the orders have boxes that shipments pay for or may not lie in, groups of lines, weighed money and options that
await what their lines bring, at docks of several nodes, beside all else. The kernel works alone here, without the
OR-Tools model behind it: no judge judges itself. What it leaves unproven is counted apart; a mismatch is a refused
plan, a bound above a plan, or a claimed optimum that is none.

Orders to which rules offer substitutes are counted too, whole decisions of them: a substitute is a choice among
problems, which are all that the kernel knows.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

from router.domain.plan import SolutionStatus
from router.routing.route import route
from router.solver.model import solve_model
from router.solver.problem import Effort, OrderProblem, Solution, concatenate
from router.solver.reference import solve_by_enumeration
from router.solver.solve import solve_orders
from router.solver.verify import verify
from tests.routing.cases_of_substitutes import BESIDE, a_case, differences
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
    worlds = 300 if full else 90
    counts = [
        *count_with_substitutes(worlds),
        *count_by_batch(small, SIZES_BY_ENUMERATION, solve_by_enumeration),
        *count_by_batch(large, SIZES_BY_MODEL, by_model),
    ]
    mismatches = [count.mismatches for count in counts]
    return {
        "figure": "exact_mismatches",
        "value": sum(mismatches),
        "unit": "orders",
        "runs": sum(count.orders for count in counts),
        "min": min(mismatches),
        "max": max(mismatches),
        "goal": 0,
        "unproven": sum(count.unproven for count in counts),
    }


class Count(NamedTuple):
    """What a batch showed: answers in contradiction, and answers the kernel does not claim to be optimal."""

    mismatches: int
    unproven: int
    orders: int


def count_with_substitutes(worlds: int) -> Iterator[Count]:
    """Decisions of small worlds against the best plan over all ways to replace units, which is found way by way.

    Beside substitutes there is no other feature, each of them alone, every two of them, in turn.
    """
    sets = [(), *((one,) for one in BESIDE), *combinations(BESIDE, 2)]
    for seed in range(worlds):
        beside = sets[seed % len(sets)]
        requests, world, shelf = a_case(seed, beside)
        decisions = route(requests, world, shelf, shelf)
        faults = [fault for decision in decisions for fault in differences(decision, world)]
        if faults:
            print(f"substitutes, seed {seed} beside {beside}", *faults, sep="\n  ", file=sys.stderr)
        yield Count(
            mismatches=len(faults),
            unproven=sum(one.plan.status is not SolutionStatus.OPTIMAL for one in decisions),
            orders=len(decisions),
        )


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
            orders=len(problems),
        )


def differs(name: str, problem: OrderProblem, solution: Solution, judged: Solution) -> bool:
    """Whether the answers contradict each other or a plan is refused; says so on standard error."""
    faults = [*verify(problem, solution), *verify(problem, judged)]
    if solution.bound_milli > judged.objective_milli or judged.bound_milli > solution.objective_milli:
        faults.append("a bound exceeds a plan")
    if faults:
        print(name, solution, judged, *faults, sep="\n  ", file=sys.stderr)
    return bool(faults)
