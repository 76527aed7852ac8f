"""What a wave costs beside the same wave as one integer program, given to CP-SAT and to HiGHS for the same time."""

import time
from typing import Any

from benchmarks.quality.wave_model import SOLVERS, cost_of_plans, solve_as_one
from benchmarks.quality.wave_world import EXTREME, a_wave
from benchmarks.runs import figure_of
from router.solver.wave.joint import solve_joint
from router.solver.wave.patience import TimeUsed


def measure(full: bool) -> dict[str, Any]:
    """Its cost over that of the better of the two: 1,000 orders and 60 s of wall time each, or 500 and 30 s.

    Both get the plain program and no hint. The wave ends earlier if its effort is spent.
    """
    order_count, seconds = (1_000, 60.0) if full else (500, 30.0)
    wave = a_wave(order_count, EXTREME, sku_count=order_count // 2)
    solve_joint(a_wave(20, EXTREME))  # loads the kernels
    begin = time.monotonic()
    solution = solve_joint(wave, time_used=TimeUsed(lambda: (time.monotonic() - begin) / seconds, seconds))
    spent = time.monotonic() - begin
    cost = cost_of_plans(wave, solution.plans)
    answers = {solver: solve_as_one(wave, solver, seconds) for solver in SOLVERS}
    ratio = cost / min(answer.objective_milli for answer in answers.values())
    return figure_of(
        "wave_vs_monolith",
        [ratio],
        "cost over the better monolith's",
        0.75,
        orders=order_count,
        seconds=seconds,
        wave_seconds=round(spent, 1),
        over={solver: round(cost / answer.objective_milli, 3) for solver, answer in answers.items()},
        bounds_milli={"wave": solution.bound_milli}
        | {solver: answer.bound_milli for solver, answer in answers.items()},
    )
