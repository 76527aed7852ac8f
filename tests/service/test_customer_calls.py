"""Customers over the wire: whom orders go to is told by these calls only, and no more after an erasure."""

import logging
from pathlib import Path
from typing import Any

import pytest

from router.api.v1 import customers_pb2, order_pb2, orders_pb2, routing_pb2
from tests.service.builders import MONDAY_NOON, a_route_request, an_order
from tests.service.harness import Client, a_server, refusal_of

ADA = order_pb2.Recipient(
    name="Augusta Quux-Byron",
    company="Engines & Sons",
    street_lines=["12 Analytical Lane", "2nd floor"],
    city="Marylebone-Zyx",
    email="ada.quux@example.org",
    phone="+44 20 5550 0107",
    language="en-GB",
    notice_ways=["mail"],
)
WORDS = ("Quux-Byron", "Analytical", "Marylebone-Zyx", "ada.quux", "5550 0107")


def a_personal_request(
    order_id: str, customer_id: str = "c-1", recipient: order_pb2.Recipient = ADA
) -> routing_pb2.RouteOrderRequest:
    request = a_route_request(order_id)
    request.order.customer_id = customer_id
    request.order.recipient.CopyFrom(recipient)
    return request


def get_customer(client: Client, customer_id: str, **page: Any) -> customers_pb2.GetCustomerResponse:
    return client.customers.GetCustomer(customers_pb2.GetCustomerRequest(customer_id=customer_id, **page))


def erase(client: Client, customer_id: str, key: str) -> customers_pb2.EraseCustomerResponse:
    return client.customers.EraseCustomer(
        customers_pb2.EraseCustomerRequest(customer_id=customer_id, request_id=key)
    )


def recipient_of(client: Client, order_id: str) -> order_pb2.Recipient | None:
    answer = client.customers.GetRecipient(customers_pb2.GetRecipientRequest(order_id=order_id))
    return answer.recipient if answer.HasField("recipient") else None


def test_a_customer_is_shown_by_page_and_erased(client: Client) -> None:
    for n in range(3):
        client.routing.RouteOrder(a_personal_request(f"P-{n}"))
    first = get_customer(client, "c-1", page_size=2)
    second = get_customer(client, "c-1", page_size=2, page_token=first.next_page_token)
    before = recipient_of(client, "P-1")
    erased = erase(client, "c-1", "erase-1")
    repeated = erase(client, "c-1", "erase-1")
    after = get_customer(client, "c-1")

    assert [one.record.order.order_id for page in (first, second) for one in page.orders] == [
        "P-0",
        "P-1",
        "P-2",
    ]
    assert [one.recipient for page in (first, second) for one in page.orders] == [ADA] * 3
    assert (before, second.next_page_token, first.HasField("erase_time")) == (ADA, "", False)
    assert (repeated.replayed, repeated.erase_time) == (True, erased.erase_time)
    assert [one.HasField("recipient") for one in after.orders] == [False] * 3
    assert (recipient_of(client, "P-1"), after.erase_time) == (None, erased.erase_time)
    assert client.audit().clean


def test_batches_and_waves_take_recipients(client: Client) -> None:
    orders = [an_order(f"Q-{n}") for n in range(2)]
    orders[1].customer_id = "c-2"
    orders[1].recipient.CopyFrom(ADA)
    client.routing.BatchRouteOrders(
        routing_pb2.BatchRouteOrdersRequest(orders=orders, request_id="batch", decision_time=MONDAY_NOON)
    )
    orders[1].order_id = "Q-3"
    parts = [
        routing_pb2.RouteWaveRequest(header=routing_pb2.WaveHeader(request_id="wave")),
        routing_pb2.RouteWaveRequest(orders=routing_pb2.WaveOrders(orders=orders[1:])),
    ]
    list(client.routing.RouteWave(iter(parts)))

    assert [recipient_of(client, name) for name in ("Q-0", "Q-1", "Q-3")] == [None, ADA, ADA]


