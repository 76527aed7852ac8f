"""Many orders decided jointly, so that scarce capacity and stock go where they save the most.

    one round -> orders inside the joint method -> which plan each gets, with a proven bound
              -> those orders decided from what the wave set aside for them, then the others on what is left

Where every order inside is of one whole line, and every SKU that could run short is wanted in equal quantities, a
minimum-cost flow is exact (`FLOW`); else column generation (`solver/wave/joint.py`). Either says who gets what, the
one-order solver says how: a wave's decision is an ordinary one, confined to a node or to what was set aside for it, and
its inputs say so. `joint_problem.py` says which orders are outside. Ties do not count in the joint problem, only where
an order is decided from its share.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from router.domain.identifiers import OrderId, Sku
from router.routing.decision import Decision
from router.routing.offers import orders_offered
from router.routing.problem.problems import NOT_HELD
from router.routing.round.round import Asked, pose_round
from router.routing.route import route
from router.routing.wave.joint_problem import Posed, allotment_of, find_joint_orders, pose_jointly, ships_all
from router.routing.world import CapacityView, OrderToRoute, StockView, Views, World
from router.solver.problem import DEFAULT_EFFORT, UNLIMITED, Bools, Effort, Ints
from router.solver.wave.flow import LEFT_OUT, WaveProblem, assign_orders
from router.solver.wave.joint import solve_joint
from router.solver.wave.patience import NO_LIMIT, TimeUsed
from router.solver.wave.problem import DEFAULT_WAVE_EFFORT, WaveEffort
from router.solver.wave.whole import whole_costs


class Standing(NamedTuple):
    """Where a wave stands: in which phase and, once there are joint plans, what they cost and what any plans cost.

    WAIT, PREPARE, PRICE, FLOW, PLAN and COMPARE are told as they begin, the phases of the joint search as they end.
    """

    phase: str
    objective_milli: int = 0
    bound_milli: int = 0


Progress = Callable[[Standing], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveDecision:
    """One decision for each order, in their order, and the proof of the joint part.

    `joint_count` orders were decided jointly; `objective_milli` is what their joint plans cost, `bound_milli` what any
    plans of theirs on the first free day of each node must cost. All three are 0 where deciding one after another
    turned out cheaper and was taken instead.

    `sequence` is what was decided, in that sequence: each order confined to its share, if it has one. `is_cut`: the
    caller's patience ended the search before its effort was spent. `redecided_count` orders were decided again on
    later stock than the search saw. `offered` are orders to which rules offer substitutes; `has_lanes`: units could
    move first. What is confined to its share gets neither.
    """

    decisions: tuple[Decision, ...]
    sequence: tuple[OrderToRoute, ...] = ()
    joint_count: int = 0
    objective_milli: int = 0
    bound_milli: int = 0
    is_cut: bool = False
    redecided_count: int = 0
    offered: frozenset[OrderId] = frozenset()
    has_lanes: bool = False

    @property
    def without_substitutes(self) -> tuple[OrderId, ...]:
        """The orders that were decided as asked though rules offer them other products."""
        ids = (one.inputs.order.id for one in self.decisions if is_confined(one))
        return tuple(order_id for order_id in ids if order_id in self.offered)

    @property
    def without_transfers_count(self) -> int:
        """The orders of which no unit could move first, though the network has transfer lanes."""
        return sum(map(is_confined, self.decisions)) if self.has_lanes else 0


def is_confined(decision: Decision) -> bool:
    """Whether a wave gave the order its share: it is decided from that alone."""
    return decision.inputs.only_node is not None or decision.inputs.allotment is not None


def route_wave(
    requests: Sequence[OrderToRoute],
    world: World,
    stock: StockView,
    capacity: CapacityView,
    effort: Effort = DEFAULT_EFFORT,
    *,
    wave_effort: WaveEffort = DEFAULT_WAVE_EFFORT,
    verify: bool = False,
    progress: Progress = lambda standing: None,
    time_used: TimeUsed = NO_LIMIT,
) -> WaveDecision:
    """Decide `requests`, all for the same instant, jointly where the method allows.

    The search for joint plans ends once `time_used` says that its time has passed; all else is the same.

    Never dearer than one by one, and no order fares worse at a tier than one by one.

    What is decided jointly moves no units over transfer lanes and gets no substitutes, and the bound is that of such
    plans; one by one both may be, and the answer says of which orders they were left out. Orders that the flow leaves
    out, and those outside the method, are decided one after another on what is left. Refuses what `route` refuses.
    """
    assert len({request.decision_time for request in requests}) <= 1, "a wave is decided for one instant"
    if not requests:
        return WaveDecision(decisions=())
    progress(Standing("PREPARE"))
    asked = pose_round(
        requests, world, [Views.of(stock, capacity)] * len(requests), with_levels=False, gathers=False
    )
    progress(Standing("PRICE"))
    inside = find_joint_orders(asked)
    joint, flow = pose_wave(asked)
    if len(joint) >= len(inside):
        progress(Standing("FLOW"))
        shared = share_by_flow(asked, requests, joint, flow)
    else:
        shared = share_by_columns(
            asked, requests, pose_jointly(asked, inside), wave_effort, progress, time_used
        )
    progress(Standing("PLAN"))
    sequence = [*shared.confined, *(order for order in range(len(requests)) if order not in shared.confined)]
    confined = [shared.confined.get(order, requests[order]) for order in sequence]
    decided = route(confined, world, stock, capacity, effort, verify=verify)
    by_order = dict(zip(sequence, decided, strict=True))
    together = tuple(by_order[order] for order in range(len(requests)))
    progress(Standing("COMPARE"))
    apart = route(requests, world, stock, capacity, effort, verify=verify)
    if cost_of(apart) < cost_of(together) or any(map(is_better_at_tiers, apart, together)):
        return WaveDecision(decisions=apart, sequence=tuple(requests), is_cut=shared.is_cut)
    return WaveDecision(
        decisions=together,
        sequence=tuple(confined),
        joint_count=shared.joint_count,
        objective_milli=shared.objective_milli,
        bound_milli=shared.bound_milli,
        is_cut=shared.is_cut,
        offered=frozenset(requests[order].order.id for order in orders_offered(asked, world)),
        has_lanes=bool(world.network.transfer_lanes.lanes),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the joint method gave to whom: requests confined to their share, by their number, in the order to decide."""

    confined: Mapping[int, OrderToRoute]
    joint_count: int
    objective_milli: int
    bound_milli: int
    is_cut: bool = False


