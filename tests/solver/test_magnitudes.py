"""How large amounts may be: what bounds them, that large ones are still proven, and what is answered beyond."""

from dataclasses import replace
from random import Random

import pytest

from router.domain.plan import SolutionStatus
from router.solver.magnitudes import TOTAL_MILLI_MAX, magnitude_of, magnitudes_of
from router.solver.model import solve_model
from router.solver.problem import Effort, OrderProblem, concatenate
from router.solver.reference import CONDITIONS, COSTS, list_assignments, solve_by_enumeration
from router.solver.solve import solve_order
from router.solver.verify import verify
from tests.proving import seeds
from tests.solver.builders import a_problem, random_brackets, random_problem, weighed

KERNELS_ALONE = Effort(model_deterministic_seconds=0)


def a_small_order(seed: int) -> OrderProblem:
    return random_problem(seed, line_count=2, node_count=2, service_count=2, quantity_max=3)


def enlarged(problem: OrderProblem, seed: int, magnitude: int) -> OrderProblem:
    """The order with amounts as large as that allows, and a level below its money that says little by itself."""
    plain = replace(problem, money_weight=1)
    return weighed(plain, magnitude // magnitude_of(plain), Random(seed))


def test_the_magnitude_adds_up_what_an_order_could_cost():
    problem = a_problem(
        quantity=(3,), option_node=(0, 1), unit_weight=30_000, unit_milli=(70, -80), line_milli=-9, split_milli=100,
        fixed_milli=(40, 50), parcel_milli=5, money_weight=1_000, backorder_milli=600,
    )  # fmt: skip

    # Units 3 x (600 + 80), one line 9, two shipments of 50 + 100, three parcels of 1,000 x 5,000 + 5.
    assert magnitude_of(problem) == 2_040 + 9 + 300 + 3 * 5_000_005 + 1


@pytest.mark.parametrize("seed", seeds(100, 15))
def test_no_plan_and_no_part_of_its_cost_exceeds_the_magnitude(seed):
    problem = a_small_order(seed)
    units = list_assignments(problem)
    for condition in CONDITIONS:
        units = units[condition(problem, units)]

    dearest = sum(abs(term(problem, units)) for term in COSTS).max()

    assert dearest <= magnitude_of(problem), f"seed {seed}"


def test_a_batch_has_the_magnitudes_of_its_orders():
    brackets = random_brackets(5)
    problems = [random_problem(seed, line_count=1 + seed % 3, brackets=brackets) for seed in range(5)]

    assert magnitudes_of(concatenate(problems)).tolist() == [magnitude_of(problem) for problem in problems]


@pytest.mark.parametrize("bits", [45, 59])
@pytest.mark.parametrize("seed", seeds(200, 15))
def test_the_kernels_stay_exact_while_amounts_are_large(seed, bits):
    problem = enlarged(a_small_order(seed), seed, 1 << bits)

    solution = solve_order(problem, KERNELS_ALONE)

    assert verify(problem, solution) == (), f"seed {seed}"
    assert solution.objective_milli == solve_by_enumeration(problem).objective_milli, f"seed {seed}"


@pytest.mark.parametrize("bits", [45, 55])
@pytest.mark.parametrize("seed", seeds(300, 10))
def test_the_model_stays_exact_while_amounts_are_large(seed, bits):
    problem = enlarged(a_small_order(seed), seed, 1 << bits)

    solution = solve_model(problem, None, Effort(model_deterministic_seconds=2.0))

    assert verify(problem, solution) == (), f"seed {seed}"
    assert solution.objective_milli == solve_by_enumeration(problem).objective_milli, f"seed {seed}"


def test_the_model_proves_an_order_that_large_coefficients_once_lost_the_plans_of():
    problem = random_problem(35, line_count=3, node_count=3, service_count=2, quantity_max=3)
    enlarged_problem = weighed(problem, 267_597_758, Random(35))

    solution = solve_model(enlarged_problem, None, Effort(model_deterministic_seconds=2.0))

    assert (solution.objective_milli, solution.bound_milli) == (10_094_625_584_816, 10_094_625_584_816)


@pytest.mark.parametrize("divisible", [False, True])
def test_an_order_of_too_large_amounts_ships_nothing_and_says_so(divisible):
    problem = a_problem(quantity=(2,), divisible=divisible, backorder_milli=1 << 59, fixed_milli=-5)

    solution = solve_order(problem)

    assert magnitude_of(problem) > TOTAL_MILLI_MAX
    assert verify(problem, solution) == ()
    assert (solution.opened, solution.status) == ((), SolutionStatus.FEASIBLE)
    assert (solution.objective_milli, solution.bound_milli) == (1 << 60, -5)
