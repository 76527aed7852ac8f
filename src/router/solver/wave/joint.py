"""Orders decided jointly. START READING HERE for the mathematics of a wave.

    rows that bind -> parts that share none -> for each part:
        greedy                  every order its best plan from what is left            a first plan
        column generation       prices of the rows, re-evaluated in integers           a proven bound
        greedy at those prices  the scarce rows go where they save the most            a better plan
        cuts                    what whole plans never exceed, priced like the rows    a better bound
        dive                    the linear program rounded, with fresh plans between   a good plan
        ruin and recreate       a few orders at a time                                 better still
        blocks                  integer programs over the columns found so far         the last percent

Any phase can be the last: the best plan and the best bound so far are the answer. All effort is counted work. Where
time is limited each phase ends by a part of it (`ENDS` in `search.py`), so that there are prices, a bound and a rounded
plan whatever the size.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from router.solver.problem import Ints, Opened
from router.solver.wave.blocks import block_count, improve_by_blocks
from router.solver.wave.dive import dive
from router.solver.wave.field import Field, Plans, no_plans, open_field
from router.solver.wave.generation import generate_columns, rows_of_part
from router.solver.wave.parts import find_parts, only_scarce
from router.solver.wave.patience import NO_LIMIT, Patience, Stint, TimeUsed
from router.solver.wave.pool import Pool
from router.solver.wave.problem import DEFAULT_WAVE_EFFORT, JointProblem, JointSolution, Phase, WaveEffort
from router.solver.wave.ruin import FACTORS_IN_TENTHS, begin_course, search_course
from router.solver.wave.search import Search, open_search
from router.solver.wave.sweep import adopt, insert_all, take_all
from router.solver.wave.tighten import Proof, Solved, tighten

GREEDY_TENTHS = (6, 8, 10)
"""Parts of the rows' prices at which all orders are decided one after another."""

BLOCKS_MAX = 60
"""No further turn of blocks begins when a part was planned in so many."""

RUIN_STEPS_MANY = 40_000
"""Beyond so many steps a part gets fewer for each order: there they take most of the time and gain little."""

STALE_PPM = 100
"""A turn of blocks that saves no more of the cost is the last, in millionths."""

STEPS_PER_CHUNK, ORDERS_PER_STEP = 250, 40
"""After how many steps plans join the columns, and time is looked at; or a step for each so many orders, if more."""


def solve_joint(
    problem: JointProblem,
    effort: WaveEffort = DEFAULT_WAVE_EFFORT,
    *,
    on_phase: Callable[[Phase], None] = lambda phase: None,
    time_used: TimeUsed = NO_LIMIT,
) -> JointSolution:
    """The best plans found for all orders together, with a proven bound; deterministic unless time ends a phase."""
    problem = only_scarce(problem)
    field = open_field(problem, effort.search_work_max)
    parts = find_parts(problem)
    search = open_search(problem, field, effort, parts, on_phase, Patience(time_used))
    search.tell("GREEDY")
    open_count = len(problem.orders)
    for number, orders in enumerate(parts):
        search.patience.begin(len(orders) / open_count)
        solve_part(search, number, orders)
        open_count -= len(orders)
    search.tell("DONE")
    return JointSolution(
        plans=tuple(opened_of(field, search.plans, order) for order in range(len(problem.orders))),
        objective_milli=int(search.plans.cost_milli.sum()),
        bound_milli=int(search.bound.sum()),
        price_milli=search.price,
        part_count=len(parts),
        column_count=search.columns,
        work=search.work,
        phases=tuple(search.phases),
        is_cut=search.patience.is_cut,
    )


