"""Boxes, groups and money weights together with every other feature, and what must hold when they are altered."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from router.domain.plan import SolutionStatus
from router.solver.model import solve_model
from router.solver.problem import UNLIMITED, Effort, OrderProblem, Solution, concatenate
from router.solver.reference import solve_by_enumeration
from router.solver.solve import solve_order, solve_orders
from router.solver.verify import verify
from tests.proving import seeds
from tests.solver.builders import BOX_FEATURES, FEATURES, random_brackets, random_problem

KERNELS_ALONE = Effort(model_deterministic_seconds=0)
PAIRS = [pair for pair in combinations(FEATURES, 2) if set(pair) & set(BOX_FEATURES)]
PRICES = ("backorder_milli", "fixed_milli", "parcel_milli", "line_milli", "unit_milli", "term_milli")


def tiny_orders(seeds: Sequence[int], features: Sequence[str]) -> list[OrderProblem]:
    brackets = random_brackets(seeds[0], with_rates="rates" in features)
    sizes = {"line_count": 2, "node_count": 2, "service_count": 1, "quantity_max": 3}
    return [random_problem(seed, **sizes, features=features, brackets=brackets) for seed in seeds]


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_every_pair_of_features_costs_what_brute_force_finds(pair):
    numbers = seeds(10_000 + 100 * PAIRS.index(pair), 5)
    problems = tiny_orders(numbers, pair)

    for seed, problem, solution in zip(numbers, problems, solve_orders(concatenate(problems), KERNELS_ALONE)):
        assert verify(problem, solution) == (), f"seed {seed}"
        assert solution.status is SolutionStatus.OPTIMAL, f"seed {seed}"
        assert solution.objective_milli == solve_by_enumeration(problem).objective_milli, f"seed {seed}"


@pytest.mark.parametrize("seed", seeds(31_000, 30))
def test_the_model_proves_what_the_kernels_prove(seed):
    problem = random_problem(
        seed, line_count=3, node_count=3, features=("divisible", "parcels", *BOX_FEATURES)
    )

    modeled = solve_model(problem, None, Effort(model_deterministic_seconds=2.0))
    solution = solve_order(problem, KERNELS_ALONE)

    assert verify(problem, modeled) == (), f"seed {seed}"
    assert (solution.status, modeled.status) == (SolutionStatus.OPTIMAL,) * 2, f"seed {seed}"
    assert solution.objective_milli == modeled.objective_milli, f"seed {seed}"


def solved(problem: OrderProblem) -> Solution:
    solution = solve_order(problem)
    assert verify(problem, solution) == ()
    assert solution.status is SolutionStatus.OPTIMAL
    return solution


def an_order(seed: int) -> OrderProblem:
    return random_problem(
        seed, line_count=3, node_count=3, features=(*BOX_FEATURES, "divisible", "short_stock")
    )


@pytest.mark.parametrize("seed", seeds(32_000, 20))
def test_forbidding_costs_no_less_than_charging_and_charging_no_less_than_neither(seed):
    problem = an_order(seed)
    charged = replace(
        problem, term_milli=abs(problem.term_milli), term_forbids=np.zeros_like(problem.term_forbids)
    )
    free = replace(charged, term_milli=0 * problem.term_milli)
    forbidden = replace(charged, term_forbids=np.ones_like(problem.term_forbids))

    least, more, most = (solved(order).objective_milli for order in (free, charged, forbidden))

    assert least <= more <= most, f"seed {seed}"


@pytest.mark.parametrize("seed", seeds(32_100, 20))
def test_what_must_stay_together_never_costs_less(seed):
    problem = an_order(seed)
    free = replace(problem, together=np.full(3, -1))

    assert solved(free).objective_milli <= solved(problem).objective_milli, f"seed {seed}"


@pytest.mark.parametrize("seed", seeds(32_200, 20))
def test_all_amounts_times_the_money_weight_cost_as_much_times(seed):
    problem = replace(an_order(seed), money_weight=1)
    scaled = replace(
        problem, **{name: 900 * getattr(problem, name) for name in PRICES},
        split_milli=900 * problem.split_milli, money_weight=900,
    )  # fmt: skip

    assert solved(scaled).objective_milli == 900 * solved(problem).objective_milli, f"seed {seed}"


@pytest.mark.parametrize("seed", seeds(32_300, 20))
def test_boxes_that_no_shipment_can_lie_in_change_nothing(seed):
    problem = an_order(seed)
    emptied = replace(problem, term_low=np.full_like(problem.term_low, UNLIMITED))
    without = replace(emptied, term_option=problem.term_option[:0], term_milli=problem.term_milli[:0],
                      term_low=problem.term_low[:0], term_high=problem.term_high[:0],
                      term_forbids=problem.term_forbids[:0])  # fmt: skip

    assert solved(emptied).objective_milli == solved(without).objective_milli, f"seed {seed}"


@pytest.mark.parametrize("seed", seeds(32_400, 20))
def test_two_halves_of_a_box_charge_what_the_whole_does(seed):
    problem = an_order(seed)
    weight = problem.metric[:, 0] @ problem.quantity // 2
    upper, lower = problem.term_low.copy(), problem.term_high.copy()
    upper[:, 0], lower[:, 0] = np.maximum(upper[:, 0], weight + 1), np.minimum(lower[:, 0], weight)
    halved = replace(
        problem,
        term_option=np.repeat(problem.term_option, 2),
        term_low=np.stack([problem.term_low, upper], axis=1).reshape(-1, upper.shape[1]),
        term_high=np.stack([lower, problem.term_high], axis=1).reshape(-1, upper.shape[1]),
        term_milli=np.repeat(problem.term_milli, 2),
        term_forbids=np.repeat(problem.term_forbids, 2),
    )

    assert solved(halved).objective_milli == solved(problem).objective_milli, f"seed {seed}"


@pytest.mark.parametrize("seed", seeds(33_000, 6))
def test_large_orders_with_boxes_get_valid_plans_and_bounds_that_no_plan_undercuts(seed):
    problem = random_problem(seed, line_count=14, node_count=5, quantity_max=6, features=FEATURES)
    little, much = (Effort(set_nodes_max=n, model_deterministic_seconds=0) for n in (100, 20_000))

    hasty, patient = solve_order(problem, little), solve_order(problem, much)
    modeled = solve_model(problem, None, Effort(model_deterministic_seconds=0.1))

    answers = (hasty, patient, modeled)
    assert [verify(problem, answer) for answer in answers] == [()] * 3, f"seed {seed}"
    assert max(answer.bound_milli for answer in answers) <= min(answer.objective_milli for answer in answers)
