"""Plans: amounts are rounded once for the whole plan, so that its parts add up wherever they are shown."""

from collections.abc import Sequence
from typing import Any

from router.api.messages.times import date_text, timestamp
from router.api.v1 import order_pb2
from router.app.answers.decided import Versions
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
    PlannedTransfer,
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
    message = order_pb2.Plan()
    write_plan(message, plan, order_id, numbers)
    return message


def write_plan(message: order_pb2.Plan, plan: Plan, order_id: OrderId, numbers: Sequence[int]) -> None:
    """The same into an empty message. Each part is made where it stays: to put one in copies it with all its parts."""
    message.status = STATUSES[plan.status]
    message.method = METHODS[plan.method]
    message.total_minor = round_half_even(plan.objective_milli)
    message.objective_milli = plan.objective_milli
    message.bound_milli = plan.bound_milli
    message.gap_ppm = gap_ppm(plan.objective_milli, plan.bound_milli)
    message.work = plan.work
    if plan.on_account:
        message.on_account_rule = plan.on_account
    costs = plan.costs
    amounts = round_parts([part.amount_milli for part in costs])
    for part, amount in zip(costs, amounts, strict=True):
        message.costs.add(kind=KINDS[part.kind], amount_minor=amount, rule=part.rule)
    first_cost = 0
    for number, shipment in zip(numbers, plan.shipments, strict=True):
        last_cost = first_cost + len(shipment.costs)
        own = message.shipments.add(
            shipment_id=shipment_id_of(order_id, number),
            node_id=shipment.node_id,
            service_level_id=shipment.service_level_id,
            ship_date=date_text(shipment.ship_day),
            delivery_date=date_text(shipment.delivery_day),
            late_days=shipment.late_days,
            costs=message.costs[first_cost:last_cost],
            co2e_milligrams=shipment.co2e_milligrams if isinstance(shipment.co2e_milligrams, int) else None,
        )
        for parcel in shipment.parcels:
            write_parcel(own.parcels.add(), parcel)
        for transfer in shipment.transfers or ():
            write_transfer(own.transfers.add(), transfer)
        first_cost = last_cost
    if plan.unshipped:
        message.unshipped.extend(map(_unshipped_message, plan.unshipped))
    for level in plan.levels:
        message.levels.add(level=LEVELS[level.level], value=level.value, before_cost=level.before_cost)
    for one in plan.substitutions:
        message.substitutions.add(
            line_id=one.line_id, sku=one.sku, quantity=one.quantity, rule=one.rule, unit_milli=one.unit_milli
        )


def write_parcel(message: order_pb2.Parcel, parcel: Parcel) -> None:
    message.weight_grams = parcel.weight_grams
    message.billable_weight_grams = parcel.billable_weight_grams
    message.charge_minor = round_half_even(parcel.charge_milli)
    write_allocations(message.allocations, parcel.allocations)


def write_transfer(message: order_pb2.PlannedTransfer, transfer: PlannedTransfer) -> None:
    message.from_node_id = transfer.from_node_id
    message.depart_date = date_text(transfer.depart_day)
    message.arrive_date = date_text(transfer.arrive_day)
    write_allocations(message.allocations, transfer.allocations)


def write_allocations(messages: Any, allocations: Sequence[Allocation]) -> None:
    """Made where they stay: a message that is put in is copied."""
    for one in allocations:
        message = messages.add(line_id=one.line_id, sku=one.sku, quantity=one.quantity)
        if one.asked_sku:
            message.asked_sku = one.asked_sku


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
