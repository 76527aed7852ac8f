"""The judge accepts what is right and names what is wrong."""

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from router.domain.plan import ShipmentMetric, SolutionMethod, SolutionStatus
from router.solver.problem import UNLIMITED, Ints, Opened, OrderProblem, Solution
from router.solver.reference import solve_by_enumeration
from router.solver.verify import verify
from tests.solver.builders import BOX_FEATURES, Term, a_problem, brackets_of, random_problem


def a_solution(objective_milli: int, *opened: tuple[int, dict[int, int]], **changes: Any) -> Solution:
    solution = Solution(
        status=SolutionStatus.OPTIMAL,
        method=SolutionMethod.OPEN_SETS,
        objective_milli=objective_milli,
        bound_milli=objective_milli,
        work=0,
        opened=tuple(Opened(option=option, units=tuple(units.items())) for option, units in opened),
    )
    return structs.replace(solution, **changes)


def two_lines(**changes: Any) -> OrderProblem:
    """Two lines, two nodes with two services each; a parcel costs 5,000, a unit backordered 1,000,000."""
    return a_problem(quantity=(2, 1), option_node=(0, 0, 1, 1), split_milli=700, **changes)


def test_accepts_one_shipment_with_everything():
    assert verify(two_lines(), a_solution(5_000, (0, {0: 2, 1: 1}))) == ()


def test_accepts_shipping_nothing_at_the_price_of_all_backorders():
    assert verify(two_lines(), a_solution(3_000_000)) == ()


def test_charges_the_split_once_for_two_shipments():
    assert verify(two_lines(), a_solution(10_700, (0, {0: 2}), (2, {1: 1}))) == ()


def test_adds_fixed_line_and_unit_costs():
    problem = two_lines(fixed_milli=300, parcel_milli=20, line_milli=50, unit_milli=7)

    assert verify(problem, a_solution(5_000 + 300 + 20 + 2 * 50 + 3 * 7, (0, {0: 2, 1: 1}))) == ()


def test_packs_next_fit_by_falling_weight():
    # 7 kg; 6 + 4 kg; 3 kg, which would have fitted beside the 7 kg but comes after them.
    problem = a_problem(quantity=(1, 1, 1, 1), unit_weight=(3_000, 4_000, 7_000, 6_000), weight_max=10_000)

    assert verify(problem, a_solution(15_000, (0, {0: 1, 1: 1, 2: 1, 3: 1}))) == ()


def test_packs_until_the_volume_is_full():
    problem = a_problem(quantity=(5,), unit_volume=1_000, volume_max=2_999)

    assert verify(problem, a_solution(15_000, (0, {0: 5}))) == ()


def test_rounds_the_rate_up_to_a_whole_minor_unit():
    problem = a_problem(unit_weight=1_001, brackets=brackets_of(((5_000, 2_500, 3_000),)))

    assert verify(problem, a_solution(2_500 + 4_000, (0, {0: 1}))) == ()


@pytest.mark.parametrize(
    ("dim_volume_min", "charge_milli"),
    [(0, 2_000), (5_001, 2_000), (5_002, 1_000)],
)
def test_bills_volume_only_from_the_threshold_on(dim_volume_min, charge_milli):
    problem = a_problem(
        unit_weight=1_000,
        unit_volume=5_001,
        dim_divisor=5,
        dim_volume_min=dim_volume_min,
        brackets=brackets_of(((1_000, 1_000, 0), (9_000, 2_000, 0))),
    )

    assert verify(problem, a_solution(charge_milli, (0, {0: 1}))) == ()


THREE_KILOS = {ShipmentMetric.WEIGHT: (3_000, UNLIMITED)}
SOME_COLD = {ShipmentMetric.COLD_UNITS: (1, UNLIMITED), ShipmentMetric.LINES: (0, 1)}


def test_adds_the_terms_of_an_option_whose_boxes_hold_its_shipment():
    problem = two_lines(
        terms=[Term(0, THREE_KILOS, 40), Term(0, THREE_KILOS, -7), Term(2, THREE_KILOS, 9_000)]
    )

    assert verify(problem, a_solution(5_033, (0, {0: 2, 1: 1}))) == ()


def test_a_box_ends_with_its_bounds():
    problem = two_lines(terms=[Term(0, {ShipmentMetric.WEIGHT: (2_000, 2_999)}, 40)])

    assert verify(problem, a_solution(5_000, (0, {0: 2, 1: 1}))) == ()
    assert verify(problem, a_solution(1_005_040, (0, {0: 2}))) == ()


def test_counts_a_line_once_however_many_units_it_ships():
    problem = two_lines(cold=(1, 0), terms=[Term(0, SOME_COLD, 40)])

    assert verify(problem, a_solution(1_005_040, (0, {0: 2}))) == ()
    assert verify(problem, a_solution(5_000, (0, {0: 2, 1: 1}))) == ()


def test_counts_the_charges_of_parcels_by_the_money_weight():
    problem = two_lines(money_weight=100, parcel_milli=3)

    assert verify(problem, a_solution(500_003, (0, {0: 2, 1: 1}))) == ()


