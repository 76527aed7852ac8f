"""Solving orders: each by the cheapest method that proves its plan.

Line partition: orders of at most LINES_MAX lines, none divisible (or of one unit only, or in a group), with any
terms; all of a batch in one compiled call. Always proven; only an order whose cheapest blocks meet in one option, with
more options than VISIT_CELLS_MAX allows for, is handed over. 3 lines x 20 nodes x 3 services take about 10 us, 8 x 20
x 8 110 us, 10 x 20 x 3 390 us.

Open sets: every other order, within `effort.set_nodes_max` of counted work (at most some tenths of a second). Proven
in practice: a few divisible lines over up to about 60 options, and long orders of which one node holds all and whose
other shipments cost more than filling the last parcel saves. Beyond it the gap is stated: orders of several
parcels are mostly left within 3 % of their bound, hundreds of lines that no node holds alone within 15 % and at times
worse.

OR-Tools: what open sets leave open, over the options that a better plan could still use, where `is_within_model` says
that its size is reasonable and the effort grants it time, with the plan found as hint. The better plan and the better
of both bounds are the answer.

Options that await something, and docks of several nodes, are settled around these methods (`awaiting.py`).

No method breaks a term or a group, whatever the effort. An order whose `magnitude_of` exceeds TOTAL_MILLI_MAX is not
solved: it ships nothing, FEASIBLE.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import repeat

import numpy as np
from msgspec import structs

from router.domain.plan import SolutionMethod, SolutionStatus
from router.solver.awaiting import settle_awaiting
from router.solver.magnitudes import magnitudes_of
from router.solver.model_options import list_options, lowest_conceivable_milli, plan_cost_milli
from router.solver.open_sets import search_sets
from router.solver.partition import LINES_MAX, Partitions, partition_orders
from router.solver.problem import (
    DEFAULT_EFFORT,
    Bools,
    Brackets,
    Effort,
    Ints,
    Opened,
    OrderProblem,
    OrderProblems,
    Solution,
    concatenate,
    no_terms,
    with_options,
)
from router.solver.records import Records
from router.solver.rooms import records_of


def solve_orders(problems: OrderProblems, effort: Effort = DEFAULT_EFFORT) -> tuple[Solution, ...]:
    """The solution of every order of the batch, each on its own: equal problems get equal solutions."""
    return solve_each(problems, lambda _: effort)


def solve_each(problems: OrderProblems, effort_of: Callable[[int], Effort]) -> tuple[Solution, ...]:
    """The same, each order within an effort that is asked for by its number when its search begins."""
    solutions = _solve_asking_nothing(problems, effort_of)
    if not np.count_nonzero(problems.awaits):
        return tuple(solutions)
    for number in (
        np.unique(np.searchsorted(problems.option_start, np.flatnonzero(problems.awaits), "right")) - 1
    ):
        effort = effort_of(int(number))
        solutions[number] = settle_awaiting(
            problems[number], solutions[number], partial(_solve_branch, effort=effort)
        )
    return tuple(solutions)


def _solve_branch(branch: OrderProblem, effort: Effort) -> Solution:
    return _solve_asking_nothing(concatenate([branch]), lambda _: effort)[0]


def _solve_asking_nothing(problems: OrderProblems, effort_of: Callable[[int], Effort]) -> list[Solution]:
    """Solutions that ask nothing of what awaits something, nor of docks: bounds of every plan, and mostly plans."""
    records = records_of(problems)
    partitions = partition_orders(records, _inside_partition(problems))
    solutions = _partitioned(problems, partitions)
    for number in (~partitions.is_solved).nonzero()[0].tolist():
        if partitions.is_exact[number]:
            solutions[number] = _search(problems[number], records, number, effort_of(number))
        else:
            solutions[number] = _left_out(problems[number])
    return solutions


def solve_order(problem: OrderProblem, effort: Effort = DEFAULT_EFFORT) -> Solution:
    """The solution of one order."""
    return solve_orders(concatenate([problem]), effort)[0]


def _inside_partition(problems: OrderProblems) -> Bools:
    inside: Bools = problems.line_start[1:] - problems.line_start[:-1] <= LINES_MAX
    is_cut = problems.divisible & (problems.quantity > 1)
    if np.count_nonzero(is_cut):
        count = np.concatenate(([0], np.cumsum(is_cut)))
        inside &= count[problems.line_start[1:]] == count[problems.line_start[:-1]]
    return inside


def _partitioned(problems: OrderProblems, partitions: Partitions) -> list[Solution]:
    """What the partition of lines found, for every order of the batch; of one it did not solve, nothing of meaning."""
    first, last = problems.line_start[:-1], problems.line_start[1:]
    option_of_line, option = partitions.option_of_line, partitions.option_of_line.take(first)
    within = np.arange(len(option_of_line)) - first.repeat(last - first)
    units, starts, ends = (
        list(zip(within.tolist(), problems.quantity.tolist())),
        first.tolist(),
        last.tolist(),
    )
    # The common case: all in one.
    opened: list[tuple[Opened, ...]] = [
        (Opened(one, tuple(units[start:end])),) for one, start, end in zip(option.tolist(), starts, ends)
    ]
    is_other = option_of_line != option.repeat(last - first)
    divided = first.searchsorted(is_other.nonzero()[0], "right") - 1
    for number in {*divided.tolist(), *(option < 0).nonzero()[0].tolist()}:
        own = slice(starts[number], ends[number])
        opened[number] = _shipped(option_of_line[own].tolist(), units[own])
    cost = partitions.objective_milli.tolist()
    optimal, partition = repeat(SolutionStatus.OPTIMAL), repeat(SolutionMethod.PARTITION)
    return list(map(Solution, optimal, partition, cost, cost, partitions.work.tolist(), opened))


def _shipped(options: list[int], lines: list[tuple[int, int]]) -> tuple[Opened, ...]:
    """The shipments of whole lines with their units, each by its option, -1 for those that stay."""
    units: dict[int, list[tuple[int, int]]] = {}
    for option, line in zip(options, lines):
        if option >= 0:
            units.setdefault(option, []).append(line)
    return tuple([Opened(option=option, units=tuple(units[option])) for option in sorted(units)])


def _left_out(problem: OrderProblem) -> Solution:
    """Nothing ships: the answer to an order whose amounts no method can add."""
    cost = plan_cost_milli(problem, ())
    bound = min(cost, lowest_conceivable_milli(problem, list_options(problem)))
    return _solution(SolutionMethod.OPEN_SETS, cost, bound, 0, ())


def _search(problem: OrderProblem, records: Records, number: int, effort: Effort) -> Solution:
    cost, bound, work, units, columns, is_open = search_sets(records, number, effort.set_nodes_max)
    found = _solution(SolutionMethod.OPEN_SETS, int(cost), int(bound), int(work), _opened(units, columns))
    if found.status is SolutionStatus.OPTIMAL or effort.model_deterministic_seconds <= 0:
        return found
    # OR-Tools takes a second to import: only where an order needs it.
    from router.solver.model import is_within_model, solve_model

    options = np.union1d(columns[is_open], [opened.option for opened in found.opened]).astype(np.int64)
    narrow, hint = with_options(problem, options), _renumbered(found, options)
    if not is_within_model(narrow):
        return found
    modeled = solve_model(narrow, hint, effort, found.bound_milli)
    opened = tuple(structs.replace(one, option=int(options[one.option])) for one in modeled.opened)
    bound = max(found.bound_milli, modeled.bound_milli)
    return _solution(modeled.method, modeled.objective_milli, bound, modeled.work, opened)


def _renumbered(found: Solution, options: Ints) -> Solution:
    """The solution with its options counted among `options`."""
    opened = tuple(
        structs.replace(one, option=int(np.searchsorted(options, one.option))) for one in found.opened
    )
    return structs.replace(found, opened=opened)


def _solution(
    method: SolutionMethod, objective_milli: int, bound_milli: int, work: int, opened: tuple[Opened, ...]
) -> Solution:
    is_proven = bound_milli == objective_milli
    return Solution(
        status=SolutionStatus.OPTIMAL if is_proven else SolutionStatus.FEASIBLE,
        method=method,
        objective_milli=objective_milli,
        bound_milli=bound_milli,
        work=work,
        opened=opened,
    )


def _opened(units: Ints, columns: Ints) -> tuple[Opened, ...]:
    return tuple(
        Opened(option=column, units=tuple((line, count) for line, count in enumerate(row) if count > 0))
        for column, row in zip(columns.tolist(), units.tolist(), strict=True)
        if any(row)
    )


def warm_up() -> None:
    """Load the compiled kernels, or compile them where no cache exists yet (a minute or more, once)."""
    whole = smallest_problem()
    problems = concatenate([whole, replace(whole, divisible=np.array([True]))])
    solve_orders(problems)
    magnitudes_of(problems)


def smallest_problem() -> OrderProblem:
    """Two units of one line, one node, one service level."""
    brackets = Brackets(
        row_start=np.array([0, 1]),
        weight_max=np.array([1_000]),
        base_milli=np.array([1_000]),
        rate_micro=np.array([0]),
    )
    one, two = np.array([1]), np.array([2])
    zero, cell = np.array([0]), np.array([[0]])
    return OrderProblem(
        quantity=two, unit_weight=one, unit_volume=one, unit_value_minor=one, backorder_milli=np.array([10_000]),
        divisible=np.array([False]), capacity=one, dock=zero, usable=np.array([[2]]), option_node=zero,
        awaits=zero, brings=cell, row=zero,
        fixed_milli=zero, parcel_milli=zero, weight_max=np.array([1_000]), volume_max=np.array([1_000]), **no_terms(1),
        dim_divisor=zero, dim_volume_min=zero, allowed=np.array([[True]]), line_milli=cell, unit_milli=cell,
        split_milli=0, shipments_max=1, value_min_minor=0, ship_complete=False, brackets=brackets,
    )  # fmt: skip
