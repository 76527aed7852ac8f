"""Prices of rows from expected orders, on the streams of the experiment made small."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.quality.stream_items import solve_items
from benchmarks.quality.stream_policies import (
    Exact,
    bound_of,
    cost_exactly,
    dilated_clocks,
    independent,
    layers,
)
from benchmarks.quality.stream_world import Size, a_stream, arrivals, made_up_places, problem_of
from router.solver.problem import Ints
from router.solver.wave import look_ahead
from router.solver.wave.field import Field
from router.solver.wave.joint import solve_joint
from router.solver.wave.look_ahead import Expectation
from router.solver.wave.pricing import price_orders
from router.solver.wave.problem import JointProblem
from tests.solver.wave.waves import random_wave

TINY = Size(items=6, order_max=3, types_per_size=2, periods=400, carry_chance=0.75)


def a_tiny_stream(seed: int):
    """With a fifth less stock than in the experiment, so that some of it is short for sure."""
    stream = a_stream(made_up_places(np.random.default_rng(seed), regions=4, centers=3), seed, TINY)
    return replace(stream, stock=stream.stock * 4 // 5)


@pytest.mark.parametrize("seed", range(3))
def test_whole_plans_prove_more_than_items_and_boxes_and_less_than_anybody_pays(seed: int) -> None:
    stream = a_tiny_stream(seed)
    classes = arrivals(stream, seed)
    came = np.bincount(classes, minlength=len(stream.chance)).astype(np.float64)
    _, items_milli = solve_items(stream)
    expected = stream.chance * stream.periods

    assert bound_of(stream, expected) >= 0.9999 * items_milli, f"seed {seed}"
    assert bound_of(stream, came) <= cost_exactly(stream, classes, Exact(4)), f"seed {seed}"


@pytest.mark.parametrize("seed", range(3))
def test_a_price_is_what_the_bound_loses_with_a_unit(seed: int) -> None:
    stream = a_tiny_stream(seed)
    problem, expected = problem_of(stream), stream.chance * stream.periods
    found = Expectation(problem).prices(expected, problem.limit)
    row = int(found.price.argmax())
    one_less = problem.limit.copy()
    one_less[row] -= 1

    lost = Expectation(problem).prices(expected, one_less).bound_milli - found.bound_milli

    assert found.price[row] > 0, f"seed {seed}"
    assert lost == pytest.approx(found.price[row], abs=1.2e-4 * found.bound_milli), f"seed {seed}"


def test_an_expectation_asked_again_answers_as_one_asked_for_the_first_time() -> None:
    stream = a_tiny_stream(1)
    problem, expected = problem_of(stream), stream.chance * stream.periods
    again = Expectation(problem)
    again.prices(expected, problem.limit)
    half = problem.limit // 2

    assert again.prices(expected / 2, half).bound_milli == pytest.approx(
        Expectation(problem).prices(expected / 2, half).bound_milli, rel=2e-4
    )


def test_orders_searched_harder_prove_more_and_never_more_than_plans_cost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(look_ahead, "SEARCH_WORK_MAX", 30)
    problem = random_wave(1, order_count=8, line_count=3, node_count=3)
    once = np.ones(len(problem.orders))

    quick = Expectation(problem).prices(once, problem.limit).bound_milli
    hard = Expectation(problem).bound_milli(once, problem.limit)

    assert quick < hard <= solve_joint(problem).objective_milli


def test_orders_are_asked_again_where_a_price_changed_that_they_may_pay_and_prices_stay_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def counting(field: Field, orders: Ints, *others: Any) -> tuple[Ints, int]:
        asked.append(len(orders))
        return price_orders(field, orders, *others)

    def all_of_all(problem: JointProblem) -> look_ahead.Uses:
        orders, rows = len(problem.orders), len(problem.limit)
        return look_ahead.Uses(np.repeat(np.arange(orders), rows), np.tile(np.arange(rows), orders))

    def answers() -> tuple[list[tuple[list[int], int, int]], int]:
        asked.clear()
        found = []
        for seed in range(4):
            stream = a_tiny_stream(seed)
            streamed, waved = problem_of(stream), random_wave(seed, order_count=8, node_count=3)
            # Nothing but shipments is short.
            limit = np.where(np.arange(len(waved.limit)) < len(waved.limit) - 3, 99, 2)
            for problem, expected, left in (
                (streamed, stream.chance * stream.periods, streamed.limit),
                (waved, np.ones(len(waved.orders)), limit),
            ):
                one = Expectation(replace(problem, limit=left)).prices(expected, left)
                found.append((one.price.tolist(), one.bound_milli, one.rounds))
        return found, sum(asked)

    monkeypatch.setattr(look_ahead, "price_orders", counting)
    found, some = answers()
    monkeypatch.setattr(look_ahead, "find_uses", all_of_all)
    again, all_asked = answers()

    assert found == again
    assert some < all_asked


@pytest.mark.parametrize("draw", [independent, layers])
def test_a_center_is_drawn_as_often_as_the_program_uses_it(draw) -> None:
    use = np.array([[0.5, 0.2, 0.0], [0.5, 0.3, 0.6], [0.0, 0.5, 0.4]])

    drawn = draw(np.random.default_rng(1), use, 40_000)

    shares = np.array([[(drawn[:, item] == node).mean() for item in range(3)] for node in range(3)])
    assert np.abs(shares - use).max() < 0.02


def test_dilated_clocks_draw_a_center_in_proportion_to_its_use() -> None:
    use = np.array([[0.5, 0.2], [0.5, 0.3], [0.0, 0.5]])

    drawn = dilated_clocks(np.random.default_rng(1), use, 40_000)

    shares = np.array([[(drawn[:, item] == node).mean() for item in range(2)] for node in range(3)])
    assert np.abs(shares - use).max() < 0.02
    assert (drawn[:, 0] == drawn[:, 1]).mean() > (np.array([0.5, 0.5, 0]) * np.array([0.2, 0.3, 0.5])).sum()
