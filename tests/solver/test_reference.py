"""Brute force against results worked out by hand."""

import pytest

from router.domain.plan import SolutionStatus
from router.solver.problem import Opened
from router.solver.reference import assignment_count, solve_by_enumeration
from tests.solver.builders import a_problem, brackets_of


def test_ships_from_one_node_when_one_node_has_everything():
    problem = a_problem(quantity=(1, 1), option_node=(0, 1), usable=[[1, 1], [0, 1]], fixed_milli=(0, 100))

    solution = solve_by_enumeration(problem)

    assert solution.opened == (Opened(option=1, units=((0, 1), (1, 1))),)
    assert (solution.objective_milli, solution.bound_milli) == (5_100, 5_100)
    assert solution.status is SolutionStatus.OPTIMAL


def test_splits_a_divisible_line_over_two_nodes():
    problem = a_problem(
        quantity=(5,), option_node=(0, 1), usable=[[3, 4]], divisible=True, unit_milli=(1, 2), split_milli=700
    )

    solution = solve_by_enumeration(problem)

    assert solution.opened == (Opened(option=0, units=((0, 3),)), Opened(option=1, units=((0, 2),)))
    assert solution.objective_milli == 2 * 5_000 + 3 * 1 + 2 * 2 + 700


def test_leaves_an_indivisible_line_that_no_node_holds_whole():
    problem = a_problem(quantity=(5,), option_node=(0, 1), usable=[[3, 4]], backorder_milli=10)

    assert solve_by_enumeration(problem).opened == ()
    assert solve_by_enumeration(problem).objective_milli == 50


def test_two_services_of_one_node_share_its_stock():
    problem = a_problem(
        quantity=(4,), option_node=(0, 0), usable=[[3]], divisible=True, backorder_milli=9_000
    )

    assert solve_by_enumeration(problem).objective_milli == 5_000 + 9_000


def test_backorders_when_shipping_costs_more():
    assert solve_by_enumeration(a_problem(backorder_milli=4_999)).objective_milli == 4_999
    assert solve_by_enumeration(a_problem(backorder_milli=5_001)).objective_milli == 5_000


def test_the_split_price_is_no_credit_when_nothing_ships():
    problem = a_problem(backorder_milli=100, split_milli=700)

    assert solve_by_enumeration(problem).objective_milli == 100


def test_takes_two_shipments_where_two_light_parcels_are_cheaper_than_a_heavy_one():
    steps = brackets_of(((1_000, 2_000, 0), (2_000, 9_000, 0)))
    problem = a_problem(quantity=(1, 1), option_node=(0, 0), split_milli=700, brackets=steps)

    assert solve_by_enumeration(problem).objective_milli == 2_000 + 2_000 + 700


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
        ({"ship_complete": True}, 4_700),
        ({"ship_complete": True, "allowed": [[True, True], [False, False]]}, 2_000_000),
        ({"allowed": [[True, True], [False, False]]}, 1_002_000),
        ({"allowed": [[True, False], [True, False]]}, 9_000),
        ({"fixed_milli": -300}, 4_100),
    ],
)
def test_keeps_the_limits_of_the_order(limit, objective_milli):
    steps = brackets_of(((1_000, 2_000, 0), (2_000, 9_000, 0)))
    problem = a_problem(quantity=(1, 1), option_node=(0, 0), split_milli=700, brackets=steps, **limit)

    assert solve_by_enumeration(problem).objective_milli == objective_milli


def test_packs_several_parcels_by_the_packing_rule():
    problem = a_problem(
        quantity=(1, 1, 1, 1), unit_weight=(3_000, 4_000, 7_000, 6_000), weight_max=10_000, ship_complete=True
    )

    assert solve_by_enumeration(problem).objective_milli == 3 * 5_000


def test_bills_the_dimensional_weight_and_its_rate_rounded_up():
    problem = a_problem(
        unit_weight=100, unit_volume=5_001, dim_divisor=5, brackets=brackets_of(((9_000, 50, 1_000),))
    )

    # 5,001 mm3 / 5 = 1,001 grams at 0.001 a gram = 1.001, so 2 minor units.
    assert solve_by_enumeration(problem).objective_milli == 50 + 2_000


def test_counts_the_assignments():
    assert assignment_count(a_problem(quantity=(2, 3), option_node=(0, 0, 1))) == 4 * 4
    assert assignment_count(a_problem(quantity=(2,), option_node=(0, 0, 1), divisible=True)) == 10
    assert solve_by_enumeration(a_problem(quantity=(2,), option_node=(0, 0, 1), divisible=True)).work == 10


def test_refuses_an_order_too_large_to_enumerate():
    with pytest.raises(ValueError, match="too many to enumerate"):
        solve_by_enumeration(a_problem(quantity=(1,) * 10, option_node=(0,) * 10))
