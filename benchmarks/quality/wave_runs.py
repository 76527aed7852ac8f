"""One wave solved and its phases timed: what the figures of waves share."""

import time
from typing import Any

from benchmarks.quality.wave_world import Regime, a_wave
from router.solver.wave.joint import solve_joint
from router.solver.wave.problem import DEFAULT_WAVE_EFFORT, JointProblem, JointSolution, Phase, WaveEffort


def solve_timed(
    problem: JointProblem, effort: WaveEffort = DEFAULT_WAVE_EFFORT
) -> tuple[JointSolution, dict[str, Any]]:
    """The solution and, in processor seconds, the times to the first plan, to the proven bound, and to the end."""
    begin = time.process_time()
    seconds: dict[str, float] = {}

    def note(phase: Phase) -> None:
        seconds.setdefault(phase.name, round(time.process_time() - begin, 2))

    solution = solve_joint(problem, effort, on_phase=note)
    return solution, {
        "seconds": round(time.process_time() - begin, 2),
        "first_plan_s": seconds["GREEDY"],
        "bound_s": seconds.get("CUTS", seconds["GREEDY"]),
        "columns": solution.column_count,
        "work": solution.work,
    }


def gap_percent(objective_milli: int, bound_milli: int) -> float:
    """How far the objective lies above the bound."""
    return round(100 * (objective_milli - bound_milli) / bound_milli, 4)


def gap_figure(name: str, order_count: int, regime: Regime, goal: float, full: bool) -> dict[str, Any]:
    """The gap of waves of so many orders: one seed, or three in the full count."""
    solve_joint(a_wave(20, regime))  # loads the kernels
    runs = []
    for seed in (1, 2, 3) if full else (1,):
        solution, times = solve_timed(a_wave(order_count, regime, seed=seed))
        first = solution.phases[0].objective_milli
        gap = gap_percent(solution.objective_milli, solution.bound_milli)
        runs.append((gap, times | {"one_by_one_gap": gap_percent(first, solution.bound_milli)}))
    gaps = sorted(gap for gap, _ in runs)
    return {
        "figure": name,
        "value": gaps[len(gaps) // 2],
        "unit": "percent above the proven bound",
        "runs": len(runs),
        "min": gaps[0],
        "max": gaps[-1],
        "goal": goal,
        "waves": [times for _, times in runs],
    }
