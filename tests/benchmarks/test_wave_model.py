"""A wave as one integer program: what the figures of waves are compared with must solve the same problem."""

import pytest

from benchmarks.quality.wave_model import SOLVERS, cost_of_plans, solve_as_one
from benchmarks.quality.wave_world import EXTREME, MODERATE, Regime, a_wave
from router.solver.problem import Opened
from router.solver.wave.joint import solve_joint


@pytest.mark.parametrize("regime", [MODERATE, EXTREME])
@pytest.mark.parametrize("seed", [1, 2])
def test_both_solvers_prove_an_optimum_that_the_joint_search_reaches_within_a_percent(
    regime: Regime, seed: int
) -> None:
    wave = a_wave(4, regime, seed=seed, sku_count=3, node_count=4, nodes_per_sku=2)
    joint = solve_joint(wave)
    assert cost_of_plans(wave, joint.plans) == joint.objective_milli, f"seed {seed}"
    for solver in SOLVERS:
        answer = solve_as_one(wave, solver, 60)
        assert answer.is_proven, f"seed {seed}, {solver}"
        assert answer.bound_milli <= joint.objective_milli <= 1.01 * answer.objective_milli, (
            f"seed {seed}, {solver}"
        )
        assert joint.bound_milli <= answer.objective_milli <= 1.001 * answer.bound_milli, (
            f"seed {seed}, {solver}"
        )


def test_plans_that_overdraw_a_row_have_no_cost() -> None:
    wave = a_wave(10, EXTREME, sku_count=5, node_count=6, nodes_per_sku=3)
    orders = wave.orders
    greedy = []
    for number in range(len(orders)):
        one = orders[number]
        option = next(at for at in range(one.option_count) if one.allowed[0, at])
        greedy.append((Opened(option=option, units=((0, int(one.usable[0, one.option_node[option]])),)),))

    with pytest.raises(ValueError, match="is overdrawn by"):
        cost_of_plans(wave, tuple(greedy))
