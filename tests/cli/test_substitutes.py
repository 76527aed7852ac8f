"""What `router promise` and `router order show` say where another product is sent than was asked for."""

from collections.abc import Iterator

import pytest

from router.api.v1 import order_pb2, routing_pb2, rules_pb2
from router.cli.main import run
from tests.service.harness import Client, a_server

RULES = """\
kind: RuleSet/v1
id: swap
priority: 1
currency: EUR
applies: true
substitutes:
  - {id: blue, when: line.sku == "RED-CLOCK", offer: [BLUE-CLOCK], penalty: eur(1)}
"""


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with a_server() as client:
        client.set_up({"LYON": {"RED-CLOCK": 1, "BLUE-CLOCK": 5}})
        files = [rules_pb2.RuleFile(name="swap.yaml", content=RULES.encode())]
        client.rules.ActivateRules(rules_pb2.ActivateRulesRequest(files=files, request_id="swap"))
        yield client


def an_order(order_id: str, *, accepts_substitutes: bool = True) -> order_pb2.Order:
    return order_pb2.Order(
        order_id=order_id,
        channel="web",
        destination=order_pb2.Destination(country="FR", postal_code="69001"),
        lines=[order_pb2.OrderLine(line_id="1", sku="RED-CLOCK", quantity=3)],
        accepts_substitutes=accepts_substitutes,
    )


def sent(plan: order_pb2.Plan) -> dict[tuple[str, str], int]:
    """Units by product that is sent and product that was asked for."""
    units: dict[tuple[str, str], int] = {}
    for shipment in plan.shipments:
        for parcel in shipment.parcels:
            for one in parcel.allocations:
                place = one.sku, one.asked_sku
                units[place] = units.get(place, 0) + one.quantity
    return units


def test_a_cart_shows_what_stands_in_for_a_customer_who_takes_it(client, capsys):
    cart = ["promise", "RED-CLOCK=3", "--to", "FR/69001", "--address", client.address]

    assert run([*cart, "--accepts-substitutes"]) == 0
    assert "2 BLUE-CLOCK for RED-CLOCK" in capsys.readouterr().out
    assert run(cart) == 0
    said = capsys.readouterr().out
    assert "2 RED-CLOCK PARTIAL_STOCK" in said
    assert "instead" not in said


def test_what_is_promised_is_what_is_decided_and_what_is_shown(client, capsys):
    quote = client.routing.QuotePromise(routing_pb2.QuotePromiseRequest(order=an_order("S-1")))

    answer = client.routing.RouteOrder(routing_pb2.RouteOrderRequest(order=an_order("S-1"), request_id="S-1"))

    plan = answer.routed.plan
    assert plan.substitutions == quote.promises[0].plan.substitutions
    assert plan.objective_milli == quote.promises[0].plan.objective_milli
    assert sent(plan) == {("RED-CLOCK", ""): 1, ("BLUE-CLOCK", "RED-CLOCK"): 2}
    assert client.available("BLUE-CLOCK") == {"LYON": 3}
    assert run(["order", "show", "S-1", "--address", client.address]) == 0
    assert "line 1: 2 x BLUE-CLOCK instead of RED-CLOCK by rule swap/blue" in capsys.readouterr().out


def test_units_that_were_not_on_the_shelf_stand_in_for_nothing_any_more(client, capsys):
    def said(*words: str) -> str:
        assert run([*words, "--address", client.address]) == 0
        return capsys.readouterr().out

    client.routing.RouteOrder(routing_pb2.RouteOrderRequest(order=an_order("S-2"), request_id="S-2"))
    before = said("order", "show", "S-2")
    said("pick", "release", "S-2/1")
    said("pick", "wave", "LYON")

    said("pick", "short", "S-2/1", "BLUE-CLOCK=1", "--reason", "EMPTY_BIN")

    assert "line 1: 3 x BLUE-CLOCK instead of RED-CLOCK" in before
    assert "line 1: 2 x BLUE-CLOCK instead of RED-CLOCK" in said("order", "show", "S-2")
