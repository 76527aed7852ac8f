"""What came of orders that were to be decided again."""

from router.api.messages.times import timestamp
from router.api.v1 import orders_pb2, routing_pb2
from router.app.answers.decided import OrdersRerouted, Rerouted
from router.app.reading.pool import OrderException
from router.service.money import round_half_even


def reroute_response(answer: OrdersRerouted, *, replayed: bool) -> routing_pb2.RerouteOrdersResponse:
    return routing_pb2.RerouteOrdersResponse(
        results=[_result_message(one) for one in answer.results],
        next_page_token=answer.next_page_token,
        replayed=replayed,
    )


def _result_message(one: Rerouted) -> routing_pb2.RerouteResult:
    message = routing_pb2.RerouteResult(
        order_id=one.order_id,
        outcome=routing_pb2.RerouteOutcome.Value(f"REROUTE_OUTCOME_{one.outcome.name}"),
        decision_id=one.decision_id,
        replaces_decision_id=one.replaces,
        withdrawn_shipments=one.withdrawn_count,
        added_shipments=one.added_count,
    )
    if one.saved_milli is not None:
        message.saved_minor = round_half_even(one.saved_milli)
    if one.reason:
        message.error.CopyFrom(
            routing_pb2.OrderError(order_id=one.order_id, reason=one.reason, message=one.message)
        )
    return message


def exception_message(one: OrderException) -> orders_pb2.OrderException:
    return orders_pb2.OrderException(
        order_id=one.order.order_id,
        rejection_count=one.order.rejection_count,
        shipment_id=one.last.subject,
        book_time=timestamp(one.last.time),
        text=one.last.text,
    )
