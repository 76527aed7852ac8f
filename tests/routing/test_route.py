"""Which node ships what, by what, when and for how much: one behavior a test."""

import pytest
from msgspec.structs import replace

from router.domain.carrier import Bracket, Tariff
from router.domain.identifiers import LineId, Sku
from router.domain.order import OrderLine
from router.domain.plan import CostKind, CostPart, UnshippedAction
from router.domain.reasons import Reason, RouterError
from router.routing.decision import Prices
from router.routing.route import route
from router.routing.world import OrderToRoute
from tests.routing.builders import (
    MONDAY_TEN,
    Shelf,
    a_network,
    a_node,
    a_product,
    a_service,
    a_world,
    a_zone,
    an_express,
    an_order,
    day,
    decide,
    instant,
    nodes_of,
    rules_from,
)

EVERYWHERE = {"lille": {"RED-CLOCK": 9}, "lyon": {"RED-CLOCK": 9}, "nice": {"RED-CLOCK": 9}}
HEAD = """\
kind: RuleSet/v1
id: shop
revision: "1"
owner: planning
priority: 10
currency: EUR
applies: dest.country == "FR"
"""


def test_ships_from_the_cheapest_node():
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE)

    assert nodes_of(decision) == ["lille"]
    assert decision.plan.objective_milli == 500_000


def test_ships_from_one_node_when_one_node_has_everything():
    stock = {"lille": {"RED-CLOCK": 9}, "lyon": {"RED-CLOCK": 1, "TIN-LAMP": 1}}

    decision = decide(an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}), stock=stock)

    assert nodes_of(decision) == ["lyon"]


def test_splits_when_no_node_has_everything():
    stock = {"lille": {"RED-CLOCK": 9}, "lyon": {"TIN-LAMP": 1}}

    decision = decide(an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}), stock=stock)

    assert nodes_of(decision) == ["lille", "lyon"]


def test_says_which_units_of_which_line_go_into_which_parcel():
    decision = decide(an_order(lines={"RED-CLOCK": 2}), stock=EVERYWHERE)

    (shipment,) = decision.plan.shipments
    assert shipment.quantities() == {"1": 2}
    assert [(p.weight_grams, p.billable_weight_grams, p.charge_milli) for p in shipment.parcels] == [
        (1_000, 1_000, 500_000)
    ]


def test_heavy_goods_travel_in_several_parcels():
    decision = decide(an_order(lines={"OAK-DESK": 3}), stock={"lille": {"OAK-DESK": 3}})

    (shipment,) = decision.plan.shipments
    assert [parcel.weight_grams for parcel in shipment.parcels] == [24_000, 12_000]


def test_ship_and_delivery_days_are_those_of_node_and_service_level():
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE, at=instant("2026-03-06T18:00"))

    (shipment,) = decision.plan.shipments
    assert (shipment.ship_day, shipment.delivery_day) == (day("2026-03-09"), day("2026-03-10"))


def test_counts_the_days_after_the_promise():
    order = an_order(lines={"RED-CLOCK": 1}, promise_day=day("2026-03-02"))

    (shipment,) = decide(order, stock=EVERYWHERE).plan.shipments

    assert shipment.late_days == 1


def test_a_full_node_ships_on_its_next_free_day():
    world = a_world(a_network(a_node("lille", shipments_per_day=2)))
    booked = {"lille": {day("2026-03-02"): 2, day("2026-03-03"): 1}}

    (shipment,) = decide(
        an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE, world=world, booked=booked
    ).plan.shipments

    assert shipment.ship_day == day("2026-03-03")


def test_a_closed_node_ships_nothing():
    world = a_world(a_network(a_node("lille", is_open=False), a_node("lyon")))

    assert nodes_of(decide(an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE, world=world)) == ["lyon"]


def test_lines_of_one_sku_count_as_one_and_come_back_in_order():
    lines = tuple(
        OrderLine(id=LineId(name), sku=Sku("RED-CLOCK"), quantity=quantity)
        for name, quantity in (("a", 2), ("b", 3))
    )
    order = replace(an_order(lines={"RED-CLOCK": 1}), lines=lines)

    decision = decide(order, stock={"lille": {"RED-CLOCK": 4}})

    assert decision.plan.shipments[0].quantities() == {"a": 2, "b": 2}
    assert [(u.line_id, u.quantity) for u in decision.plan.unshipped] == [("b", 1)]


