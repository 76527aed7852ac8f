"""Outcomes of routing."""

from router.api.v1 import routing_pb2
from router.app.answers import Refused, Routed, RoutedOrders
from router.domain.reasons import Reason, RouterError
from router.service.to_proto.plans import plan_message, versions_message


def route_order_response(answer: RoutedOrders, *, replayed: bool) -> routing_pb2.RouteOrderResponse:
    """The one order's outcome; a refusal of it is the refusal of the call."""
    (result,) = answer.results
    if isinstance(result, Refused):
        raise RouterError(
            Reason(result.reason), result.message, order_id=result.order_id, replayed=str(replayed).lower()
        )
    return routing_pb2.RouteOrderResponse(routed=routed_message(result), replayed=replayed)


def batch_response(answer: RoutedOrders, *, replayed: bool) -> routing_pb2.BatchRouteOrdersResponse:
    """An outcome for each order, decided or refused."""
    return routing_pb2.BatchRouteOrdersResponse(
        results=[result_message(result) for result in answer.results], replayed=replayed
    )


def routed_message(routed: Routed) -> routing_pb2.RoutedOrder:
    return routing_pb2.RoutedOrder(
        decision_id=routed.decision_id,
        order_id=routed.order_id,
        plan=plan_message(routed.plan, routed.order_id, routed.shipment_numbers),
        versions=versions_message(routed.versions),
        replaces_decision_id=routed.replaces,
        reroute_reason=routing_pb2.RerouteReason.Value(f"REROUTE_REASON_{routed.because or 'UNSPECIFIED'}"),
    )


def result_message(result: Routed | Refused) -> routing_pb2.RouteResult:
    if isinstance(result, Refused):
        error = routing_pb2.OrderError(order_id=result.order_id, reason=result.reason, message=result.message)
        return routing_pb2.RouteResult(error=error)
    return routing_pb2.RouteResult(routed=routed_message(result))
