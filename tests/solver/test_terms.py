"""Boxes, groups and money weights on orders small enough to solve by hand; every method must say the same."""

import numpy as np
import pytest

from router.domain.plan import ShipmentMetric, SolutionMethod, SolutionStatus
from router.solver.model import solve_model
from router.solver.problem import UNLIMITED, Effort, Opened, OrderProblem, concatenate
from router.solver.reference import solve_by_enumeration
from router.solver.solve import solve_order
from router.solver.verify import verify
from router.solver.wave.whole import whole_costs
from tests.solver.builders import Term, a_problem, brackets_of

KERNELS_ALONE = Effort(model_deterministic_seconds=0)
HEAVY = {ShipmentMetric.WEIGHT: (1_001, UNLIMITED)}
"""More than one unit of 1 kg."""
HAZMAT = {ShipmentMetric.HAZMAT_UNITS: (1, UNLIMITED)}
NO_HAZMAT = {ShipmentMetric.HAZMAT_UNITS: (0, 0)}
MIXED = {ShipmentMetric.HAZMAT_UNITS: (1, UNLIMITED), ShipmentMetric.COLD_UNITS: (1, UNLIMITED)}


def costs(problem: OrderProblem) -> list[int]:
    """What the kernels, the model and brute force say, each accepted by the judge and proven."""
    solutions = (
        solve_order(problem, KERNELS_ALONE),
        solve_model(problem, None, Effort(model_deterministic_seconds=2.0)),
        solve_by_enumeration(problem),
    )
    for solution in solutions:
        assert verify(problem, solution) == ()
        assert solution.status is SolutionStatus.OPTIMAL
    return [solution.objective_milli for solution in solutions]


def loads(problem: OrderProblem) -> list[tuple[int, dict[int, int]]]:
    solution = solve_order(problem, KERNELS_ALONE)
    return [(opened.option, dict(opened.units)) for opened in solution.opened]


@pytest.mark.parametrize("divisible", [False, True])
@pytest.mark.parametrize(
    ("terms", "cost"),
    [
        ([], 5_000),
        ([Term(0, HEAVY, 900)], 5_900),
        ([Term(0, HEAVY, 900), Term(0, HEAVY, 50)], 5_950),
        ([Term(0, HEAVY, -900)], 4_100),
        ([Term(0, HAZMAT, 900)], 5_900),
        ([Term(0, NO_HAZMAT, 900)], 5_000),
        ([Term(0, HEAVY, None)], 6_000),
        ([Term(0, HAZMAT, None)], 6_000),
        ([Term(0, HAZMAT, None), Term(1, HAZMAT, None)], 10_100),
        ([Term(0, HEAVY, 1_500)], 6_000),
        ([Term(0, HEAVY, None), Term(1, HEAVY, None)], 10_100),
        ([Term(0, MIXED, None), Term(1, MIXED, None)], 10_100),
        ([Term(0, {ShipmentMetric.LINES: (2, UNLIMITED)}, 700)], 5_700),
        ([Term(0, {ShipmentMetric.UNITS: (3, 3)}, 700)], 5_000),
        ([Term(0, {ShipmentMetric.VALUE: (0, 1_999)}, None), Term(1, HEAVY, None)], 5_000),
    ],
)
def test_a_shipment_pays_for_every_box_it_lies_in_or_goes_another_way(terms, cost, divisible):
    # One hazardous and one cold unit of 1 kg; option 1 costs 1,000 more, a split 100, leaving a unit 5,100.
    problem = a_problem(
        quantity=(1, 1), divisible=divisible, hazmat=(1, 0), cold=(0, 1), option_node=(0, 1), fixed_milli=(0, 1_000),
        split_milli=100, backorder_milli=(5_100, 9_000), terms=terms,
    )  # fmt: skip

    assert costs(problem) == [cost] * 3


def test_a_line_is_divided_where_its_box_begins():
    problem = a_problem(
        quantity=(5,), divisible=True, option_node=(0, 1), terms=[Term(p, HEAVY, None) for p in (0, 1)],
        backorder_milli=6_000,
    )  # fmt: skip

    assert costs(problem) == [10_000 + 3 * 6_000] * 3
    assert loads(problem) == [(0, {0: 1}), (1, {0: 1})]


def test_units_are_left_until_the_shipment_leaves_a_dear_box():
    too_many = Term(0, {ShipmentMetric.UNITS: (4, UNLIMITED)}, 3_000)
    problem = a_problem(quantity=(5,), divisible=True, backorder_milli=1_000, terms=[too_many])

    assert costs(problem) == [5_000] * 3
    assert (
        costs(a_problem(quantity=(5,), divisible=True, backorder_milli=1_600, terms=[too_many]))
        == [8_000] * 3
    )


