"""Why units of a line are not shipped: a stable code, found from the widest reason to the narrowest."""

from enum import StrEnum

import numpy as np

from router.domain.plan import HELD_BY_RULE as HELD
from router.routing.problem.options import fits
from router.routing.problem.problems import NOT_HELD
from router.routing.problem.terms import measure_shipment
from router.routing.round.round import Solved
from router.rules.verdicts import ANY_SHIPMENT, METRIC_MAX, Hold
from router.solver.problem import Bools, Ints, OrderProblem
from router.solver.tables import NO_ROW


class ShortfallReason(StrEnum):
    """The first that holds is given."""

    HELD_BY_RULE = HELD
    """A rule holds the whole order until a person releases it."""
    HELD_BY_PERSON = "HELD_BY_PERSON"
    """A person holds the order, which was edited meanwhile."""
    NO_STOCK = "NO_STOCK"
    """No open node holds any of it."""
    NO_SHIP_DAY = "NO_SHIP_DAY"
    """The nodes that hold it are closed for long, or full."""
    SAFETY_STOCK = "SAFETY_STOCK"
    """Safety stock keeps back what the line lacks."""
    STOCK_CAP = "STOCK_CAP"
    """A cap on the stock that the order may take keeps back what the line lacks."""
    NO_SERVICE = "NO_SERVICE"
    """No service level carries it from the nodes that hold it to the destination."""
    BANNED_BY_RULE = "BANNED_BY_RULE"
    """Rules remove every way that is left."""
    PARTIAL_STOCK = "PARTIAL_STOCK"
    """The nodes that may ship it hold less than is wanted."""
    NO_NODE_HOLDS_ALL = "NO_NODE_HOLDS_ALL"
    """The line may not be shared out, and no node that may ship it holds all of it."""
    NOT_TOGETHER = "NOT_TOGETHER"
    """Nothing can carry the whole kit or group that it belongs to."""
    SHIP_COMPLETE = "SHIP_COMPLETE"
    """The order ships whole or not at all, and another of its lines cannot."""
    SPLIT_LIMIT = "SPLIT_LIMIT"
    """The order has as many shipments as it may have."""
    CHEAPER_TO_BACKORDER = "CHEAPER_TO_BACKORDER"
    """It could ship, but every way costs more than leaving it out."""


def hold_of(solved: Solved) -> Hold | None:
    """The rule that holds the order back, if one does."""
    number = int(solved.round.posed.held[solved.order])
    return None if number < 0 else solved.verdicts.holds[number]


def is_held(solved: Solved) -> bool:
    """Whether a rule or a person holds the order back."""
    return int(solved.round.posed.held[solved.order]) != NOT_HELD


def reason_of(solved: Solved, line: int) -> ShortfallReason:
    """Why units of line number `line` of the round stay behind in the plan of `order`."""
    if is_held(solved):
        return ShortfallReason.HELD_BY_PERSON if hold_of(solved) is None else ShortfallReason.HELD_BY_RULE
    return blocked_because(solved, line) or torn_because(solved, line) or limited_because(solved, line)


def blocked_because(solved: Solved, line: int) -> ShortfallReason | None:
    """What keeps the whole line from shipping, whatever else the order does; None when nothing does."""
    batch, order = solved.batch, solved.order
    if can_be_gathered(solved, line):
        return None
    held = (batch.available[line] > 0) & (np.arange(len(batch.node)) < batch.plain_count)
    if not held.any():
        return ShortfallReason.NO_STOCK
    held &= batch.ship_day[order] > 0
    if not held.any():
        return ShortfallReason.NO_SHIP_DAY
    units = solved.round.posed.units[line]
    if not (held & (units > 0)).any():
        return keeper_of(solved, line, held)
    row = batch.row[order]
    can_carry = (row != NO_ROW) & fits(batch, np.array([line]), row)
    if not (held & can_carry.any(axis=1)).any():
        return ShortfallReason.NO_SERVICE
    return short_at(solved, line, nodes_for(solved, line, can_carry))


def can_be_gathered(solved: Solved, line: int) -> bool:
    """Whether all of the line could be brought together somewhere and shipped from there."""
    own = int(solved.batch.bundles.bundle_of_line()[line]) - solved.bundles.start
    return bool(((solved.problem.awaits != 0) & solved.problem.allowed[own]).any())


