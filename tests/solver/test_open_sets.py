"""The open-set kernel on divisible lines, long orders and short budgets."""

from random import Random

import pytest

from router.domain.plan import SolutionStatus
from router.solver.problem import Effort, Opened, OrderProblem, Solution
from router.solver.solve import solve_order
from router.solver.verify import verify
from tests.proving import seeds
from tests.solver.builders import a_problem, brackets_of, random_problem

ALONE = Effort(model_deterministic_seconds=0)
"""Without the OR-Tools model."""


def search(problem: OrderProblem, effort: Effort = ALONE) -> Solution:
    solution = solve_order(problem, effort)
    assert verify(problem, solution) == ()
    return solution


def test_divides_a_line_that_no_node_holds_alone():
    problem = a_problem(
        quantity=(5,), divisible=True, option_node=(0, 1), usable=[[3, 4]], unit_milli=[[10, 20]]
    )

    solution = search(problem)

    assert solution.status is SolutionStatus.OPTIMAL
    assert solution.objective_milli == 10_070
    assert solution.opened == (Opened(option=0, units=((0, 3),)), Opened(option=1, units=((0, 2),)))


def test_ships_a_part_when_the_rest_costs_less_to_leave():
    problem = a_problem(
        quantity=(5,),
        divisible=True,
        option_node=(0, 1),
        usable=[[4, 1]],
        backorder_milli=4_000,
        split_milli=100,
    )

    assert search(problem).opened == (Opened(option=0, units=((0, 4),)),)


def test_leaves_units_that_would_need_another_parcel():
    problem = a_problem(quantity=(4,), unit_weight=10_000, divisible=True, backorder_milli=4_000)

    solution = search(problem)

    assert solution.objective_milli == 9_000
    assert solution.opened == (Opened(option=0, units=((0, 3),)),)


def test_services_of_one_node_share_its_stock():
    problem = a_problem(
        quantity=(3,), divisible=True, option_node=(0, 0), usable=[[2]], fixed_milli=-4_000, backorder_milli=9_000,
        brackets=brackets_of(((30_000, 3_000, 0),)),
    )  # fmt: skip

    solution = search(problem)

    assert solution.objective_milli == 7_000
    assert solution.opened == (Opened(option=0, units=((0, 1),)), Opened(option=1, units=((0, 1),)))


def test_ship_complete_divides_or_ships_nothing():
    short = a_problem(quantity=(5,), divisible=True, ship_complete=True, usable=[[4]], backorder_milli=9_000)
    enough = a_problem(
        quantity=(5,),
        divisible=True,
        ship_complete=True,
        option_node=(0, 1),
        usable=[[4, 1]],
        backorder_milli=9_000,
    )

    assert search(short).opened == ()
    assert search(enough).objective_milli == 10_000


def test_a_long_order_held_by_one_node_is_proven_by_its_bound():
    random = Random(7)
    lines = 300
    problem = a_problem(
        quantity=[random.randint(1, 3) for _ in range(lines)],
        unit_weight=[random.randint(10, 30) for _ in range(lines)],
        divisible=True,
        option_node=(0, 0, 1, 2),
        usable=[[3, random.randint(0, 3), 0] for _ in range(lines)],
        fixed_milli=[2_000, 4_000, 1_900, 1_000],
        split_milli=3_000,
    )

    solution = search(problem)

    assert solution.status is SolutionStatus.OPTIMAL
    assert [opened.option for opened in solution.opened] == [0]
    assert solution.work < 2_000


def test_whole_parcels_count_where_everything_ships():
    problem = a_problem(
        quantity=(7, 7, 7), unit_weight=[9_001, 9_002, 9_003], divisible=True, option_node=(0, 1), ship_complete=True,
        backorder_milli=1_000_001, usable=[[7, 5], [7, 5], [7, 5]], unit_milli=[[11, 10], [13, 12], [17, 16]],
    )  # fmt: skip

    solution = search(problem)

    assert solution.status is SolutionStatus.OPTIMAL
    assert solution.objective_milli == 7 * 5_000 + 2 * (11 + 13 + 17) + 5 * (10 + 12 + 16)
    assert [opened.option for opened in solution.opened] == [0, 1]


def test_a_short_budget_still_gives_a_plan_and_a_bound():
    problem = random_problem(
        5,
        line_count=8,
        node_count=6,
        service_count=3,
        quantity_max=9,
        features=("divisible", "short_stock", "parcels"),
    )

    hasty = search(problem, Effort(set_nodes_max=1, model_deterministic_seconds=0))
    patient = search(problem)

    assert hasty.status is SolutionStatus.FEASIBLE
    assert hasty.bound_milli <= patient.bound_milli <= patient.objective_milli <= hasty.objective_milli


def test_equal_inputs_give_equal_answers():
    problem = random_problem(11, line_count=6, node_count=4, quantity_max=6)

    assert search(problem) == search(problem)


@pytest.mark.parametrize("seed", seeds(0, 60))
def test_more_work_never_gives_a_worse_plan_or_bound(seed):
    problem = random_problem(seed, line_count=4, node_count=4, quantity_max=4)

    little, much = search(problem, Effort(set_nodes_max=30, model_deterministic_seconds=0)), search(problem)

    assert much.objective_milli <= little.objective_milli, f"seed {seed}"
    assert little.bound_milli <= much.objective_milli, f"seed {seed}"


def test_the_grain_of_the_costs_closes_the_gap_of_a_rounded_parcel():
    problem = a_problem(
        quantity=(19_152, 700_000), divisible=True, option_node=(0, 1), backorder_milli=100_000
    )

    solution = search(problem)

    assert solution.status is SolutionStatus.OPTIMAL
    assert solution.objective_milli == 23_972 * 5_000
    assert solution.opened == (Opened(option=0, units=((0, 19_152), (1, 700_000))),)