def solve_part(search: Search, number: int, orders: Ints) -> None:
    """Improve the plans and the bound of one part, unless its first plan is already proven."""
    plans = search.plans
    if plans.cost_milli[orders].sum() == search.bound[number] or not search.stint("BLOCKS").lasts():
        return
    pool = Pool()
    pool.add(search.field, orders, plans)
    taken = generate_columns(search, number, orders, pool)
    search.tell("PRICES")
    take_best_greedy(search, orders, pool)
    search.tell("PRICED_GREEDY")
    known = Proof(
        int(search.bound[number]), search.share, search.price, search.field.limit, search.field.tolls
    )
    steps = ruin_steps(search, orders)
    ruin_and_recreate(search, number, orders, pool, known, -(-steps // 4), search.stint("CUTS"))
    proof, solved = tighten_bound(search, number, orders, pool, taken)
    search.tell("CUTS")
    take_dive(search, number, orders, proof, solved, pool)
    search.tell("DIVE")
    ruin_and_recreate(search, number, orders, pool, proof, steps, search.stint("RECREATE"))
    search.tell("RECREATE")
    improve_in_turns(search, number, orders, proof, pool)
    search.columns += len(pool)


def improve_in_turns(search: Search, number: int, orders: Ints, proof: Proof, pool: Pool) -> None:
    """Blocks, and ruin and recreate after each turn of them, until a turn finds hardly anything."""
    steps = -(-ruin_steps(search, orders) // 4)
    turns = min(search.effort.block_rounds, max(1, BLOCKS_MAX // block_count(orders)))
    for turn in range(turns):
        stint = search.stint("BLOCKS")
        if search.is_proven(number, orders) or not stint.lasts():
            return
        before = int(search.plans.cost_milli[orders].sum())
        search.work += improve_by_blocks(
            search.field, search.plans, search.left, orders, pool, proof,
            nodes_max=search.effort.block_nodes_max, turn=turn, stint=stint,
        )  # fmt: skip
        search.tell("BLOCKS")
        ruin_and_recreate(search, number, orders, pool, proof, steps, search.stint("BLOCKS"))
        saved = before - int(search.plans.cost_milli[orders].sum())
        if saved * 1_000_000 <= before * STALE_PPM:
            return


def take_best_greedy(search: Search, orders: Ints, pool: Pool) -> None:
    """One after another at parts of the prices, the orders that lose most first; the cheapest of all is taken."""
    field = search.field
    rest = search.left.copy()
    take_all(field, orders, search.plans, rest, -1)
    loss = search.plans.cost_milli[orders] - search.share[orders]
    stint = search.stint("CUTS")
    for sequence in (orders, orders[np.argsort(-loss, kind="stable")]):
        for tenths in GREEDY_TENTHS:
            if not stint.lasts():
                return
            left, plans = rest.copy(), no_plans(field)
            search.work += insert_all(field, sequence, search.price * tenths // 10, left, plans)
            pool.add(field, orders, plans)
            if plans.cost_milli[orders].sum() < search.plans.cost_milli[orders].sum():
                adopt(field, orders, plans, search.plans)
                search.left[:] = left


def take_dive(
    search: Search, number: int, orders: Ints, proof: Proof, solved: Solved | None, pool: Pool
) -> None:
    """Round the linear program in turns; what comes of it is taken if it is cheaper."""
    field = search.field
    stint = search.stint("DIVE", search.program_step)
    if search.is_proven(number, orders):
        return
    if solved is None:
        plans, left, work = dive(field, orders, proof.limit, proof.tolls, pool, stint)
    else:
        plans, left, work = dive(field, orders, solved.limit, solved.tolls, pool, stint, solved.answer)
    search.work += work
    if plans.cost_milli[orders].sum() < search.plans.cost_milli[orders].sum():
        adopt(field, orders, plans, search.plans)
        own = proof.limit[: len(left)] >= 0
        search.left[own] = left[own]


def tighten_bound(
    search: Search, number: int, orders: Ints, pool: Pool, taken: NDArray[np.float64]
) -> tuple[Proof, Solved | None]:
    """The best proof for a part: by prices of its rows alone, or of cuts too; and the last linear program for it."""
    field = search.field
    limit = rows_of_part(field, search.wanting, orders)
    proof = Proof(int(search.bound[number]), search.share, search.price, limit, field.tolls)
    objective = int(search.plans.cost_milli[orders].sum())
    proof, solved, work = tighten(
        field,
        orders,
        pool,
        proof,
        taken,
        objective,
        search.effort.cut_rounds,
        search.stint("CUTS", search.program_step),
    )
    search.work += work
    search.bound[number] = proof.bound_milli
    return proof, solved


def ruin_steps(search: Search, orders: Ints) -> int:
    """How many steps of ruin and recreate the orders of a part get: large parts a third for each order."""
    per_order = search.effort.ruin_steps
    return min(per_order * len(orders), max(RUIN_STEPS_MANY, per_order * len(orders) // 3))


def ruin_and_recreate(
    search: Search,
    number: int,
    orders: Ints,
    pool: Pool,
    proof: Proof,
    steps: int,
    stint: Stint,
) -> None:
    """Ruin and recreate among the orders of a part; the best plans met are taken, and join the columns."""
    field = search.field
    if len(orders) < 2 or search.is_proven(number, orders):
        return
    price = proof.price[: len(search.price)]
    prices = np.stack([price * tenths // 10 for tenths in FACTORS_IN_TENTHS.tolist()])
    outside = int(search.plans.cost_milli.sum() - search.plans.cost_milli[orders].sum())
    course = begin_course(field, search.plans, search.left, 1 + number)
    heat = int(search.plans.cost_milli[orders].sum()) // (50 * len(orders))
    chunk = max(STEPS_PER_CHUNK, len(orders) // ORDERS_PER_STEP)
    for begin in range(0, steps, chunk):
        if not stint.lasts() or int(course.total[1]) - outside <= int(search.bound[number]):
            break
        size = min(chunk, steps - begin)
        search.work += search_course(
            field,
            search.wanting,
            course,
            proof.share,
            search.alone,
            prices,
            orders,
            max(0, heat * (steps - begin) // steps),
            size,
        )
        pool.add(field, orders, course.plans)
    take_all(field, orders, course.plans, search.left, -1)
    adopt(field, orders, course.best, search.plans)
    take_all(field, orders, search.plans, search.left, 1)
    pool.add(field, orders, search.plans)


def opened_of(field: Field, plans: Plans, number: int) -> tuple[Opened, ...]:
    """The plan of an order as shipments."""
    first = int(field.entry_start[number])
    entries = slice(first, first + int(plans.size[number]))
    option_count = int(field.records.orders["option_count"][number])
    by_option: dict[int, list[tuple[int, int]]] = {}
    for cell, units in zip(plans.cell[entries].tolist(), plans.units[entries].tolist(), strict=True):
        line, option = divmod(cell, option_count)
        by_option.setdefault(option, []).append((line, units))
    return tuple(
        Opened(option=option, units=tuple(sorted(by_option[option]))) for option in sorted(by_option)
    )
