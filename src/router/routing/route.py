"""The decision: how each order of a batch ships. START READING HERE.

    look up (batch) -> facts -> verdicts (rules) -> problems -> solutions (solver)      one round, all orders at once
    then in order: is the solution still that of the current stock? -> plan -> take     one order after another

The law of batches: the decisions are those of routing the orders one after another, each on what the ones before
left. Orders are solved together against one view; then each in turn takes what it ships, and an order for which
an earlier one changed something that could matter is solved again on what is left.
"""

from collections.abc import Iterator, Sequence

from router.routing.dates import first_free_day
from router.routing.decision import DEFAULT_EFFORT, Decision
from router.routing.inputs import inputs_of
from router.routing.network import NO_DAY, PreparedNetwork
from router.routing.plans import plan_of
from router.routing.round import Round, solve_round
from router.routing.view import View
from router.routing.world import CapacityView, OrderToRoute, StockView, World
from router.solver.problem import Effort
from router.solver.verify import verify as find_faults

ROUND_LANES_MAX = 4_000_000
"""Orders x nodes x service levels that one round may hold: some 100 MB."""


def route(
    requests: Sequence[OrderToRoute],
    world: World,
    stock: StockView,
    capacity: CapacityView,
    effort: Effort = DEFAULT_EFFORT,
    *,
    verify: bool = False,
) -> tuple[Decision, ...]:
    """Decide each of `requests`, as if one after another, each taking stock and capacity from the next.

    `verify` lets the independent judge of the solver check every solution (AssertionError with its findings).
    Refuses a batch that names an unknown SKU (UNKNOWN_SKU).
    """
    view = View(stock, capacity)
    decisions = []
    for part in in_parts(requests, world.network):
        together = solve_round(part, world, view, view, effort)
        view.begin_round()
        for number, request in enumerate(part):
            solved, order = together, number
            if is_stale(together, number, view):
                solved, order = solve_round([request], world, view, view, effort), 0
            if verify:
                judge(solved, order)
            decision = Decision(inputs=inputs_of(solved, order, view, view), plan=plan_of(solved, order))
            view.take(decision.plan)
            decisions.append(decision)
    return tuple(decisions)


def in_parts(requests: Sequence[OrderToRoute], network: PreparedNetwork) -> Iterator[Sequence[OrderToRoute]]:
    """Consecutive orders, as many at a time as fit one round."""
    size = max(1, ROUND_LANES_MAX // max(1, network.picks_up.size))
    for begin in range(0, len(requests), size):
        yield requests[begin : begin + size]


def is_stale(solved: Round, order: int, view: View) -> bool:
    """Whether an order before took something that this order's decision could depend on."""
    return lost_stock(solved, order, view) or lost_capacity(solved, order, view)


def lost_stock(solved: Round, order: int, view: View) -> bool:
    """Whether a node holds less of what the order wants; any change counts when the rules read stock."""
    batch = solved.batch
    for number in batch.lines_of(order):
        line = batch.lines[number]
        for node_id in view.taken_skus.get(line.sku, ()):
            seen = batch.available[number, batch.column_of(node_id)]
            left = view.available(line.sku)[node_id]
            if solved.world.rules.reads_stock or left < min(line.quantity, seen):
                return True
    return False


def lost_capacity(solved: Round, order: int, view: View) -> bool:
    """Whether a node that the order looked at ships later than it did, or has too few slots left to be sure."""
    batch = solved.batch
    lines = slice(batch.line_start[order], batch.line_start[order + 1])
    shipments_max = solved.problems.shipments_max[order]
    for node_id in view.booked_nodes:
        column = batch.column_of(node_id)
        node = batch.network.nodes[batch.node[column]]
        if node.shipments_per_day is None or batch.ship_day[order, column] == NO_DAY:
            continue
        if not batch.available[lines, column].any():
            continue
        ready = int(batch.ready_day[order, column])
        free = first_free_day(node.calendar, ready, node.shipments_per_day, view.shipments_booked(node_id))
        if free is None or free[0] != batch.ship_day[order, column]:
            return True
        if free[1] < min(shipments_max, batch.free_slots[order, column]):
            return True
    return False


def judge(solved: Round, order: int) -> None:
    """Fail loudly when the independent judge rejects the solution."""
    faults = find_faults(solved.problems[order], solved.solutions[order])
    assert not faults, "; ".join(faults)
