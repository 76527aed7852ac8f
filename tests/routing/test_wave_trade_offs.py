"""Fronts of recorded waves: against the front of one order, against what was decided, and by hand."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from msgspec import structs

from router.domain.carrier import Emission, ServiceLevel
from router.domain.order import Order
from router.domain.reasons import RouterError
from router.routing.network.prepared import digest_of
from router.routing.route import route
from router.routing.trade_offs.alone import find_trade_offs
from router.routing.trade_offs.together import Asking, WaveTradeOffs, find_wave_trade_offs
from router.routing.wave.wave import route_wave
from router.routing.world import OrderToRoute, World
from tests.proving import seeds
from tests.routing.builders import (
    MONDAY_TEN,
    Shelf,
    a_network,
    a_service,
    a_world,
    an_express,
    an_order,
    by_sku,
    decide,
    rules_of,
)
from tests.routing.random_worlds import random_requests, random_shelf, random_world

BY_ROAD = Emission(co2e_grams_per_tonne_km=100, source="an example")
ALL = Asking()
BY_AIR = Emission(co2e_grams_per_tonne_km=800, source="an example")


def emitting(service: ServiceLevel, emission: Emission) -> ServiceLevel:
    return replace(service, tariff=replace(service.tariff, emission=emission))


def a_green_world() -> World:
    services = (emitting(a_service(), BY_ROAD), emitting(an_express(), BY_AIR))
    return a_world(network=a_network(services=services))


def weigh(
    orders: Sequence[Order], stock: dict[str, dict[str, int]], world: World, asking: Asking = ALL
) -> WaveTradeOffs:
    shelf = Shelf(by_sku(stock))
    requests = [OrderToRoute(order=order, decision_time=MONDAY_TEN) for order in orders]
    wave = route_wave(requests, world, shelf, shelf)
    return find_wave_trade_offs(wave.decisions, world.network, world.rules, asking)


def two_clocks() -> tuple[list[Order], dict[str, dict[str, int]]]:
    orders = [an_order(f"order-{number}", lines={"RED-CLOCK": 1}) for number in (1, 2)]
    return orders, {"lille": {"RED-CLOCK": 1}, "nice": {"RED-CLOCK": 1}}


def test_the_front_of_two_orders_is_what_one_finds_by_hand() -> None:
    orders, stock = two_clocks()

    found = weigh(orders, stock, a_green_world())

    # From Lille by road in a day, from Nice by road in two or by air in one. 500 g over 204 km and 685 km.
    road, air = 500 * (204 + 685) * 100 // 1_000, 500 * (204 * 100 + 685 * 800) // 1_000
    assert [
        (one.cost_milli, one.bound_milli, one.shipment_count, one.co2e_milligrams, one.is_decided)
        for one in found.points
    ] == [(1_300_000, 1_300_000, 2, road, True), (2_000_000, 2_000_000, 2, air, False)]
    assert found.points[0].unit_days - found.points[1].unit_days == 1
    assert found.decided == found.points[0]
    assert (found.order_count, found.unit_count, found.left_out, found.is_cut) == (2, 2, (), False)


def test_one_more_unit_near_by_is_worth_what_it_spares() -> None:
    orders, stock = two_clocks()

    found = weigh(orders, stock, a_green_world())

    (row,) = [one for one in found.rows if one.node_id == "lille"]
    assert (row.sku, row.limit) == ("RED-CLOCK", 1)
    saving = row.price.saving
    assert (saving.least_milli, saving.found_milli, saving.most_milli) == (300_000, 300_000, 300_000)
    (stock_limit,) = [saving for limit, saving in found.limits if limit == "stock"]
    assert (stock_limit.found_milli, stock_limit.is_proven) == (300_000, True)


def test_decisions_that_take_the_same_unit_are_refused() -> None:
    orders, _ = two_clocks()
    world = a_green_world()
    decisions = [decide(order, stock={"lille": {"RED-CLOCK": 1}}, world=world) for order in orders]

    with pytest.raises(RouterError, match="not decided on the same stock"):
        find_wave_trade_offs(decisions, world.network, world.rules, Asking())


def test_decisions_of_two_instants_are_refused() -> None:
    orders, stock = two_clocks()
    world = a_green_world()
    first = decide(orders[0], stock=stock, world=world)
    later = decide(orders[1], stock=stock, world=world, at=MONDAY_TEN + 1_000_000)

    with pytest.raises(RouterError, match="different instants"):
        find_wave_trade_offs([first, later], world.network, world.rules, Asking())


def test_patience_that_ends_is_told() -> None:
    orders, stock = two_clocks()

    found = weigh(orders, stock, a_green_world(), Asking(keep_going=lambda percent: False))

    assert found.is_cut
    assert found.searches == 1
    assert found.points[0].bound_milli <= 1_300_000


@pytest.mark.parametrize("seed", seeds(0, 5))
def test_what_was_decided_is_beaten_by_nothing_but_a_point(seed: int) -> None:
    random = Random(seed)
    world = random_world(random)
    shelf = random_shelf(random, world)
    requests = [structs.replace(one, decision_time=MONDAY_TEN) for one in random_requests(random, 6)]
    decisions = route(requests, world, shelf, shelf)

    found = find_wave_trade_offs(decisions, world.network, world.rules, Asking(searches_max=5, rows_max=2))

    assert found.order_count + len(found.left_out) == 6
    for one in found.points:
        assert one.bound_milli <= one.cost_milli
    if found.decided is not None:
        assert found.decided.is_decided
        assert found.decided.bound_milli <= found.decided.cost_milli
        assert min(one.cost_milli for one in found.points) <= found.decided.cost_milli


def test_a_plan_says_what_it_emits_and_costs_the_same() -> None:
    order, stock = an_order(lines={"RED-CLOCK": 2}), {"nice": {"RED-CLOCK": 2}}

    green = decide(order, stock=stock, world=a_green_world())
    plain = decide(order, stock=stock)

    assert [one.co2e_milligrams for one in green.plan.shipments] == [2 * 500 * 685 * 100 // 1_000]
    assert green.plan.objective_milli == plain.plan.objective_milli
    assert not any(one.co2e_milligrams for one in plain.plan.shipments)


def test_the_front_of_one_order_says_what_each_plan_emits() -> None:
    world = a_green_world()
    decision = decide(an_order(lines={"RED-CLOCK": 2}), stock={"nice": {"RED-CLOCK": 2}}, world=world)

    front = find_trade_offs(decision, world.network, world.rules).front

    assert [(one.cost_milli, one.co2e_milligrams) for one in front[:2]] == [
        (800_000, 2 * 500 * 685 * 100 // 1_000),
        (1_500_000, 2 * 500 * 685 * 800 // 1_000),
    ]


def test_a_network_without_emissions_keeps_its_digest() -> None:
    assert digest_of(a_network()) == "018373af0a39566c68b3d8cdac098e070fb9054ab98949d31c4acc5b71560825"
    assert digest_of(a_network()) != digest_of(a_green_world().network.network)


def test_a_planner_may_price_what_is_emitted() -> None:
    order = an_order(lines={"RED-CLOCK": 1})
    stock = {"nice": {"RED-CLOCK": 1}, "lille": {"RED-CLOCK": 1}}
    services = (emitting(a_service(), BY_AIR), emitting(an_express(), BY_ROAD))
    rules = rules_of(
        """
costs:
  - id: carbon
    per: unit
    amount: eur(100) * (line.unit_weight / kg(1000)) * (pair.distance / km(1)) * service.co2e / 1000
"""
    )

    decision = decide(order, stock=stock, world=a_world(network=a_network(services=services), rules=rules))

    (shipment,) = decision.plan.shipments
    paid = {part.rule: part.amount_milli for part in shipment.costs}
    # 0.5 kg over 204 km: at 800 g for each tonne-kilometre 81.6 g, at 100 EUR for each kilogram 8.16 EUR.
    assert (shipment.node_id, shipment.service_level_id) == ("lille", "POSTE/COLIS")
    assert paid["shop/carbon"] == 816_000
