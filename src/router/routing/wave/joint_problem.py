"""A round -> the joint problem of those of its orders that can be decided jointly, and the way back.

Outside the joint method are held orders, orders whose rules set tiers before cost, orders of which several bundles want
one SKU, and those whose safety stock leaves a row less than it leaves others. Capacity counts on the first free day.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from router.domain.identifiers import NodeId, Sku
from router.routing.decision import Allotment
from router.routing.problem.problems import NOT_HELD
from router.routing.round.round import Asked
from router.solver.problem import UNLIMITED, Bools, Ints, Opened, OrderProblems, concatenate
from router.solver.wave.problem import NO_ROW, JointProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """The joint problem, and the round's number of each of its orders."""

    orders: Ints
    problem: JointProblem
    stock_row: Ints
    """Number of the SKU x columns of nodes + column, of each row of stock; they come first."""
    slot_node: Ints
    """The column of the node of each row of shipments."""

    @property
    def has_capacity(self) -> bool:
        """Whether a node's day can run full."""
        return len(self.slot_node) > 0


def find_joint_orders(asked: Asked) -> Ints:
    """The round's numbers of all orders that are inside the method."""
    batch = asked.batch
    inside = can_join(asked)
    kept_back = (units_left(asked) < row_limits(asked, inside)[number_skus(asked)]) & (batch.available > 0)
    inside[batch.line_order[kept_back.any(axis=1)]] = False
    return np.flatnonzero(inside)


def row_limits(asked: Asked, inside: Bools) -> Ints:
    """Units of each SKU at each node [SKU, N] that the orders inside may take together."""
    sku_of_line = number_skus(asked)
    lines = np.flatnonzero(inside[asked.batch.line_order])
    limits = np.zeros((int(sku_of_line.max(initial=-1)) + 1, len(asked.batch.node)), np.int64)
    np.maximum.at(limits, sku_of_line[lines], units_left(asked)[lines])
    return limits


def can_join(asked: Asked) -> Bools:
    """Orders whose own problem is all there is to them [O]."""
    batch, verdicts = asked.batch, asked.verdicts
    fit: Bools = asked.posed.held == NOT_HELD
    fit[list(batch.sharing)] = False
    fit &= np.array([request.only_node is None for request in batch.requests], np.bool_)
    if verdicts.objective is not None:
        has_tiers = np.array([bool(policy.tiers) for policy in verdicts.objective_policies], np.bool_)
        fit &= ~has_tiers[verdicts.objective]
    return fit


def number_skus(asked: Asked) -> Ints:
    """The number of each line's SKU, in the order in which they first appear."""
    numbers: dict[Sku, int] = {}
    return np.array([numbers.setdefault(line.sku, len(numbers)) for line in asked.batch.lines], np.int64)


def units_left(asked: Asked) -> Ints:
    """What safety stock leaves of each node's units to each line [L, N]; caps limit an order and no row."""
    left = asked.batch.available
    for limit in asked.verdicts.stock_limits:
        if not limit.is_cap:
            left = np.minimum(left, limit.units_max)
    return left


def pose_jointly(asked: Asked, orders: Ints) -> Posed:
    """State the joint problem of these orders, at least one, all inside the method."""
    sku_of_line = number_skus(asked)
    stock = row_limits(asked, np.isin(np.arange(len(asked.problems)), orders))
    batch, whole = asked.batch, asked.problems
    problems = whole if len(orders) == len(whole) else _some(whole, orders)
    options = asked.posed.options
    own = np.concatenate([np.arange(options.start[o], options.start[o + 1]) for o in orders] or [orders])
    column = np.zeros(len(problems.capacity), np.int64)
    first_node = np.repeat(problems.node_start[:-1], np.diff(problems.option_start))
    column[first_node + problems.option_node] = options.node[own]
    columns = len(batch.node)
    start, row, units = [0], [], []
    for place, order in enumerate(orders.tolist()):
        nodes = column[problems.node_start[place] : problems.node_start[place + 1]]
        for bundle in batch.bundles.of_order(order):
            parts = batch.bundles.parts_of(bundle)
            skus = np.array([sku_of_line[line] for line, _ in parts])
            row.append((skus[None, :] * columns + nodes[:, None]).ravel())
            units.append(np.tile([count for _, count in parts], len(nodes)))
            start.extend(start[-1] + len(parts) * (1 + np.arange(len(nodes))))
    flat = np.concatenate([*row, np.zeros(0, np.int64)]).astype(np.int64)
    used, draw_row = np.unique(flat, return_inverse=True)
    order_of_node = np.repeat(orders, np.diff(problems.node_start))
    free = batch.free_slots[order_of_node, column]
    is_limited = free < UNLIMITED
    slots, slot_row = np.unique(column[is_limited], return_inverse=True)
    slot_limit = np.zeros(len(slots), np.int64)
    slot_limit[slot_row] = free[is_limited]
    slot = np.full(len(column), NO_ROW)
    slot[is_limited] = len(used) + slot_row
    return Posed(
        orders=orders,
        problem=JointProblem(
            orders=problems,
            draw_start=np.array(start, np.int64),
            draw_row=draw_row.astype(np.int64),
            draw_units=np.concatenate([*units, np.zeros(0, np.int64)]).astype(np.int64),
            slot_row=slot.astype(np.int64),
            limit=np.concatenate((stock.ravel()[used], slot_limit)).astype(np.int64),
        ),
        stock_row=used,
        slot_node=slots,
    )


def _some(problems: OrderProblems, orders: Ints) -> OrderProblems:
    return concatenate([problems[order] for order in orders.tolist()])


def allotment_of(asked: Asked, order: int, plan: Sequence[Opened]) -> Allotment:
    """What a plan of the round's order uses, set aside for it."""
    batch, options = asked.batch, asked.posed.options
    first = batch.bundles.of_order(order).start
    units: dict[Sku, dict[NodeId, int]] = defaultdict(lambda: defaultdict(int))
    shipments: dict[NodeId, int] = defaultdict(int)
    for opened in plan:
        node_id = batch.node_ids[int(options.node[int(options.start[order]) + opened.option])]
        shipments[node_id] += 1
        for bundle, count in opened.units:
            for line, per_bundle in batch.bundles.parts_of(first + bundle):
                units[batch.lines[line].sku][node_id] += count * per_bundle
    return Allotment(units={sku: dict(by_node) for sku, by_node in units.items()}, shipments=dict(shipments))


def ships_all(asked: Asked, order: int, plan: Sequence[Opened]) -> bool:
    """Whether a plan of the round's order leaves nothing out."""
    wanted = int(asked.batch.bundles.quantity[asked.batch.bundles.slice_of(order)].sum())
    return sum(count for opened in plan for _, count in opened.units) == wanted
