"""Outcomes of routing in columns: each column is made whole and handed over once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby, islice
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
from router.routing.written_plan import WrittenPlan, sent_by
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
    decided: list[tuple[Order, Routed]] = []
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
        decided.append((order, result))
    for is_written, some in groupby(decided, lambda one: isinstance(one[1].planned, WrittenPlan)):
        own = list(some)
        if is_written:
            plans = [one.planned for _, one in own if isinstance(one.planned, WrittenPlan)]
            add_written(columns, words, plans, [order for order, _ in own], tells)
            continue
        for order, result in own:
            add_plan(columns, words, result, line_places(order), tells)
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
    plans: Sequence[WrittenPlan],
    orders: Sequence[Order],
    tells: Told,
) -> None:
    """The same of orders whose plans are written."""
    told = [_TOLD.decode(plan.packed) for plan in plans]
    columns["status"].extend([STATUSES[one.status] for one in told])
    columns["total_minor"].extend([round_half_even(one.objective_milli) for one in told])
    columns["objective_milli"].extend([one.objective_milli for one in told])
    columns["bound_milli"].extend([one.bound_milli for one in told])
    columns["shipment_count"].extend([len(one.shipments) for one in told])
    sent, shipments = sent_by(plans), [shipment for one in told for shipment in one.shipments]
    nodes, services = columns["shipment_node"], columns["shipment_service_level"]
    skus = iter(sent.skus)
    for node_id, count, shipment in zip(sent.node_ids, sent.unit_counts, shipments, strict=True):
        nodes.append(words.place(node_id))
        services.append(words.place(shipment.service_level_id))
        if tells.products:
            columns["allocation_sku"].extend(map(words.place, islice(skus, count)))
    columns["shipment_allocation_count"].extend(sent.unit_counts)
    columns["shipment_ship_day"].extend([day - EPOCH_ORDINAL for day in sent.ship_days])
    columns["shipment_delivery_day"].extend([one.delivery_day - EPOCH_ORDINAL for one in shipments])
    columns["shipment_parcel_count"].extend([len(one.parcels) for one in shipments])
    lines, line_ids = columns["allocation_line"], iter(sent.line_ids)
    for plan, order in zip(plans, orders):
        lines.extend(map(line_places(order).__getitem__, islice(line_ids, plan.unit_count)))
    columns["allocation_quantity"].extend(sent.quantities)
    columns["unshipped_count"].extend([0] * len(plans))
    if tells.restocks:
        columns["restock_count"].extend([0] * len(plans))


def line_places(order: Order) -> dict[LineId, int]:
    return {line.id: place for place, line in enumerate(order.lines)}


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
