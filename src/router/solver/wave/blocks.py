"""Blocks of orders re-planned at once: an integer program over the columns that could still be part of a better plan.

The present plans of a block are among its columns, so that the answer is never dearer; the solver's choice is taken
only if its cost, added up here, is lower. Where there are too many columns, those cheapest at the prices are looked at.
"""

import numpy as np

from router.solver.problem import Ints
from router.solver.wave.field import Field, Plans
from router.solver.wave.master import choose_columns
from router.solver.wave.pool import Columns, Pool, join, pick, read_columns
from router.solver.wave.ruin import Wanting
from router.solver.wave.tighten import Proof

BLOCK_ORDERS_MAX = 340
COLUMNS_MAX = 4_000


def improve_by_blocks(
    field: Field,
    plans: Plans,
    left: Ints,
    orders: Ints,
    wanting: Wanting,
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
    columns, reduced = pick(columns, possible), reduced[possible]
    work = 0
    for block in blocks_of(orders, plans.cost_milli - proof.share, turn):
        work += improve_block(field, plans, left, block, columns, reduced, nodes_max=nodes_max)
    return work


def blocks_of(orders: Ints, loss: Ints, turn: int) -> list[Ints]:
    """The orders in equal blocks; those that lose most against their share of the bound first, then shuffled."""
    count = -(-len(orders) // BLOCK_ORDERS_MAX)
    if count == 1:
        return [orders]
    if turn == 0:
        sequence = orders[np.argsort(-loss[orders], kind="stable")]
    else:
        sequence = np.random.default_rng(turn).permutation(orders)
    return [np.sort(block) for block in np.array_split(sequence, count)]


def improve_block(
    field: Field, plans: Plans, left: Ints, block: Ints, columns: Columns, reduced: Ints, *, nodes_max: int
) -> int:
    own = read_columns(field, block, plans)
    free = left.copy()
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
    if chosen.cost_milli.sum() < own.cost_milli.sum() and after.min(initial=0) >= 0:
        left[:] = after
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
