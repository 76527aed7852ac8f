"""The line-partition kernel on orders small enough to solve by hand, and against the open-set kernel."""

import numpy as np
import pytest

from router.solver.open_sets import search_sets
from router.solver.partition import LINES_MAX, partition_orders
from router.solver.problem import OrderProblem, concatenate
from router.solver.rooms import records_of
from tests.proving import seeds
from tests.solver.builders import FEATURES, a_problem, brackets_of, random_brackets, random_problem

STEP = ((1_000, 2_000, 0), (30_000, 9_000, 0))
"""Two parcels of 1 kg cost less than one of 2 kg."""


def partition(problem: OrderProblem) -> tuple[int, list[int]]:
    answers = partition_orders(records_of(concatenate([problem])), np.array([True]))
    assert answers.is_solved[0]
    return int(answers.objective_milli[0]), answers.option_of_line.tolist()


def test_ships_from_one_node_when_one_node_has_everything():
    problem = a_problem(
        quantity=(1, 1), option_node=(0, 1, 2), usable=[[1, 0, 1], [0, 1, 1]], fixed_milli=[100, 100, 900]
    )

    assert partition(problem) == (5_900, [2, 2])


def test_splits_when_that_is_cheaper_despite_the_split_charge():
    problem = a_problem(
        quantity=(1, 1), option_node=(0, 1, 2), usable=[[1, 0, 1], [0, 1, 1]], fixed_milli=[0, 0, 7_000],
        split_milli=1_000,
    )  # fmt: skip

    assert partition(problem) == (11_000, [0, 1])


def test_leaves_a_line_when_its_backorder_costs_less_than_a_shipment():
    problem = a_problem(
        quantity=(1, 1), option_node=(0, 1), usable=[[1, 0], [0, 1]], backorder_milli=[9_000, 4_999]
    )

    assert partition(problem) == (9_999, [0, -1])


def test_ship_complete_ships_everything_or_nothing():
    problem = a_problem(
        quantity=(1, 1),
        option_node=(0, 1),
        usable=[[1, 0], [0, 1]],
        backorder_milli=[9_000, 900],
        ship_complete=True,
    )

    assert partition(problem) == (9_900, [-1, -1])


def test_nothing_shipped_pays_no_split_and_earns_none():
    assert partition(a_problem(backorder_milli=3_000, split_milli=50_000)) == (3_000, [-1])


def test_no_shipment_is_allowed_when_the_limit_is_zero():
    assert partition(a_problem(backorder_milli=90_000, shipments_max=0)) == (90_000, [-1])


def test_two_cheap_parcels_in_one_option_are_still_one_shipment():
    problem = a_problem(quantity=(1, 1), brackets=brackets_of(STEP))

    assert partition(problem) == (9_000, [0, 0])


def test_two_services_of_one_node_are_two_shipments():
    problem = a_problem(quantity=(1, 1), option_node=(0, 0), brackets=brackets_of(STEP))

    assert partition(problem) == (4_000, [0, 1])


def test_a_node_dispatches_no_more_than_its_capacity():
    problem = a_problem(quantity=(1, 1), option_node=(0, 0), capacity=[1], brackets=brackets_of(STEP))

    assert partition(problem) == (9_000, [0, 0])


def test_a_node_without_capacity_ships_nothing():
    problem = a_problem(option_node=(0, 1), capacity=[0, 5], fixed_milli=[0, 2_000])

    assert partition(problem) == (7_000, [1])


def test_a_split_shipment_must_be_worth_the_minimum():
    split = a_problem(
        quantity=(1, 1), option_node=(0, 0), brackets=brackets_of(STEP), unit_value_minor=[50, 200],
        value_min_minor=100,
    )  # fmt: skip
    alone = a_problem(unit_value_minor=50, value_min_minor=100)

    assert partition(split) == (9_000, [0, 0])
    assert partition(alone) == (5_000, [0])


def test_shipments_that_pay_are_opened():
    problem = a_problem(quantity=(1, 1), option_node=(0, 1), fixed_milli=-6_000, split_milli=500)

    assert partition(problem) == (-1_500, [0, 1])


def test_equal_costs_go_to_fewer_shipments_then_to_the_first_options():
    problem = a_problem(
        quantity=(1, 1), option_node=(0, 1, 2), usable=[[0, 1, 1], [1, 1, 1]], fixed_milli=-5_000
    )

    assert partition(problem) == (0, [1, 1])


def test_units_that_fill_several_parcels_pay_each():
    problem = a_problem(quantity=(4,), unit_weight=10_000, parcel_milli=300, backorder_milli=1_000_000)

    assert partition(problem) == (10_600, [0])


@pytest.mark.parametrize("seed", seeds(0, 40))
def test_agrees_with_the_open_set_kernel(seed):
    features = [feature for feature in FEATURES if feature != "divisible"]
    brackets = random_brackets(seed)
    problem = random_problem(
        seed, line_count=1 + seed % 6, node_count=5, service_count=2, features=features, brackets=brackets
    )

    cost, _ = partition(problem)
    found, bound, *_ = search_sets(records_of(concatenate([problem])), 0, 50_000)

    assert bound <= cost <= found, f"seed {seed}"


def test_takes_the_longest_order_of_its_envelope():
    problem = a_problem(
        quantity=(1,) * LINES_MAX, option_node=(0, 1), usable=[[1, 0], [0, 1]] * (LINES_MAX // 2)
    )

    assert partition(problem) == (10_000, [0, 1] * (LINES_MAX // 2))
