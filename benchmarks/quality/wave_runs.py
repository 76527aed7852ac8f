"""One wave solved and its phases timed: what the figures of waves share."""

import resource
import time
from math import inf
from typing import Any

from benchmarks.quality.wave_picture import PICTURES, Mark, draw_course
from benchmarks.quality.wave_world import Regime, a_wave
from router.solver.wave.joint import solve_joint
from router.solver.wave.patience import TimeUsed
from router.solver.wave.problem import DEFAULT_WAVE_EFFORT, JointProblem, JointSolution, Phase, WaveEffort


def solve_timed(
    problem: JointProblem, effort: WaveEffort = DEFAULT_WAVE_EFFORT, seconds_max: float = inf
) -> tuple[JointSolution, dict[str, Any], list[Mark]]:
    """The solution; the processor seconds to the first plan, to the proven bound and to the end; and its course.

    After `seconds_max` processor seconds the search is asked to end.
    """
    begin = time.process_time()
    marks: list[Mark] = []

    def note(phase: Phase) -> None:
        seconds = time.process_time() - begin
        marks.append(Mark(seconds, phase.name, phase.objective_milli, phase.bound_milli))

    solution = solve_joint(
        problem,
        effort,
        on_phase=note,
        time_used=TimeUsed(lambda: (time.process_time() - begin) / seconds_max),
    )
    bound_at = next((mark.seconds for mark in marks if mark.phase == "CUTS"), marks[0].seconds)
    times = {
        "seconds": round(time.process_time() - begin, 2),
        "first_plan_s": round(marks[0].seconds, 2),
        "bound_s": round(bound_at, 2),
        "columns": solution.column_count,
        "work": solution.work,
        "is_cut": solution.is_cut,
    }
    return solution, times, marks


def gap_percent(objective_milli: int, bound_milli: int) -> float:
    """How far the objective lies above the bound."""
    return round(100 * (objective_milli - bound_milli) / bound_milli, 4)


def gap_figure(
    name: str, order_count: int, regime: Regime, goal: float, full: bool, seconds_max: float = inf
) -> dict[str, Any]:
    """The gap of waves of so many orders: one seed, or three in the full count. Draws benchmarks/pictures/NAME.svg."""
    solve_joint(a_wave(20, regime))  # loads the kernels
    runs = []
    for seed in (1, 2, 3) if full else (1,):
        solution, times, marks = solve_timed(a_wave(order_count, regime, seed=seed), seconds_max=seconds_max)
        first = solution.phases[0].objective_milli
        gap = gap_percent(solution.objective_milli, solution.bound_milli)
        runs.append((gap, times | {"one_by_one_gap": gap_percent(first, solution.bound_milli)}))
    title = f"A wave of {order_count:,} orders: cost and bound over time"
    (PICTURES / f"{name}.svg").write_text(draw_course(marks, title), encoding="utf-8")
    gaps = sorted(gap for gap, _ in runs)
    return {
        "figure": name,
        "value": gaps[len(gaps) // 2],
        "unit": "percent above the proven bound",
        "runs": len(runs),
        "min": gaps[0],
        "max": gaps[-1],
        "goal": goal,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "waves": [times for _, times in runs],
    }
