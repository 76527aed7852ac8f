"""What is told of waves beside what was published of such waves: `python -m benchmarks.quality.wave_facts [ORDERS]`.

For each regime: the bound of column generation in millions of minor units, how far above it orders come out that are
decided one after another as they came and by priority, and the units that these leave and that the wave leaves.
"""

import sys
from typing import Any

import numpy as np

from benchmarks.quality.wave_world import EXTREME, MODERATE, a_wave
from router.solver.problem import Ints
from router.solver.wave.field import no_plans, open_field
from router.solver.wave.joint import solve_joint
from router.solver.wave.problem import JointProblem
from router.solver.wave.sweep import insert_all

SEEDS = (1, 2, 3)
REGIMES = {"moderate": MODERATE, "extreme": EXTREME}


def facts_of(wave: JointProblem) -> dict[str, Any]:
    """The facts of one wave: gaps and units left in percent."""
    orders = wave.orders
    solution = solve_joint(wave)
    proven = next(phase.bound_milli for phase in solution.phases if phase.name == "PRICES")
    shipped = sum(units for plan in solution.plans for opened in plan for _, units in opened.units)
    facts: dict[str, Any] = {"bound_millions": round(proven / 1e9, 3)}
    for name, sequence in {
        "as_they_came": np.arange(len(orders)),
        "by_priority": np.argsort(-orders.backorder_milli[orders.line_start[:-1]], kind="stable"),
    }.items():
        cost, left = one_by_one(wave, sequence)
        facts[name] = round(100 * (cost / proven - 1), 1)
        facts[f"{name}_left"] = left
    return facts | {"wave_left": round(100 * (1 - shipped / int(orders.quantity.sum())), 2)}


def one_by_one(wave: JointProblem, sequence: Ints) -> tuple[int, float]:
    """What the orders cost decided in this sequence, each at its best, and the percent of their units left."""
    field = open_field(wave, search_work_max=2_000)
    plans = no_plans(field)
    insert_all(field, sequence, np.zeros(len(wave.limit), np.int64), wave.limit.astype(np.int64), plans)
    entries = [
        slice(first, first + size)
        for first, size in zip(field.entry_start[:-1].tolist(), plans.size.tolist(), strict=True)
    ]
    shipped = sum(int(plans.units[one].sum()) for one in entries)
    left = 100 * (1 - shipped / int(wave.orders.quantity.sum()))
    return int(plans.cost_milli.sum()), round(left, 2)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    for name, regime in REGIMES.items():
        for seed in SEEDS if count < 10_000 else SEEDS[:1]:
            print(name, seed, facts_of(a_wave(count, regime, seed=seed)), flush=True)
