"""Plans: amounts are rounded once for the whole plan, so that its parts add up wherever they are shown."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from router.api.messages.times import date_text
from router.api.v1 import order_pb2
from router.app.answers.decided import Versions
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
    Shipment,
    SolutionMethod,
    SolutionStatus,
    Unshipped,
    UnshippedAction,
)
from router.ledger.shipments import shipment_id_of
from router.service.money import round_half_even, round_parts

STATUSES = {one: order_pb2.SolutionStatus.Value(f"SOLUTION_STATUS_{one}") for one in SolutionStatus}
METHODS = {one: order_pb2.SolutionMethod.Value(f"SOLUTION_METHOD_{one}") for one in SolutionMethod}
KINDS = {one: order_pb2.CostKind.Value(f"COST_KIND_{one}") for one in CostKind}
LEVELS = {one: order_pb2.Level.Value(f"LEVEL_{one.name}") for one in Level}
ACTIONS = {one: order_pb2.UnshippedAction.Value(f"UNSHIPPED_ACTION_{one}") for one in UnshippedAction}

COSTS_KEPT_MAX = 20_000
"""Parts of a cost whose bytes are kept, some 5 MB."""


def plan_message(plan: Plan, order_id: OrderId, numbers: Sequence[int]) -> order_pb2.Plan:
    """`numbers` are those of the plan's shipments."""
    message = order_pb2.Plan()
    write_plan(message, plan, order_id, numbers)
    return message


def write_plan(message: order_pb2.Plan, plan: Plan, order_id: OrderId, numbers: Sequence[int]) -> None:
    """The same into an empty message. Each part is made where it stays, for to put one in copies it with all its parts;
    and its fields are set one by one, which costs half of naming them in a call.
    """
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
    said = [cost_bytes(part.kind, amount, part.rule) for part, amount in zip(costs, amounts, strict=True)]
    message.MergeFromString(b"".join([of_plan for of_plan, _ in said]))
    first_cost = 0
    for number, shipment in zip(numbers, plan.shipments, strict=True):
        last_cost = first_cost + len(shipment.costs)
        own = message.shipments.add()
        own.shipment_id = shipment_id_of(order_id, number)
        write_shipment(own, shipment)
        own.MergeFromString(b"".join([of_shipment for _, of_shipment in said[first_cost:last_cost]]))
        first_cost = last_cost
    if plan.unshipped:
        message.unshipped.extend(map(_unshipped_message, plan.unshipped))
    for level in plan.levels:
        message.levels.add(level=LEVELS[level.level], value=level.value, before_cost=level.before_cost)
    for one in plan.substitutions:
        message.substitutions.add(
            line_id=one.line_id, sku=one.sku, quantity=one.quantity, rule=one.rule, unit_milli=one.unit_milli
        )


@lru_cache(COSTS_KEPT_MAX)
def cost_bytes(kind: CostKind, amount_minor: int, rule: str) -> tuple[bytes, bytes]:
    """A part of a cost as bytes of a plan and of a shipment: messages merge with what is appended to their bytes.

    Parts are most of an answer, each is said twice, and the same few come again and again.
    """
    part = order_pb2.CostPart(kind=KINDS[kind], amount_minor=amount_minor, rule=rule)
    return order_pb2.Plan(costs=[part]).SerializeToString(), order_pb2.Shipment(
        costs=[part]
    ).SerializeToString()


def write_shipment(message: order_pb2.Shipment, shipment: Shipment) -> None:
    """All but its id, and its costs, which are rounded with those of the plan."""
    message.node_id = shipment.node_id
    message.service_level_id = shipment.service_level_id
    message.ship_date = date_text(shipment.ship_day)
    message.delivery_date = date_text(shipment.delivery_day)
    if shipment.late_days:
        message.late_days = shipment.late_days
    if isinstance(shipment.co2e_milligrams, int):
        message.co2e_milligrams = shipment.co2e_milligrams
    for parcel in shipment.parcels:
        write_parcel(message.parcels.add(), parcel)
    for transfer in shipment.transfers or ():
        write_transfer(message.transfers.add(), transfer)


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
        message = messages.add()
        message.line_id = one.line_id
        message.sku = one.sku
        message.quantity = one.quantity
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
    message = order_pb2.Versions()
    write_versions(message, versions)
    return message


def write_versions(message: order_pb2.Versions, versions: Versions) -> None:
    """The same into an empty message."""
    message.rules_digest = versions.rules_digest
    message.network_digest = versions.network_digest
    message.ledger_position = versions.ledger_position
    seconds, microseconds = divmod(versions.decision_time, 1_000_000)
    message.decision_time.seconds = seconds
    message.decision_time.nanos = microseconds * 1_000


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
