"""Diving by itself: whatever prices and columns it starts from, it ends with plans that can be had."""

import numpy as np
import pytest

from router.solver.wave.cuts import find_sites, propose_cuts, widen, with_cuts
from router.solver.wave.dive import dive
from router.solver.wave.field import no_plans, open_field
from router.solver.wave.joint import nothing_shipped
from router.solver.wave.parts import only_scarce
from router.solver.wave.pool import Pool, read_columns
from router.solver.wave.pricing import price_orders
from tests.proving import seeds
from tests.solver.wave.waves import optimum_by_enumeration, random_wave


@pytest.mark.parametrize("seed", seeds(500, 12))
def test_a_dive_gives_every_order_a_plan_and_takes_no_more_than_the_rows_have(seed: int) -> None:
    problem = only_scarce(random_wave(seed))
    field, everyone = open_field(problem, 100_000), np.arange(len(problem.orders))
    pool = Pool()
    pool.add(field, everyone, nothing_shipped(field, everyone))

    plans, left, _ = dive(field, everyone, field.limit, field.tolls, pool)

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

    plans, _, _ = dive(field, everyone, field.limit, field.tolls, pool)

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
    cuts = list(dict.fromkeys(propose_cuts(pool.columns(), field.limit, find_sites(field))))
    tolls = with_cuts(field.tolls, cuts)
    limit = np.concatenate((field.limit, np.array([cut.limit(field.limit) for cut in cuts], np.int64)))

    plans, left, _ = dive(field, everyone, limit, tolls, pool)

    columns = widen(read_columns(field, everyone, plans), tolls)
    np.subtract.at(limit, columns.row, columns.amount)
    assert (left == limit[: len(left)]).all()
    assert limit.min(initial=0) >= 0
    assert plans.cost_milli.sum() >= optimum_by_enumeration(problem)
