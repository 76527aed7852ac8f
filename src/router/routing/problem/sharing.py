"""Orders that want a SKU in several bundles: which bundle gets a node's units where there are not enough for all.

The solver knows lines of distinct SKUs only. Such an order is first solved with each node's units shared out by
precedence, which is sound, and then with each bundle as if it were alone, which is a bound of every division. Where
that plan promises units twice, one of the bundles that meet there must take fewer from that node: one branch for each,
solved again, the lowest bound first, until a plan promises no unit twice. That plan is the best of all.

LIMIT: at most SOLVES_MAX plans for an order; after that the best found is taken, with the bound of what is left.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count

import numpy as np
from msgspec import structs

from router.domain.plan import SolutionStatus
from router.routing.batch.batch import Batch
from router.routing.problem.problems import Posed
from router.routing.problem.stock import lines_by_sku, share_in_order
from router.solver.problem import Effort, Ints, OrderProblem, Solution
from router.solver.solve import solve_order

SOLVES_MAX = 50


def settle_sharing(
    batch: Batch, posed: Posed, solutions: Sequence[Solution], effort_of: Callable[[int], Effort]
) -> tuple[Posed, tuple[Solution, ...]]:
    """The problems with the division of the plan taken, and the solutions with what is proven of them."""
    contested = [
        order for order in batch.sharing if (posed.alone[order] != posed.problems[order].usable).any()
    ]
    if not contested:
        return posed, tuple(solutions)
    settled = list(solutions)
    usable = posed.problems.usable.copy()
    for order in contested:
        found, bound_milli = search_divisions(batch, posed, order, solutions[order], effort_of(order))
        if found is not None:
            own = slice(*posed.problems.usable_start[order : order + 2])
            taken = taken_at_stops(posed.problems[order], found)
            units = posed.units[:, posed.stop_node[order]]
            usable[own] = share_in_order(batch, order, units, posed.alone[order], taken).ravel()
        settled[order] = bounded(found or solutions[order], bound_milli)
    return replace(posed, problems=replace(posed.problems, usable=usable)), tuple(settled)


def search_divisions(
    batch: Batch, posed: Posed, order: int, by_precedence: Solution, effort: Effort
) -> tuple[Solution | None, int]:
    """A plan better than the one by precedence, if there is one, and the bound of all plans."""
    problem = replace(posed.problems[order], usable=posed.alone[order])
    first = solve_order(problem, effort)
    numbers = count()
    queue = [(first.bound_milli, next(numbers), problem, first)]
    best: Solution | None = None
    best_milli = by_precedence.objective_milli
    for _ in range(SOLVES_MAX):
        if not queue or queue[0][0] >= best_milli:
            return best, best_milli
        _, _, branch, found = heappop(queue)
        fewer = list(fewer_where_short(batch, posed, order, branch, found))
        if not fewer and found.objective_milli < best_milli:
            best, best_milli = found, found.objective_milli
        for smaller in fewer:
            solution = solve_order(smaller, effort)
            heappush(queue, (solution.bound_milli, next(numbers), smaller, solution))
        if not fewer and found.status is not SolutionStatus.OPTIMAL:
            return best, min(best_milli, found.bound_milli)
    return best, min(best_milli, queue[0][0]) if queue else best_milli


def fewer_where_short(
    batch: Batch, posed: Posed, order: int, problem: OrderProblem, solution: Solution
) -> Iterator[OrderProblem]:
    """Of a plan that promises units twice: one problem for each bundle that might take fewer where they first meet."""
    taken = taken_at_stops(problem, solution)
    lines, bundles = batch.lines_of(order), batch.bundles.of_order(order)
    there = posed.units[lines.start : lines.stop, posed.stop_node[order]]
    for numbers in lines_by_sku(batch, order).values():
        wanted = {
            bundle: taken[bundle - bundles.start] * units
            for bundle in bundles
            for line, units in batch.bundles.parts_of(bundle)
            if line in numbers
        }
        short = np.flatnonzero(np.sum(list(wanted.values()), axis=0) > there[numbers[0] - lines.start])
        if not len(short):
            continue
        stop = short[0]
        for row in (bundle - bundles.start for bundle in wanted if wanted[bundle][stop]):
            usable = problem.usable.copy()
            usable[row, stop] = taken[row, stop] - 1
            yield replace(problem, usable=usable)
        return


def taken_at_stops(problem: OrderProblem, solution: Solution) -> Ints:
    """Bundles that a plan takes from each node [L, K]."""
    taken = np.zeros_like(problem.usable)
    for opened in solution.opened:
        for line, units in opened.units:
            taken[line, problem.option_node[opened.option]] += units
    return taken


def bounded(solution: Solution, bound_milli: int) -> Solution:
    """The solution with this bound."""
    bound = min(solution.objective_milli, bound_milli)
    is_proven = bound == solution.objective_milli
    status = SolutionStatus.OPTIMAL if is_proven else SolutionStatus.FEASIBLE
    return structs.replace(solution, bound_milli=bound, status=status)