def test_the_order_is_never_sent_back_with_its_recipient(client: Client) -> None:
    client.routing.RouteOrder(a_personal_request("R-1", "c-3"))
    answers = [
        client.orders.GetOrder(orders_pb2.GetOrderRequest(order_id="R-1")),
        client.orders.ListOrders(orders_pb2.ListOrdersRequest(customer_id="c-3")),
        client.routing.GetDecision(routing_pb2.GetDecisionRequest(order_id="R-1")),
        client.routing.ExplainDecision(routing_pb2.ExplainDecisionRequest(order_id="R-1", replay=True)),
        *client.orders.WatchOrders(orders_pb2.WatchOrdersRequest(no_follow=True)),
    ]

    assert [word for word in WORDS for answer in answers if word in str(answer)] == []


def test_another_recipient_under_the_same_key_is_another_request(client: Client) -> None:
    client.routing.RouteOrder(a_personal_request("S-1", "c-4"))
    other = a_personal_request("S-1", "c-4", order_pb2.Recipient(name="Somebody Else"))

    assert refusal_of(client.routing.RouteOrder, other).reason == "IDEMPOTENCY_KEY_REUSED"
    assert recipient_of(client, "S-1") == ADA


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"name": "x" * 257}, "order.recipient.name", "TOO_LONG"),
        ({"company": "x" * 257}, "order.recipient.company", "TOO_LONG"),
        ({"street_lines": ["a", "Quux-Byron\n"]}, "order.recipient.street_lines[1]", "NOT_PRINTABLE"),
        ({"street_lines": ["a"] * 5}, "order.recipient.street_lines", "WRONG_COUNT"),
        ({"city": "Quux-Byron\x00"}, "order.recipient.city", "NOT_PRINTABLE"),
        ({"email": "Quux-Byron"}, "order.recipient.email", "NOT_AN_ADDRESS"),
        ({"language": "Quux_Byron"}, "order.recipient.language", "NOT_A_LANGUAGE"),
        ({"notice_ways": ["pigeon"]}, "order.recipient.notice_ways[0]", "UNKNOWN_VALUE"),
        ({"notice_ways": ["mail", "none"]}, "order.recipient.notice_ways", "CONTRADICTS_ITSELF"),
        ({"email": "Quux-Byron@"}, "order.recipient.email", "NOT_AN_ADDRESS"),
        ({"email": "a" * 250 + "@b.org"}, "order.recipient.email", "TOO_LONG"),
        ({"phone": "1" * 33}, "order.recipient.phone", "TOO_LONG"),
    ],
)
def test_what_is_wrong_with_a_recipient_is_named_and_never_repeated(
    client: Client, changes: dict[str, Any], path: str, code: str
) -> None:
    request = a_personal_request("T-1", "c-5", order_pb2.Recipient(**changes))
    refusal = refusal_of(client.routing.RouteOrder, request)

    assert (refusal.code, refusal.violations) == ("INVALID_ARGUMENT", {path: code})
    assert "Quux-Byron" not in refusal.message + str(refusal.facts)


def test_a_recipient_without_a_customer_is_refused(client: Client) -> None:
    refusal = refusal_of(client.routing.RouteOrder, a_personal_request("T-2", ""))

    assert refusal.violations == {"order.customer_id": "REQUIRED"}
    assert "personal data is erased by customer" in refusal.message


def test_unknown_customers_and_orders_are_not_found(client: Client) -> None:
    shown = refusal_of(get_customer, client, "nobody")
    erased = refusal_of(erase, client, "nobody", "erase-nobody")
    asked = refusal_of(recipient_of, client, "no-order")
    nameless = refusal_of(erase, client, "", "")

    assert [(one.code, one.reason) for one in (shown, erased)] == [("NOT_FOUND", "CUSTOMER_NOT_FOUND")] * 2
    assert asked.reason == "ORDER_NOT_FOUND"
    assert set(nameless.violations) == {"customer_id", "request_id"}


def test_no_log_and_no_file_holds_personal_data(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), a_server(str(tmp_path / "router.sqlite")) as client:
        client.set_up({"LYON": {"RED-CLOCK": 50}})
        client.routing.RouteOrder(a_personal_request("U-1"))
        refusal_of(client.routing.RouteOrder, a_personal_request("U-2", ""))
        found = recipient_of(client, "U-1")
        kept = b"".join(one.read_bytes() for one in tmp_path.iterdir())
        erase(client, "c-1", "e")

    assert found == ADA
    assert [word for word in WORDS if word.encode() in kept] == []
    assert [word for word in WORDS if word in caplog.text] == []
