"""Edits over real gRPC: shown first, then done exactly as shown."""

from collections.abc import Iterator

import pytest

from router.api.v1 import order_pb2, routing_pb2
from router.api.v1 import orders_pb2 as pb
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server() as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}})
        request = a_route_request("A-1", {"RED-CLOCK": 2})
        # What is to leave on a day that is over cannot be changed any more.
        request.ClearField("decision_time")
        connected.routing.RouteOrder(request)
        yield connected
        assert list(connected.audit().faults) == []


def an_edit(quantity: int, token: str = "", key: str = "") -> pb.EditOrderRequest:
    lines = [pb.LineEdit(line_id="1", quantity=quantity)]
    return pb.EditOrderRequest(
        order_id="A-1", lines=lines, author="ann", note="called", confirm_token=token, request_id=key
    )


def test_an_edit_is_shown_then_done_and_the_decision_says_why(client: Client) -> None:
    shown = client.orders.EditOrder(an_edit(4))
    untouched = client.orders.GetOrder(pb.GetOrderRequest(order_id="A-1")).record
    done = client.orders.EditOrder(an_edit(4, shown.confirm_token, "edit"))

    assert (shown.booked, done.booked) == (False, True)
    assert [line.ordered for line in untouched.lines] != [4]
    assert [line.reserved for line in done.record.lines] == [4]
    assert (done.cost_after_minor, done.delivery_date_after) == (
        shown.cost_after_minor,
        shown.delivery_date_after,
    )
    assert list(done.withdrawn_shipment_ids) == ["A-1/1"]
    assert list(done.added_shipment_ids) == ["A-1/2"]
    why = client.routing.ExplainDecision(routing_pb2.ExplainDecisionRequest(order_id="A-1", replay=True))
    assert "Decided again (EDIT, edited by ann: called) in place of " in why.summary
    assert why.replay_identical


def test_an_outdated_preview_is_refused_and_says_what_to_do(client: Client) -> None:
    shown = client.orders.EditOrder(an_edit(4))
    client.orders.EditOrder(an_edit(3, client.orders.EditOrder(an_edit(3)).confirm_token, "first"))

    refused = refusal_of(client.orders.EditOrder, an_edit(4, shown.confirm_token, "second"))

    assert refused.reason == "PREVIEW_OUTDATED"
    assert "preview it again and confirm with its token and a new request_id" in refused.message


def test_the_promise_is_taken_away_and_the_address_changed(client: Client) -> None:
    request = pb.EditOrderRequest(
        order_id="A-1",
        destination=order_pb2.Destination(country="FR", postal_code="75001"),
        service_levels=pb.ServiceLevelChoice(service_level_ids=["POSTE/GROUND"]),
        promise_date="",
        author="ann",
    )
    request.confirm_token = client.orders.EditOrder(request).confirm_token
    request.request_id = "edit"

    order = client.orders.EditOrder(request).record.order

    assert order.destination.postal_code == "75001"
    assert list(order.service_level_ids) == ["POSTE/GROUND"]
    assert order.promise_date == ""


def test_what_is_missing_is_named(client: Client) -> None:
    empty = refusal_of(client.orders.EditOrder, pb.EditOrderRequest())
    keyless = refusal_of(client.orders.EditOrder, an_edit(4, "token"))

    assert set(empty.violations) == {"order_id", "author", "lines"}
    assert keyless.violations == {"request_id": "REQUEST_ID_REQUIRED"}


def test_a_held_order_says_that_it_waits_for_a_person_after_an_edit_too(client: Client) -> None:
    client.orders.HoldOrder(
        pb.HoldOrderRequest(order_id="A-1", reason=pb.HOLD_REASON_ADDRESS, author="ann", request_id="hold")
    )
    token = client.orders.EditOrder(an_edit(4)).confirm_token

    done = client.orders.EditOrder(an_edit(4, token, "edit"))

    assert done.record.state == pb.ORDER_STATE_HELD
    why = client.routing.ExplainDecision(routing_pb2.ExplainDecisionRequest(order_id="A-1", replay=True))
    assert why.replay_identical
    assert "waits for a person" in why.summary
    released = client.orders.ReleaseOrder(
        pb.ReleaseOrderRequest(order_id="A-1", author="bob", request_id="release")
    )
    assert [line.reserved for line in released.record.lines] == [4]
