"""Prices of stock and capacity from a forecast: duals that can be worked out by hand."""

from dataclasses import replace
from random import Random

import pytest
from msgspec import structs

from router.routing.decision import Prices
from router.routing.look_ahead.forecast import NOTHING_EXPECTED
from router.routing.look_ahead.price import in_parts, price_ahead, versioned
from router.routing.replay import pack_decision, replay, unpack_decision
from router.routing.route import route
from router.routing.world import OrderToRoute
from tests.routing.builders import (
    MONDAY_TEN,
    Shelf,
    a_network,
    a_node,
    a_world,
    an_order,
    by_sku,
    decide,
    nodes_of,
    rules_of,
)
from tests.routing.look_ahead.forecasts import a_clock, expecting

BACKORDER = rules_of("backorder:\n  - {id: default, do: BACKORDER, penalty: eur(30)}\n")
WORLD = a_world(rules=BACKORDER)
ONE_EACH = Shelf(by_sku({"lille": {"RED-CLOCK": 1}, "nice": {"RED-CLOCK": 1}}))


def prices(forecast, shelf=ONE_EACH, world=WORLD) -> Prices:
    return price_ahead(forecast, world, shelf, shelf, MONDAY_TEN)


def test_a_price_is_what_a_later_order_would_lose() -> None:
    # Nice to Nice costs 5.00, Lille to Nice 8.00, a clock not sent 30.00; three are wanted there and two are here.
    # The duals are 25.00 and 22.00; prices stay a thousandth below.
    found = prices(expecting((3, a_clock("nice"))))

    assert found.stock_milli == {"RED-CLOCK": {"nice": 2_497_500, "lille": 2_197_800}}


def test_a_unit_elsewhere_makes_the_near_one_worth_only_the_way_it_saves() -> None:
    shelf = Shelf(by_sku({"lille": {"RED-CLOCK": 9}, "nice": {"RED-CLOCK": 1}}))

    assert prices(expecting((3, a_clock("nice"))), shelf).stock_milli == {"RED-CLOCK": {"nice": 299_700}}


def test_nothing_expected_has_no_prices_and_changes_no_plan() -> None:
    order = an_order(lines={"RED-CLOCK": 1}, to="lyon")
    stock = {"lille": {"RED-CLOCK": 1}, "nice": {"RED-CLOCK": 1}}
    found = prices(NOTHING_EXPECTED)

    assert (found.stock_milli, found.capacity_milli) == ({}, {})
    priced = decide(order, stock=stock, world=replace(WORLD, prices=found))
    assert priced.plan == decide(order, stock=stock, world=WORLD).plan


def test_an_order_is_not_turned_away_for_one_like_it_that_may_come() -> None:
    stock = {"nice": {"RED-CLOCK": 1}}
    found = prices(expecting((5, a_clock("nice"))), Shelf(by_sku(stock)))
    decision = decide(
        an_order(lines={"RED-CLOCK": 1}, to="nice"), stock=stock, world=replace(WORLD, prices=found)
    )

    assert nodes_of(decision) == ["nice"]


def test_what_suffices_for_everybody_has_no_price() -> None:
    assert prices(expecting((0.6, a_clock("nice")), (0.3, a_clock("lille")))).stock_milli == {}


def test_the_last_unit_is_left_to_those_who_live_near_it() -> None:
    # Lyon is as far as a parcel for 5.00 gets from Nice; from Lille it costs 8.00.
    order = an_order(lines={"RED-CLOCK": 1}, to="lyon")
    stock = {"lille": {"RED-CLOCK": 9}, "nice": {"RED-CLOCK": 1}}
    found = prices(expecting((3, a_clock("nice"))), Shelf(by_sku(stock)))
    found = structs.replace(found, stock_milli={"RED-CLOCK": {"nice": 1 + 300_000}})

    assert nodes_of(decide(order, stock=stock, world=WORLD)) == ["nice"]
    assert nodes_of(decide(order, stock=stock, world=replace(WORLD, prices=found))) == ["lille"]


def test_shipments_of_a_node_have_a_price_where_its_days_run_full() -> None:
    network = a_network(a_node("lille"), a_node("nice", shipments_per_day=2))
    shelf = Shelf(by_sku({"lille": {"RED-CLOCK": 99}, "nice": {"RED-CLOCK": 99}}))
    # Monday to Friday are five days of two shipments; the eleventh order comes from Lille for 3.00 more.
    found = prices(expecting((11, a_clock("nice"))), shelf, a_world(network, rules=BACKORDER))

    assert found.capacity_milli == {"nice": 299_700}


