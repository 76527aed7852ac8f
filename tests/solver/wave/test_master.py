"""The restricted master: what is left out of its linear program changes neither its value nor its prices."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from ortools.math_opt.python import mathopt

from benchmarks.quality.wave_world import EXTREME, a_wave
from router.solver.problem import Ints
from router.solver.wave.joint import solve_joint
from router.solver.wave.master import relax_master, without_ample_rows
from router.solver.wave.pool import Columns
from router.solver.wave.problem import DEFAULT_WAVE_EFFORT


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
