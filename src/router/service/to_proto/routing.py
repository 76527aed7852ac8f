"""Outcomes of routing."""

from router.api.v1 import routing_pb2
from router.app.answers.decided import Refused, Routed, RoutedOrders
from router.domain.reasons import Reason, RouterError
from router.service.to_proto.answer_bytes import say_plainly
from router.service.to_proto.answer_tokens import words_of
from router.service.to_proto.plans import KINDS, METHODS, STATUSES, write_plan, write_versions
from router.service.to_proto.restocks import restock_message

WORDS = words_of([*STATUSES.items(), *METHODS.items(), *KINDS.items()])
"""Of the enums in a plain plan."""
ORDER_REPLAYED = {
    one: routing_pb2.RouteOrderResponse(replayed=one).SerializeToString() for one in (False, True)
}
BATCH_REPLAYED = {
    one: routing_pb2.BatchRouteOrdersResponse(replayed=one).SerializeToString() for one in (False, True)
}
"""What stands behind the outcomes: messages merge with what is appended to their bytes."""


def route_order_response(answer: RoutedOrders, *, replayed: bool) -> bytes:
    """A RouteOrderResponse of the one order's outcome, serialized; a refusal of it is the refusal of the call."""
    (result,) = answer.results
    if isinstance(result, Refused):
        raise RouterError(
            Reason(result.reason), result.message, order_id=result.order_id, replayed=str(replayed).lower()
        )
    said, places = say_plainly(answer.results, WORDS)
    ((_, body, end),) = places.tolist()
    # It begins as a RouteResult does, with what was decided.
    outcome = said[body:end] or result_message(result).SerializeToString(deterministic=True)
    return outcome + ORDER_REPLAYED[replayed]


def batch_response(answer: RoutedOrders, *, replayed: bool) -> bytes:
    """A BatchRouteOrdersResponse, serialized: an outcome for each order, decided or refused."""
    said, places = say_plainly(answer.results, WORDS)
    if (places[:, 0] == places[:, 2]).any():
        said = b"".join(
            [
                said[begin:end] or only_result(result).SerializeToString(deterministic=True)
                for result, (begin, _, end) in zip(answer.results, places.tolist(), strict=True)
            ]
        )
    return said + BATCH_REPLAYED[replayed]


def only_result(result: Routed | Refused) -> routing_pb2.BatchRouteOrdersResponse:
    return routing_pb2.BatchRouteOrdersResponse(results=[result_message(result)])


def warm_up_answers() -> None:
    """Load the kernel that says them, or compile it where no cache exists yet."""
    batch_response(RoutedOrders(results=()), replayed=False)


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
    """An outcome."""
    message = routing_pb2.RouteResult()
    if isinstance(result, Refused):
        error = routing_pb2.OrderError(order_id=result.order_id, reason=result.reason, message=result.message)
        message.error.CopyFrom(error)
    else:
        write_routed(message.routed, result)
    return message
