"""Blocks of orders re-planned at once: an integer program over the columns that could still be part of a better plan.

The present plans of a block are among its columns, so that the answer is never dearer; the solver's choice is taken
only if its cost, added up here, is lower. Where there are too many columns, those cheapest at the prices are looked at.
Cuts stand in the program with what the plans outside of the block leave of them: it then needs fewer branches.
"""

import numpy as np

from router.solver.problem import Ints
from router.solver.wave.cuts import widen
from router.solver.wave.field import Field, Plans
from router.solver.wave.master import choose_columns
from router.solver.wave.pool import Columns, Pool, join, pick, read_columns
from router.solver.wave.tighten import Proof
from router.solver.wave.tolls import Tolls

BLOCK_ORDERS_MAX = 340
COLUMNS_MAX = 4_000


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
) -> int:
    """Re-plan every order of the part once, in blocks; changes `plans` and `left`. Returns the columns looked at.

    Columns that the proof excludes from any cheaper plan are not looked at.
    """
    columns = pool.columns()
    reduced = proof.reduced(columns)
    gap = int(plans.cost_milli[orders].sum()) - proof.bound_milli
    possible = np.flatnonzero(reduced < gap)
    columns, reduced = widen(pick(columns, possible), proof.tolls), reduced[possible]
    present = widen(read_columns(field, orders, plans), proof.tolls)
    rest = proof.limit.copy()
    np.subtract.at(rest, present.row, present.amount)
    work = 0
    if turn == 0:
        blocks = blocks_by_loss(orders, plans.cost_milli - proof.share)
    else:
        blocks = blocks_of_kin(orders, columns, proof.price, turn)
    for block in blocks:
        work += improve_block(field, plans, rest, block, columns, reduced, proof.tolls, nodes_max=nodes_max)
    own = proof.limit[: len(left)] >= 0
    left[own] = rest[: len(left)][own]
    return work


def blocks_by_loss(orders: Ints, loss: Ints) -> list[Ints]:
    """The orders in equal blocks, those that lose most against their share of the bound first."""
    sequence = orders[np.argsort(-loss[orders], kind="stable")]
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


def improve_block(
    field: Field,
    plans: Plans,
    rest: Ints,
    block: Ints,
    columns: Columns,
    reduced: Ints,
    tolls: Tolls,
    *,
    nodes_max: int,
) -> int:
    """Re-plan one block from what all plans leave of rows and cuts, which it changes."""
    own = widen(read_columns(field, block, plans), tolls)
    free = rest.copy()
    np.add.at(free, own.row, own.amount)
    is_own = np.zeros(len(field.entry_start) - 1, np.bool_)
    is_own[block] = True
    candidates = np.flatnonzero(is_own[columns.order])
    if len(candidates) > COLUMNS_MAX:
        candidates = candidates[np.argsort(reduced[candidates], kind="stable")[:COLUMNS_MAX]]
    allowed = join([pick(columns, np.sort(candidates)), own])
    hint = np.arange(len(allowed) - len(own), len(allowed))
    limit = np.full(len(free), -1, np.int64)
    limit[allowed.row] = free[allowed.row]
    choice = choose_columns(allowed, block, limit, hint, nodes_max)
    if choice is None:
        return len(allowed)
    chosen = pick(allowed, choice)
    after = free.copy()
    np.subtract.at(after, chosen.row, chosen.amount)
    if chosen.cost_milli.sum() < own.cost_milli.sum() and after[chosen.row].min(initial=0) >= 0:
        rest[:] = after
        write_columns(field, chosen, plans)
    return len(allowed)


def write_columns(field: Field, chosen: Columns, plans: Plans) -> None:
    """Make the chosen columns the plans of their orders."""
    for place, number in enumerate(chosen.order.tolist()):
        entries = slice(int(chosen.entry_start[place]), int(chosen.entry_start[place + 1]))
        first, count = int(field.entry_start[number]), entries.stop - entries.start
        plans.cell[first : first + count] = chosen.cell[entries]
        plans.units[first : first + count] = chosen.units[entries]
        plans.size[number], plans.cost_milli[number] = count, chosen.cost_milli[place]
