"""Cuts: whatever they cost, they prove nothing beyond the optimum; and where they should, they close the gap."""

from dataclasses import replace

import numpy as np
import pytest

from router.solver.wave.cuts import widen, with_cuts
from router.solver.wave.field import no_plans, open_field
from router.solver.wave.joint import solve_joint
from router.solver.wave.parts import only_scarce
from router.solver.wave.pool import Pool
from router.solver.wave.pricing import lagrangian_bound, price_orders
from router.solver.wave.problem import DEFAULT_WAVE_EFFORT, JointProblem
from tests.proving import seeds
from tests.solver.builders import a_problem, brackets_of
from tests.solver.wave.waves import a_joint_problem, optimum_by_enumeration, random_cuts, random_wave


@pytest.mark.parametrize("seed", seeds(600, 20))
def test_no_prices_of_cuts_prove_more_than_the_optimum(seed: int) -> None:
    problem = only_scarce(random_wave(seed))
    field, random = open_field(problem, 100_000), np.random.default_rng(seed)
    cuts = random_cuts(field, seed)
    price = random.integers(0, 2_000, len(problem.limit))
    price[problem.limit > 1_000] = 0
    toll = random.integers(0, 2_000, len(cuts)) * random.integers(0, 2, len(cuts))
    tolled = field._replace(tolls=with_cuts(field.tolls, cuts, toll))

    bounds, _ = price_orders(tolled, np.arange(len(problem.orders)), price, no_plans(field))

    limits = np.concatenate((problem.limit, np.array([cut.limit(problem.limit) for cut in cuts], np.int64)))
    bound = lagrangian_bound(np.concatenate((price, toll)), limits, bounds)
    assert bound <= optimum_by_enumeration(problem)


@pytest.mark.parametrize("seed", seeds(600, 20))
def test_tolls_change_which_plan_is_best_and_not_what_it_costs(seed: int) -> None:
    problem = only_scarce(random_wave(seed))
    field, everyone = open_field(problem, 100_000), np.arange(len(problem.orders))
    cuts = random_cuts(field, seed)
    tolls = with_cuts(field.tolls, cuts, np.full(len(cuts), 700, np.int64))
    price, pool, plans = np.full(len(problem.limit), 300), Pool(), no_plans(field)

    bounds, _ = price_orders(field._replace(tolls=tolls), everyone, price, plans)

    pool.add(field, everyone, plans)
    wide = widen(pool.columns(), tolls)
    charged = np.add.reduceat(
        np.append(wide.amount * np.append(price, tolls.price)[wide.row], 0), wide.take_start[:-1]
    )
    charged[np.diff(wide.take_start) == 0] = 0
    assert (wide.cost_milli + charged >= bounds).all()
    assert (plans.cost_milli >= price_orders(field, everyone, price * 0, no_plans(field))[0]).all()


def two_orders_that_want_two_of_three() -> JointProblem:
    """Whole lines of two units; what is not shipped costs 10 a unit."""
    brackets = brackets_of(((30_000, 0, 0),))
    orders = [
        a_problem(
            quantity=(2,),
            usable=((2,),),
            option_node=(0,),
            unit_milli=((1,),),
            backorder_milli=10,
            brackets=brackets,
        )
        for _ in range(2)
    ]
    return a_joint_problem(orders, np.array([[3]]))


def test_a_cut_says_that_only_one_of_two_orders_gets_two_of_three_units() -> None:
    problem = two_orders_that_want_two_of_three()

    apart, cut = (solve_joint(problem, replace(DEFAULT_WAVE_EFFORT, cut_rounds=rounds)) for rounds in (0, 8))

    assert optimum_by_enumeration(problem) == 22
    assert (apart.objective_milli, apart.bound_milli) == (22, 13)
    assert (cut.objective_milli, cut.bound_milli) == (22, 22)
