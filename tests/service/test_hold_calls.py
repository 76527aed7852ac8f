"""Holds over real gRPC: an order waits for a person and is let go, once."""

from collections.abc import Iterator

import pytest

from router.api.v1 import orders_pb2 as pb
from router.api.v1 import routing_pb2
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of

FRAUD = pb.HOLD_REASON_FRAUD


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}})
        connected.routing.RouteOrder(a_route_request("A-1"))
        yield connected
        assert list(connected.audit().faults) == []


def a_hold(key: str) -> pb.HoldOrderRequest:
    return pb.HoldOrderRequest(order_id="A-1", reason=FRAUD, author="ann", request_id=key)


def a_release(key: str) -> pb.ReleaseOrderRequest:
    return pb.ReleaseOrderRequest(order_id="A-1", author="bob", note="called her", request_id=key)


def test_an_order_is_held_listed_released_and_says_who_let_it_go(client: Client) -> None:
    held = client.orders.HoldOrder(a_hold("hold"))
    listed = client.orders.ListOrders(pb.ListOrdersRequest(state=pb.ORDER_STATE_HELD))
    released = client.orders.ReleaseOrder(a_release("release"))

    assert held.record.state == pb.ORDER_STATE_HELD
    assert held.released_quantity == sum(line.ordered for line in held.record.lines)
    assert [record.order.order_id for record in listed.records] == ["A-1"]
    assert released.record.state == pb.ORDER_STATE_ALLOCATED
    why = client.routing.ExplainDecision(routing_pb2.ExplainDecisionRequest(order_id="A-1", replay=True))
    assert "Decided again (RELEASE, released by bob: called her) in place of " in why.summary
    assert why.replay_identical


def test_a_second_release_is_refused_and_a_repeated_one_answered(client: Client) -> None:
    client.orders.HoldOrder(a_hold("hold"))
    first, again = (client.orders.ReleaseOrder(a_release("release")) for _ in range(2))
    refused = refusal_of(client.orders.ReleaseOrder, a_release("another"))

    assert (first.replayed, again.replayed) == (False, True)
    assert first.record == again.record
    assert (refused.reason, refused.facts["state"]) == ("ORDER_STATE_FORBIDS", "ALLOCATED")


def test_what_is_missing_is_named(client: Client) -> None:
    hold = refusal_of(client.orders.HoldOrder, pb.HoldOrderRequest())
    release = refusal_of(client.orders.ReleaseOrder, pb.ReleaseOrderRequest())

    assert hold.violations == {
        "order_id": "REQUIRED",
        "author": "REQUIRED",
        "reason": "UNKNOWN_VALUE",
        "request_id": "REQUEST_ID_REQUIRED",
    }
    assert hold.message.startswith("order_id is empty")
    assert set(release.violations) == {"order_id", "author", "request_id"}
