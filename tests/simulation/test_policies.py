"""Policies on one stream: amounts that can be added up by hand."""

from dataclasses import replace
from xml.etree import ElementTree

from msgspec import structs

from router.domain.carrier import Bracket, Tariff
from router.domain.identifiers import Instant
from router.routing.look_ahead.sell_through import repeat
from router.routing.route import route
from router.routing.world import OrderToRoute
from router.simulation.policies.compare import HOUR, compare
from router.simulation.policies.picture import draw
from router.simulation.policies.stream import Shelf, Step, Stream, recorded_stream
from tests.routing.builders import (
    MONDAY_TEN,
    a_network,
    a_node,
    a_service,
    a_world,
    a_zone,
    an_order,
    rules_of,
)
from tests.routing.builders import (
    Shelf as View,
)

ZONES = tuple(
    replace(
        a_zone(up_to_km=km, days=1, price=price),
        brackets=(Bracket(weight_grams_max=30_000, price_minor=price),),
    )
    for km, price in ((250, 500), (350, 600), (2_000, 1_500))
)
"""In Nice 5.00, from Nice to Lyon 6.00, from Lille to either 15.00."""

WORLD = a_world(
    a_network(
        a_node("lille", service_level_ids=("POSTE/COLIS",)),
        a_node("nice", service_level_ids=("POSTE/COLIS",)),
        services=(a_service(tariff=Tariff(zones=ZONES)),),
    ),
    rules=rules_of("backorder:\n  - {id: default, do: BACKORDER, penalty: eur(30)}\n"),
)


def a_step(number: int, to: str, hour: int, **came: int) -> Step:
    now = Instant(MONDAY_TEN + hour * HOUR)
    order = an_order(f"order-{number}", lines={"RED-CLOCK": 1}, to=to, place_time=now)
    code = {"nice": "06000", "lyon": "69001"}[to]
    order = structs.replace(order, destination=structs.replace(order.destination, postal_code=code))
    changes = {"RED-CLOCK": came} if came else {}
    return Step(request=OrderToRoute(order=order, decision_time=now), changes=changes)


STREAM = Stream(
    steps=(
        *(a_step(number, "nice", 24 * number, nice=1) for number in range(4)),
        a_step(4, "lyon", 100, nice=1, lille=9),
        a_step(5, "nice", 101),
    )
)
"""Nice orders every day and gets what it wants. Then Lyon comes first, and there is one clock in Nice for both."""


def test_looking_ahead_leaves_the_last_clock_to_those_who_live_there() -> None:
    comparison = compare(STREAM, WORLD, days=7, refresh_hours=1)

    # Four at 5.00, then 6.00 and 15.00 or, looking ahead, 15.00 and 5.00.
    assert comparison.myopic.cost_milli == 4_100_000
    assert comparison.look_ahead.cost_milli == 4_000_000
    assert comparison.clairvoyant_milli == 4_000_000
    assert comparison.gap_closed_percent == 100
    assert (comparison.look_ahead.refreshes, comparison.look_ahead.shipments) == (6, 6)


def test_stock_that_is_meant_to_be_sold_is_kept_where_the_past_says_too_little_of_it() -> None:
    # Nice, then Lyon, then Nice, of two clocks in Nice; one order was seen before Lyon's.
    first = replace(STREAM.steps[3], changes={"RED-CLOCK": {"nice": 2, "lille": 9}})
    season = Stream(steps=(first, *(replace(step, changes={}) for step in STREAM.steps[4:])))

    sold = compare(season, WORLD, days=7, refresh_hours=1, forecaster=repeat, sells_percent=100)

    # 5.00, 6.00 and 15.00 or, looking ahead, 5.00, 15.00 and 5.00.
    assert sold.myopic.cost_milli == 2_600_000
    assert sold.look_ahead.cost_milli == 2_500_000


