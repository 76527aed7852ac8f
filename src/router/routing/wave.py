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
from router.routing.decision import Decision
from router.routing.round import Asked, pose_round
from router.routing.route import route
from router.routing.world import CapacityView, OrderToRoute, StockView, Views, World
from router.solver.problem import DEFAULT_EFFORT, UNLIMITED, Bools, Effort, Ints
from router.solver.wave.flow import LEFT_OUT, WaveProblem, assign_orders
from router.solver.wave.whole import whole_costs

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveDecision:
    """One decision for each order, in their order, and the proof of the joint part.

    `joint_count` orders went through the flow; `objective_milli` is what the flow's assignment costs, `bound_milli`
    what any assignment of them to nodes on their first free day must cost. All three are 0 where deciding one after
    another turned out cheaper and was taken instead.
    """

    decisions: tuple[Decision, ...]
    joint_count: int = 0
    objective_milli: int = 0
    bound_milli: int = 0


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
    """Decide `requests`, all for the same instant, jointly where the method allows; never dearer than one by one.

    Orders that the flow leaves out, and those outside the method, are decided one after another on what is left.
    Refuses what `route` refuses.
    """
    assert len({request.decision_time for request in requests}) <= 1, "a wave is decided for one instant"
    if not requests:
        return WaveDecision(decisions=())
    progress("PREPARE")
    asked = pose_round(requests, world, [Views(stock, capacity)] * len(requests))
    progress("PRICE")
    joint, problem = pose_wave(asked)
    progress("FLOW")
    assignment = assign_orders(problem)
    progress("PLAN")
    served = np.flatnonzero(assignment.node != LEFT_OUT)
    only_node = {
        order: asked.batch.node_ids[node]
        for order, node in zip(joint[served].tolist(), assignment.node[served].tolist(), strict=True)
    }
    sequence = [*only_node, *(order for order in range(len(requests)) if order not in only_node)]
    confined = [replace(requests[order], only_node=only_node.get(order)) for order in sequence]
    together = route(confined, world, stock, capacity, effort, verify=verify)
    progress("COMPARE")
    apart = route(requests, world, stock, capacity, effort, verify=verify)
    if cost_of(apart) < cost_of(together):
        return WaveDecision(decisions=apart)
    by_order = dict(zip(sequence, together, strict=True))
    return WaveDecision(
        decisions=tuple(by_order[order] for order in range(len(requests))),
        joint_count=len(joint),
        objective_milli=assignment.objective_milli,
        bound_milli=assignment.bound_milli,
    )


def cost_of(decisions: Sequence[Decision]) -> int:
    """The sum of all objectives, in thousandths of a minor unit."""
    return sum(decision.plan.objective_milli for decision in decisions)


def pose_wave(asked: Asked) -> tuple[Ints, WaveProblem]:
    """The orders inside the joint method, and the flow problem of exactly those."""
    problems = asked.problems
    is_single = np.diff(problems.line_start) == 1
    orders = np.flatnonzero(is_single)
    orders = orders[~problems.divisible[problems.line_start[orders]]]
    costs = whole_costs(problems, orders, asked.options.node, len(asked.batch.node))
    line = problems.line_start[orders]
    leave = problems.quantity[line] * problems.backorder_milli[line]
    is_possible = costs < leave[:, None]
    sku, is_scarce = find_scarce(asked, line, is_possible)
    keep = ~has_unequal_scarce(problems.quantity[line], sku, is_scarce)
    orders, sku, line = orders[keep], sku[keep], line[keep]
    costs, leave, is_possible = costs[keep], leave[keep], is_possible[keep]
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
        node_capacity=asked.batch.free_slots[0],
        row_capacity=asked.batch.available[first_line[row_sku], row_node] // wanted,
        row_node=row_node,
    )


def find_scarce(asked: Asked, line: Ints, is_possible: Bools) -> tuple[Ints, Bools]:
    """The SKU number of each order, and where [SKU, node] the orders could together want more than is there."""
    batch = asked.batch
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
    is_unequal: Bools = (is_scarce.any(axis=1) & (least != most))[sku]
    return is_unequal