def nodes_for(solved: Solved, line: int, can_carry: Bools) -> Ints:
    """The columns of nodes that rules let ship the line, were it not for the rest of its kit or its group."""
    batch, order = solved.batch, solved.order
    way = can_carry & (batch.ship_day[order] > 0)[:, None]
    for removal in solved.verdicts.removals:
        if removal.box == ANY_SHIPMENT:
            way = way & ~removal.mask[line if removal.of_lines else order]
    way[batch.plain_count :] = False
    return np.flatnonzero(way.any(axis=1) & (solved.round.posed.units[line] > 0))


def short_at(solved: Solved, line: int, nodes: Ints) -> ShortfallReason | None:
    """What the nodes that may ship a line lack of it, if anything."""
    if not len(nodes):
        return ShortfallReason.BANNED_BY_RULE
    batch = solved.batch
    wanted = int(batch.quantity[line])
    usable = np.minimum(solved.round.posed.units[line, nodes], wanted)
    there = np.minimum(batch.available[line, nodes], wanted)
    if usable.sum() < wanted:
        return keeper_of(solved, line, nodes) if there.sum() >= wanted else ShortfallReason.PARTIAL_STOCK
    if not is_divisible(solved, line) and usable.max() < wanted:
        return keeper_of(solved, line, nodes) if there.max() >= wanted else ShortfallReason.NO_NODE_HOLDS_ALL
    return None


def keeper_of(solved: Solved, line: int, nodes: Ints | Bools) -> ShortfallReason:
    """Whether safety stock or a cap keeps most back at these nodes; safety stock if both keep as much."""
    available = solved.batch.available[line, nodes]
    kept = {False: 0, True: 0}
    for limit in solved.verdicts.stock_limits:
        back = np.maximum(0, available - limit.units_max[line, nodes]).sum()
        kept[limit.is_cap] = max(kept[limit.is_cap], int(back))
    return ShortfallReason.STOCK_CAP if kept[True] > kept[False] else ShortfallReason.SAFETY_STOCK


def is_divisible(solved: Solved, line: int) -> bool:
    own = int(solved.batch.bundles.bundle_of_line()[line]) - solved.bundles.start
    return bool(solved.problem.divisible[own])


def torn_because(solved: Solved, line: int) -> ShortfallReason | None:
    """Whether the line's kit or group, which must travel whole, has no way although the line alone has one."""
    problem = solved.problem
    own = int(solved.batch.bundles.bundle_of_line()[line]) - solved.bundles.start
    group = problem.together[own]
    mates = np.flatnonzero(problem.together == group) if group >= 0 else np.array([own])
    room = np.where(problem.allowed[mates], problem.usable[mates][:, problem.option_node], 0)
    wanted = problem.quantity[mates][:, None]
    is_kit = len(solved.batch.bundles.parts_of(own + solved.bundles.start)) > 1
    if group >= 0 and len(mates) > 1 and not (room >= wanted).all(axis=0).any():
        return ShortfallReason.NOT_TOGETHER
    if is_kit and room.max(axis=1, initial=0).sum() < (1 if problem.divisible[own] else wanted.sum()):
        return ShortfallReason.NOT_TOGETHER
    return None


def is_barred(problem: OrderProblem, own: int) -> bool:
    """Whether rules forbid, in every option that may carry the bundle, all shipments that have any of it in them."""
    least = measure_shipment(
        problem.metric, {own: 1 if problem.divisible[own] else int(problem.quantity[own])}
    )
    is_closed = problem.term_forbids & (problem.term_high >= METRIC_MAX).all(axis=1)
    barred = set(problem.term_option[is_closed & (problem.term_low <= least).all(axis=1)].tolist())
    return bool(barred) and barred.issuperset(np.flatnonzero(problem.allowed[own]).tolist())


def limited_because(solved: Solved, line: int) -> ShortfallReason:
    """Why a line that could ship on its own does not ship in this plan."""
    problem = solved.problem
    own = int(solved.batch.bundles.bundle_of_line()[line]) - solved.bundles.start
    if is_barred(problem, own):
        return ShortfallReason.BANNED_BY_RULE
    if solved.order in solved.batch.sharing and problem.usable[own].sum() < problem.quantity[own]:
        return ShortfallReason.PARTIAL_STOCK
    if problem.ship_complete and any(
        blocked_because(solved, other) for other in solved.lines if other != line
    ):
        return ShortfallReason.SHIP_COMPLETE
    if len(solved.solution.opened) >= problem.shipments_max:
        return ShortfallReason.SPLIT_LIMIT
    return ShortfallReason.CHEAPER_TO_BACKORDER