def share_by_flow(
    asked: Asked, requests: Sequence[OrderToRoute], orders: Ints, problem: WaveProblem
) -> Shared:
    """Each order that the flow serves gets a node."""
    assignment = assign_orders(problem)
    served = np.flatnonzero(assignment.node != LEFT_OUT)
    pairs = zip(orders[served].tolist(), assignment.node[served].tolist(), strict=True)
    return Shared(
        confined={o: requests[o].confined_to(asked.batch.node_ids[node]) for o, node in pairs},
        joint_count=len(orders),
        objective_milli=assignment.objective_milli,
        bound_milli=assignment.bound_milli,
    )


def share_by_columns(
    asked: Asked,
    requests: Sequence[OrderToRoute],
    posed: Posed,
    effort: WaveEffort,
    progress: Progress,
    time_used: TimeUsed,
) -> Shared:
    """Each order gets what its joint plan uses.

    Where a node's day can run full, orders that the joint plan leaves short stay free: a later day may serve them.
    """
    joint = solve_joint(
        posed.problem,
        effort,
        on_phase=lambda phase: progress(Standing(phase.name, phase.objective_milli, phase.bound_milli)),
        time_used=time_used,
    )
    confined = {
        order: replace(requests[order], allotment=allotment_of(asked, order, plan))
        for order, plan in zip(posed.orders.tolist(), joint.plans, strict=True)
        if not posed.has_capacity or ships_all(asked, order, plan)
    }
    return Shared(
        confined=confined,
        joint_count=len(posed.orders),
        objective_milli=joint.objective_milli,
        bound_milli=joint.bound_milli,
        is_cut=joint.is_cut,
    )


