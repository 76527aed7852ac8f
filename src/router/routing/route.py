"""The decision: how each order of a batch ships. START READING HERE.

One round decides orders side by side, each on its own view of stock and capacity:

    look up (batch) -> facts -> verdicts (rules) -> problems -> solutions (solver) -> plans

The law of batches: the decisions are those of routing the orders one after another, each on what the ones before
left. The first round shows every order the same view. Then the orders are gone through in turn, each taking what
it ships. As long as nothing was taken that an order's decision could depend on, it is final. From the first other
order on, the takings are guesses, but good ones: orders that now see something else are solved again, together,
each on the view that it has if the guesses hold. Then the orders that are not final are gone through again.

Where only stock can run short, many orders are gone through in columns (`settle_columns`) up to the first not final.

INVARIANT: the first order that is not final is solved on its true view, so every round makes at least one final.
"""

from collections.abc import Callable, Iterator, Sequence

from router.domain.identifiers import Sku
from router.routing.changes import Changes
from router.routing.decision import Decision
from router.routing.inputs import inputs_in_turn, inputs_of
from router.routing.network.prepared import PreparedNetwork
from router.routing.plan.plans import plan_of
from router.routing.plan.written import write_plans
from router.routing.remaining import Remaining
from router.routing.round.efforts import Budget
from router.routing.round.round import Round, Solved, round_size
from router.routing.settle_columns import fit_columns, stock_in_turn
from router.routing.substitutes import solve_round_within
from router.routing.world import CapacityView, OrderToRoute, StockView, Views, World
from router.routing.written_plan import Planned
from router.solver.problem import DEFAULT_EFFORT, Effort
from router.solver.verify import verify as find_faults

AGAIN_MIN, AGAIN_MAX = 16, 64
"""Orders solved again in one round: many to share its cost while guesses hold, few to waste little when they fail."""


def route(
    requests: Sequence[OrderToRoute],
    world: World,
    stock: StockView,
    capacity: CapacityView,
    effort: Effort = DEFAULT_EFFORT,
    *,
    verify: bool = False,
    monotonic: Callable[[], float] | None = None,
) -> tuple[Decision, ...]:
    """Decide each of `requests`, as if one after another, each taking stock and capacity from the next.

    `verify` lets the independent judge of the solver check every solution (AssertionError with its findings). By the
    clock `monotonic` an order's deadline may leave it less than its effort.
    Refuses a batch that names an unknown SKU (UNKNOWN_SKU) or collects at an unknown node (UNKNOWN_NODE).
    """
    left, budget = Remaining(Views.of(stock, capacity)), Budget(effort, monotonic)
    decisions: list[Decision] = []
    for part, is_last in parts_of(requests, world.network):
        decisions.extend(route_part(part, world, left, budget, is_last=is_last, verify=verify))
    return tuple(decisions)


def route_apart(
    requests: Sequence[OrderToRoute],
    world: World,
    stock: StockView,
    capacity: CapacityView,
    effort: Effort = DEFAULT_EFFORT,
    *,
    verify: bool = False,
    monotonic: Callable[[], float] | None = None,
) -> tuple[Decision, ...]:
    """Decide each of `requests` as `route` does when it comes alone: all on the same stock, side by side, so that many
    cost little more than one. Refuses and verifies as `route` does.
    """
    view, budget = Remaining(Views.of(stock, capacity)), Budget(effort, monotonic)
    decisions: list[Decision] = []
    for part, _ in parts_of(requests, world.network):
        for solved in solve_round_within(part, world, [view] * len(part), budget.efforts(part)):
            if verify:
                judge(solved)
            decisions.append(Decision(inputs=inputs_of(solved, view), planned=plan_of(solved)))
    return tuple(decisions)


