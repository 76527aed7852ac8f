"""The OR-Tools model: exact where parcels are single, never wrong elsewhere, and it always has a plan."""

from random import Random
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from router.domain.plan import ShipmentMetric, SolutionMethod, SolutionStatus
from router.solver.model import is_within_model, solve_model
from router.solver.model_options import list_loads, list_options
from router.solver.problem import UNLIMITED, Effort, Opened, OrderProblem, Solution
from router.solver.reference import solve_by_enumeration
from router.solver.verify import verify
from tests.solver.builders import Term, a_problem, brackets_of, random_brackets, random_problem

STEPS = brackets_of(((1_000, 2_000, 0), (2_000, 9_000, 0)))


def solve(problem: OrderProblem, hint: Solution | None = None, **limits: Any) -> Solution:
    return solve_model(
        problem, hint, Effort(model_deterministic_seconds=limits.pop("seconds", 2.0)), **limits
    )


def a_hint(problem: OrderProblem, objective_milli: int, *opened: Opened, bound_milli: int = 0) -> Solution:
    hint = Solution(
        status=SolutionStatus.FEASIBLE,
        method=SolutionMethod.OPEN_SETS,
        objective_milli=objective_milli,
        bound_milli=bound_milli,
        work=7,
        opened=opened,
    )
    assert verify(problem, hint) == ()
    return hint


def test_ships_from_one_node_when_one_node_has_everything():
    problem = a_problem(quantity=(1, 1), option_node=(0, 1), usable=[[1, 1], [0, 1]], fixed_milli=(0, 100))

    solution = solve(problem)

    assert solution.opened == (Opened(option=1, units=((0, 1), (1, 1))),)
    assert (solution.objective_milli, solution.bound_milli) == (5_100, 5_100)
    assert (solution.status, solution.method) == (SolutionStatus.OPTIMAL, SolutionMethod.CP_SAT)


@pytest.mark.parametrize(
    ("limit", "objective_milli"),
    [
        ({}, 4_700),
        ({"shipments_max": 1}, 9_000),
        ({"capacity": 1}, 9_000),
        ({"capacity": 0}, 2_000_000),
        ({"shipments_max": 0}, 2_000_000),
        ({"value_min_minor": 1_000}, 4_700),
        ({"value_min_minor": 1_001}, 9_000),
        ({"ship_complete": True, "allowed": [[True, True], [False, False]]}, 2_000_000),
        ({"allowed": [[True, True], [False, False]]}, 1_002_000),
        ({"fixed_milli": -300}, 4_100),
    ],
)
def test_keeps_the_limits_of_the_order(limit, objective_milli):
    problem = a_problem(quantity=(1, 1), option_node=(0, 0), split_milli=700, brackets=STEPS, **limit)

    assert solve(problem).objective_milli == objective_milli
    assert solve(problem).status is SolutionStatus.OPTIMAL


def test_prices_several_parcels_by_the_packing_rule_and_proves_it():
    # Covering alone would allow two parcels of 10 kg; next fit makes three.
    problem = a_problem(quantity=(1, 1, 1, 1), unit_weight=(3_000, 4_000, 7_000, 6_000), weight_max=10_000)

    solution = solve(problem)

    assert (solution.objective_milli, solution.bound_milli) == (15_000, 15_000)


def an_order_of_many_loads(seed: int) -> OrderProblem:
    """Three lines of six units, divisible, in parcels of a few units: more loads than the model lists."""
    random = np.random.default_rng(seed)
    return a_problem(
        quantity=(6, 6, 6),
        unit_weight=random.integers(500, 4_000, 3),
        unit_volume=random.integers(0, 3_000, 3),
        divisible=True,
        option_node=(0, 1),
        weight_max=(6_000, 8_000),
        volume_max=9_000,
        row=(0, 1),
        parcel_milli=random.integers(0, 500, 2),
        unit_milli=random.integers(0, 600, (3, 2)),
        backorder_milli=random.integers(500, 4_000, 3),
        split_milli=700,
        brackets=random_brackets(seed, row_count=2),
    )


@pytest.mark.parametrize("seed", range(8))
def test_orders_of_many_loads_are_bounded_by_the_relaxation(seed):
    problem = an_order_of_many_loads(seed)

    solution = solve(problem, seconds=0.02)

    assert verify(problem, solution) == ()
    assert [list_loads(problem, option) for option in list_options(problem)] == [(), ()]
    assert solution.bound_milli <= solve_by_enumeration(problem).objective_milli <= solution.objective_milli


