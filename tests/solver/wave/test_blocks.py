"""Blocks: every order is in one, kin are together, and re-planning them never costs more nor overdraws a row."""

from itertools import product

import numpy as np
import pytest

from router.solver.problem import Ints
from router.solver.wave import blocks
from router.solver.wave.blocks import better_columns, blocks_of_kin, improve_by_blocks
from router.solver.wave.cuts import with_cuts
from router.solver.wave.field import Field, no_plans, open_field
from router.solver.wave.generation import nothing_shipped
from router.solver.wave.parts import only_scarce
from router.solver.wave.patience import Patience
from router.solver.wave.pool import Columns, Pool, read_columns
from router.solver.wave.pricing import lagrangian_bound, price_orders
from router.solver.wave.sweep import insert_all
from router.solver.wave.tighten import Proof
from tests.proving import seeds
from tests.solver.wave.waves import optimum_by_enumeration, random_cuts, random_wave


def takings(rows: list[list[int]]) -> Columns:
    """A column of each order that takes one of each of its rows."""
    count, start = len(rows), np.concatenate(([0], np.cumsum([len(own) for own in rows])))
    nothing, row = np.zeros(0, np.int64), np.array([row for own in rows for row in own], np.int64)
    return Columns(
        np.arange(count), np.zeros(count, np.int64), np.zeros(count + 1, np.int64), nothing, nothing,
        start, row, np.ones(len(row), np.int64),
    )  # fmt: skip


def test_orders_that_want_the_same_priced_rows_are_in_one_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_ORDERS_MAX", 3)
    # Rows 0 and 1 tie the even and the odd orders; row 2, which all want, is worth nothing.
    columns = takings([[order % 2, 2] for order in range(6)])

    found = blocks_of_kin(np.arange(6), columns, np.array([5, 7, 0]), seed=1)

    assert sorted(block.tolist() for block in found) == [[0, 2, 4], [1, 3, 5]]


@pytest.mark.parametrize("count", [1, 4, 7])
def test_every_order_is_in_one_block(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(blocks, "BLOCK_ORDERS_MAX", 3)
    columns = takings([[order // 2] for order in range(count)])

    found = blocks_of_kin(np.arange(count), columns, np.arange(count), seed=2)

    assert sorted(np.concatenate(found).tolist()) == list(range(count))
    assert max(map(len, found)) <= 3


def with_some_plans(field: Field, everyone: Ints) -> tuple[Pool, Proof]:
    """Columns at three prices, and the proof of the second with cuts that cost nothing."""
    pool = Pool()
    pool.add(field, everyone, nothing_shipped(field, everyone))
    proof = None
    for milli in (0, 400, 2_000):
        price, fresh = np.full(len(field.limit), milli), no_plans(field)
        share, _ = price_orders(field, everyone, price, fresh)
        pool.add(field, everyone, fresh)
        if proof is None or milli == 400:
            proof = Proof(lagrangian_bound(price, field.limit, share), share, price, field.limit, field.tolls)
    assert proof is not None
    cuts = random_cuts(field, 1)
    limit = np.concatenate((field.limit, np.array([cut.limit(field.limit) for cut in cuts], np.int64)))
    price = np.concatenate((proof.price, np.zeros(len(cuts), np.int64)))
    return pool, proof._replace(price=price, limit=limit, tolls=with_cuts(field.tolls, cuts))


@pytest.mark.parametrize("seed", seeds(700, 20))
def test_blocks_never_cost_more_and_leave_what_their_plans_do_not_take(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_ORDERS_MAX", 2)
    problem = only_scarce(random_wave(seed))
    field, everyone = open_field(problem, 100_000), np.arange(len(problem.orders))
    pool, proof = with_some_plans(field, everyone)
    plans, left = nothing_shipped(field, everyone), field.limit.copy()

    for turn in range(3):
        before = int(plans.cost_milli.sum())
        improve_by_blocks(
            field, plans, left, everyone, pool, proof, nodes_max=60, turn=turn, stint=Patience().stint()
        )

        columns = read_columns(field, everyone, plans)
        taken = np.zeros(len(left), np.int64)
        np.add.at(taken, columns.row, columns.amount)
        assert optimum_by_enumeration(problem) <= plans.cost_milli.sum() <= before
        assert (left == field.limit - taken).all()
        assert left.min(initial=0) >= 0


def test_blocks_find_a_cheaper_plan_where_one_by_one_leaves_one() -> None:
    saved = 0
    for seed in range(700, 720):
        problem = only_scarce(random_wave(seed))
        field, everyone = open_field(problem, 100_000), np.arange(len(problem.orders))
        pool, proof = with_some_plans(field, everyone)
        plans, left = no_plans(field), field.limit.copy()
        insert_all(field, everyone, np.zeros(len(left), np.int64), left, plans)
        before = int(plans.cost_milli.sum())
        improve_by_blocks(
            field, plans, left, everyone, pool, proof, nodes_max=60, turn=1, stint=Patience().stint()
        )
        saved += before - int(plans.cost_milli.sum())

    assert saved > 0


@pytest.mark.parametrize("seed", seeds(0, 30))
def test_what_is_left_out_of_a_block_is_in_no_cheaper_choice(seed: int) -> None:
    random, orders, each, rows = np.random.default_rng(seed), 3, 4, 3
    count = orders * each
    amount = random.integers(0, 3, (count, rows))
    amount[::each] = 0
    price, free = random.integers(0, 60, rows), random.integers(0, 5, rows)
    cost_milli = random.integers(1, 100, count) + 100 * (amount.sum(axis=1) == 0)
    column, row = np.nonzero(amount)
    none, start = np.zeros(0, np.int64), np.searchsorted(column, np.arange(count + 1))
    columns = Columns(
        np.repeat(np.arange(orders), each), cost_milli, np.zeros(count + 1, np.int64), none, none,
        start, row, amount[column, row],
    )  # fmt: skip
    choices = np.array(list(product(*np.arange(count).reshape(orders, each))))
    choices = choices[(amount[choices].sum(axis=1) <= free).all(axis=1)]
    costs = cost_milli[choices].sum(axis=1)
    most = int(np.sort(costs)[len(costs) // 2])

    kept = better_columns(columns, price, free, most)

    wanted = np.unique(choices[costs < most])
    assert set(cost_milli[wanted].tolist()) <= set(kept.cost_milli.tolist())
    assert len(better_columns(columns, price, free, int(costs.min()) - 1_000)) < count
