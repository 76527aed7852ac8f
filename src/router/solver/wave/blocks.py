"""Blocks of orders re-planned at once: an integer program over the columns that could still be part of a better plan.

The present plans of a block are among its columns, so that the answer is never dearer; the solver's choice is taken
only if its cost, added up here, is lower. Where there are too many columns, those cheapest at the prices are looked at.
Before that the block's own linear program asks for plans made for what the block could have: what others leave.
Cuts stand in the program with what the plans outside of the block leave of them: it then needs fewer branches.
"""

import numpy as np

from router.solver.problem import UNLIMITED, Ints
from router.solver.wave.cuts import widen
from router.solver.wave.field import Field, Plans
from router.solver.wave.master import choose_columns
from router.solver.wave.patience import Patience, Stint
from router.solver.wave.pool import Columns, Pool, column_worth, join, pick, read_columns
from router.solver.wave.rest import add_priced, columns_of, fitting_columns, relax_open, write_columns
from router.solver.wave.tighten import Proof
from router.solver.wave.tolls import Tolls

BLOCK_ORDERS_MAX = 350
COLUMNS_MAX = 2_500
FRESH_ROUNDS = 2
"""How often the orders of a block are asked for new plans before they are planned at once."""


def improve_by_blocks(
    field: Field,
    plans: Plans,
    left: Ints,
    orders: Ints,
    pool: Pool,
    proof: Proof,
    *,
    nodes_max: int,
    turn: int,
    stint: Stint,
) -> int:
    """Re-plan every order of the part once, in blocks; changes `plans` and `left`. Returns the work.

    Columns that the proof excludes from any cheaper plan are not looked at.
    """
    plain = read_columns(field, orders, plans)
    present = widen(plain, proof.tolls)
    rest = proof.limit.copy()
    np.subtract.at(rest, present.row, present.amount)
    gap = int(plans.cost_milli[orders].sum()) - proof.bound_milli
    work = 0
    if turn == 0:
        blocks = blocks_by_loss(orders, proof.reduced(plain))
    else:
        blocks = blocks_of_kin(orders, possible_columns(pool, orders, proof, gap), proof.price, turn)
    for block in blocks:
        if not stint.lasts():
            break
        work += improve_block(
            field, plans, rest, block, pool, proof.tolls, nodes_max=nodes_max, patience=stint.patience
        )
    own = proof.limit[: len(left)] >= 0
    left[own] = rest[: len(left)][own]
    return work


def possible_columns(pool: Pool, orders: Ints, proof: Proof, gap_milli: int) -> Columns:
    """The columns of these orders, with their cuts, that can be in a plan less than the gap above the bound.

    Of too many those cheapest at the prices.
    """
    columns = columns_of(pool, orders)
    reduced = proof.reduced(columns)
    possible = np.flatnonzero(reduced < gap_milli)
    count_max = COLUMNS_MAX * block_count(orders)
    if len(possible) > count_max:
        possible = np.sort(possible[np.argsort(reduced[possible], kind="stable")[:count_max]])
    return widen(pick(columns, possible), proof.tolls)


def blocks_by_loss(orders: Ints, loss: Ints) -> list[Ints]:
    """The orders in equal blocks, those first whose plans cost most, at the prices, above their share of the bound."""
    sequence = orders[np.argsort(-loss, kind="stable")]
    return [np.sort(block) for block in np.array_split(sequence, block_count(orders))]


