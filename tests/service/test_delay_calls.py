"""Delays over real gRPC: an order is late, its customer is asked and says no, and its money goes back."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from router.api.v1 import delays_pb2 as pb
from router.api.v1 import orders_pb2, payments_pb2, tracking_pb2
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}}, is_on_account=True)
        connected.routing.RouteOrder(a_route_request("A-1"))
        yield connected
        assert list(connected.audit().faults) == []


LATER = (datetime.now(UTC) + timedelta(days=200)).date().isoformat()


def a_report(key: str, expected: str = LATER) -> pb.ReportDelayRequest:
    return pb.ReportDelayRequest(
        order_id="A-1", expected_date=expected, reason_code="SUPPLIER", request_id=key
    )


def an_answer(key: str, answer: "pb.DelayAnswer.ValueType", number: int = 0) -> pb.AnswerDelayRequest:
    return pb.AnswerDelayRequest(order_id="A-1", answer=answer, notice_number=number, request_id=key)


def test_a_customer_who_is_asked_says_no_and_gets_the_money_back(client: Client) -> None:
    client.payments.AuthorizePayment(
        payments_pb2.AuthorizePaymentRequest(
            payment_id="P-1",
            order_id="A-1",
            method=payments_pb2.PAYMENT_METHOD_CASH_ON_DELIVERY,
            amount_minor=1_000,
            request_id="pay",
        )
    )
    asked = client.delays.ReportDelay(a_report("late"))
    listed = client.delays.ListDelays(pb.ListDelaysRequest(state=pb.DELAY_STATE_ASKED))
    client.delays.AnswerDelay(an_answer("no", pb.DELAY_ANSWER_CANCEL, 1))

    assert (asked.delay.notice_number, asked.delay.expected_date) == (1, LATER)
    assert [one.order_id for one in listed.delays] == ["A-1"]
    until_refunded(client)
    payment = client.payments.GetPayment(payments_pb2.GetPaymentRequest(payment_id="P-1")).payment
    order = client.orders.GetOrder(orders_pb2.GetOrderRequest(order_id="A-1")).record
    assert payment.released_minor == 1_000
    assert order.state == orders_pb2.ORDER_STATE_CANCELED


def until_refunded(client: Client) -> None:
    for _ in range(200):
        delay = client.delays.GetDelay(pb.GetDelayRequest(order_id="A-1")).delay
        if delay.state == pb.DELAY_STATE_REFUNDED:
            return
        time.sleep(0.05)
    raise AssertionError("no money came back within ten seconds")


def test_a_repeat_is_answered_from_the_record(client: Client) -> None:
    first, again = client.delays.ReportDelay(a_report("late")), client.delays.ReportDelay(a_report("late"))
    assert (first.delay, again.replayed) == (again.delay, True)


def test_nothing_is_late_that_was_just_planned(client: Client) -> None:
    request, token = pb.DetectDelaysRequest(request_id="look"), ""
    found = client.delays.DetectDelays(request)
    assert client.delays.DetectDelays(request).replayed
    while token := found.next_page_token:
        found = client.delays.DetectDelays(pb.DetectDelaysRequest(page_token=token, request_id=token))
        assert not found.delays


def test_every_fault_of_a_request_is_named(client: Client) -> None:
    answer = pb.AnswerDelayRequest(notice_number=-1)
    refused = refusal_of(client.delays.AnswerDelay, answer)
    assert set(refused.violations) == {"answer", "order_id", "notice_number", "request_id"}
    listed = refusal_of(client.delays.ListDelays, pb.ListDelaysRequest(state=99))  # type: ignore[arg-type]
    assert set(listed.violations) == {"state"}
    wrong = a_report("late", "tomorrow")
    assert set(refusal_of(client.delays.ReportDelay, wrong).violations) == {"expected_date"}


def test_the_estimate_is_shown_where_shipments_are(client: Client) -> None:
    client.orders.DispatchShipment(
        orders_pb2.DispatchShipmentRequest(shipment_id="A-1/1", tracking_number="1Z9", request_id="go")
    )
    shown = client.tracking.GetTracking(tracking_pb2.GetTrackingRequest(tracking_number="1Z9"))

    assert shown.expected_date == shown.record.expected_date != ""
    assert (shown.earliest_date, shown.latest_date) == ("", "")
