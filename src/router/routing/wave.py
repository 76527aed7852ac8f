"""Many orders decided jointly, so that scarce capacity and stock go where they save the most.

    one round -> orders inside the joint method -> flow: which node serves which order (proven optimal)
              -> those orders decided at their node, then the others one after another on what is left

The flow says where, the one-order solver says how: a wave's decision is an ordinary one, confined to its node.
Inside the joint method are orders of one line that is not shared out, where every SKU that could run short is wanted in
equal quantities (so that stock counts in orders). Capacity counts on the first free day of each node.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from router.domain.identifiers import Sku
from router.routing.decision import DEFAULT_EFFORT, Decision
from router.routing.round import Round, pose_round
from router.routing.route import route
from router.routing.world import CapacityView, OrderToRoute, StockView, World
from router.solver.problem import UNLIMITED, Bools, Effort, Ints
from router.solver.wave.flow import LEFT_OUT, WaveProblem, assign_orders
from router.solver.wave.whole import whole_costs

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveDecision:
    """One decision for each order, in their order, and the proof of the joint part.

    `joint_count` orders went through the flow; `objective_milli` is what the flow's assignment costs, `bound_milli`
    what any assignment of them must cost.
    """

    decisions: tuple[Decision, ...]
    joint_count: int
    objective_milli: int
    bound_milli: int


def route_wave(
    requests: Sequence[OrderToRoute],
    world: World,
    stock: StockView,
    capacity: CapacityView,
    effort: Effort = DEFAULT_EFFORT,
    *,
    verify: bool = False,
    progress: Progress = lambda phase: None,
) -> WaveDecision:
    """Decide `requests`, all for the same instant, jointly where the method allows.

    Orders that the flow leaves out, and those outside the method, are decided one after another on what is left.
    Refuses what `route` refuses.
    """
    assert len({request.decision_time for request in requests}) <= 1, "a wave is decided for one instant"
    progress("PREPARE")
    posed = pose_round(requests, world, stock, capacity, effort)
    progress("PRICE")
    joint, problem = pose_wave(posed)
    progress("FLOW")
    assignment = assign_orders(problem)
    served = np.flatnonzero(assignment.node != LEFT_OUT)
    node_of = dict(zip(joint[served].tolist(), assignment.node[served].tolist(), strict=True))
    batch = posed.batch
    confined = [
        replace(requests[order], only_node=batch.network.nodes[batch.node[node]].id)
        for order, node in node_of.items()
    ]
    others = [order for order in range(len(requests)) if order not in node_of]
    progress("PLAN")
    sequence = [*node_of, *others]
    decisions = route(
        [*confined, *(requests[order] for order in others)], world, stock, capacity, effort, verify=verify
    )
    by_order = dict(zip(sequence, decisions, strict=True))
    return WaveDecision(
        decisions=tuple(by_order[order] for order in range(len(requests))),
        joint_count=len(joint),
        objective_milli=assignment.objective_milli,
        bound_milli=assignment.bound_milli,
    )


def pose_wave(posed: Round) -> tuple[Ints, WaveProblem]:
    """The orders inside the joint method, and the flow problem of exactly those."""
    problems = posed.problems
    is_single = np.diff(problems.line_start) == 1
    orders = np.flatnonzero(is_single)
    orders = orders[~problems.divisible[problems.line_start[orders]]]
    costs = whole_costs(problems, orders, posed.options.node, len(posed.batch.node))
    line = problems.line_start[orders]
    leave = problems.quantity[line] * problems.backorder_milli[line]
    is_possible = costs < leave[:, None]
    sku, is_scarce = find_scarce(posed, line, is_possible)
    keep = ~has_unequal_scarce(problems.quantity[line], sku, is_scarce)
    orders, costs, leave, is_possible, sku, line = (
        part[keep] for part in (orders, costs, leave, is_possible, sku, line)
    )
    row_number = np.where(is_scarce, np.cumsum(is_scarce.ravel()).reshape(is_scarce.shape) - 1, -1)
    row_sku, row_node = np.nonzero(is_scarce)
    first_line = np.zeros(len(is_scarce), np.int64)
    first_line[sku] = line
    wanted = np.maximum(problems.quantity[first_line[row_sku]], 1)
    return orders, WaveProblem(
        cost_milli=np.where(is_possible, costs, 0),
        is_possible=is_possible,
        row=row_number[sku],
        leave_milli=leave,
        node_capacity=posed.batch.free_slots[0] if len(posed.batch.free_slots) else np.zeros(0, np.int64),
        row_capacity=posed.batch.available[first_line[row_sku], row_node] // wanted,
        row_node=row_node,
    )


def find_scarce(posed: Round, line: Ints, is_possible: Bools) -> tuple[Ints, Bools]:
    """The SKU number of each order, and where [SKU, node] the orders could together want more than is there."""
    batch = posed.batch
    numbers: dict[Sku, int] = {}
    sku = np.array([numbers.setdefault(batch.lines[at].sku, len(numbers)) for at in line.tolist()], np.int64)
    wanted = np.zeros((len(numbers), len(batch.node)), np.int64)
    held = np.zeros_like(wanted)
    np.add.at(wanted, sku, np.where(is_possible, batch.quantity[line][:, None], 0))
    held[sku] = batch.available[line]
    return sku, wanted > held


def has_unequal_scarce(quantity: Ints, sku: Ints, is_scarce: Bools) -> Bools:
    """Which orders want a SKU that could run short and is wanted in different quantities."""
    least = np.full(len(is_scarce), UNLIMITED, np.int64)
    most = np.zeros(len(is_scarce), np.int64)
    np.minimum.at(least, sku, quantity)
    np.maximum.at(most, sku, quantity)
    return (is_scarce.any(axis=1) & (least != most))[sku]
