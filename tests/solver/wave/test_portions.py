"""The kernel of portions against the solving methods and brute force."""

import numpy as np
import pytest

from router.solver.problem import concatenate
from router.solver.solve import solve_orders
from router.solver.wave.cuts import with_cuts
from router.solver.wave.field import no_plans, open_field, show_order
from router.solver.wave.parts import only_scarce
from router.solver.wave.portion_table import make_table
from router.solver.wave.portions import find_portions
from router.solver.wave.pricing import price_orders
from router.solver.wave.problem import NO_ROW, JointProblem, no_draws
from router.solver.wave.sweep import insert_all
from tests.proving import seeds
from tests.solver.builders import a_problem, random_brackets, random_problem
from tests.solver.wave.waves import random_cuts, random_wave

NO_PRICE = np.zeros(0, np.int64)


def alone(problems: list) -> JointProblem:
    orders = concatenate(problems)
    start, row, units = no_draws(len(orders.usable))
    return JointProblem(
        orders=orders,
        draw_start=start,
        draw_row=row,
        draw_units=units,
        slot_row=np.full(len(orders.capacity), NO_ROW),
        limit=NO_PRICE,
    )


@pytest.mark.parametrize("seed", seeds(0, 12))
def test_the_kernel_of_portions_finds_what_the_other_methods_find(seed: int) -> None:
    brackets = random_brackets(seed)
    problem = alone(
        [
            random_problem(
                100 * seed + number, line_count=1 + number % 4, node_count=2 + number % 3, service_count=1 + number % 3,
                brackets=brackets,
            )
            for number in range(25)
        ]
    )  # fmt: skip
    field = open_field(problem, 100_000)
    plans = no_plans(field)
    answers = []
    for number in range(25):
        show_order(field, number, NO_PRICE, NO_PRICE)
        first = field.entry_start[number]
        answers.append(
            find_portions(field.records, number, plans.cell[first:], plans.units[first:], field.tolls)
        )

    wrong = [
        number
        for number, (answer, known) in enumerate(zip(answers, solve_orders(problem.orders), strict=True))
        if answer[0] and not known.bound_milli <= answer[1] <= known.objective_milli
    ]

    assert wrong == []
    assert sum(answer[0] for answer in answers) >= 15


def test_an_order_of_more_pieces_than_a_digit_holds_is_left_to_the_open_sets() -> None:
    field = open_field(alone([a_problem(quantity=(9,), divisible=True)]), 100_000)
    plans = no_plans(field)

    assert find_portions(field.records, 0, plans.cell, plans.units, field.tolls)[0] is False


@pytest.mark.parametrize("seed", seeds(800, 20))
def test_what_the_table_answers_is_what_pricing_on_the_spot_does(seed: int) -> None:
    problem = only_scarce(random_wave(seed, order_count=6))
    random, everyone = np.random.default_rng(seed), np.arange(len(problem.orders))
    kept, spot = open_field(problem, 100_000), open_field(problem, 100_000)
    spot = spot._replace(table=spot.table._replace(is_inside=np.zeros(len(everyone), np.bool_)))
    cuts = random_cuts(kept, seed)
    tolls = with_cuts(kept.tolls, cuts, random.integers(0, 500, len(cuts)))
    answers = []
    for field in (kept._replace(tolls=tolls), spot._replace(tolls=tolls)):
        random, plans, left = np.random.default_rng(seed), no_plans(field), field.limit.copy()
        price = random.integers(0, 900, len(left))
        bounds, _ = price_orders(field, everyone, price, plans, random.integers(0, 1 + field.limit))
        insert_all(field, everyone, price, left, plans)
        answers.append((bounds.tolist(), plans.cost_milli.tolist(), plans.cell.tolist(), left.tolist()))

    assert answers[0] == answers[1]
    assert kept.table.is_inside.any()


def test_orders_for_which_the_table_has_no_room_are_priced_on_the_spot() -> None:
    records = open_field(only_scarce(random_wave(800, order_count=6)), 100_000).records
    whole = make_table(records, 1 << 20)

    half = make_table(records, int(whole.start[-1]) // 2)

    assert 0 < half.is_inside.sum() < whole.is_inside.sum()
    assert half.start[-1] <= whole.start[-1] // 2
    assert make_table(records, 0).is_inside.sum() == 0
