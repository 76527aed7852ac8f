"""What the prices of a decision kept for later orders: the order decided again as if nobody looked ahead."""

from collections.abc import Mapping
from dataclasses import replace

from router.domain.identifiers import NodeId, Sku
from router.routing.decision import NO_PRICES, Inputs
from router.routing.explain.counterfactual import shipped
from router.routing.explain.explanation import Kept
from router.routing.replay import Recorded
from router.routing.round.round import Solved
from router.routing.substitutes import solve_round


def find_kept(solved: Solved, inputs: Inputs) -> tuple[Kept, ...]:
    """What would have been taken without prices and has one, by node and SKU; nothing where the plan is the same."""
    prices = inputs.prices
    if not prices.stock_milli and not prices.capacity_milli:
        return ()
    world = replace(solved.round.world, prices=NO_PRICES)
    (myopic,) = solve_round([solved.request], world, [Recorded(inputs)], inputs.effort)
    if shipped(myopic, myopic.solution.opened) == shipped(solved, solved.solution.opened):
        return ()
    would, did = units_from(myopic), units_from(solved)
    kept = [
        Kept(
            node_id=node_id,
            sku=sku,
            units=units - did.get((node_id, sku), 0),
            available=inputs.stock[sku][node_id],
            price_milli=prices.stock_milli.get(sku, {}).get(node_id, 0),
        )
        for (node_id, sku), units in sorted(would.items())
    ]
    nodes, others = nodes_of(myopic), nodes_of(solved)
    kept += [
        Kept(node_id=node_id, sku=None, units=count - others.get(node_id, 0), available=0, price_milli=milli)
        for node_id, count in sorted(nodes.items())
        if (milli := prices.capacity_milli.get(node_id, 0))
    ]
    return tuple(one for one in kept if one.units > 0 and one.price_milli > 0)


def units_from(solved: Solved) -> Mapping[tuple[NodeId, Sku], int]:
    """Units that leave each node."""
    taken: dict[tuple[NodeId, Sku], int] = {}
    for node_id, sku, count in solved.takings():
        taken[node_id, sku] = taken.get((node_id, sku), 0) + count
    return taken


def nodes_of(solved: Solved) -> Mapping[NodeId, int]:
    """Shipments from each node."""
    counts: dict[NodeId, int] = {}
    for node_id, _, _ in solved.shipments():
        counts[node_id] = counts.get(node_id, 0) + 1
    return counts
