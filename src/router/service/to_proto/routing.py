"""Outcomes of routing."""

from router.api.v1 import routing_pb2
from router.app.answers.decided import Refused, Routed, RoutedOrders
from router.domain.reasons import Reason, RouterError
from router.service.to_proto.plans import write_plan, write_versions
from router.service.to_proto.restocks import restock_message


def route_order_response(answer: RoutedOrders, *, replayed: bool) -> routing_pb2.RouteOrderResponse:
    """The one order's outcome; a refusal of it is the refusal of the call."""
    (result,) = answer.results
    if isinstance(result, Refused):
        raise RouterError(
            Reason(result.reason), result.message, order_id=result.order_id, replayed=str(replayed).lower()
        )
    response = routing_pb2.RouteOrderResponse(replayed=replayed)
    write_routed(response.routed, result)
    return response


def batch_response(answer: RoutedOrders, *, replayed: bool) -> routing_pb2.BatchRouteOrdersResponse:
    """An outcome for each order, decided or refused."""
    response = routing_pb2.BatchRouteOrdersResponse(replayed=replayed)
    for result in answer.results:
        write_result(response.results.add(), result)
    return response


def routed_message(routed: Routed) -> routing_pb2.RoutedOrder:
    message = routing_pb2.RoutedOrder()
    write_routed(message, routed)
    return message


def write_routed(message: routing_pb2.RoutedOrder, routed: Routed) -> None:
    """A decision into an empty message."""
    message.decision_id = routed.decision_id
    message.order_id = routed.order_id
    write_plan(message.plan, routed.plan, routed.order_id, routed.shipment_numbers)
    write_versions(message.versions, routed.versions)
    message.replaces_decision_id = routed.replaces
    if routed.restocks:
        message.restocks.extend(map(restock_message, routed.restocks))
    if routed.because:
        message.reroute_reason = routing_pb2.RerouteReason.Value(f"REROUTE_REASON_{routed.because}")


def result_message(result: Routed | Refused) -> routing_pb2.RouteResult:
    message = routing_pb2.RouteResult()
    write_result(message, result)
    return message


def write_result(message: routing_pb2.RouteResult, result: Routed | Refused) -> None:
    """An outcome into an empty message."""
    if isinstance(result, Refused):
        error = routing_pb2.OrderError(order_id=result.order_id, reason=result.reason, message=result.message)
        message.error.CopyFrom(error)
    else:
        write_routed(message.routed, result)