def cost_of(decisions: Sequence[Decision]) -> int:
    """The sum of all objectives, in thousandths of a minor unit."""
    return sum(decision.plan.objective_milli for decision in decisions)


def is_better_at_tiers(one: Decision, other: Decision) -> bool:
    """Whether a decision of an order beats another of the same order before cost comes into it."""
    tiers, others = (
        [level.value for level in decision.plan.levels if level.before_cost] for decision in (one, other)
    )
    return tiers < others


def pose_wave(asked: Asked) -> tuple[Ints, WaveProblem]:
    """The orders inside the joint method, and the flow problem of exactly those."""
    problems, batch = asked.problems, asked.batch
    orders = np.flatnonzero(can_flow(asked))
    costs = whole_costs(problems, orders, asked.posed.options.node, len(batch.node))
    bundle = problems.line_start[orders]
    line = batch.line_start[orders]
    leave = problems.quantity[bundle] * problems.backorder_milli[bundle]
    is_possible = costs < leave[:, None]
    sku, is_scarce = find_scarce(asked, line, is_possible)
    is_limited = (is_scarce[sku] & is_possible & (asked.posed.units[line] < batch.available[line])).any(
        axis=1
    )
    keep = ~has_unequal_scarce(batch.quantity[line], sku, is_scarce) & ~is_limited
    orders, sku, line = orders[keep], sku[keep], line[keep]
    costs, leave, is_possible = costs[keep], leave[keep], is_possible[keep]
    row_number = np.where(is_scarce, np.cumsum(is_scarce.ravel()).reshape(is_scarce.shape) - 1, -1)
    row_sku, row_node = np.nonzero(is_scarce)
    first_line = np.zeros(len(is_scarce), np.int64)
    first_line[sku] = line
    wanted = np.maximum(batch.quantity[first_line[row_sku]], 1)
    return orders, WaveProblem(
        cost_milli=np.where(is_possible, costs, 0),
        is_possible=is_possible,
        row=row_number[sku],
        leave_milli=leave,
        node_capacity=batch.free_slots[0],
        row_capacity=batch.available[first_line[row_sku], row_node] // wanted,
        row_node=row_node,
    )


def can_flow(asked: Asked) -> Bools:
    """Orders of one whole line, the plain price of which is all that counts [O]."""
    problems, batch, verdicts = asked.problems, asked.batch, asked.verdicts
    fit: Bools = (np.diff(batch.line_start) == 1) & (np.diff(problems.term_start) == 0)
    fit &= asked.posed.held == NOT_HELD
    fit &= ~problems.divisible[problems.line_start[:-1]]
    fit &= np.array([not batch.lines[first].in_kit for first in batch.line_start[:-1].tolist()], np.bool_)
    if verdicts.objective is not None:
        has_tiers = np.array([bool(policy.tiers) for policy in verdicts.objective_policies], np.bool_)
        fit &= ~has_tiers[verdicts.objective]
    return fit


def find_scarce(asked: Asked, line: Ints, is_possible: Bools) -> tuple[Ints, Bools]:
    """The SKU number of each order, and where [SKU, node] the orders could together want more than they may take."""
    batch = asked.batch
    numbers: dict[Sku, int] = {}
    sku = np.array([numbers.setdefault(batch.lines[at].sku, len(numbers)) for at in line.tolist()], np.int64)
    wanted = np.zeros((len(numbers), len(batch.node)), np.int64)
    held = np.full_like(wanted, UNLIMITED)
    np.add.at(wanted, sku, np.where(is_possible, batch.quantity[line][:, None], 0))
    np.minimum.at(held, sku, asked.posed.units[line])
    return sku, wanted > held


def has_unequal_scarce(quantity: Ints, sku: Ints, is_scarce: Bools) -> Bools:
    """Which orders want a SKU that could run short and is wanted in different quantities."""
    least = np.full(len(is_scarce), UNLIMITED, np.int64)
    most = np.zeros(len(is_scarce), np.int64)
    np.minimum.at(least, sku, quantity)
    np.maximum.at(most, sku, quantity)
    is_unequal: Bools = (is_scarce.any(axis=1) & (least != most))[sku]
    return is_unequal
