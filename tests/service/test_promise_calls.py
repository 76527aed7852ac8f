"""Promises over real gRPC: the dates of each service level, and that they are kept."""

from router.api.v1 import order_pb2, routing_pb2
from tests.service.builders import MONDAY_NOON, an_order
from tests.service.harness import Client, refusal_of


def quoted(client: Client, order: order_pb2.Order, *levels: str) -> list[routing_pb2.Promise]:
    request = routing_pb2.QuotePromiseRequest(
        order=order, service_level_ids=levels, decision_time=MONDAY_NOON
    )
    return list(client.routing.QuotePromise(request).promises)


def test_the_order_placed_gets_what_was_promised_to_the_cart(client: Client) -> None:
    before = client.position()
    cart = an_order("", {"RED-CLOCK": 2, "TIN-LAMP": 1})
    any_level, *by_level = quoted(client, cart)
    assert client.position() == before
    assert [one.service_level_id for one in by_level] == ["POSTE/GROUND"]

    for number, promise in enumerate((any_level, *by_level)):
        placed = an_order(f"P-{number}", {"RED-CLOCK": 2, "TIN-LAMP": 1})
        placed.service_level_ids.extend(filter(None, [promise.service_level_id]))
        request = routing_pb2.RouteOrderRequest(order=placed, validate_only=True, decision_time=MONDAY_NOON)
        plan = client.routing.RouteOrder(request).routed.plan
        for shipment in promise.plan.shipments:
            shipment.shipment_id = shipment.shipment_id.replace("cart/", f"P-{number}/")
        assert plan == promise.plan
        assert promise.complete
        assert promise.delivery_date == max(shipment.delivery_date for shipment in plan.shipments)


def test_units_that_nobody_has_wait_without_a_day(client: Client) -> None:
    (promise, *_) = quoted(client, an_order("", {"BLUE-VASE": 7}))

    assert not promise.complete
    assert [(one.line_id, one.quantity, one.expected_date) for one in promise.restocks] == [("1", 2, "")]


def test_a_promise_by_a_service_level_that_is_nowhere_is_refused(client: Client) -> None:
    request = routing_pb2.QuotePromiseRequest(order=an_order(""), service_level_ids=["OWL/POST"])

    refusal = refusal_of(client.routing.QuotePromise, request)

    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "UNKNOWN_SERVICE_LEVEL")
    assert "OWL/POST" in refusal.message


def test_what_is_wrong_with_a_cart_is_named_at_its_place(client: Client) -> None:
    cart = an_order("", {"RED-CLOCK": 0})
    request = routing_pb2.QuotePromiseRequest(order=cart, service_level_ids=["A/B", "A/B"])

    refusal = refusal_of(client.routing.QuotePromise, request)

    assert refusal.violations == {
        "order.lines[0].quantity": "OUT_OF_RANGE",
        "service_level_ids[1]": "DUPLICATE",
    }


def test_nothing_asked_for_is_named(client: Client) -> None:
    refusal = refusal_of(client.routing.QuotePromise, routing_pb2.QuotePromiseRequest())

    assert refusal.violations == {"order": "REQUIRED"}