@pytest.mark.parametrize("divisible", [False, True])
@pytest.mark.parametrize(
    ("together", "cost", "shipped"),
    [
        ((-1, -1, -1), 10_000, [(0, {0: 2, 1: 1}), (1, {2: 2})]),
        ((0, -1, 0), 12_000, [(0, {1: 1}), (1, {0: 2, 2: 2})]),
        ((4, 4, 4), 5 * 8_000, []),
        ((0, 1, 2), 10_000, [(0, {0: 2, 1: 1}), (1, {2: 2})]),
    ],
)  # fmt: skip
def test_a_group_leaves_in_one_shipment_or_not_at_all(together, cost, shipped, divisible):
    # Node 0 has lines 0 and 1; node 1 has lines 0 and 2, where a unit of line 0 costs 1,000 more.
    problem = a_problem(
        quantity=(2, 1, 2), divisible=divisible, option_node=(0, 1), usable=[[2, 2], [1, 0], [0, 2]],
        unit_milli=[[0, 1_000], [0, 0], [0, 0]], backorder_milli=8_000, together=together,
    )  # fmt: skip

    assert costs(problem) == [cost] * 3
    assert loads(problem) == shipped


def test_a_group_of_one_divisible_line_is_indivisible():
    free = a_problem(
        quantity=(5,), divisible=True, option_node=(0, 1), usable=[[3, 2]], backorder_milli=4_000
    )
    whole = a_problem(
        quantity=(5,), divisible=True, option_node=(0, 1), usable=[[3, 2]], backorder_milli=4_000, together=7
    )

    assert costs(free) == [10_000] * 3
    assert costs(whole) == [20_000] * 3


def test_a_group_that_is_too_heavy_together_stays():
    problem = a_problem(quantity=(1, 1), together=0, terms=[Term(0, HEAVY, None)], backorder_milli=70_000)

    assert costs(problem) == [140_000] * 3


def test_the_charge_of_every_parcel_counts_by_the_money_weight_and_nothing_else_does():
    problem = a_problem(
        quantity=(4,), unit_weight=10_000, parcel_milli=300, fixed_milli=20, money_weight=1_000,
        backorder_milli=10_000_000, brackets=brackets_of(((30_000, 5_000, 1),)),
    )  # fmt: skip

    # Three units of 10 kg make a parcel, the fourth another; the rate of each rounds up to one minor unit.
    assert costs(problem) == [1_000 * (6_000 + 6_000) + 2 * 300 + 20] * 3


def test_a_level_below_money_decides_among_equal_costs():
    problem = a_problem(option_node=(0, 1), fixed_milli=(3, 2), money_weight=10, backorder_milli=10**6)

    assert costs(problem) == [50_002] * 3


def test_whole_lines_with_terms_and_groups_stay_on_the_partition_kernel():
    problem = a_problem(
        quantity=(1,) * 10, together=(0, 0, -1, -1, -1, 1, 1, -1, -1, -1), terms=[Term(0, HAZMAT, 1)]
    )

    assert solve_order(problem).method is SolutionMethod.PARTITION


def test_a_long_order_is_split_where_every_node_caps_the_weight():
    limit = {ShipmentMetric.WEIGHT: (20_001, UNLIMITED)}
    problem = a_problem(
        quantity=(1,) * 40, divisible=True, option_node=(0, 1, 2), split_milli=100,
        terms=[Term(p, limit, None) for p in range(3)],
    )  # fmt: skip

    solution = solve_order(problem, KERNELS_ALONE)

    assert verify(problem, solution) == ()
    assert solution.objective_milli == 2 * 5_000 + 100
    assert solution.status is SolutionStatus.OPTIMAL


def test_a_long_order_pays_no_surcharge_that_another_shipment_saves():
    limit = {ShipmentMetric.WEIGHT: (20_001, UNLIMITED)}
    problem = a_problem(
        quantity=(1,) * 40, divisible=True, option_node=(0, 1, 2), split_milli=100,
        terms=[Term(p, limit, 90_000) for p in range(3)],
    )  # fmt: skip

    solution = solve_order(problem, KERNELS_ALONE)

    assert verify(problem, solution) == ()
    assert solution.objective_milli == 10_100


def test_an_order_whose_every_shipment_is_forbidden_ships_nothing():
    always = {ShipmentMetric.UNITS: (0, UNLIMITED)}
    problem = a_problem(quantity=(3,), divisible=True, terms=[Term(0, always, None)], backorder_milli=7)

    assert costs(problem) == [21] * 3
    assert solve_order(problem).opened == ()


def test_equal_costs_still_go_to_fewer_shipments_then_to_the_first_options():
    problem = a_problem(
        quantity=(1, 1), option_node=(0, 1, 2), usable=[[0, 1, 1], [1, 1, 1]],
        terms=[Term(p, {}, -5_000) for p in range(3)],
    )  # fmt: skip

    assert solve_order(problem).opened == (Opened(option=1, units=((0, 1), (1, 1))),)


def test_a_wave_weighs_whole_orders_with_their_terms_and_leaves_out_what_they_forbid():
    terms = [Term(0, HEAVY, 900), Term(1, HEAVY, -900), Term(2, HEAVY, None)]
    problem = a_problem(quantity=(2,), option_node=(0, 1, 2), terms=terms)

    costs = whole_costs(concatenate([problem]), np.array([0]), np.array([0, 1, 2]), 3)

    assert costs.tolist() == [[5_900, 4_100, UNLIMITED]]
