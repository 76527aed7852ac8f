"""Decide an order again: what of it can still be decided, on stock and capacity with its own shipments given back.

    the order, what stands of it -> decided with a price for moving, and without -> the better of the two
                                 -> decided once more, confined to what it holds -> what staying costs at the least

It moves only when that is better than staying by more than the price of every shipment that changes, or when what
stands cannot be kept under the rules, on the stock and at the nodes of today. So no order is worse off than before.

SOURCE: that decisions should be looked at again before they are released, and what it saves: P. J. Xu, R. Allgor,
S. C. Graves, Benefits of reevaluating real-time order fulfillment decisions, MSOM 11(2), 2009.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs

from router.domain.identifiers import NodeId, Sku
from router.domain.order import Order
from router.domain.plan import CostKind, Plan, SolutionStatus
from router.routing.decision import Allotment, Decision, Replacing, Standing, withdrawn_numbers
from router.routing.inputs import inputs_of
from router.routing.plan.plans import plan_of
from router.routing.round.round import Solved
from router.routing.route import judge
from router.routing.substitutes import solve_round
from router.routing.world import OrderToRoute, View, World
from router.solver.problem import DEFAULT_EFFORT, Effort

Worth = tuple[tuple[int, ...], int]
"""Tiers, then thousandths of a minor unit with the price of every change: less is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A decision that replaces another. `saved_milli` None: what stood could not be kept, so it has no price."""

    decision: Decision
    saved_milli: int | None


def reroute(
    request: OrderToRoute,
    world: World,
    view: View,
    effort: Effort = DEFAULT_EFFORT,
    *,
    verify: bool = False,
) -> Moved | None:
    """A better decision for an order that stands; None: it stays as it is.

    `view` has its standing units and shipments given back. The price of a shipment that changes is `move_milli` of
    what it replaces. `verify` as in `route`.
    """
    replacing = request.replacing
    assert replacing is not None, "something stands"
    eager = structs.replace(request, replacing=structs.replace(replacing, move_milli=0))
    standing_in = tuple(one for standing in replacing.standing for one in standing.substitutes)
    staying = structs.replace(
        eager, allotment=own_allotment(request.order, replacing), substitutions=standing_in
    )
    # Of two that are worth the same the first is taken: the one that charges nothing for moving.
    *tried, stays = solve_round([eager, request, staying], world, [view] * 3, effort)
    if verify:
        for solved in (*tried, stays):
            judge(solved)
    price = replacing.move_milli
    best = min((decided(one, view) for one in tried), key=lambda one: worth_of(one, price))
    if is_the_same(best):
        return None
    stay = plan_of(stays)
    if not (lanes_are_open(stays, replacing) and keeps_all(stay, request.order, replacing)):
        return Moved(decision=best, saved_milli=None)
    if worth_of(best, price) >= worth_at_least(stay):
        return None
    return Moved(decision=best, saved_milli=worth_at_least(stay)[1] - money_of(best.plan))


def decided(solved: Solved, view: View) -> Decision:
    return Decision(inputs=inputs_of(solved, view), planned=plan_of(solved))


def own_allotment(order: Order, replacing: Replacing) -> Allotment:
    """What stands, set aside: with nothing else to take an order can but stay."""
    units: dict[Sku, Counter[NodeId]] = {}
    for sku, node_id, count in standing_units(order, replacing.standing):
        units.setdefault(sku, Counter())[node_id] += count
    return Allotment(units=units, shipments=Counter(one.node_id for one in replacing.standing))


def standing_units(order: Order, standing: Sequence[Standing]) -> list[tuple[Sku, NodeId, int]]:
    """Units at nodes by what stands there: the product that was asked for, or what stands in for it."""
    skus = {line.id: line.sku for line in order.lines}
    units: list[tuple[Sku, NodeId, int]] = []
    for one in standing:
        left = dict(one.units)
        for other in one.substitutes:
            left[other.line_id] -= other.quantity
            units.append((other.sku, one.node_id, other.quantity))
        units += [(skus[line_id], one.node_id, count) for line_id, count in left.items() if count]
    return units


def lanes_are_open(solved: Solved, replacing: Replacing) -> bool:
    """Whether each node that something stands at may still send something of it by the same service level."""
    lanes = [solved.lane_of(option) for option in range(len(solved.problem.option_node))]
    batch = solved.batch
    is_open = {(batch.node_ids[node], batch.network.services[service].id) for node, service in lanes}
    return all((one.node_id, one.service_level_id) in is_open for one in replacing.standing)


def keeps_all(stay: Plan, order: Order, replacing: Replacing) -> bool:
    """Whether all standing units can leave from where they are, as things are now."""
    held, kept = Counter[tuple[Sku, NodeId]](), Counter[tuple[Sku, NodeId]]()
    for sku, node_id, count in standing_units(order, replacing.standing):
        held[sku, node_id] += count
    for shipment in stay.shipments:
        for parcel in shipment.parcels:
            for one in parcel.allocations:
                kept[one.sku, shipment.node_id] += one.quantity
    return held <= kept


def is_the_same(decision: Decision) -> bool:
    """Whether every shipment stays and none is added."""
    replacing = decision.inputs.replacing
    assert replacing is not None, "something stands"
    return len(decision.plan.shipments) == len(replacing.standing) and not withdrawn_numbers(decision)


def worth_of(decision: Decision, price_milli: int) -> Worth:
    """What a plan comes to when each shipment that it does not keep costs the price."""
    changes = len(withdrawn_numbers(decision))
    return tiers_of(decision.plan), money_of(decision.plan) + price_milli * changes


def worth_at_least(stay: Plan) -> Worth:
    """What staying comes to: where the search was cut short, no more than is proven."""
    proven = stay.status is SolutionStatus.OPTIMAL
    return tiers_of(stay), stay.objective_milli if proven else stay.bound_milli


def tiers_of(plan: Plan) -> tuple[int, ...]:
    return tuple(level.value for level in plan.levels if level.before_cost)


def money_of(plan: Plan) -> int:
    """What it costs without what moving was charged in the search."""
    moves = sum(part.amount_milli for part in plan.costs if part.kind is CostKind.MOVE)
    return plan.objective_milli - moves
