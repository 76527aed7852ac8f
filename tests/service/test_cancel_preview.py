"""A cancellation is looked at before it is done: the same answer, and nothing booked."""

from collections.abc import Iterator

import pytest

from router.api.v1 import orders_pb2 as pb
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 5}}, is_on_account=True)
        client.routing.RouteOrder(a_route_request("A-1", {"RED-CLOCK": 3}))
        yield client


def test_a_preview_says_what_the_cancellation_will_say_and_books_nothing(client: Client) -> None:
    lines = [pb.LineQuantity(line_id="1", quantity=2)]
    before = client.position()

    preview = client.orders.CancelOrder(
        pb.CancelOrderRequest(order_id="A-1", lines=lines, validate_only=True)
    )
    after = client.position()
    done = client.orders.CancelOrder(pb.CancelOrderRequest(order_id="A-1", lines=lines, request_id="cancel"))

    assert before == after
    assert preview.released_quantity == done.released_quantity == 2
    assert preview.record == done.record
    assert client.available("RED-CLOCK")["LYON"] == 4


def test_a_preview_of_what_left_already_is_refused_like_the_cancellation(client: Client) -> None:
    client.orders.DispatchShipment(pb.DispatchShipmentRequest(shipment_id="A-1/1", request_id="dispatch"))

    preview = refusal_of(client.orders.CancelOrder, pb.CancelOrderRequest(order_id="A-1", validate_only=True))

    assert preview.reason == "ORDER_STATE_FORBIDS"


def test_only_a_preview_needs_no_key(client: Client) -> None:
    refused = refusal_of(client.orders.CancelOrder, pb.CancelOrderRequest(order_id="A-1"))

    assert refused.reason == "REQUEST_ID_REQUIRED"