def parts_of(
    requests: Sequence[OrderToRoute], network: PreparedNetwork
) -> Iterator[tuple[Sequence[OrderToRoute], bool]]:
    """Consecutive orders, as many at a time as fit one round, and whether they are the last."""
    size = round_size(network)
    for begin in range(0, len(requests), size):
        yield requests[begin : begin + size], begin + size >= len(requests)


def route_part(
    requests: Sequence[OrderToRoute],
    world: World,
    left: Remaining,
    budget: Budget,
    *,
    is_last: bool,
    verify: bool,
) -> Iterator[Decision]:
    """Decide orders that fit one round; takes what they ship out of `left` unless nobody comes after them."""
    current = solve_round_within(requests, world, [left] * len(requests), budget.efforts(requests))
    found = current[0].round
    final = inputs_in_turn(found, stock_in_turn(found, found.shipments)) if fit_columns(current) else []
    count = len(final)
    for solved, inputs, plan in zip(current, final, plans_of(found, current[:count])):
        if verify:
            judge(solved)
        yield Decision(inputs=inputs, planned=plan)
    if is_last and count == len(current):
        return
    changes = Changes(world.network, world.rules)
    for solved in current[:count]:
        take(solved, left, changes)
    for solved in settle(requests[count:], current[count:], changes, world, left, budget, verify=verify):
        yield Decision(inputs=inputs_of(solved, left), planned=plan_of(solved))


def plans_of(found: Round, solved: Sequence[Solved]) -> Iterator[Planned]:
    """The plans of the first orders of a round, none of which has rivals; those of plain ones are written."""
    for plan, one in zip(write_plans(found) if solved else (), solved):
        yield plan_of(one) if plan is None else plan


def settle(
    requests: Sequence[OrderToRoute],
    current: list[Solved],
    changes: Changes,
    world: World,
    left: Remaining,
    budget: Budget,
    *,
    verify: bool = False,
) -> Iterator[Solved]:
    """Each order as it is final: `left` is then what it sees, and what it ships is taken when the next is asked for.

    Whatever is in `left` otherwise than on the view that an order was solved on, `changes` knows of.
    """
    first = 0
    while first < len(requests):
        begin = first
        while first < len(requests) and not changes.matter_to(current[first], left):
            if verify:
                judge(current[first])
            yield current[first]
            take(current[first], left, changes)
            first += 1
        count = min(max(AGAIN_MIN, 2 * (first - begin)), AGAIN_MAX)
        stale, views = foresee(current, first, count, left, changes)
        if stale:
            asked = [requests[number] for number in stale]
            again = solve_round_within(asked, world, views, budget.efforts(asked))
            for number, solved in zip(stale, again):
                current[number] = solved


def foresee(
    current: Sequence[Solved], first: int, count: int, left: Remaining, changes: Changes
) -> tuple[list[int], list[Remaining]]:
    """The next `count` orders that would see something new if all ship as now solved, and what they would see."""
    guess = Remaining(left)
    stale: list[int] = []
    views: list[Remaining] = []
    for number in range(first, len(current)):
        if changes.matter_to(current[number], guess):
            stale.append(number)
            views.append(guess.snapshot(skus_of(current[number])))
            if len(stale) == count:
                break
        take(current[number], guess, changes)
    return stale, views


def skus_of(solved: Solved) -> list[Sku]:
    return [one.batch.lines[number].sku for one in solved.all_watched for number in one.lines]


def take(solved: Solved, left: Remaining, changes: Changes) -> None:
    """Take what the solution ships."""
    for node_id, ship_day, units in solved.shipments():
        left.take(node_id, ship_day, units)
        changes.note(node_id, [sku for sku, _ in units])
    if solved.batch.gatherings is not None:
        for node_id, units in solved.transfers():
            left.take_units(node_id, units)
            changes.note_units(node_id, [sku for sku, _ in units])


def judge(solved: Solved) -> None:
    """Fail loudly when the independent judge rejects the solution."""
    faults = find_faults(solved.problem, solved.solution)
    assert not faults, "; ".join(faults)
