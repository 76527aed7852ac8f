"""What would have had to be different for another plan to win: the smallest change in price, stock or date.

Every answer was solved again on both sides: with one step less the chosen plan still wins, with it another one does.
Price: one service level from one node of the runner-up becomes cheaper. Stock: one SKU is fewer at a chosen node, or
more at a node of the runner-up; rules read the changed stock as they would have read it. Date: the promise moves.

LIMIT: a price may fall by what the runner-up costs more, and 1. Stock may fall to nothing or grow by the units ordered.
The promise may move by PROMISE_DAYS_MAX. Where several steps beyond the first would do, a search by halves trusts that
more of a change favors the chosen plan no more than less of it; the two sides of the answer are checked all the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from router.domain.identifiers import Day, NodeId, ServiceLevelId, Sku
from router.routing.decision import Inputs
from router.routing.explain.explanation import Alternative, ChangeKind, Counterfactual
from router.routing.replay import decide_again
from router.routing.round.round import Solved
from router.routing.world import World
from router.solver.problem import Opened
from router.solver.solve import solve_order

PROMISE_DAYS_MAX = 30

STOCK_CELLS_MAX = 24
"""Pairs of a node and a SKU that are tried, the first by node and SKU; each takes some ten decisions."""

Shipped = frozenset[tuple[NodeId, ServiceLevelId, tuple[tuple[int, int], ...]]]
"""What a plan ships from where by what: node, service level, units by line of the order."""


def find_counterfactuals(
    solved: Solved, inputs: Inputs, world: World, runner_up: Alternative | None
) -> tuple[Counterfactual, ...]:
    """At most one of each kind. `solved` is the chosen plan, from `inputs`, which must ship something."""
    if not solved.solution.opened:
        return ()
    found = (
        cheapest_price(solved, runner_up),
        fewest_units(solved, inputs, world, runner_up),
        nearest_promise(solved, inputs, world),
    )
    return tuple(one for one in found if one is not None)


def shipped(solved: Solved, opened: Sequence[Opened]) -> Shipped:
    """The shipments of a solution, without prices and dates."""
    services, first = solved.batch.network.services, solved.lines.start
    lanes = [solved.lane_of(one.option) for one in opened]
    return frozenset(
        (
            solved.batch.node_ids[node],
            services[service].id,
            tuple((line - first, count) for line, count in solved.units_of(one.units)),
        )
        for one, (node, service) in zip(opened, lanes)
    )


def shipped_with(decide: Callable[[int], Solved]) -> Callable[[int], Shipped]:
    """What ships with so much of a change."""

    def ship(amount: int) -> Shipped:
        again = decide(amount)
        return shipped(again, again.solution.opened)

    return ship


def winner_of(solved: Solved, opened: Sequence[Opened]) -> tuple[NodeId, ...]:
    nodes = (solved.batch.node_ids[solved.lane_of(one.option)[0]] for one in opened)
    return tuple(dict.fromkeys(nodes))


def cheapest_price(solved: Solved, runner_up: Alternative | None) -> Counterfactual | None:
    """The smallest discount, in whole minor units, on one of the runner-up's ways that beats the chosen plan."""
    if runner_up is None:
        return None
    amount_max = max(0, -(-runner_up.difference_milli // 1000)) + 1
    best: Counterfactual | None = None
    for option in options_of(solved, runner_up):
        outcome = discounted(solved, option)
        limit = amount_max if best is None else best.amount - 1
        # What the runner-up costs more is what it mostly takes.
        guess = amount_max - 1 if best is None else None
        amount = smallest(limit, differs(outcome, solved.solution.opened), guess)
        if amount is not None:
            node, service = solved.lane_of(option)
            best = Counterfactual(
                kind=ChangeKind.PRICE,
                amount=amount,
                node_id=solved.batch.node_ids[node],
                service_level_id=solved.batch.network.services[service].id,
                sku=None,
                winner=winner_of(solved, outcome(amount)),
            )
    return best


def differs(outcome: Callable[[int], object], chosen: object) -> Callable[[int], bool]:
    """Whether so much of a change leads to something else than was chosen."""
    return lambda amount: outcome(amount) != chosen


def options_of(solved: Solved, plan: Alternative) -> list[int]:
    """The options that a plan opens."""
    lanes = set(zip(plan.node_ids, plan.service_level_ids, strict=True))
    services = solved.batch.network.services
    found = []
    for option in range(solved.problem.option_count):
        node, service = solved.lane_of(option)
        if (solved.batch.node_ids[node], services[service].id) in lanes:
            found.append(option)
    return found


def discounted(solved: Solved, option: int) -> Callable[[int], tuple[Opened, ...]]:
    """What is opened when a shipment by the option costs so many minor units less."""
    problem, effort = solved.problem, solved.effort

    def solve(amount_minor: int) -> tuple[Opened, ...]:
        fixed = problem.fixed_milli.copy()
        fixed[option] -= 1000 * amount_minor * problem.money_weight
        return solve_order(replace(problem, fixed_milli=fixed), effort).opened

    return solve


def fewest_units(
    solved: Solved, inputs: Inputs, world: World, runner_up: Alternative | None
) -> Counterfactual | None:
    """The fewest units less at a chosen node, or more at a node of the runner-up, that change the plan."""
    best: Counterfactual | None = None
    chosen = shipped(solved, solved.solution.opened)
    for change in list(stock_changes(solved, inputs, runner_up))[:STOCK_CELLS_MAX]:
        limit = change.units_max if best is None else min(change.units_max, abs(best.amount) - 1)
        decide = change.decider(solved, inputs, world)
        amount = smallest(limit, differs(shipped_with(decide), chosen), change.guess)
        if amount is not None:
            again = decide(amount)
            best = Counterfactual(
                kind=ChangeKind.STOCK,
                amount=change.sign * amount,
                node_id=change.node_id,
                service_level_id=None,
                sku=change.sku,
                winner=winner_of(again, again.solution.opened),
            )
    return best


@dataclass(frozen=True, slots=True, kw_only=True)
class StockChange:
    """Units of a SKU at a node that might have been fewer (`sign` -1) or more (1), `guess` of them likely enough."""

    node_id: NodeId
    sku: Sku
    sign: int
    units_max: int
    guess: int

    def decider(self, solved: Solved, inputs: Inputs, world: World) -> Callable[[int], Solved]:
        """The order decided with so many units more or fewer."""

        def decide(units: int) -> Solved:
            if units == 0:
                return solved
            held = inputs.stock[self.sku]
            changed = {**held, self.node_id: held.get(self.node_id, 0) + self.sign * units}
            (again,) = decide_again(
                [structs.replace(inputs, stock={**inputs.stock, self.sku: changed})], world
            )
            return again

        return decide


def stock_changes(solved: Solved, inputs: Inputs, runner_up: Alternative | None) -> Iterator[StockChange]:
    """Fewer of what the plan takes, then more of what the runner-up's nodes lack."""
    taken: dict[tuple[NodeId, Sku], int] = {}
    for node_id, sku, count in solved.takings():
        taken[node_id, sku] = taken.get((node_id, sku), 0) + count
    for (node_id, sku), count in sorted(taken.items()):
        there = inputs.stock[sku][node_id]
        yield StockChange(node_id=node_id, sku=sku, sign=-1, units_max=there, guess=there - count + 1)
    for node_id in sorted(set(runner_up.node_ids)) if runner_up else ():
        for sku, wanted in sorted(wanted_units(solved).items()):
            there = inputs.stock.get(sku, {}).get(node_id, 0)
            if there < wanted:
                yield StockChange(node_id=node_id, sku=sku, sign=1, units_max=wanted, guess=wanted - there)


def wanted_units(solved: Solved) -> Mapping[Sku, int]:
    wanted: dict[Sku, int] = {}
    for line in solved.lines:
        sku = solved.batch.lines[line].sku
        wanted[sku] = wanted.get(sku, 0) + int(solved.batch.quantity[line])
    return wanted


def nearest_promise(solved: Solved, inputs: Inputs, world: World) -> Counterfactual | None:
    """The smallest move of the promise that changes the plan; later before earlier."""
    promise = inputs.order.promise_day
    if promise is None:
        return None
    moves = [sign * days for days in range(1, PROMISE_DAYS_MAX + 1) for sign in (1, -1)]
    moved = [
        structs.replace(inputs, order=structs.replace(inputs.order, promise_day=Day(promise + move)))
        for move in moves
    ]
    chosen = shipped(solved, solved.solution.opened)
    for move, again in zip(moves, decided_in_turn(moved, world)):
        if shipped(again, again.solution.opened) != chosen:
            return Counterfactual(
                kind=ChangeKind.PROMISE,
                amount=move,
                node_id=None,
                service_level_id=None,
                sku=None,
                winner=winner_of(again, again.solution.opened),
            )
    return None


def decided_in_turn(asked: Sequence[Inputs], world: World) -> Iterator[Solved]:
    """Each decided alone: some together, twice as many each time, for the first ones are likely enough to do."""
    first, count = 0, 2
    while first < len(asked):
        yield from decide_again(asked[first : first + count], world)
        first, count = first + count, 2 * count


def smallest(limit: int, changes_plan: Callable[[int], bool], first_guess: int | None = None) -> int | None:
    """The smallest step in 1 .. limit that changes the plan; None where not even the limit does.

    `changes_plan(0)` is known to be false, so both sides of the answer have been looked at.
    """
    if limit < 1:
        return None
    low, high, is_known = 0, limit, False
    if first_guess is not None and 1 <= first_guess <= limit:
        if not changes_plan(first_guess):
            low = first_guess
        elif first_guess == 1 or not changes_plan(first_guess - 1):
            return first_guess
        else:
            high, is_known = first_guess - 1, True
    if not is_known and (low == limit or not changes_plan(limit)):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if changes_plan(middle):
            high = middle
        else:
            low = middle
    return high