def test_a_group_may_leave_whole_or_not_at_all():
    assert verify(two_lines(together=(5, 5)), a_solution(5_000, (0, {0: 2, 1: 1}))) == ()
    assert verify(two_lines(together=(5, 5)), a_solution(3_000_000)) == ()


@pytest.mark.parametrize(
    ("problem", "solution", "fault"),
    [
        (two_lines(), a_solution(5_000, (4, {0: 2, 1: 1})), "option 4 does not exist"),
        (two_lines(), a_solution(5_000, (-1, {0: 2, 1: 1})), "option -1 does not exist"),
        (two_lines(), a_solution(5_000, (0, {0: 2}), (0, {1: 1})), "option 0 is opened 2 times"),
        (two_lines(), a_solution(10_700, (2, {0: 2}), (0, {1: 1})), "shipments do not rise by option"),
        (two_lines(), a_solution(5_000, (0, {0: 2, 1: 1}), (1, {})), "option 1 is opened for an empty shipment"),
        (two_lines(), a_solution(5_000, (0, {1: 1, 0: 2})), "lines in option 0 do not rise"),
        (two_lines(), a_solution(5_000, (0, {0: 2, 2: 1})), "line 2 in option 0 does not exist"),
        (two_lines(), a_solution(5_000, (0, {0: 2, 1: 0})), "line 1 has 0 units in option 0"),
        (two_lines(usable=9), a_solution(-995_000, (0, {0: 2, 1: 2})), "line 1 ships 2 units of 1 ordered"),
        (
            two_lines(allowed=[[True] * 4, [False] * 4]),
            a_solution(5_000, (0, {0: 2, 1: 1})),
            "line 1 may not travel by option 0",
        ),
        (
            two_lines(usable=[[1, 2], [1, 1]], divisible=True),
            a_solution(10_700, (0, {0: 1}), (1, {0: 1, 1: 1})),
            "node 0 ships 2 units of line 0 and has 1",
        ),
        (
            two_lines(),
            a_solution(1_005_000, (0, {0: 1, 1: 1})),
            "line 0 is indivisible, option 0 carries 1 of its units",
        ),
        (
            two_lines(shipments_max=1),
            a_solution(10_700, (0, {0: 2}), (2, {1: 1})),
            "2 shipments, at most 1 are allowed",
        ),
        (
            two_lines(capacity=1),
            a_solution(10_700, (0, {0: 2}), (1, {1: 1})),
            "node 0 dispatches 2 shipments, its capacity is 1",
        ),
        (
            two_lines(value_min_minor=1_001),
            a_solution(10_700, (0, {0: 2}), (2, {1: 1})),
            "option 2 ships 1000, a split needs 1001",
        ),
        (
            two_lines(ship_complete=True),
            a_solution(1_005_000, (0, {0: 2})),
            "ship-complete order ships 0 of 1 units of line 1",
        ),
        (
            two_lines(),
            a_solution(5_001, (0, {0: 2, 1: 1})),
            "the plan costs 5000, the objective says 5001",
        ),
        (
            two_lines(),
            a_solution(5_000, (0, {0: 2, 1: 1}), bound_milli=5_001, status=SolutionStatus.FEASIBLE),
            "bound 5001 exceeds objective 5000",
        ),
        (
            two_lines(),
            a_solution(5_000, (0, {0: 2, 1: 1}), bound_milli=4_999),
            "status is OPTIMAL with objective 5000 and bound 4999",
        ),
        (
            two_lines(),
            a_solution(5_000, (0, {0: 2, 1: 1}), status=SolutionStatus.FEASIBLE),
            "status is FEASIBLE with objective 5000 and bound 5000",
        ),
        (
            two_lines(terms=[Term(2, THREE_KILOS, None), Term(3, THREE_KILOS, None)]),
            a_solution(5_000, (2, {0: 2, 1: 1})),
            "term 0 forbids the shipment of option 2",
        ),
        (
            two_lines(divisible=True, cold=(1, 0), terms=[Term(0, SOME_COLD, None)]),
            a_solution(1_010_700, (0, {0: 1}), (2, {1: 1})),
            "term 0 forbids the shipment of option 0",
        ),
        (
            two_lines(terms=[Term(0, THREE_KILOS, 40)]),
            a_solution(5_039, (0, {0: 2, 1: 1})),
            "the plan costs 5040, the objective says 5039",
        ),
        (
            two_lines(terms=[Term(0, {ShipmentMetric.WEIGHT: (2_000, 2_999)}, 40)]),
            a_solution(5_040, (0, {0: 2, 1: 1})),
            "the plan costs 5000, the objective says 5040",
        ),
        (
            two_lines(together=(5, 5)),
            a_solution(10_700, (0, {0: 2}), (2, {1: 1})),
            "option 2 carries 0 of 2 units of line 0, whose group must leave whole",
        ),
        (
            two_lines(together=(5, 5)),
            a_solution(1_005_000, (0, {0: 2})),
            "option 0 carries 0 of 1 units of line 1, whose group must leave whole",
        ),
        (
            two_lines(together=(0, -1), divisible=True),
            a_solution(1_005_000, (0, {0: 1, 1: 1})),
            "option 0 carries 1 of 2 units of line 0, whose group must leave whole",
        ),
        (
            two_lines(money_weight=100),
            a_solution(5_000, (0, {0: 2, 1: 1})),
            "the plan costs 500000, the objective says 5000",
        ),
        (
            two_lines(weight_max=999, allowed=True),
            a_solution(5_000, (0, {0: 2, 1: 1})),
            "one unit of line 0 does not fit into a parcel of option 0",
        ),
    ],
)  # fmt: skip
def test_names_the_fault(problem, solution, fault):
    assert fault in verify(problem, solution)


