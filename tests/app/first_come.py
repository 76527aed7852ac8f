"""A way of deciding that a test can foresee: lines in turn, nodes by id, a shipment a node, the rest waits."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from router.domain.identifiers import Day, NodeId, ServiceLevelId, Sku
from router.domain.order import Order
from router.domain.plan import (
    Allocation,
    Parcel,
    Plan,
    Shipment,
    SolutionMethod,
    SolutionStatus,
    Unshipped,
    UnshippedAction,
)
from router.routing.decision import Decision, Inputs
from router.routing.world import CapacityView, OrderToRoute, StockView, World

SHIP_DAY = Day(750_000)
"""So far away that nothing is late."""


def first_come(
    requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
) -> tuple[Decision, ...]:
    """The order's attribute `unshipped` says what becomes of the rest: BACKORDER (if absent), CANCEL or HOLD."""
    left: dict[Sku, dict[NodeId, int]] = {}
    decisions = []
    for request in requests:
        for line in request.order.lines:
            left.setdefault(line.sku, dict(stock.available(line.sku)))
        plan = replace(plan_of(request.order, left), on_account=trusting(world))
        decisions.append(Decision(inputs=inputs_of(request, world), planned=plan))
    return tuple(decisions)


def first_come_unpaid(
    requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
) -> tuple[Decision, ...]:
    """The same, as if a rule let all goods leave unpaid."""
    decided = first_come(requests, world, stock, capacity)
    return tuple(replace(one, planned=replace(one.plan, on_account="test/unpaid")) for one in decided)


def trusting(world: World) -> str:
    """The first rule that lets goods leave unpaid; here such a rule is meant for every order."""
    return next((rule.ref.name for one in world.rules.sets for rule in one.on_account), "")


def plan_of(order: Order, left: Mapping[Sku, dict[NodeId, int]]) -> Plan:
    loads: dict[NodeId, list[Allocation]] = {}
    unshipped = []
    action = UnshippedAction(order.attributes.get("unshipped", "BACKORDER"))
    for line in order.lines:
        missing = line.quantity
        nodes = left[line.sku]
        for node_id in sorted(nodes):
            if units := min(missing, nodes[node_id]):
                nodes[node_id] -= units
                missing -= units
                loads.setdefault(node_id, []).append(
                    Allocation(line_id=line.id, sku=line.sku, quantity=units)
                )
        if missing:
            unshipped.append(Unshipped(line_id=line.id, sku=line.sku, quantity=missing, action=action))
    return Plan(
        status=SolutionStatus.FEASIBLE,
        method=SolutionMethod.OPEN_SETS,
        objective_milli=0,
        bound_milli=0,
        work=1,
        shipments=tuple(a_shipment(node_id, loads[node_id]) for node_id in sorted(loads)),
        unshipped=tuple(unshipped),
    )


def a_shipment(node_id: NodeId, allocations: Sequence[Allocation]) -> Shipment:
    parcel = Parcel(allocations=tuple(allocations), weight_grams=1, billable_weight_grams=1, charge_milli=0)
    return Shipment(
        node_id=node_id,
        service_level_id=ServiceLevelId("POSTE/COLIS"),
        parcels=(parcel,),
        ship_day=SHIP_DAY,
        delivery_day=Day(SHIP_DAY + 1),
    )


def inputs_of(request: OrderToRoute, world: World) -> Inputs:
    return Inputs(
        order=request.order,
        decision_time=request.decision_time,
        products=tuple(world.products[line.sku] for line in request.order.lines),
        stock={},
        shipments_booked={},
        rules_digest=world.rules.digest,
        network_digest=world.network.digest,
    )
