"""Outcomes of routing in columns: each column is made whole and handed over once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec
from msgspec import Raw, Struct

from router.api.messages.columns import EPOCH_ORDINAL
from router.api.v1 import columns_pb2, routing_pb2
from router.app.answers.decided import Refused, Routed, RoutedOrders
from router.app.answers.restocks import Restock
from router.domain.identifiers import Day, LineId, ServiceLevelId
from router.domain.order import Order
from router.domain.plan import Plan, SolutionStatus
from router.routing.written_plan import WrittenPlan
from router.service.money import round_half_even
from router.service.to_proto.plans import ACTIONS, STATUSES, versions_message


class Words:
    """Words by their places, each once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, word: str) -> int:
        return self._places.setdefault(word, len(self._places))

    def all(self) -> Sequence[str]:
        return list(self._places)


class _ToldShipment(Struct, gc=False):
    service_level_id: ServiceLevelId
    parcels: tuple[Raw, ...]
    delivery_day: Day


class _ToldPlan(Struct, gc=False):
    """What is told of a written plan and not beside it."""

    status: SolutionStatus
    objective_milli: int
    bound_milli: int
    shipments: tuple[_ToldShipment, ...]


_TOLD = msgspec.msgpack.Decoder(_ToldPlan)


class Told(NamedTuple):
    """Which columns are told beyond those that every answer has."""

    products: bool
    """Where not all that is sent is what was asked for."""
    restocks: bool
    """Where any order waits for stock."""

    @classmethod
    def of(cls, decided: Sequence[Routed]) -> "Told":
        plans = [one.planned for one in decided if isinstance(one.planned, Plan)]
        return cls(any(one.substitutions for one in plans), any(one.restocks for one in decided))


def columns_response(
    answer: RoutedOrders, orders: Sequence[Order], *, replayed: bool
) -> columns_pb2.RouteOrderColumnsResponse:
    """`orders` are those of the request, whose lines the answer counts."""
    response = columns_pb2.RouteOrderColumnsResponse(replayed=replayed)
    words, columns = Words(), defaultdict[str, list[int]](list)
    decision_ids: list[str] = []
    tells = Told.of([one for one in answer.results if isinstance(one, Routed)])
    for number, (order, result) in enumerate(zip(orders, answer.results, strict=True)):
        if isinstance(result, Refused):
            response.errors.append(
                routing_pb2.OrderError(order_id=result.order_id, reason=result.reason, message=result.message)
            )
            continue
        if not decision_ids:
            response.versions.CopyFrom(versions_message(result.versions))
        decision_ids.append(result.decision_id)
        columns["order"].append(number)
        places = {line.id: place for place, line in enumerate(order.lines)}
        if isinstance(result.planned, WrittenPlan):
            add_written(columns, words, result.planned, places, tells)
        else:
            add_plan(columns, words, result, places, tells)
    response.plans.words.extend(words.all())
    response.plans.decision_ids.extend(decision_ids)
    for name, values in columns.items():
        getattr(response.plans, name).extend(values)
    return response


def add_plan(
    columns: Mapping[str, list[int]],
    words: Words,
    routed: Routed,
    line_places: Mapping[LineId, int],
    tells: Told,
) -> None:
    """One order at the end of each column."""
    plan = routed.plan
    columns["status"].append(STATUSES[plan.status])
    columns["total_minor"].append(round_half_even(plan.objective_milli))
    columns["objective_milli"].append(plan.objective_milli)
    columns["bound_milli"].append(plan.bound_milli)
    columns["shipment_count"].append(len(plan.shipments))
    for shipment in plan.shipments:
        columns["shipment_node"].append(words.place(shipment.node_id))
        columns["shipment_service_level"].append(words.place(shipment.service_level_id))
        columns["shipment_ship_day"].append(shipment.ship_day - EPOCH_ORDINAL)
        columns["shipment_delivery_day"].append(shipment.delivery_day - EPOCH_ORDINAL)
        columns["shipment_parcel_count"].append(len(shipment.parcels))
        carried = shipment.sent()
        columns["shipment_allocation_count"].append(len(carried))
        columns["allocation_line"].extend([line_places[line_id] for line_id, _ in carried])
        if tells.products:
            columns["allocation_sku"].extend([words.place(sku) for _, sku in carried])
        columns["allocation_quantity"].extend(carried.values())
    add_unshipped(columns, plan, line_places)
    if tells.restocks:
        add_restocks(columns, words, routed.restocks, line_places)


def add_written(
    columns: Mapping[str, list[int]],
    words: Words,
    plan: WrittenPlan,
    line_places: Mapping[LineId, int],
    tells: Told,
) -> None:
    """The same of an order whose plan is written."""
    told = _TOLD.decode(plan.packed)
    columns["status"].append(STATUSES[told.status])
    columns["total_minor"].append(round_half_even(told.objective_milli))
    columns["objective_milli"].append(told.objective_milli)
    columns["bound_milli"].append(told.bound_milli)
    columns["shipment_count"].append(len(told.shipments))
    skus = iter(plan.skus)
    for node_id, ship_day, count, shipment in zip(
        plan.node_ids, plan.ship_days, plan.unit_counts, told.shipments, strict=True
    ):
        columns["shipment_node"].append(words.place(node_id))
        columns["shipment_service_level"].append(words.place(shipment.service_level_id))
        columns["shipment_ship_day"].append(ship_day - EPOCH_ORDINAL)
        columns["shipment_delivery_day"].append(shipment.delivery_day - EPOCH_ORDINAL)
        columns["shipment_parcel_count"].append(len(shipment.parcels))
        if tells.products:
            columns["allocation_sku"].extend(map(words.place, islice(skus, count)))
    columns["shipment_allocation_count"].extend(plan.unit_counts)
    columns["allocation_line"].extend([line_places[line_id] for line_id in plan.line_ids])
    columns["allocation_quantity"].extend(plan.quantities)
    columns["unshipped_count"].append(0)
    if tells.restocks:
        columns["restock_count"].append(0)


def add_unshipped(columns: Mapping[str, list[int]], plan: Plan, line_places: Mapping[LineId, int]) -> None:
    columns["unshipped_count"].append(len(plan.unshipped))
    for one in plan.unshipped:
        columns["unshipped_line"].append(line_places[one.line_id])
        columns["unshipped_quantity"].append(one.quantity)
        columns["unshipped_action"].append(ACTIONS[one.action])


def add_restocks(
    columns: Mapping[str, list[int]],
    words: Words,
    restocks: Sequence[Restock],
    line_places: Mapping[LineId, int],
) -> None:
    """When units of an order that wait can be there, and what brings them."""
    columns["restock_count"].append(len(restocks))
    for one in restocks:
        columns["restock_line"].append(line_places[one.line_id])
        columns["restock_quantity"].append(one.quantity)
        columns["restock_expected_day"].append(day_number(one.expected_day))
        columns["restock_source_count"].append(len(one.sources))
        for source in one.sources:
            columns["source_quantity"].append(source.quantity)
            columns["source_node"].append(words.place(source.node_id))
            columns["source_expected_day"].append(day_number(source.expected_day))
            columns["source_purchase_order"].append(words.place(source.purchase_order_id))
            columns["source_transfer"].append(words.place(source.transfer_id))


def day_number(day: Day | None) -> int:
    """Days since 1970-01-01; 0 for none."""
    return 0 if day is None else day - EPOCH_ORDINAL
