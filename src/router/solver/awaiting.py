"""Options that await something, and nodes that share a dock: settled around the solving methods.

These know neither. What they find is a bound of every plan, and mostly a plan that keeps to both. Where it does not, an
order branches: a line that such an option divides goes whole into it or not into it; an option that awaits what no line
of it brings takes the first line that brings it, or not that one but the second, and so on, or is not opened; of the
shipments that a dock cannot dispatch together one is left out. Branches are solved by the same methods, the lowest
bound first, until a plan that keeps to both has a cost that no open branch can beat.

LIMIT: at most BRANCHES_MAX solutions for an order; after that the best plan found is taken, with the bound of what is
left open.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count

import numpy as np
from msgspec import structs

from router.domain.plan import SolutionStatus
from router.solver.magnitudes import magnitude_of
from router.solver.problem import Bools, Opened, OrderProblem, Solution

BRANCHES_MAX = 60

Solve = Callable[[OrderProblem], Solution]
"""A solution that asks nothing of options that await something and of docks."""


def settle_awaiting(problem: OrderProblem, relaxed: Solution, solve: Solve) -> Solution:
    """A plan that keeps to what options await and to docks; `relaxed` is what `solve` says of the problem itself."""
    if next(branches_of(problem, relaxed), None) is None:
        return relaxed
    numbers = count()
    queue = [(relaxed.bound_milli, next(numbers), problem, relaxed)]
    best = solve(without_awaiting(problem))
    open_bound_milli = best.objective_milli
    work, solved = relaxed.work + best.work, 2
    while queue and queue[0][0] < best.objective_milli and solved < BRANCHES_MAX:
        _, _, branch, found = heappop(queue)
        branches = list(branches_of(branch, found))
        if not branches:
            open_bound_milli = min(open_bound_milli, found.bound_milli)
            if ships_what_it_must(problem, branch, found):
                best = min(best, found, key=lambda one: one.objective_milli)
        for narrower in branches:
            solution = solve(narrower)
            work, solved = work + solution.work, solved + 1
            heappush(queue, (solution.bound_milli, next(numbers), narrower, solution))
    bound = min(best.objective_milli, open_bound_milli, queue[0][0] if queue else best.objective_milli)
    is_proven = bound == best.objective_milli
    status = SolutionStatus.OPTIMAL if is_proven else SolutionStatus.FEASIBLE
    return structs.replace(best, bound_milli=bound, status=status, work=work)


def branches_of(problem: OrderProblem, solution: Solution) -> Iterator[OrderProblem]:
    """Problems that between them have every plan that keeps to both, and none the plan found; none where it keeps."""
    for opened in solution.opened:
        if problem.awaits[opened.option]:
            for line, units in opened.units:
                if units < problem.quantity[line]:
                    yield closed(problem, line, opened.option)
                    yield only_whole(problem, line, opened.option)
                    return
            if missing := missing_of(problem, opened):
                yield from bringing(problem, opened.option, missing)
                return
    for dock in sorted(set(problem.dock.tolist())):
        nodes = np.flatnonzero(problem.dock == dock)
        here = [one.option for one in solution.opened if problem.option_node[one.option] in nodes]
        if len(here) > problem.capacity[nodes[0]]:
            for option in here:
                yield closed(problem, slice(None), option)
            return


def missing_of(problem: OrderProblem, opened: Opened) -> int:
    """The bits that the option awaits and none of the shipment's lines brings."""
    missing = int(problem.awaits[opened.option])
    for line, _ in opened.units:
        missing &= ~int(problem.brings[line, opened.option])
    return missing


def bringing(problem: OrderProblem, option: int, missing: int) -> Iterator[OrderProblem]:
    """By line that brings the lowest of the missing bits: the order in which it must, and those before it do not."""
    bit = missing & -missing
    rest = problem
    for line in np.flatnonzero(problem.allowed[:, option] & (problem.brings[:, option] & bit != 0)).tolist():
        yield that_must_ship(only_whole(rest, line, option), line)
        rest = closed(rest, line, option)
    yield closed(problem, slice(None), option)


def closed(problem: OrderProblem, line: int | slice, option: int) -> OrderProblem:
    """The order with no way for the line, or any, by the option."""
    allowed = problem.allowed.copy()
    allowed[line, option] = False
    return replace(problem, allowed=allowed)


def only_whole(problem: OrderProblem, line: int, option: int) -> OrderProblem:
    """The order with all units of the line in the option, or nowhere."""
    allowed, divisible = problem.allowed.copy(), problem.divisible.copy()
    is_other: Bools = np.arange(problem.option_count) != option
    allowed[line, is_other] = False
    divisible[line] = False
    return replace(problem, allowed=allowed, divisible=divisible)


def that_must_ship(problem: OrderProblem, line: int) -> OrderProblem:
    """The order in which leaving the line out costs more than any plan could save by it."""
    backorder = problem.backorder_milli.copy()
    backorder[line] += 1 + 2 * magnitude_of(problem) // int(problem.quantity[line])
    return replace(problem, backorder_milli=backorder)


def ships_what_it_must(problem: OrderProblem, branch: OrderProblem, solution: Solution) -> bool:
    """Whether the branch's solution has all lines that must be in its plans: else it is none of the order."""
    shipped = {line for opened in solution.opened for line, _ in opened.units}
    return shipped.issuperset(np.flatnonzero(branch.backorder_milli != problem.backorder_milli).tolist())


def without_awaiting(problem: OrderProblem) -> OrderProblem:
    """The order without options that await anything; every dock then has the shipments of one node at most."""
    return replace(problem, allowed=problem.allowed & (problem.awaits == 0)[None, :])