def test_what_was_laid_in_elsewhere_is_no_reason_to_keep_goods_back_here() -> None:
    # Nice, then Lyon, then Nice, of three clocks in Nice and nine in Lille; half of them are meant to be sold.
    first = replace(STREAM.steps[3], changes={"RED-CLOCK": {"nice": 3, "lille": 9}})
    season = Stream(steps=(first, *(replace(step, changes={}) for step in STREAM.steps[4:])))
    half = {"days": 7, "refresh_hours": 1, "forecaster": repeat, "sells_percent": 50}

    anywhere = compare(season, WORLD, **half)
    near = compare(season, WORLD, **half, is_laid_in_near=True)

    # By the product half of eleven clocks are wanted in Nice: 5.00, 15.00 and 5.00. By the node half of one: 6.00.
    assert anywhere.look_ahead.cost_milli == 2_500_000
    assert near.look_ahead.cost_milli == 1_600_000


def test_the_bound_is_money_where_orders_are_judged_by_other_things_first() -> None:
    rules = "objective: {tiers: [late_days], ties: [distance]}\n"
    world = replace(
        WORLD, rules=rules_of("backorder:\n  - {id: default, do: BACKORDER, penalty: eur(30)}\n" + rules)
    )

    comparison = compare(STREAM, world, days=7, refresh_hours=1)

    # Each order alone: five in Nice at 5.00, Lyon from there at 6.00.
    assert comparison.clairvoyant_milli == 3_100_000
    assert comparison.myopic.cost_milli == 4_100_000


def test_prices_are_no_older_than_asked_for() -> None:
    assert compare(STREAM, WORLD, days=7, refresh_hours=48).look_ahead.refreshes == 3


def test_where_there_is_no_gap_none_is_closed() -> None:
    comparison = compare(Stream(steps=STREAM.steps[:3]), WORLD, days=7, refresh_hours=1)

    assert comparison.gap_closed_percent is None
    assert comparison.look_ahead.cost_milli == comparison.myopic.cost_milli


def test_a_recorded_stream_knows_what_came_between() -> None:
    first, second = STREAM.steps[0].request, STREAM.steps[1].request
    before = View({"RED-CLOCK": {"nice": 2, "lille": 3}})
    after = View({"RED-CLOCK": {"nice": 4, "lille": 1}})
    decisions = [*route([first], WORLD, before, before), *route([second], WORLD, after, after)]

    stream = recorded_stream(decisions)

    # Of two in Nice one was sent, so three came; in Lille two went away.
    assert [step.changes for step in stream.steps] == [
        {"RED-CLOCK": {"nice": 2, "lille": 3}},
        {"RED-CLOCK": {"nice": 3, "lille": -2}},
    ]
    assert stream.all_stock() == {"RED-CLOCK": {"nice": 5, "lille": 3}}


def test_nothing_goes_away_that_a_policy_has_sold() -> None:
    shelf = Shelf()
    shelf.change({"RED-CLOCK": {"nice": 1}})
    shelf.change({"RED-CLOCK": {"nice": -3}})

    assert shelf.available("RED-CLOCK") == {"nice": 0}


def test_the_picture_is_one_svg_and_names_the_saving() -> None:
    svg = draw(compare(STREAM, WORLD, days=7, refresh_hours=1), "EUR")

    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert "saved 1.00 EUR on 6 orders" in svg


def test_the_bound_knows_that_a_line_may_be_shared_out_once_it_is_short() -> None:
    # Six of the ten clocks in Lille go; the eight for Lyon come from both nodes, though at first Lille had them all.
    six, eight = a_step(0, "nice", 0, lille=10, nice=4), a_step(1, "lyon", 1)
    steps = [ordering(six, 6), ordering(eight, 8)]

    comparison = compare(Stream(steps=tuple(steps)), WORLD, days=7, refresh_hours=1)

    assert comparison.myopic.unshipped_units == 0
    assert comparison.myopic.shipments == 3
    assert comparison.clairvoyant_milli <= comparison.myopic.cost_milli


def ordering(step: Step, units: int) -> Step:
    order = step.request.order
    lines = tuple(structs.replace(line, quantity=units) for line in order.lines)
    return replace(step, request=structs.replace(step.request, order=structs.replace(order, lines=lines)))
