"""What a decision keeps, and its bytes."""

from types import MappingProxyType

import msgspec
import pytest
from msgspec.structs import replace

from router.domain.network import Network
from router.routing.decision import Decision, Prices
from router.routing.network.prepared import prepare
from router.routing.replay import pack_decision, replay, unpack_decision
from router.rules.ruleset import no_rules
from tests.routing.builders import (
    a_network,
    a_node,
    a_product,
    a_world,
    an_order,
    day,
    decide,
    rules_from,
)

STOCK = {"lille": {"RED-CLOCK": 1, "TIN-LAMP": 4}, "lyon": {"RED-CLOCK": 0}, "atlantis": {"RED-CLOCK": 7}}


def a_decision(**settings: object) -> Decision:
    return decide(an_order(lines={"RED-CLOCK": 1}), stock=STOCK, **settings)


def test_keeps_the_stock_of_its_own_skus_where_there_is_any():
    assert a_decision().inputs.stock == {"RED-CLOCK": {"lille": 1}}


def test_keeps_the_products_of_its_own_skus():
    assert a_decision().inputs.products == (a_product("RED-CLOCK"),)


def test_keeps_the_bookings_of_the_days_it_looked_at():
    world = a_world(a_network(a_node("lille", shipments_per_day=2), a_node("lyon", shipments_per_day=2)))
    monday = day("2026-03-02")
    booked = {"lille": {monday - 1: 2, monday: 2, monday + 1: 1, monday + 2: 1}, "lyon": {monday: 1}}

    assert a_decision(world=world, booked=booked).inputs.shipments_booked == {
        "lille": {monday: 2, monday + 1: 1}
    }


def test_keeps_no_bookings_of_nodes_without_a_limit():
    assert a_decision(booked={"lille": {day("2026-03-02"): 9}}).inputs.shipments_booked == {}


def test_keeps_the_prices_of_the_stock_and_capacity_it_looked_at():
    prices = Prices(
        stock_milli={"RED-CLOCK": {"lille": 5, "lyon": 6}, "TIN-LAMP": {"lille": 7}},
        capacity_milli={"lille": 8, "nice": 9},
    )

    assert a_decision(world=a_world(prices=prices)).inputs.prices == Prices(
        stock_milli={"RED-CLOCK": {"lille": 5}}, capacity_milli={"lille": 8}
    )


def test_names_the_versions_of_rules_and_network():
    world = a_world()
    inputs = a_decision(world=world).inputs

    assert (inputs.rules_digest, inputs.network_digest) == (no_rules().digest, world.network.digest)


def test_comes_back_from_its_bytes():
    decision = a_decision()

    assert unpack_decision(pack_decision(decision)) == decision


def test_equal_decisions_have_equal_bytes_whatever_the_order_of_their_mappings():
    decision = a_decision()
    forth = replace(decision, inputs=replace(decision.inputs, stock={"A": {"x": 1, "y": 2}, "B": {}}))
    back = replace(decision, inputs=replace(decision.inputs, stock={"B": {}, "A": {"y": 2, "x": 1}}))

    assert pack_decision(forth) == pack_decision(back)


def test_attributes_are_packed_in_the_order_of_their_names():
    forth, back = (
        decide(an_order(lines={"RED-CLOCK": 1}, attributes=attributes), stock=STOCK)
        for attributes in ({"gift": "yes", "wrap": "red"}, {"wrap": "red", "gift": "yes"})
    )

    assert pack_decision(forth) == pack_decision(back)


@pytest.mark.parametrize("booked", [{}, {"lyon": {739_313: 1, 739_312: 2}, "lille": {739_312: 2}}])
def test_every_mapping_is_packed_in_the_order_of_its_keys(booked):
    names = ["wrap", "", "ﬀ", "gift", "gif", "\U0001f381", "é"]
    attributes = MappingProxyType(dict.fromkeys(names, "yes"))
    decision = a_decision()
    order = replace(decision.inputs.order, attributes=attributes)
    stock = {"B": {"y": 1, "x": 2}, "A": {}}
    inputs = replace(decision.inputs, order=order, stock=stock, shipments_booked=booked)

    body = pack_decision(replace(decision, inputs=inputs))
    packed = msgspec.msgpack.decode(body, strict=False)["inputs"]

    assert [*packed["order"]["attributes"]] == sorted(names)
    assert [*packed["stock"].items()] == [("A", {}), ("B", {"x": 2, "y": 1})]
    assert [[node, [*days]] for node, days in packed["shipments_booked"].items()] == [
        [node, sorted(booked[node])] for node in sorted(booked)
    ]


def test_a_decision_on_one_line_is_small():
    assert len(pack_decision(a_decision())) < 1_400


def test_garbage_is_not_a_decision():
    with pytest.raises(msgspec.DecodeError):
        unpack_decision(b"\x00garbage")


def test_is_replayed_from_its_inputs_alone():
    world = a_world()
    decision = a_decision(world=world)

    assert replay(unpack_decision(pack_decision(decision)), world.network, world.rules) == decision


def test_refuses_another_network():
    with pytest.raises(ValueError, match="the decision was made from network"):
        replay(a_decision(), prepare(Network()), no_rules())


OTHER_RULES = """\
kind: RuleSet/v1
id: other
revision: "1"
owner: planning
priority: 1
currency: EUR
applies: dest.country == "FR"
costs:
  - {id: fee, per: shipment, amount: eur(1)}
"""


def test_refuses_other_rules():
    with pytest.raises(ValueError, match="the decision was made from rules"):
        replay(a_decision(), a_world().network, rules_from(other=OTHER_RULES))
