"""The same customer in several channels is found by e-mail address or telephone number, and forgotten whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from router.api.v1 import customers_pb2 as pb
from router.api.v1 import order_pb2
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with a_server(str(tmp_path / "router.sqlite")) as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}})
        buy(connected, "A-1", "shop-7", email="Ann@Example.org ", phone="+33 1 42 68 53 00")
        buy(connected, "A-2", "market-9", email="ann@example.org")
        buy(connected, "A-3", "till-1", phone="0033142685300")
        buy(connected, "A-4", "shop-8", email="bob@example.org", phone="06 12 34 56 78")
        yield connected
        assert list(connected.audit().faults) == []


def buy(client: Client, order_id: str, customer_id: str, **contact: str) -> None:
    request = a_route_request(order_id, {"RED-CLOCK": 1})
    request.order.customer_id = customer_id
    request.order.recipient.CopyFrom(order_pb2.Recipient(name="Ann", **contact))
    client.routing.RouteOrder(request)


def find(client: Client, **contact: str) -> list[str]:
    return list(client.customers.FindCustomers(pb.FindCustomersRequest(**contact)).customer_ids)


def same_as(client: Client, customer_id: str) -> list[str]:
    answer = client.customers.GetCustomer(pb.GetCustomerRequest(customer_id=customer_id))
    return list(answer.same_customer_ids)


def test_a_customer_is_found_in_whatever_channel(client: Client) -> None:
    assert find(client, email="ANN@example.org") == ["market-9", "shop-7"]
    assert find(client, phone="+33142685300") == ["shop-7", "till-1"]
    assert find(client, email="ann@example.org", phone="+33 142685300") == ["market-9", "shop-7", "till-1"]
    assert find(client, email="eve@example.org") == []
    assert find(client, phone="+33612345678") == [], "a number without its country is nobody's"


def test_a_customer_says_under_which_other_ids_it_is_known(client: Client) -> None:
    assert same_as(client, "shop-7") == ["market-9", "till-1"]
    assert same_as(client, "till-1") == ["shop-7"]
    assert same_as(client, "shop-8") == []


def test_who_is_erased_is_found_no_more(client: Client) -> None:
    client.customers.EraseCustomer(pb.EraseCustomerRequest(customer_id="shop-7", request_id="erase"))

    assert find(client, email="ann@example.org") == ["market-9"]
    assert same_as(client, "shop-7") == []
    assert same_as(client, "till-1") == []


def test_who_was_erased_may_come_again(client: Client) -> None:
    client.customers.EraseCustomer(pb.EraseCustomerRequest(customer_id="shop-7", request_id="erase"))
    buy(client, "A-9", "shop-7", email="ann@example.org")

    assert find(client, email="ann@example.org") == ["market-9", "shop-7"]


def test_what_is_missing_is_named_and_nothing_personal_said(client: Client) -> None:
    nothing = refusal_of(client.customers.FindCustomers, pb.FindCustomersRequest())
    odd = refusal_of(client.customers.FindCustomers, pb.FindCustomersRequest(phone="0612345678"))

    assert set(nothing.violations) == {"email"}
    assert odd.violations == {"phone": "NO_COUNTRY"}
    assert "0612345678" not in odd.message
