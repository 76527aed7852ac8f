"""Orders decided again over real gRPC: which are chosen, in which order, what is answered and what is refused."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import pytest

from router.api.v1 import inventory_pb2, orders_pb2
from router.api.v1 import routing_pb2 as pb
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of

MOVED = pb.REROUTE_OUTCOME_MOVED
KEYS = count(1)


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 0}})
        yield connected
        assert list(connected.audit().faults) == []


def receive(client: Client, units: int, node_id: str = "LYON") -> None:
    client.inventory.AdjustStock(
        inventory_pb2.AdjustStockRequest(
            node_id=node_id,
            sku="RED-CLOCK",
            delta=units,
            reason_code="RECEIPT",
            request_id=f"receipt-{node_id}-{units}",
        )
    )


def route(client: Client, order_id: str, **fields: str) -> None:
    request = a_route_request(order_id)
    for name, value in fields.items():
        setattr(request.order, name, value)
    client.routing.RouteOrder(request)


def reroute(client: Client, **fields: object) -> pb.RerouteOrdersResponse:
    settings = {"request_id": f"key {next(KEYS)}", **fields}
    answer: pb.RerouteOrdersResponse = client.routing.RerouteOrders(pb.RerouteOrdersRequest(**settings))
    return answer


def test_waiting_orders_are_served_by_promise_then_tier_then_age(client: Client) -> None:
    route(client, "young")
    route(client, "silver", tier="silver")
    route(client, "gold", tier="gold")
    route(client, "promised", promise_date=str(date.today() + timedelta(days=30)))
    pool = pb.ReroutePool(waiting_only=True, sku="RED-CLOCK", tiers=["gold", "silver"])

    first = reroute(client, pool=pool, page_size=3, validate_only=True)
    second = reroute(client, pool=pool, page_size=3, page_token=first.next_page_token, validate_only=True)

    assert [one.order_id for one in first.results] == ["promised", "gold", "silver"]
    assert [one.order_id for one in second.results] == ["young"]
    assert second.next_page_token == ""


def test_of_two_equal_orders_the_older_gets_what_comes_in(client: Client) -> None:
    route(client, "older")
    route(client, "younger")
    quantity = client.orders.GetOrder(orders_pb2.GetOrderRequest(order_id="older")).record.lines[0].ordered
    receive(client, quantity)

    answer = reroute(client, pool=pb.ReroutePool(waiting_only=True), reason=pb.REROUTE_REASON_RECEIPT)

    outcomes = {one.order_id: one.outcome for one in answer.results}
    assert outcomes["older"] == MOVED
    states = [
        client.orders.GetOrder(orders_pb2.GetOrderRequest(order_id=order_id)).record.state
        for order_id in ("older", "younger")
    ]
    assert states[0] == orders_pb2.ORDER_STATE_ALLOCATED
    assert states[1] == orders_pb2.ORDER_STATE_BACKORDERED


def test_the_newest_decision_names_the_one_before_and_says_why(client: Client) -> None:
    route(client, "A-1")
    before = client.orders.GetOrder(orders_pb2.GetOrderRequest(order_id="A-1")).record.decision_id
    receive(client, 50)
    (result,) = reroute(client, order_ids=["A-1"], reason=pb.REROUTE_REASON_RECEIPT).results

    explained = client.routing.ExplainDecision(pb.ExplainDecisionRequest(order_id="A-1", replay=True))

    assert explained.routed.decision_id == result.decision_id
    assert explained.routed.replaces_decision_id == result.replaces_decision_id == before
    assert explained.routed.reroute_reason == pb.REROUTE_REASON_RECEIPT
    assert explained.replay_identical
    assert explained.summary.endswith(f"Decided again (RECEIPT) in place of {before}.")
    assert [one.shipment_id for one in explained.routed.plan.shipments] == ["A-1/1"]


def test_only_asking_names_no_decision_and_needs_no_key(client: Client) -> None:
    route(client, "A-1")
    receive(client, 50)

    (result,) = reroute(client, order_ids=["A-1"], validate_only=True, request_id="").results

    assert (result.outcome, result.decision_id) == (MOVED, "")
    assert reroute(client, order_ids=["A-1"]).results[0].outcome == MOVED


def test_a_request_that_says_not_which_orders_is_refused(client: Client) -> None:
    refused = refusal_of(client.routing.RerouteOrders, pb.RerouteOrdersRequest(request_id="k"))

    assert refused.violations == {"order_ids": "REQUIRED"}


def test_every_fault_of_a_request_is_named(client: Client) -> None:
    request = pb.RerouteOrdersRequest(
        order_ids=["A-1"], pool=pb.ReroutePool(), move_price_minor=-1, request_id="k"
    )

    assert refusal_of(client.routing.RerouteOrders, request).violations == {
        "pool": "AMBIGUOUS",
        "move_price_minor": "OUT_OF_RANGE",
    }


def test_the_reason_of_a_release_is_not_one_to_ask_with(client: Client) -> None:
    request = pb.RerouteOrdersRequest(order_ids=["A-1"], reason=pb.REROUTE_REASON_RELEASE, request_id="k")

    assert refusal_of(client.routing.RerouteOrders, request).violations == {"reason": "UNKNOWN_VALUE"}


def test_a_rejected_shipment_is_an_exception_after_the_third_time(client: Client) -> None:
    route(client, "A-1")
    answers = []
    for number in (1, 2, 3):
        receive(client, 50 + number)
        reroute(client, order_ids=["A-1"])
        request = orders_pb2.RejectShipmentRequest(
            shipment_id=f"A-1/{number}", reason_code="CLOSED", request_id=f"reject {number}"
        )
        answers.append(client.orders.RejectShipment(request))

    assert [(one.rejection_count, one.exception) for one in answers] == [(1, False), (2, False), (3, True)]
    (found,) = client.orders.ListExceptions(orders_pb2.ListExceptionsRequest()).exceptions
    assert (found.order_id, found.rejection_count, found.shipment_id) == ("A-1", 3, "A-1/3")
    assert found.text.endswith("CLOSED")


def test_an_explanation_says_that_its_shipment_does_not_leave(client: Client) -> None:
    receive(client, 2)
    route(client, "A-1")
    asked = pb.ExplainDecisionRequest(order_id="A-1")
    before = client.routing.ExplainDecision(asked)
    client.orders.RejectShipment(
        orders_pb2.RejectShipmentRequest(shipment_id="A-1/1", reason_code="CLOSED", request_id="reject")
    )
    after = client.routing.ExplainDecision(asked)

    assert after.routed == before.routed
    assert after.summary == f"{before.summary} Since then A-1/1 was canceled or rejected; 1 unit waits now."

    again = client.routing.ExplainDecision(pb.ExplainDecisionRequest(decision_id=before.routed.decision_id))
    assert again.summary == after.summary
    receive(client, 3)
    reroute(client, order_ids=["A-1"])
    assert "Since then" not in client.routing.ExplainDecision(asked).summary


def test_every_fault_of_a_rejection_is_named(client: Client) -> None:
    request = orders_pb2.RejectShipmentRequest(
        shipment_id="A-1/1", missing=[orders_pb2.MissingUnits(sku="X")], cool_off_seconds=-1, request_id="k"
    )

    assert refusal_of(client.orders.RejectShipment, request).violations == {
        "missing[0].quantity": "OUT_OF_RANGE",
        "cool_off_seconds": "OUT_OF_RANGE",
        "reason_code": "REQUIRED",
    }
