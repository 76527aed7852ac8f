"""What each node that holds something of a decided order could have done, and what kept it from doing so."""

import numpy as np

from router.domain.identifiers import NodeId
from router.routing.decision import Decision
from router.routing.explain.explanation import Alternative, Limited, NodeAccount, Obstacle, Removed
from router.routing.network.lanes import NO_DAY
from router.routing.problem.options import fits
from router.routing.problem.problems import NOT_HELD
from router.routing.round.round import Solved
from router.rules.verdicts import ANY_SHIPMENT, Removal
from router.solver.problem import Bools
from router.solver.tables import NO_ROW


def holders(decision: Decision) -> list[NodeId]:
    """The nodes that hold any of the order, by id."""
    return sorted({node_id for nodes in decision.inputs.stock.values() for node_id in nodes})


def account_for_nodes(
    solved: Solved, decision: Decision, alone: dict[NodeId, Alternative]
) -> tuple[NodeAccount, ...]:
    """Every holder: the ranked ones, then those that cannot ship."""
    batch = solved.batch
    ranking = sorted(alone, key=lambda node_id: (alone[node_id].packed_milli, node_id))
    carried = could_travel(solved)
    accounts = []
    for node_id in ranking + [node_id for node_id in holders(decision) if node_id not in alone]:
        column = batch.column_of.get(node_id)
        accounts.append(
            NodeAccount(
                node_id=node_id,
                obstacle=None if node_id in alone else obstacle_of(solved, column, carried),
                removed=() if column is None else removed_at(solved, column, carried),
                limited=() if column is None else limited_at(solved, column),
                alone=alone.get(node_id),
                rank=ranking.index(node_id) + 1 if node_id in alone else None,
            )
        )
    return tuple(accounts)


def could_travel(solved: Solved) -> Bools:
    """Which line could leave which node by which service level if there were no rules [L, N, S]."""
    batch = solved.batch
    lines = np.arange(len(batch.lines))
    carried: Bools = fits(batch, lines[:, None], batch.row[0]) & (batch.row[0] != NO_ROW)
    return carried & (batch.available > 0)[:, :, None]


def obstacle_of(solved: Solved, column: int | None, carried: Bools) -> Obstacle:
    """Why the node ships nothing; a holder without a column is closed."""
    batch, posed = solved.batch, solved.round.posed
    if posed.held[0] != NOT_HELD:
        return Obstacle.ORDER_HELD
    if column is None:
        return Obstacle.NODE_CLOSED
    if batch.ship_day[0, column] == NO_DAY:
        return Obstacle.NO_SHIP_DAY
    if not (posed.units[:, column] > 0).any():
        return Obstacle.KEPT_BACK
    if (batch.row[0, column] == NO_ROW).all():
        return Obstacle.NOT_SERVED
    left = carried[:, column] & (posed.units[:, column] > 0)[:, None]
    if not left.any():
        return Obstacle.NOT_CARRIED
    for removal in solved.verdicts.removals:
        if removal.box == ANY_SHIPMENT:
            left = left & ~mask_at(removal, column)
    return Obstacle.INCOMPLETE_KIT if left.any() else Obstacle.REMOVED_BY_RULES


def removed_at(solved: Solved, column: int, carried: Bools) -> tuple[Removed, ...]:
    """What each rule takes away of what could travel from the node."""
    batch = solved.batch
    found = []
    for removal in solved.verdicts.removals:
        hit = carried[:, column] & mask_at(removal, column)
        if hit.any():
            found.append(
                Removed(
                    rule=removal.rule,
                    service_level_ids=tuple(
                        batch.network.services[number].id for number in np.flatnonzero(hit.any(axis=0))
                    ),
                    skus=tuple(batch.lines[number].sku for number in np.flatnonzero(hit.any(axis=1))),
                    only_some=removal.box != ANY_SHIPMENT,
                )
            )
    return tuple(found)


def mask_at(removal: Removal, column: int) -> Bools:
    """The removal at one node, over lines (or one row for all) and service levels (or one column for all)."""
    return removal.mask[:, column if removal.mask.shape[1] > 1 else 0]


def limited_at(solved: Solved, column: int) -> tuple[Limited, ...]:
    """The limits that keep the node from sending as much of a line as it holds and the line wants."""
    batch = solved.batch
    wanted = np.minimum(batch.available[:, column], batch.quantity)
    return tuple(
        Limited(
            rule=limit.rule,
            is_cap=limit.is_cap,
            sku=batch.lines[number].sku,
            available=int(batch.available[number, column]),
            units_max=int(limit.units_max[number, column]),
        )
        for limit in solved.verdicts.stock_limits
        for number in np.flatnonzero(limit.units_max[:, column] < wanted).tolist()
    )
