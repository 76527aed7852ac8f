"""The restricted master: what is left out of its linear program changes neither its value nor its prices."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from ortools.math_opt.python import mathopt

from benchmarks.quality.wave_world import EXTREME, a_wave
from router.solver.problem import Ints
from router.solver.wave import master, rest, tighten
from router.solver.wave.field import no_plans, open_field
from router.solver.wave.generation import nothing_shipped
from router.solver.wave.joint import solve_joint
from router.solver.wave.master import Start, relax_master, without_ample_rows
from router.solver.wave.parts import only_scarce
from router.solver.wave.pool import Columns, Pool
from router.solver.wave.pricing import price_orders
from router.solver.wave.problem import DEFAULT_WAVE_EFFORT
from tests.proving import seeds


def columns_of(takings: list[tuple[int, int, dict[int, int]]]) -> Columns:
    """A column for each (order, cost, amount by row)."""
    nothing, count = np.zeros(0, np.int64), len(takings)

    def ints(values: list[int]) -> Ints:
        return np.array(values, np.int64)

    sizes = [len(takes) for _, _, takes in takings]
    return Columns(
        ints([order for order, _, _ in takings]),
        ints([cost for _, cost, _ in takings]),
        np.zeros(count + 1, np.int64),
        nothing,
        nothing,
        np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        ints([row for _, _, takes in takings for row in takes]),
        ints([amount for _, _, takes in takings for amount in takes.values()]),
    )


TWO_ORDERS = columns_of(
    [(0, 9_000, {}), (0, 1_000, {0: 2, 1: 2}), (0, 2_000, {1: 1}), (1, 9_000, {}), (1, 1_000, {0: 1, 1: 1})]
)
"""Order 0 has three columns, of which one is taken; both together take at most three of either row."""


def test_a_row_that_suffices_for_the_largest_column_of_each_order_is_left_out() -> None:
    thin = without_ample_rows(TWO_ORDERS, np.ones(5), np.array([2, 3]))

    assert thin.row.tolist() == [0, 0]
    assert thin.amount.tolist() == [2, 1]
    assert thin.take_start.tolist() == [0, 0, 1, 1, 1, 2]


def test_a_row_counts_an_order_as_often_as_it_is_wanted() -> None:
    twice = np.full(5, 2.0)

    assert without_ample_rows(TWO_ORDERS, twice, np.array([5, 6])).row.tolist() == [0, 0]
    assert without_ample_rows(TWO_ORDERS, twice, np.array([6, 5])).row.tolist() == [1, 1, 1]


def test_no_price_is_made_of_numbers_that_a_method_leaves_when_it_breaks_off() -> None:
    # With cuts the interior point method says 1e55 here.
    with np.errstate(invalid="raise"):
        found = solve_joint(a_wave(50, EXTREME, sku_count=100), replace(DEFAULT_WAVE_EFFORT, block_rounds=0))

    assert found.bound_milli <= found.objective_milli


def test_a_row_that_suffices_is_worth_nothing_and_what_runs_short_keeps_its_price() -> None:
    relaxed = relax_master(TWO_ORDERS, np.arange(2), np.array([2, 3]), is_taken_asked=True)

    # The second order takes its one of row 0; the first gives up half of its column for the dearer one without.
    assert abs(relaxed.worth_milli - 2_500) <= 2
    assert abs(int(relaxed.price[0]) - 500) <= 2
    assert relaxed.price[1] == 0
    assert np.allclose(relaxed.taken, [0, 0.5, 0.5, 0, 1], atol=1e-3)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e55, -1e55])
def test_prices_that_cannot_be_are_asked_of_the_next_method(
    monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    limit, solve = np.array([2, 3]), mathopt.solve

    def stumble(model: mathopt.Model, solver: mathopt.SolverType, **given: Any) -> mathopt.SolveResult:
        result = solve(model, solver, **given)
        if given["params"].highs.string_options["solver"] == "ipm":
            row = next(iter(result.solutions[0].dual_solution.dual_values))
            result.solutions[0].dual_solution.dual_values[row] = wrong
        return result

    monkeypatch.setattr(mathopt, "solve", stumble)

    relaxed = relax_master(TWO_ORDERS, np.arange(2), limit)

    assert relaxed.price.tolist() == [500, 0]
    assert relaxed.worth_milli == 2_500


def test_a_program_that_is_not_solved_in_its_time_has_no_prices_and_is_not_tried_again() -> None:
    asked = list[float]()

    def seconds_left() -> float:
        asked.append(0.0)
        return 0.0

    relaxed = relax_master(
        TWO_ORDERS, np.arange(2), np.array([2, 3]), is_taken_asked=True, seconds_left=seconds_left
    )

    assert len(asked) == 1
    assert relaxed.price.tolist() == [0, 0]
    assert (relaxed.taken == 0).all()
    assert relax_master(TWO_ORDERS, np.arange(2), np.array([2, 3]), seconds_left=lambda: 60.0).price[0] > 0


def columns_of_a_wave(seed: int) -> tuple[Columns, Ints]:
    """Columns of a wave at some random prices, and the limits of its rows."""
    wave = a_wave(40, EXTREME, seed=seed, node_count=5, sku_count=12, nodes_per_sku=3)
    field, random = open_field(only_scarce(wave), 100_000), np.random.default_rng(seed)
    everyone, pool = np.arange(40), Pool()
    pool.add(field, everyone, nothing_shipped(field, everyone))
    for _ in range(6):
        plans = no_plans(field)
        price_orders(field, everyone, random.integers(0, 2_000_000, len(field.limit)), plans)
        pool.add(field, everyone, plans)
    return pool.columns(), field.limit


@pytest.mark.parametrize("seed", range(700, 706))
def test_going_on_from_an_answer_ends_near_the_one_in_full(seed: int) -> None:
    columns, limit = columns_of_a_wave(seed)
    everyone = np.arange(40)
    full = relax_master(columns, everyone, limit, is_taken_asked=True)
    nothing = Start(np.zeros(len(columns)), np.zeros_like(full.price))

    for start in (Start(full.taken, full.price), nothing):
        near = relax_master(columns, everyone, limit, is_taken_asked=True, start=start)

        assert abs(near.worth_milli - full.worth_milli) <= 0.002 * full.worth_milli
        assert np.allclose(np.bincount(columns.order, weights=near.taken), 1, atol=0.01)


@pytest.mark.parametrize("seed", seeds(700, 6))
def test_programs_that_go_on_from_answers_prove_no_more_and_say_the_same_again(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    wave = a_wave(40, EXTREME, seed=seed, node_count=5, sku_count=12, nodes_per_sku=3)
    in_full = solve_joint(wave)
    monkeypatch.setattr(tighten, "ORDERS_FEW", 0)
    monkeypatch.setattr(rest, "ORDERS_FEW", 0)

    near, again = solve_joint(wave), solve_joint(wave)

    assert near.bound_milli <= in_full.objective_milli
    assert in_full.bound_milli <= near.objective_milli
    # How far plans stay from the bound is the wave's own: of these up to 2.7 %, solved in full too.
    assert near.bound_milli >= 0.995 * in_full.bound_milli
    assert near.objective_milli <= 1.02 * in_full.objective_milli
    assert (near.plans, near.bound_milli, near.work) == (again.plans, again.bound_milli, again.work)


def test_what_is_not_near_after_so_many_steps_is_solved_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, solve = list[mathopt.SolverType](), mathopt.solve

    def watch(model: mathopt.Model, solver: mathopt.SolverType, **given: Any) -> mathopt.SolveResult:
        asked.append(solver)
        return solve(model, solver, **given)

    monkeypatch.setattr(mathopt, "solve", watch)
    monkeypatch.setattr(master, "NEARBY_ITERATIONS", 1)
    start = Start(np.zeros(len(TWO_ORDERS)), np.array([9, 9]))

    relaxed = relax_master(TWO_ORDERS, np.arange(2), np.array([2, 3]), is_taken_asked=True, start=start)

    assert asked == [mathopt.SolverType.PDLP, mathopt.SolverType.HIGHS]
    assert abs(relaxed.worth_milli - 2_500) <= 2
