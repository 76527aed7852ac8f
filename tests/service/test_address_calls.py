"""Addresses of orders that come over gRPC are looked at as those of shops are; rules decide what is done about it."""

from collections.abc import Iterator

import pytest

from router.api.v1 import customers_pb2 as pb
from router.api.v1 import order_pb2, orders_pb2, routing_pb2, rules_pb2
from tests.service.builders import a_route_request
from tests.service.harness import Client, a_server, refusal_of

HOLD = """\
kind: RuleSet/v1
id: addresses
owner: customer-service
priority: 50
currency: EUR
timezone: Europe/Paris
applies: true
attributes: {order.attr.address_check: string, order.attr.address_kind: string}
holds:
  - id: doubtful-address
    when: default(order.attr.address_check, "ok") != "ok"
    because: a person looks at the address first
"""
GOOD = order_pb2.Recipient(
    name="Ann Lee",
    street_lines=["1 rue de la Paix"],
    city="Lyon",
    email="ann@example.org",
    phone="+33142685300",
)
BAD = order_pb2.Recipient(name="Ann Lee", street_lines=["1 rue de la Paix"], email="ann", phone="12")


@pytest.fixture
def client() -> Iterator[Client]:
    with a_server(check_addresses=True) as connected:
        connected.set_up({"LYON": {"RED-CLOCK": 50}})
        yield connected
        assert list(connected.audit().faults) == []


def routed(
    client: Client, order_id: str, to: order_pb2.Recipient | None, **attributes: str
) -> dict[str, str]:
    request = a_route_request(order_id, {"RED-CLOCK": 1})
    request.ClearField("decision_time")
    if to is not None:
        request.order.customer_id = "c-1"
        request.order.recipient.CopyFrom(to)
    request.order.attributes.update(attributes)
    client.routing.RouteOrder(request)
    return dict(record(client, order_id).order.attributes)


def record(client: Client, order_id: str) -> orders_pb2.OrderRecord:
    return client.orders.GetOrder(orders_pb2.GetOrderRequest(order_id=order_id)).record


# An address without `@` is refused by its shape; one that looks like one and is none is found here.
BAD.email = "ann@nowhere"


def test_an_order_says_what_was_found_of_its_address(client: Client) -> None:
    good, bad, none = routed(client, "A-1", GOOD), routed(client, "A-2", BAD), routed(client, "A-3", None)

    assert good == {"address_check": "ok", "address_kind": "street"}
    assert bad == {"address_check": "CITY_MISSING,EMAIL_INVALID,PHONE_INVALID", "address_kind": "street"}
    assert none == {}


def test_what_the_client_said_of_it_stays(client: Client) -> None:
    assert routed(client, "A-1", BAD, address_check="ok")["address_check"] == "ok"


def test_a_rule_holds_a_doubtful_address_also_of_an_edit(client: Client) -> None:
    files = [rules_pb2.RuleFile(name="addresses.yaml", content=HOLD.encode())]
    client.rules.ActivateRules(rules_pb2.ActivateRulesRequest(files=files, author="ada", request_id="rules"))
    routed(client, "A-1", GOOD)
    routed(client, "A-2", BAD)

    states = [record(client, name).state for name in ("A-1", "A-2")]
    edit = orders_pb2.EditOrderRequest(order_id="A-1", recipient=BAD, author="ann")
    shown = client.orders.EditOrder(edit)

    assert states == [orders_pb2.ORDER_STATE_ALLOCATED, orders_pb2.ORDER_STATE_HELD]
    assert shown.record.state == orders_pb2.ORDER_STATE_HELD, "an edited address is looked at again"
    assert shown.record.order.attributes["address_check"].startswith("CITY_MISSING")


def test_many_orders_are_looked_at_too(client: Client) -> None:
    request = a_route_request("A-1", {"RED-CLOCK": 1})
    request.order.customer_id = "c-1"
    request.order.recipient.CopyFrom(BAD)
    client.routing.BatchRouteOrders(
        routing_pb2.BatchRouteOrdersRequest(orders=[request.order], request_id="batch")
    )

    assert "CITY_MISSING" in record(client, "A-1").order.attributes["address_check"]


@pytest.mark.parametrize(
    ("destination", "confidence", "levels"),
    [
        (order_pb2.Destination(country="FR", postal_code="69001"), pb.PLACE_CONFIDENCE_POSTAL_PREFIX, True),
        (order_pb2.Destination(country="FR", postal_code="69"), pb.PLACE_CONFIDENCE_POSTAL_CODE, True),
        (order_pb2.Destination(country="FR", postal_code="13001"), pb.PLACE_CONFIDENCE_UNKNOWN, False),
        (
            order_pb2.Destination(country="DE", point=order_pb2.Point(latitude_microdegrees=52_500_000)),
            pb.PLACE_CONFIDENCE_GIVEN,
            False,
        ),
    ],
)
def test_a_place_is_known_more_or_less_exactly(
    client: Client, destination: order_pb2.Destination, confidence: int, levels: bool
) -> None:
    answer = client.customers.CheckAddress(pb.CheckAddressRequest(recipient=GOOD, destination=destination))

    assert answer.place_confidence == confidence
    assert list(answer.service_level_ids) == (["POSTE/GROUND"] if levels else [])
    assert answer.HasField("point") is (confidence != pb.PLACE_CONFIDENCE_UNKNOWN)


@pytest.mark.parametrize(
    ("destination", "source"),
    [
        (order_pb2.Destination(country="FR", postal_code="69001"), order_pb2.PLACE_SOURCE_POSTAL_PREFIX),
        (order_pb2.Destination(country="FR", postal_code="69"), order_pb2.PLACE_SOURCE_POSTAL_CODE),
        (
            order_pb2.Destination(
                country="FR", postal_code="69001", point=order_pb2.Point(latitude_microdegrees=45_760_000)
            ),
            order_pb2.PLACE_SOURCE_GIVEN,
        ),
    ],
)
def test_an_order_says_how_exactly_its_place_is_known_and_so_does_its_explanation(
    client: Client, destination: order_pb2.Destination, source: order_pb2.PlaceSource.ValueType
) -> None:
    request = a_route_request("A-1", {"RED-CLOCK": 1})
    request.order.destination.CopyFrom(destination)
    client.routing.RouteOrder(request)

    place = record(client, "A-1").place
    explained = client.routing.ExplainDecision(routing_pb2.ExplainDecisionRequest(order_id="A-1"))

    assert place.source == source
    assert place.point.latitude_microdegrees == (destination.point.latitude_microdegrees or 45_750_000)
    assert explained.place == place


def test_an_address_is_looked_at_without_an_order(client: Client) -> None:
    box = order_pb2.Recipient(street_lines=["BP 12"], city="Lyon")
    destination = order_pb2.Destination(country="FR", postal_code="6900")

    answer = client.customers.CheckAddress(pb.CheckAddressRequest(recipient=box, destination=destination))

    assert (list(answer.codes), answer.kind) == (["POSTAL_CODE_INVALID"], "po_box")
    assert set(refusal_of(client.customers.CheckAddress, pb.CheckAddressRequest()).violations) == {
        "destination"
    }


def test_a_server_that_is_not_asked_to_looks_at_none() -> None:
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 50}})

        assert routed(client, "A-1", BAD) == {}