@pytest.mark.parametrize("seed", range(12))
def test_more_of_a_forecast_never_lowers_a_price(seed: int) -> None:
    random = Random(seed)
    towns = ("lille", "lyon", "nice")
    shelf = Shelf(by_sku({town: {"RED-CLOCK": random.randint(1, 4)} for town in towns}))
    times = [random.randint(0, 30) / 10 for _ in towns]
    more = [once + random.randint(0, 10) / 10 for once in times]

    low, high = (
        prices(expecting(*zip(counts, map(a_clock, towns), strict=True)), shelf).stock_milli.get(
            "RED-CLOCK", {}
        )
        for counts in (times, more)
    )

    # A dual that is not unique may be any in its range: only prices of forecasts that decide it are compared.
    tight = float(sum(times)).is_integer()
    assert tight or all(high.get(town, 0) >= low.get(town, 0) - 1 for town in towns), f"seed {seed}"


def test_the_version_depends_on_what_the_prices_say_and_on_nothing_else() -> None:
    one = versioned({"A": {"x": 1, "y": 2}, "B": {"x": 3}}, {"x": 1, "y": 2})
    same = versioned({"B": {"x": 3}, "A": {"y": 2, "x": 1}}, {"y": 2, "x": 1})

    assert one.version == same.version == "29d0fd4b5abf23299f152524bc23f01059712ee241264b364afc2a27420f8815"
    assert versioned({"A": {"x": 1, "y": 3}, "B": {"x": 3}}, {"x": 1, "y": 2}).version != one.version


def test_equal_facts_give_equal_prices() -> None:
    forecast = expecting((3, a_clock("nice")), (2.5, a_clock("lyon")))

    assert prices(forecast) == prices(forecast)


def test_a_decision_made_under_prices_is_replayed_to_the_byte() -> None:
    shelf = Shelf(by_sku({"lille": {"RED-CLOCK": 9}, "nice": {"RED-CLOCK": 1, "TIN-LAMP": 3}}))
    found = prices(expecting((3, a_clock("nice"))), shelf)
    world = replace(WORLD, prices=found)
    request = OrderToRoute(
        order=an_order(lines={"RED-CLOCK": 1, "TIN-LAMP": 1}, to="lyon"), decision_time=MONDAY_TEN
    )
    (decision,) = route([request], world, shelf, shelf, verify=True)
    stored = pack_decision(decision)

    assert decision.inputs.prices.version == found.version
    assert decision.inputs.prices.stock_milli == found.stock_milli
    again = replay(unpack_decision(stored), world.network, world.rules)
    assert pack_decision(again) == stored


def test_a_forecast_of_unknown_goods_or_places_is_left_out() -> None:
    unknown = an_order("expected", lines={"NO-SUCH-THING": 1}, to="nice")

    assert prices(expecting((9, unknown), (3, a_clock("nice")))) == prices(expecting((3, a_clock("nice"))))


def test_orders_that_share_goods_are_priced_together() -> None:
    forecast = expecting(
        (1, an_order("a", lines={"RED-CLOCK": 1})),
        (1, an_order("b", lines={"OAK-DESK": 1})),
        (1, an_order("c", lines={"TIN-LAMP": 1, "RED-CLOCK": 1})),
        (1, an_order("d", lines={"TIN-LAMP": 1})),
    )

    parts = in_parts(forecast.orders, 2)

    assert [[one.order.id for one in part] for part in parts] == [["a", "c", "d"], ["b"]]


def test_a_node_with_a_part_of_a_line_counts_where_another_holds_all_of_it_today() -> None:
    # Of three orders of four clocks, ten clocks come from Lille or Nice: what is left of Lille is not a whole line.
    four = an_order("expected", lines={"RED-CLOCK": 4}, to="nice")
    shelf = Shelf(by_sku({"lille": {"RED-CLOCK": 8}, "nice": {"RED-CLOCK": 2}}))

    found = prices(expecting((3, four)), shelf).stock_milli["RED-CLOCK"]

    assert found["nice"] > 0
