"""What became of an order since it was decided: its shipments as they stand, payments, delay, returns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from router.cli.connection import TIMEOUT_SECONDS, details_of
from router.cli.output import as_dict, enum_word
from router.domain.currency import amount_text
from router.domain.limits import PAGE_SIZE_MAX

if TYPE_CHECKING:
    import grpc

    from router.api.v1.delays_pb2 import Delay
    from router.api.v1.fulfillment_pb2 import ShipmentRecord
    from router.api.v1.orders_pb2 import OrderRecord
    from router.api.v1.payments_pb2 import Payment
    from router.api.v1.returns_pb2 import Return


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """`shipments` by id are those of the plan in force. `delay` None: nothing of it is late."""

    shipments: "Mapping[str, ShipmentRecord]"
    payments: "tuple[Payment, ...]"
    delay: "Delay | None"
    returns: "tuple[Return, ...]"

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "shipments": [as_dict(one) for one in self.shipments.values()],
            "payments": [as_dict(one) for one in self.payments],
            "delay": None if self.delay is None else as_dict(self.delay),
            "returns": [as_dict(one) for one in self.returns],
        }


def read_course(channel: "grpc.Channel", record: "OrderRecord") -> Course:
    """Asked of the server, one call after the other."""
    from router.api.v1.fulfillment_pb2 import ListShipmentsRequest
    from router.api.v1.fulfillment_pb2_grpc import FulfillmentServiceStub
    from router.api.v1.payments_pb2 import ListPaymentsRequest
    from router.api.v1.payments_pb2_grpc import PaymentsServiceStub
    from router.api.v1.returns_pb2 import ListReturnsRequest
    from router.api.v1.returns_pb2_grpc import ReturnsServiceStub

    order_id = record.order.order_id
    shipments = FulfillmentServiceStub(channel).ListShipments(
        ListShipmentsRequest(order_id=order_id, page_size=PAGE_SIZE_MAX), timeout=TIMEOUT_SECONDS
    )
    planned = {one.shipment_id for one in record.plan.shipments}
    payments = PaymentsServiceStub(channel).ListPayments(
        ListPaymentsRequest(order_id=order_id), timeout=TIMEOUT_SECONDS
    )
    returns = ReturnsServiceStub(channel).ListReturns(
        ListReturnsRequest(order_id=order_id), timeout=TIMEOUT_SECONDS
    )
    return Course(
        shipments={one.shipment_id: one for one in shipments.records if one.shipment_id in planned},
        payments=tuple(payments.payments),
        delay=find_delay(channel, order_id),
        returns=tuple(returns.records),
    )


def find_delay(channel: "grpc.Channel", order_id: str) -> "Delay | None":
    import grpc

    from router.api.v1.delays_pb2 import GetDelayRequest
    from router.api.v1.delays_pb2_grpc import DelaysServiceStub

    request = GetDelayRequest(order_id=order_id)
    try:
        return DelaysServiceStub(channel).GetDelay(request, timeout=TIMEOUT_SECONDS).delay
    except grpc.RpcError as error:
        if details_of(error).reason != "DELAY_NOT_FOUND":
            raise
        return None


def course_lines(course: Course, currency: str) -> Iterator[str]:
    """A line each for payments, the delay and returns; none for what there is not."""
    for payment in course.payments:
        asked = amount_text(payment.asked_minor, currency)
        amounts = (
            ("captured", payment.captured_minor),
            ("open", payment.open_minor),
            ("refunded", payment.refunded_minor),
        )
        parts = "".join(f", {amount_text(minor, currency)} {word}" for word, minor in amounts if minor)
        yield f"payment {payment.payment_id} {enum_word(payment, 'state')}: {asked} {currency} asked{parts}"
    if course.delay is not None:
        promised, expected = course.delay.promised_date, course.delay.expected_date or "no known day"
        yield f"delay {enum_word(course.delay, 'state')}: promised {promised}, expected {expected}"
    for one in course.returns:
        back, owed = (amount_text(minor, currency) for minor in (one.refunded_minor, one.owed_minor))
        kind, state = enum_word(one, "kind").lower(), enum_word(one, "state")
        yield f"{kind} {one.return_id} {state}: {back} {currency} given back, {owed} owed"
