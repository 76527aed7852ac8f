"""Why units of a line are not shipped: a stable code, found from the widest reason to the narrowest."""

from enum import StrEnum

import numpy as np

from router.routing.network import NO_ROW
from router.routing.options import fits
from router.routing.round import Solved


class ShortfallReason(StrEnum):
    """The first that holds is given."""

    NO_STOCK = "NO_STOCK"
    """No open node holds any of it."""
    NO_SHIP_DAY = "NO_SHIP_DAY"
    """The nodes that hold it are closed for long, or full."""
    NO_SERVICE = "NO_SERVICE"
    """No service level carries it from the nodes that hold it to the destination."""
    BANNED_BY_RULE = "BANNED_BY_RULE"
    """Rules remove every way that is left."""
    PARTIAL_STOCK = "PARTIAL_STOCK"
    """The nodes that may ship it hold less than is wanted."""
    NO_NODE_HOLDS_ALL = "NO_NODE_HOLDS_ALL"
    """The line may not be shared out, and no node that may ship it holds all of it."""
    SHIP_COMPLETE = "SHIP_COMPLETE"
    """The order ships whole or not at all, and another of its lines cannot."""
    SPLIT_LIMIT = "SPLIT_LIMIT"
    """The order has as many shipments as it may have."""
    CHEAPER_TO_BACKORDER = "CHEAPER_TO_BACKORDER"
    """It could ship, but every way costs more than leaving it out."""


def reason_of(solved: Solved, line: int) -> ShortfallReason:
    """Why units of line number `line` of the round stay behind in the plan of `order`."""
    return blocked_because(solved, line) or limited_because(solved, line)


def blocked_because(solved: Solved, line: int) -> ShortfallReason | None:
    """What keeps the whole line from shipping, whatever else the order does; None when nothing does."""
    batch, order = solved.batch, solved.order
    held = batch.available[line] > 0
    if not held.any():
        return ShortfallReason.NO_STOCK
    held &= batch.ship_day[order] > 0
    if not held.any():
        return ShortfallReason.NO_SHIP_DAY
    problem = solved.problem
    own = line - solved.lines.start
    nodes = np.unique(problem.option_node[problem.allowed[own]])
    if not len(nodes):
        can_carry = fits(batch, np.array([line]), batch.row[order])
        is_carried = (held[:, None] & (batch.row[order] != NO_ROW) & can_carry).any()
        return ShortfallReason.BANNED_BY_RULE if is_carried else ShortfallReason.NO_SERVICE
    usable = problem.usable[own, nodes]
    if usable.sum() < batch.quantity[line]:
        return ShortfallReason.PARTIAL_STOCK
    if not problem.divisible[own] and usable.max() < batch.quantity[line]:
        return ShortfallReason.NO_NODE_HOLDS_ALL
    return None


def limited_because(solved: Solved, line: int) -> ShortfallReason:
    """Why a line that could ship on its own does not ship in this plan."""
    problem = solved.problem
    if problem.ship_complete and any(
        blocked_because(solved, other) for other in solved.lines if other != line
    ):
        return ShortfallReason.SHIP_COMPLETE
    if len(solved.solution.opened) >= problem.shipments_max:
        return ShortfallReason.SPLIT_LIMIT
    return ShortfallReason.CHEAPER_TO_BACKORDER
