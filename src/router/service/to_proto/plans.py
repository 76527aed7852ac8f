"""Plans: amounts are rounded once for the whole plan, so that its parts add up wherever they are shown."""

from collections.abc import Sequence

from router.api.messages.times import date_text, timestamp
from router.api.v1 import order_pb2
from router.app.answers import Versions
from router.app.orders.shipments import shipment_id_of
from router.domain.identifiers import OrderId
from router.domain.plan import (
    Allocation,
    CostKind,
    CostPart,
    Level,
    LevelValue,
    Parcel,
    Plan,
    Shipment,
    SolutionMethod,
    SolutionStatus,
    Unshipped,
    UnshippedAction,
)
from router.service.money import round_half_even, round_parts

STATUSES = {one: order_pb2.SolutionStatus.Value(f"SOLUTION_STATUS_{one}") for one in SolutionStatus}
METHODS = {one: order_pb2.SolutionMethod.Value(f"SOLUTION_METHOD_{one}") for one in SolutionMethod}
KINDS = {one: order_pb2.CostKind.Value(f"COST_KIND_{one}") for one in CostKind}
LEVELS = {one: order_pb2.Level.Value(f"LEVEL_{one.name}") for one in Level}
ACTIONS = {one: order_pb2.UnshippedAction.Value(f"UNSHIPPED_ACTION_{one}") for one in UnshippedAction}


def plan_message(plan: Plan, order_id: OrderId, numbers: Sequence[int]) -> order_pb2.Plan:
    """`numbers` are those of the plan's shipments."""
    costs = cost_messages(plan.costs)
    shipments = []
    first_cost = 0
    for number, shipment in zip(numbers, plan.shipments, strict=True):
        own_costs = costs[first_cost : first_cost + len(shipment.costs)]
        first_cost += len(shipment.costs)
        shipments.append(_shipment_message(shipment, shipment_id_of(order_id, number), own_costs))
    return order_pb2.Plan(
        status=STATUSES[plan.status],
        method=METHODS[plan.method],
        total_minor=round_half_even(plan.objective_milli),
        objective_milli=plan.objective_milli,
        bound_milli=plan.bound_milli,
        gap_ppm=gap_ppm(plan.objective_milli, plan.bound_milli),
        work=plan.work,
        shipments=shipments,
        unshipped=[_unshipped_message(one) for one in plan.unshipped],
        costs=costs,
        levels=level_messages(plan.levels),
    )


def level_messages(levels: Sequence[LevelValue]) -> list[order_pb2.LevelValue]:
    return [
        order_pb2.LevelValue(level=LEVELS[one.level], value=one.value, before_cost=one.before_cost)
        for one in levels
    ]


def gap_ppm(objective_milli: int, bound_milli: int) -> int:
    """(objective - bound) / |objective| in millionths, rounded up: what is not proven never shows 0."""
    return -((bound_milli - objective_milli) * 1_000_000 // max(1, abs(objective_milli)))


def cost_messages(costs: Sequence[CostPart]) -> list[order_pb2.CostPart]:
    amounts = round_parts([part.amount_milli for part in costs])
    return [
        order_pb2.CostPart(kind=KINDS[part.kind], amount_minor=amount, rule=part.rule)
        for part, amount in zip(costs, amounts, strict=True)
    ]


def versions_message(versions: Versions) -> order_pb2.Versions:
    return order_pb2.Versions(
        rules_digest=versions.rules_digest,
        network_digest=versions.network_digest,
        ledger_position=versions.ledger_position,
        decision_time=timestamp(versions.decision_time),
    )


def _shipment_message(
    shipment: Shipment, shipment_id: str, costs: Sequence[order_pb2.CostPart]
) -> order_pb2.Shipment:
    return order_pb2.Shipment(
        shipment_id=shipment_id,
        node_id=shipment.node_id,
        service_level_id=shipment.service_level_id,
        parcels=[_parcel_message(parcel) for parcel in shipment.parcels],
        ship_date=date_text(shipment.ship_day),
        delivery_date=date_text(shipment.delivery_day),
        late_days=shipment.late_days,
        costs=costs,
    )


def _parcel_message(parcel: Parcel) -> order_pb2.Parcel:
    return order_pb2.Parcel(
        allocations=[_allocation_message(one) for one in parcel.allocations],
        weight_grams=parcel.weight_grams,
        billable_weight_grams=parcel.billable_weight_grams,
        charge_minor=round_half_even(parcel.charge_milli),
    )


def _allocation_message(allocation: Allocation) -> order_pb2.Allocation:
    return order_pb2.Allocation(line_id=allocation.line_id, sku=allocation.sku, quantity=allocation.quantity)


def _unshipped_message(unshipped: Unshipped) -> order_pb2.Unshipped:
    return order_pb2.Unshipped(
        line_id=unshipped.line_id,
        sku=unshipped.sku,
        quantity=unshipped.quantity,
        action=ACTIONS[unshipped.action],
        rule=unshipped.rule,
        reason=unshipped.reason,
        until_date="" if unshipped.until_day is None else date_text(unshipped.until_day),
    )