def test_units_are_shared_out_only_when_no_node_holds_the_whole_line():
    short = {"lille": {"RED-CLOCK": 3}, "lyon": {"RED-CLOCK": 3}}

    assert nodes_of(decide(an_order(lines={"RED-CLOCK": 5}), stock=short)) == ["lille", "lyon"]


def test_stock_at_a_node_outside_the_network_is_not_seen():
    decision = decide(an_order(lines={"RED-CLOCK": 1}), stock={"atlantis": {"RED-CLOCK": 9}})

    assert [unshipped.reason for unshipped in decision.plan.unshipped] == ["NO_STOCK"]


def test_refuses_a_sku_that_nobody_registered():
    with pytest.raises(RouterError) as caught:
        decide(an_order(lines={"BLUE-MOON": 1}), stock={})

    assert caught.value.reason is Reason.UNKNOWN_SKU
    assert caught.value.facts == {"sku": "BLUE-MOON"}


def test_an_empty_batch_has_no_decisions():
    assert route([], a_world(), Shelf(), Shelf()) == ()


def test_the_second_order_gets_what_the_first_one_leaves():
    shelf = Shelf({"RED-CLOCK": {"lille": 1, "lyon": 1}})
    requests = [
        OrderToRoute(order=an_order(name, lines={"RED-CLOCK": 1}), decision_time=MONDAY_TEN)
        for name in ("first", "second", "third")
    ]

    decisions = route(requests, a_world(), shelf, shelf)

    assert [nodes_of(decision) for decision in decisions] == [["lille"], ["lyon"], []]
    assert [decision.inputs.stock["RED-CLOCK"] for decision in decisions] == [
        {"lille": 1, "lyon": 1},
        {"lyon": 1},
        {},
    ]


def test_the_second_order_gets_the_slot_that_the_first_one_leaves():
    shelf = Shelf({"RED-CLOCK": {"lille": 9}})
    world = a_world(a_network(a_node("lille", shipments_per_day=1)))
    requests = [
        OrderToRoute(order=an_order(name, lines={"RED-CLOCK": 1}), decision_time=MONDAY_TEN)
        for name in ("first", "second")
    ]

    decisions = route(requests, world, shelf, shelf)

    assert [decision.plan.shipments[0].ship_day for decision in decisions] == [
        day("2026-03-02"),
        day("2026-03-03"),
    ]


def test_every_cost_has_its_part():
    rules = rules_from(
        shop=HEAD
        + """\
costs:
  - {id: late, per: late_day, amount: eur(2)}
  - {id: peak, per: shipment, amount: eur(1)}
  - {id: tape, per: parcel, amount: eur(0.1)}
  - {id: gift, per: line, amount: eur(0.2)}
  - {id: label, per: unit, amount: eur(0.3)}
splits:
  - {id: default, max_shipments: 3, extra_box: eur(0.7), units: when_short}
backorder:
  - {id: default, do: HOLD, penalty: eur(40)}
"""
    )
    node = {"handling_minor": 11, "pick_line_minor": 7, "pick_unit_minor": 3, "packaging_minor": 5}
    world = a_world(
        a_network(a_node("lille", **node), a_node("lyon", **node)),
        rules=rules,
        prices=Prices(stock_milli={"RED-CLOCK": {"lille": 1_100}}, capacity_milli={"lille": 1_300}),
    )
    order = an_order(lines={"RED-CLOCK": 2, "TIN-LAMP": 3}, promise_day=day("2026-03-01"))

    plan = decide(order, stock={"lille": {"RED-CLOCK": 2}, "lyon": {"TIN-LAMP": 1}}, world=world).plan

    assert plan.shipments[0].costs == (
        CostPart(kind=CostKind.FREIGHT, amount_milli=500_000),
        CostPart(kind=CostKind.HANDLING, amount_milli=11_000),
        CostPart(kind=CostKind.PICK, amount_milli=13_000),
        CostPart(kind=CostKind.PACKAGING, amount_milli=5_000),
        CostPart(kind=CostKind.LATENESS, amount_milli=400_000, rule="shop/late"),
        CostPart(kind=CostKind.RULE, amount_milli=100_000, rule="shop/peak"),
        CostPart(kind=CostKind.RULE, amount_milli=10_000, rule="shop/tape"),
        CostPart(kind=CostKind.RULE, amount_milli=20_000, rule="shop/gift"),
        CostPart(kind=CostKind.RULE, amount_milli=60_000, rule="shop/label"),
        CostPart(kind=CostKind.STOCK_PRICE, amount_milli=2_200),
        CostPart(kind=CostKind.CAPACITY_PRICE, amount_milli=1_300),
    )
    assert plan.order_costs == (
        CostPart(kind=CostKind.SPLIT, amount_milli=70_000, rule="shop/splits.default"),
        CostPart(kind=CostKind.BACKORDER, amount_milli=8_000_000, rule="shop/backorder.default"),
    )
    assert [(u.line_id, u.quantity, u.action, u.rule, u.reason) for u in plan.unshipped] == [
        ("2", 2, UnshippedAction.HOLD, "shop/backorder.default", "PARTIAL_STOCK")
    ]


