"""How much faster the kernels solve one order than the plain OR-Tools model of the same objective."""

import statistics
import time
from collections.abc import Callable
from random import Random
from typing import Any

from benchmarks.quality.one_order import random_order, random_tariffs, solve_by_cp_sat
from benchmarks.runs import figure_of
from router.domain.plan import SolutionStatus
from router.solver.problem import Effort, OrderProblem, concatenate
from router.solver.solve import solve_orders, warm_up

KERNEL_ALONE = Effort(model_deterministic_seconds=0.0)
RUNS = 5
BATCH = 1_000
REPEATS = 20


def measure_speed(
    figure: str, goal: int, *, with_bands: bool, batch: int, divisible: bool, full: bool
) -> dict[str, Any]:
    """Five times: orders solved by CP-SAT one by one, and among `batch` orders by one call of the kernels.

    The ratio is that of the median processor times per order. Every objective must be the same.
    """
    warm_up()
    compared = 60 if full else 12
    ratios, kernel_micros, model_millis = [], [], []
    for seed in range(RUNS):
        random = Random(seed)
        brackets = random_tariffs(random, with_bands=with_bands)
        problems = [random_order(random, brackets, divisible=divisible) for _ in range(max(batch, compared))]
        millis = 1_000 * statistics.median(timed(lambda p=p: solve_by_cp_sat(p)) for p in problems[:compared])
        micros = 1e6 * kernel_seconds(problems, batch)
        costs = [
            solution.objective_milli
            for solution in solve_orders(concatenate(problems[:compared]), KERNEL_ALONE)
        ]
        assert costs == [solve_by_cp_sat(problem) for problem in problems[:compared]], f"seed {seed}"
        model_millis.append(millis)
        kernel_micros.append(micros)
        ratios.append(1_000 * millis / micros)
    return figure_of(
        figure,
        ratios,
        "times",
        goal,
        kernel_micros=round(statistics.median(kernel_micros), 1),
        cp_sat_millis=round(statistics.median(model_millis), 2),
        objectives_compared=RUNS * compared,
    )


def kernel_seconds(problems: list[OrderProblem], batch: int) -> float:
    """Processor seconds per order, the median of some calls; all proven."""
    joined = [
        concatenate(problems[first : first + batch])
        for first in range(0, min(len(problems), 40 * batch), batch)
    ]
    answers = solve_orders(joined[0], KERNEL_ALONE)
    assert all(answer.status is SolutionStatus.OPTIMAL for answer in answers)
    repeats = [joined[number % len(joined)] for number in range(max(REPEATS, len(joined)))]
    return statistics.median(timed(lambda j=j: solve_orders(j, KERNEL_ALONE)) for j in repeats) / batch


def timed(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start
