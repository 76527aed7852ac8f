"""Diving by itself: whatever prices and columns it starts from, it ends with plans that can be had."""

import numpy as np
import pytest

from router.solver.wave import dive as dive_module
from router.solver.wave import rest
from router.solver.wave.cuts import widen, with_cuts
from router.solver.wave.dive import dive, settle, settled_at_least
from router.solver.wave.field import no_plans, open_field
from router.solver.wave.generation import nothing_shipped
from router.solver.wave.master import Relaxed
from router.solver.wave.parts import only_scarce
from router.solver.wave.patience import Patience, for_ever, until
from router.solver.wave.pool import Columns, Pool, read_columns
from router.solver.wave.pricing import price_orders
from router.solver.wave.rest import relax_open
from tests.proving import seeds
from tests.solver.wave.waves import optimum_by_enumeration, random_cuts, random_wave


@pytest.mark.parametrize("seed", seeds(500, 12))
def test_a_dive_gives_every_order_a_plan_and_takes_no_more_than_the_rows_have(seed: int) -> None:
    problem = only_scarce(random_wave(seed))
    field, everyone = open_field(problem, 100_000), np.arange(len(problem.orders))
    pool = Pool()
    pool.add(field, everyone, nothing_shipped(field, everyone))

    plans, left, _ = dive(field, everyone, field.limit, field.tolls, pool, Patience().stint())

    taken = np.zeros(len(field.limit), np.int64)
    columns = read_columns(field, everyone, plans)
    np.add.at(taken, columns.row, columns.amount)
    assert (left == field.limit - taken).all()
    assert left.min(initial=0) >= 0
    assert plans.cost_milli.sum() >= optimum_by_enumeration(problem)


@pytest.mark.parametrize("seed", seeds(500, 12))
def test_a_dive_finds_the_plans_it_was_not_given(seed: int) -> None:
    problem = only_scarce(random_wave(seed))
    field, everyone = open_field(problem, 100_000), np.arange(len(problem.orders))
    pool = Pool()
    pool.add(field, everyone, nothing_shipped(field, everyone))

    plans, _, _ = dive(field, everyone, field.limit, field.tolls, pool, Patience().stint())

    fresh = no_plans(field)
    alone, _ = price_orders(field, everyone, np.zeros(len(field.limit), np.int64), fresh)
    unserved = int(nothing_shipped(field, everyone).cost_milli.sum())
    assert plans.cost_milli.sum() < unserved or int(alone.sum()) == unserved


@pytest.mark.parametrize("seed", seeds(500, 12))
def test_a_dive_with_cuts_leaves_of_rows_and_cuts_what_its_plans_do_not_take(seed: int) -> None:
    problem = only_scarce(random_wave(seed))
    field, everyone = open_field(problem, 100_000), np.arange(len(problem.orders))
    pool = Pool()
    pool.add(field, everyone, nothing_shipped(field, everyone))
    for price in (0, 400):
        fresh = no_plans(field)
        price_orders(field, everyone, np.full(len(field.limit), price), fresh)
        pool.add(field, everyone, fresh)
    cuts = random_cuts(field, seed)
    tolls = with_cuts(field.tolls, cuts)
    limit = np.concatenate((field.limit, np.array([cut.limit(field.limit) for cut in cuts], np.int64)))

    plans, left, _ = dive(field, everyone, limit, tolls, pool, Patience().stint())

    columns = widen(read_columns(field, everyone, plans), tolls)
    np.subtract.at(limit, columns.row, columns.amount)
    assert (left == limit[: len(left)]).all()
    assert limit.min(initial=0) >= 0
    assert plans.cost_milli.sum() >= optimum_by_enumeration(problem)


@pytest.mark.parametrize("seed", seeds(500, 12))
def test_a_dive_may_begin_with_an_answer_over_fewer_columns(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(rest, "ORDERS_FEW", 0)
    problem = only_scarce(random_wave(seed))
    field, everyone = open_field(problem, 100_000), np.arange(len(problem.orders))
    pool, fresh = Pool(), no_plans(field)
    pool.add(field, everyone, nothing_shipped(field, everyone))
    before = relax_open(pool, everyone, field.limit, field.tolls, for_ever)
    price_orders(field, everyone, np.zeros(len(field.limit), np.int64), fresh)
    pool.add(field, everyone, fresh)

    plans, left, _ = dive(field, everyone, field.limit, field.tolls, pool, Patience().stint(), before)

    columns = read_columns(field, everyone, plans)
    assert (left == field.limit - np.bincount(columns.row, columns.amount, len(field.limit))).all()
    assert left.min(initial=0) >= 0
    assert plans.cost_milli.sum() >= optimum_by_enumeration(problem)


@pytest.mark.parametrize("seed", seeds(500, 12))
@pytest.mark.parametrize("turns", [0, 1, 2])
def test_a_dive_that_is_ended_gives_the_open_orders_what_the_rows_still_have(seed: int, turns: int) -> None:
    problem = only_scarce(random_wave(seed))
    field, everyone = open_field(problem, 100_000), np.arange(len(problem.orders))
    pool, asked = Pool(), iter([True] * turns)
    stint = Patience(until(lambda: next(asked, False))).stint()
    pool.add(field, everyone, nothing_shipped(field, everyone))

    plans, left, _ = dive(field, everyone, field.limit, field.tolls, pool, stint)

    taken = np.zeros(len(field.limit), np.int64)
    columns = read_columns(field, everyone, plans)
    np.add.at(taken, columns.row, columns.amount)
    assert (left == field.limit - taken).all()
    assert left.min(initial=0) >= 0
    assert plans.cost_milli.sum() >= optimum_by_enumeration(problem)


def test_of_many_open_orders_a_larger_share_is_settled_in_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dive_module, "SETTLED_VALUE", 2.0)
    monkeypatch.setattr(dive_module, "OPEN_MANY", 60)
    assert [settled_of(count) for count in (1, 30, 60, 120, 240)] == [1, 4, 8, 30, 120]


def settled_of(count: int) -> int:
    """How many of so many orders are settled that want nothing scarce."""
    numbers, none = np.arange(count), np.zeros(0, np.int64)
    start = np.zeros(count + 1, np.int64)
    columns = Columns(numbers, np.ones(count, np.int64), start, none, none, start, none, none)
    return len(settle(columns, Relaxed(none, 0, np.ones(count)), settled_at_least(count), none))