@pytest.mark.parametrize(("seed", "optimum_milli"), [(2, 27_861), (3, 29_444), (6, 44_353), (7, 19_728)])
def test_orders_of_many_loads_are_proven_by_cuts(seed, optimum_milli):
    problem = an_order_of_many_loads(seed)

    assert solve_by_enumeration(problem).objective_milli == optimum_milli
    assert (solve(problem).objective_milli, solve(problem).bound_milli) == (optimum_milli, optimum_milli)


def test_a_divisible_line_fills_whole_parcels():
    problem = a_problem(quantity=(9,), divisible=True, weight_max=4_000, backorder_milli=2_000)

    solution = solve(problem)

    assert solution.opened == (Opened(option=0, units=((0, 8),)),)
    assert (solution.objective_milli, solution.bound_milli) == (12_000, 12_000)


def test_bills_volume_from_the_threshold_on_and_rounds_the_rate_up():
    problem = a_problem(
        unit_weight=100,
        unit_volume=5_001,
        dim_divisor=5,
        dim_volume_min=5_001,
        brackets=brackets_of(((9_000, 50, 1_000),)),
    )

    assert solve(problem).objective_milli == 50 + 2_000


def test_keeps_the_hint_and_its_method_when_nothing_is_better():
    problem = a_problem()
    hint = a_hint(problem, 5_000, Opened(option=0, units=((0, 1),)))

    assert solve(problem, hint) == structs.replace(
        hint, status=SolutionStatus.OPTIMAL, bound_milli=5_000, work=solve(problem, hint).work
    )


def test_improves_a_poor_hint():
    problem = a_problem()

    assert solve(problem, a_hint(problem, 1_000_000)).objective_milli == 5_000


def test_a_proven_bound_equal_to_the_hint_needs_no_search():
    problem = a_problem()
    hint = a_hint(problem, 5_000, Opened(option=0, units=((0, 1),)))

    solution = solve(problem, hint, lower_bound_milli=5_000)

    assert solution.status is SolutionStatus.OPTIMAL
    assert solution.work == 7


def test_without_time_it_returns_the_hint_as_it_was():
    problem = a_problem()
    hint = a_hint(problem, 1_000_000, bound_milli=100)

    assert solve(problem, hint, seconds=0.0) == hint


def test_without_time_and_hint_nothing_ships_and_the_bound_holds():
    problem = a_problem(fixed_milli=-9_000)

    solution = solve(problem, seconds=0.0)

    assert solution.opened == ()
    assert (solution.objective_milli, solution.bound_milli) == (1_000_000, -9_000)
    assert verify(problem, solution) == ()


def test_an_order_without_any_possible_option_ships_nothing():
    problem = a_problem(quantity=(1, 2), option_node=(0, 1), allowed=False, divisible=(False, True))

    assert solve(problem).objective_milli == 3_000_000
    assert solve(problem).status is SolutionStatus.OPTIMAL


@pytest.mark.parametrize(
    "too_large",
    [
        a_problem(quantity=(1,) * 601, option_node=(0,) * 10),
        a_problem(backorder_milli=1 << 60),
        a_problem(unit_weight=0, unit_value_minor=1 << 53),
        a_problem(brackets=brackets_of(((30_000, 5_000, -1),))),
    ],
)
def test_an_order_beyond_the_model_keeps_its_hint(too_large):
    hint = solve(too_large, seconds=0.0)

    assert not is_within_model(too_large)
    assert solve(too_large, hint) == hint


def test_equal_inputs_give_equal_answers_even_when_time_runs_out():
    problem = random_problem(
        3, line_count=20, node_count=8, service_count=3, features=("rates", "short_stock")
    )

    first, second = solve(problem, seconds=0.05), solve(problem, seconds=0.05)

    assert first == second
    assert first.status is SolutionStatus.FEASIBLE
    assert verify(problem, first) == ()


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_proves_which_vans_of_limited_weight_leave(seed):
    """Thirty whole lines, twelve nodes with a van each: so many pounds in it open so much of it, at least."""
    random = Random(seed)
    weight = [random.randint(5, 40) for _ in range(30)]
    van = [random.randint(3, 5) * sum(weight) // 24 for _ in range(12)]
    problem = a_problem(
        quantity=(1,) * 30,
        unit_weight=weight,
        option_node=range(12),
        fixed_milli=[random.randint(100, 400) * 1_000 for _ in range(12)],
        line_milli=[[random.randint(1, 60) * 1_000 for _ in range(12)] for _ in range(30)],
        terms=[
            Term(option, {ShipmentMetric.WEIGHT: (limit + 1, UNLIMITED)}, None)
            for option, limit in enumerate(van)
        ],
    )

    solution = solve(problem, seconds=1.0)

    assert verify(problem, solution) == ()
    assert solution.status is SolutionStatus.OPTIMAL