def test_names_a_parcel_beyond_the_last_bracket():
    problem = a_problem(unit_weight=3_000, weight_max=9_000, brackets=brackets_of(((2_000, 5_000, 0),)))

    assert verify(problem, a_solution(5_000, (0, {0: 1}))) == (
        "a parcel of option 0 bills 3000 grams, beyond the last bracket",
    )


def test_a_small_single_shipment_may_be_worth_less_than_the_minimum():
    assert verify(two_lines(value_min_minor=5_000), a_solution(5_000, (0, {0: 2, 1: 1}))) == ()


def a_proven_pair(seed: int) -> tuple[OrderProblem, Solution]:
    """A random order with its optimum; random prices per unit make every move of a unit change the cost."""
    features = ("rates", "parcels", "dimensional", "bans", "negative", "capacity", "divisible", *BOX_FEATURES)
    problem = random_problem(seed, line_count=2 + seed % 2, node_count=2, service_count=2, features=features)
    random = np.random.default_rng(seed)
    problem = replace(
        problem,
        unit_milli=random.integers(0, 10**6, problem.unit_milli.shape),
        backorder_milli=problem.backorder_milli + random.integers(10**6, 10**7, problem.line_count),
    )
    return problem, solve_by_enumeration(problem)


def loads_of(problem: OrderProblem, solution: Solution) -> Ints:
    loads = np.zeros((problem.option_count, problem.line_count), np.int64)
    for opened in solution.opened:
        for line, count in opened.units:
            loads[opened.option, line] = count
    return loads


def with_loads(solution: Solution, loads: Ints) -> Solution:
    opened = tuple(
        Opened(option=option, units=tuple((line, int(count)) for line, count in enumerate(load) if count))
        for option, load in enumerate(loads)
        if load.any()
    )
    return structs.replace(solution, opened=opened)


def move_one_unit_in_or_out(random: Random, loads: Ints) -> Ints:
    option, line = random.randrange(loads.shape[0]), random.randrange(loads.shape[1])
    step = random.choice((-1, 1)) if loads[option, line] else 1
    loads[option, line] += step
    return loads


def exchange_two_options(random: Random, loads: Ints) -> Ints:
    opened = [option for option in range(len(loads)) if loads[option].any()]
    first = random.choice(opened)
    second = random.choice([option for option in range(len(loads)) if (loads[option] != loads[first]).any()])
    loads[[first, second]] = loads[[second, first]]
    return loads


SEEDS = range(150)
SHIPPING_SEEDS = [seed for seed in SEEDS if a_proven_pair(seed)[1].opened]


@pytest.mark.parametrize("seed", SEEDS)
def test_accepts_an_optimum(seed):
    assert verify(*a_proven_pair(seed)) == ()


@pytest.mark.parametrize("step", [-1, 1])
@pytest.mark.parametrize("seed", SEEDS)
def test_rejects_an_objective_altered_by_one_milli(seed, step):
    problem, solution = a_proven_pair(seed)
    altered = solution.objective_milli + step

    assert verify(problem, structs.replace(solution, objective_milli=altered, bound_milli=altered))


@pytest.mark.parametrize("step", [-1, 1])
@pytest.mark.parametrize("seed", SEEDS)
def test_rejects_a_bound_altered_by_one_milli(seed, step):
    problem, solution = a_proven_pair(seed)

    assert verify(problem, structs.replace(solution, bound_milli=solution.bound_milli + step))


@pytest.mark.parametrize("seed", SEEDS)
def test_rejects_a_plan_altered_by_one_unit(seed):
    problem, solution = a_proven_pair(seed)
    altered = move_one_unit_in_or_out(Random(seed), loads_of(problem, solution))

    assert verify(problem, with_loads(solution, altered))


@pytest.mark.parametrize("seed", SHIPPING_SEEDS)
def test_rejects_a_plan_altered_by_one_option(seed):
    problem, solution = a_proven_pair(seed)
    altered = exchange_two_options(Random(seed), loads_of(problem, solution))

    assert verify(problem, with_loads(solution, altered))


def test_most_altered_plans_were_plans_that_ship():
    assert len(SHIPPING_SEEDS) >= 100