def blocks_of_kin(orders: Ints, columns: Columns, price: Ints, seed: int) -> list[Ints]:
    """The orders in equal blocks of those that want the same rows and cuts.

    A block grows from a random order by the one whose columns share the most with it, in worth at these prices.
    """
    takes_priced = price[columns.row] > 0
    order_of_take = np.repeat(columns.order, np.diff(columns.take_start))
    row, order = np.unique(np.stack((columns.row[takes_priced], order_of_take[takes_priced])), axis=1)
    row_start = np.searchsorted(row, np.arange(len(price) + 1))
    by_order = np.argsort(order, kind="stable")
    order_start = np.searchsorted(order[by_order], np.arange(int(orders[-1]) + 2))
    links = np.full(int(orders[-1]) + 1, -1, np.int64)
    links[orders] = 0
    size = -(-len(orders) // block_count(orders))
    blocks: list[Ints] = []
    block: list[int] = []
    chance = np.random.default_rng(seed).permutation(orders).tolist()
    while len(block) + sum(map(len, blocks)) < len(orders):
        if not block:
            at = next(one for one in chance if links[one] >= 0)
        else:
            at = int(np.argmax(links))
        block.append(at)
        for one in row[by_order[order_start[at] : order_start[at + 1]]].tolist():
            near = order[row_start[one] : row_start[one + 1]]
            links[near[links[near] >= 0]] += price[one]
        links[at] = -1
        if len(block) == size:
            blocks.append(np.sort(np.array(block)))
            block = []
            links[links >= 0] = 0
    return [*blocks, np.sort(np.array(block))] if block else blocks


def block_count(orders: Ints) -> int:
    return -(-len(orders) // BLOCK_ORDERS_MAX)


def better_columns(columns: Columns, price: Ints, free: Ints, cost_milli: int) -> Columns:
    """Those that can be in a choice of columns that costs less, if rows and cuts have so much `free`.

    At any prices >= 0 a choice costs at least the least priced column of each order, less what all that is free is
    worth, and what its columns cost more than these. Of too many those cheapest at the prices.
    """
    priced = columns.cost_milli + column_worth(columns, price)
    least = np.full(int(columns.order.max(initial=0)) + 1, UNLIMITED)
    np.minimum.at(least, columns.order, priced)
    bound = int(least[np.unique(columns.order)].sum()) - int(np.dot(price, np.where(price > 0, free, 0)))
    above = priced - least[columns.order]
    better = np.flatnonzero(above < cost_milli - bound)
    if len(better) > COLUMNS_MAX:
        better = np.sort(better[np.argsort(above[better], kind="stable")[:COLUMNS_MAX]])
    return pick(columns, better)


def improve_block(
    field: Field,
    plans: Plans,
    rest: Ints,
    block: Ints,
    pool: Pool,
    tolls: Tolls,
    *,
    nodes_max: int,
    patience: Patience,
) -> int:
    """Re-plan one block from what all plans leave of rows and cuts, which it changes.

    First the linear program over what the block could have names prices, and these name plans made for just that.
    """
    own = widen(read_columns(field, block, plans), tolls)
    free = rest.copy()
    np.add.at(free, own.row, own.amount)
    work, before = 0, None
    for _ in range(FRESH_ROUNDS):
        answer = before = relax_open(pool, block, free, tolls, patience.seconds_left, before)
        if patience.is_over():
            return work
        new_count, steps = add_priced(field, block, answer.relaxed.price, free, tolls, pool)
        work += len(answer.columns) + steps
        if not new_count:
            break
    fitting = join([fitting_columns(pool, block, free, tolls)[1], own])
    allowed = better_columns(fitting, answer.relaxed.price, free, int(own.cost_milli.sum()))
    if not len(allowed):
        return work
    allowed = join([allowed, own])
    work += len(allowed)
    hint = np.arange(len(allowed) - len(own), len(allowed))
    limit = np.full(len(free), -1, np.int64)
    limit[allowed.row] = free[allowed.row]
    choice = choose_columns(allowed, block, limit, hint, nodes_max, patience.seconds_left)
    if choice is None:
        return work
    chosen = pick(allowed, choice)
    after = free.copy()
    np.subtract.at(after, chosen.row, chosen.amount)
    if chosen.cost_milli.sum() < own.cost_milli.sum() and after[chosen.row].min(initial=0) >= 0:
        rest[:] = after
        write_columns(field, chosen, plans)
    return work