def test_a_price_on_the_last_unit_sends_the_order_elsewhere():
    world = a_world(prices=Prices(stock_milli={"RED-CLOCK": {"lille": 301_000}}))

    assert nodes_of(decide(an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE, world=world)) == ["lyon"]


BANS = HEAD + 'constraints:\n  - {id: no-parcels, ban: service.mode == "GROUND", because: strike}\n'


def test_a_ban_leaves_the_dearer_service_level():
    (shipment,) = decide(
        an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE, world=a_world(rules=rules_from(shop=BANS))
    ).plan.shipments

    assert shipment.service_level_id == "CHRONO/13"


LONG_THINGS = (a_product("SKI", length_mm=1_800), a_product("RED-CLOCK"))


def test_long_things_go_by_the_service_level_that_takes_them():
    network = a_network(services=[a_service(item_length_mm_max=1_000), an_express()])

    decision = decide(
        an_order(lines={"SKI": 1}), stock={"lille": {"SKI": 1}}, world=a_world(network, LONG_THINGS)
    )

    assert decision.plan.shipments[0].service_level_id == "CHRONO/13"


def test_a_unit_heavier_than_a_parcel_cannot_ship():
    world = a_world(products=(a_product("ANVIL", weight_grams=31_000),))

    decision = decide(an_order(lines={"ANVIL": 1}), stock={"lille": {"ANVIL": 1}}, world=world)

    assert [unshipped.reason for unshipped in decision.plan.unshipped] == ["NO_SERVICE"]


def test_large_light_goods_are_charged_for_their_size():
    by_weight = (Bracket(weight_grams_max=30_000, price_minor=0, rate_micro=100_000),)
    tariff = Tariff(zones=(a_zone(up_to_km=2_000, days=1, price=0, brackets=by_weight),))
    network = a_network(services=[a_service(tariff=tariff, dim_mm3_per_gram=5_000)])
    world = a_world(network, (a_product("PILLOW", length_mm=500, width_mm=500, height_mm=100),))

    (shipment,) = decide(
        an_order(lines={"PILLOW": 1}), stock={"lille": {"PILLOW": 1}}, world=world
    ).plan.shipments

    assert (shipment.parcels[0].weight_grams, shipment.parcels[0].billable_weight_grams) == (500, 5_000)
    assert shipment.parcels[0].charge_milli == 500_000


def test_a_network_without_service_levels_ships_nothing():
    decision = decide(
        an_order(lines={"RED-CLOCK": 1}), stock=EVERYWHERE, world=a_world(a_network(services=[]))
    )

    assert [unshipped.reason for unshipped in decision.plan.unshipped] == ["NO_SERVICE"]


def test_an_order_of_hundreds_of_lines_ships():
    skus = [f"SKU-{number:03}" for number in range(300)]
    world = a_world(products=[a_product(sku, weight_grams=5) for sku in skus])
    stock = {"lille": dict.fromkeys(skus[:200], 1), "lyon": dict.fromkeys(skus, 1)}

    assert nodes_of(decide(an_order(lines=dict.fromkeys(skus, 1)), stock=stock, world=world)) == ["lyon"]
