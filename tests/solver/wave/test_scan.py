"""Fronts of small waves against all their joint plans."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from router.solver.problem import UNLIMITED
from router.solver.reference import CONDITIONS, COSTS, list_assignments
from router.solver.wave.joint import solve_joint
from router.solver.wave.limits import Known, price_limits, price_rows, without_limits
from router.solver.wave.measures import Measure, times
from router.solver.wave.problem import JointProblem
from router.solver.wave.scan import Front, find_front
from tests.proving import seeds
from tests.solver.wave.test_joint import the_published_example
from tests.solver.wave.waves import optimum_by_enumeration, random_wave, takings_of

Place = tuple[int, ...]


def random_measures(problem: JointProblem, seed: int) -> tuple[Measure, Measure]:
    random = np.random.default_rng(seed)
    options, cells = problem.orders.fixed_milli.shape, problem.orders.unit_milli.shape
    return (
        Measure(name="days", opening=np.zeros(options, np.int64), unit=random.integers(0, 6, cells)),
        Measure(name="shipments", opening=np.ones(options, np.int64), unit=np.zeros(cells, np.int64)),
    )


def all_places(problem: JointProblem, measures: tuple[Measure, ...]) -> list[Place]:
    """Cost, measures and units left out of all joint plans that no row forbids, less those that another beats."""
    best: dict[Place, list[Place]] = {(0,) * len(problem.limit): [(0,) * (len(measures) + 2)]}
    for order in range(len(problem.orders)):
        taken, places = plans_of(problem, measures, order)
        after: dict[Place, list[Place]] = {}
        for (before, so_far), (own, place) in product(best.items(), zip(taken, places, strict=True)):
            total = tuple(map(sum, zip(before, own, strict=True)))
            if all(used <= most for used, most in zip(total, problem.limit.tolist(), strict=True)):
                after.setdefault(total, []).extend(
                    tuple(map(sum, zip(one, place, strict=True))) for one in so_far
                )
        best = {total: undominated(found) for total, found in after.items()}
    return undominated([place for found in best.values() for place in found])


def plans_of(
    problem: JointProblem, measures: tuple[Measure, ...], order: int
) -> tuple[list[Place], list[Place]]:
    one, orders = problem.orders[order], problem.orders
    units = list_assignments(one)
    for condition in CONDITIONS:
        units = units[condition(one, units)]
    cost = np.sum([term(one, units) for term in COSTS], axis=0)
    cells = slice(orders.cell_start[order], orders.cell_start[order + 1])
    options = slice(orders.option_start[order], orders.option_start[order + 1])
    measured = [
        (units * measure.unit[cells].reshape(one.allowed.shape)).sum(axis=(1, 2))
        + (units.any(axis=1) * measure.opening[options]).sum(axis=1)
        for measure in measures
    ]
    left = one.quantity.sum() - units.sum(axis=(1, 2))
    takings = [tuple(row) for row in takings_of(problem, order, units).tolist()]
    return takings, [tuple(row) for row in np.stack([cost, *measured, left], axis=1).tolist()]


def undominated(places: list[Place]) -> list[Place]:
    kept: list[Place] = []
    for place in sorted(set(places)):
        if not any(all(a <= b for a, b in zip(other, place, strict=True)) for other in kept):
            kept.append(place)
    return kept


def a_front(seed: int) -> tuple[JointProblem, tuple[Measure, Measure], Front]:
    problem = random_wave(seed)
    measures = random_measures(problem, seed)
    units = np.ones(len(problem.orders.quantity), np.int64)
    return problem, measures, find_front(problem, measures, units, tries_max=8)


@pytest.mark.parametrize("seed", seeds(0, 12))
def test_every_point_is_a_plan_and_none_is_proven_beyond_what_is_possible(seed: int) -> None:
    problem, measures, front = a_front(seed)
    possible = all_places(problem, measures)

    assert front.points[0].cost_milli == min(place[0] for place in possible)
    for point in front.points:
        as_good = [
            place
            for place in possible
            if all(a <= b for a, b in zip(place[1:], point.place[1:], strict=True))
        ]
        assert point.bound_milli <= min(place[0] for place in as_good) <= point.cost_milli
        assert not point.is_proven or point.place in possible


@pytest.mark.parametrize("seed", seeds(40, 6))
def test_no_point_beats_another_and_each_is_met_again(seed: int) -> None:
    _, _, front = a_front(seed)
    _, _, again = a_front(seed)

    assert not any(one.dominates(other) for one in front.points for other in front.points)
    assert [one.place for one in front.points] == [one.place for one in again.points]


def test_the_published_example_has_its_whole_front_when_a_store_is_slow() -> None:
    problem = replace(the_published_example(), limit=np.array([1, 2, 1]))
    # By the first store a unit takes 9 days, by the others one.
    days = Measure(name="days", opening=np.zeros(9, np.int64), unit=np.array([9, 1, 1] * 3))

    front = find_front(problem, (days,), np.ones(3, np.int64))

    # Rates are rounded down by unit, so the second proof is a thousandth short.
    assert [(one.cost_milli, one.bound_milli, one.measured) for one in front.points] == [
        (27, 27, (11,)),
        (40, 39, (3,)),
    ]


@pytest.mark.parametrize("seed", seeds(80, 8))
def test_what_a_limit_costs_lies_between_what_is_proven(seed: int) -> None:
    problem = random_wave(seed)
    found = solve_joint(problem)
    known = Known(found.objective_milli, found.bound_milli)
    stock_rows = int((problem.limit < UNLIMITED).sum() and 4)
    lifted = dict(without_limits(problem, stock_rows))
    optimum = optimum_by_enumeration(problem)

    priced = dict(price_limits(problem, stock_rows, known))

    assert set(priced) == set(lifted)
    for limit, saving in priced.items():
        truth = optimum - optimum_by_enumeration(lifted[limit])
        assert saving.least_milli <= truth <= saving.most_milli
        assert saving.least_milli <= saving.found_milli <= saving.most_milli


@pytest.mark.parametrize("seed", seeds(120, 8))
def test_one_unit_more_of_a_row_saves_what_is_proven(seed: int) -> None:
    problem = random_wave(seed, order_count=4)
    found = solve_joint(problem)
    known = Known(found.objective_milli, found.bound_milli)
    price = np.where(problem.limit < UNLIMITED, 1 + np.arange(len(problem.limit)), 0)

    for row in price_rows(problem, price, known, rows_max=3):
        more = problem.limit.copy()
        more[row.row] += 1
        truth = optimum_by_enumeration(problem) - optimum_by_enumeration(replace(problem, limit=more))
        assert row.saving.least_milli <= truth <= row.saving.most_milli


def test_rates_are_exact_where_64_bits_are_too_few() -> None:
    amounts = np.array([7, 10**13, 7], np.int64)

    assert times(amounts, 3 * 10**9).tolist() == [21_000, 3 * 10**16, 21_000]
