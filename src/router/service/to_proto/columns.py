"""Outcomes of routing in columns: each column is made whole and handed over once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from router.api.messages.columns import EPOCH_ORDINAL
from router.api.v1 import columns_pb2, routing_pb2
from router.app.answers.decided import Refused, Routed, RoutedOrders
from router.domain.identifiers import LineId
from router.domain.order import Order
from router.domain.plan import Plan
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


def columns_response(
    answer: RoutedOrders, orders: Sequence[Order], *, replayed: bool
) -> columns_pb2.RouteOrderColumnsResponse:
    """`orders` are those of the request, whose lines the answer counts."""
    response = columns_pb2.RouteOrderColumnsResponse(replayed=replayed)
    words, columns = Words(), defaultdict[str, list[int]](list)
    decision_ids: list[str] = []
    tells_products = any(isinstance(one, Routed) and one.plan.substitutions for one in answer.results)
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
        add_plan(columns, words, result, places, tells_products=tells_products)
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
    *,
    tells_products: bool,
) -> None:
    """One order at the end of each column; `tells_products` where not all that is sent is what was asked for."""
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
        if tells_products:
            columns["allocation_sku"].extend([words.place(sku) for _, sku in carried])
        columns["allocation_quantity"].extend(carried.values())
    add_unshipped(columns, plan, line_places)


def add_unshipped(columns: Mapping[str, list[int]], plan: Plan, line_places: Mapping[LineId, int]) -> None:
    columns["unshipped_count"].append(len(plan.unshipped))
    for one in plan.unshipped:
        columns["unshipped_line"].append(line_places[one.line_id])
        columns["unshipped_quantity"].append(one.quantity)
        columns["unshipped_action"].append(ACTIONS[one.action])
