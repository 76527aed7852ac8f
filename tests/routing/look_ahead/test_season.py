"""Forecasts of goods that were laid in near those who want them."""

from collections import Counter
from random import Random

import pytest

from router.domain.order import Destination, Order
from router.routing.look_ahead.forecast import Forecast
from router.routing.look_ahead.season import ALIKE_MAX, Season, sell_near
from router.routing.network.prepared import prepare
from tests.routing.builders import a_network, an_order
from tests.routing.look_ahead.forecasts import expecting

NETWORK = prepare(a_network())
LAID_IN = {"RED-CLOCK": {"nice": 30, "lille": 10}, "TIN-LAMP": {"nice": 20}}


def wanting(to: str, **lines: int) -> Order:
    return an_order("past", lines={sku.replace("_", "-"): units for sku, units in lines.items()}, to=to)


def season_of(*orders: Order) -> Season:
    return Season(laid_in=LAID_IN, orders=orders)


def units_of(forecast: Forecast) -> dict[tuple[str, str], float]:
    """Units expected of each product in the north (Lille is nearer) and in the south (Nice is)."""
    total: Counter[tuple[str, str]] = Counter()
    for one in forecast.orders:
        point = one.order.destination.point
        assert point is not None
        side = "north" if point.latitude_microdegrees > 48_000_000 else "south"
        for line in one.order.lines:
            total[line.sku, side] += line.quantity * one.times_milli / 1_000
    return dict(total)


def test_each_area_is_expected_to_want_its_share_less_what_it_ordered() -> None:
    before = expecting((1, wanting("nice", RED_CLOCK=1)), (8, wanting("lille", RED_CLOCK=2)))
    season = season_of(wanting("nice", RED_CLOCK=12), wanting("lille", RED_CLOCK=1))

    found = units_of(sell_near(before, season, 90, NETWORK))

    # 0.9 of 30 less 12; 0.9 of 10 less 1. Of lamps nothing was ordered: what is known are places.
    assert found["RED-CLOCK", "south"] == pytest.approx(15, rel=0.001)
    assert found["RED-CLOCK", "north"] == pytest.approx(8, rel=0.001)


def test_whoever_ordered_more_than_was_laid_in_is_expected_no_more() -> None:
    before = expecting((1, wanting("nice", RED_CLOCK=1)), (1, wanting("lille", RED_CLOCK=1)))

    found = units_of(sell_near(before, season_of(wanting("lille", RED_CLOCK=50)), 100, NETWORK))

    assert ("RED-CLOCK", "north") not in found
    assert found["RED-CLOCK", "south"] == pytest.approx(30, rel=0.001)


def test_of_an_order_of_what_is_wanted_no_more_the_other_lines_are_expected() -> None:
    before = expecting((1, wanting("nice", RED_CLOCK=1, TIN_LAMP=4, BLUE_VASE=2)))

    found = sell_near(before, season_of(wanting("nice", RED_CLOCK=30)), 100, NETWORK)

    in_the_south = [one for one in found.orders if one.order.lines[0].sku == "TIN-LAMP"]
    assert [(line.sku, line.quantity) for one in in_the_south for line in one.order.lines] == [
        ("TIN-LAMP", 4)
    ]
    assert in_the_south[0].times_milli == 5_000


def test_an_area_that_never_ordered_a_product_is_asked_by_its_latest_orders_with_quantities_of_others() -> (
    None
):
    south = [(1.0, wanting("nice", RED_CLOCK=3)), (1.0, wanting("lyon", RED_CLOCK=3))]
    north = [(1.0, wanting("lille", TIN_LAMP=5))]

    found = sell_near(expecting(*south, *north), season_of(), 100, NETWORK)

    clocks = [one for one in found.orders if one.order.lines[0].sku == "RED-CLOCK"]
    in_the_north = [one for one in clocks if one.order.destination == north[0][1].destination]
    assert [one.order.lines[0].quantity for one in in_the_north] == [3]
    assert units_of(found)["RED-CLOCK", "north"] == pytest.approx(10, rel=0.001)


def test_no_more_than_so_many_lines_stand_for_what_whole_orders_leave_an_area_lacking() -> None:
    whole = [(1.0, wanting("nice", RED_CLOCK=units, TIN_LAMP=1)) for units in range(1, 20)]

    found = sell_near(expecting(*whole), season_of(wanting("nice", RED_CLOCK=25)), 100, NETWORK)

    # With twenty lamps at least twenty clocks would go, and five are left.
    lamps = [one for one in found.orders if [line.sku for line in one.order.lines] == ["TIN-LAMP"]]
    assert len(lamps) == ALIKE_MAX
    assert units_of(found)["TIN-LAMP", "south"] == pytest.approx(20, rel=0.001)
    assert units_of(found)["RED-CLOCK", "south"] <= 5.001


def test_without_an_order_or_a_place_nothing_is_expected() -> None:
    nowhere = an_order(lines={"RED-CLOCK": 1}, destination=Destination(country="FR", postal_code="99999"))

    assert sell_near(expecting(), season_of(), 90, NETWORK).orders == ()
    assert sell_near(expecting((1, nowhere)), season_of(nowhere), 90, NETWORK).orders == ()
    assert (
        sell_near(
            expecting((1, wanting("nice", RED_CLOCK=1))), Season(laid_in={}, orders=()), 90, NETWORK
        ).orders
        == ()
    )


@pytest.mark.parametrize("seed", range(20))
def test_every_area_is_expected_to_want_what_was_laid_in_for_it_whatever_goes_together(seed: int) -> None:
    random = Random(seed)
    skus = [f"sku-{number}" for number in range(6)]
    laid_in = {sku: {"nice": random.randint(20, 90), "lille": random.randint(20, 90)} for sku in skus}
    orders = [
        an_order(
            lines={sku: random.randint(1, 9) for sku in random.sample(skus, random.randint(1, 4))},
            to=random.choice(["nice", "lyon", "lille", "paris"]),
        )
        for _ in range(40)
    ]
    ordered = [an_order(lines={random.choice(skus): random.randint(1, 30)}, to="nice") for _ in range(6)]

    found = units_of(
        sell_near(
            expecting(*((1.0, one) for one in orders)), Season(laid_in=laid_in, orders=ordered), 80, NETWORK
        )
    )

    for sku in skus:
        seen = sum(line.quantity for one in ordered for line in one.lines if line.sku == sku)
        for side, wanted in (
            ("south", 0.8 * laid_in[sku]["nice"] - seen),
            ("north", 0.8 * laid_in[sku]["lille"]),
        ):
            assert found.get((sku, side), 0) == pytest.approx(max(0, wanted), rel=0.03, abs=0.5), (
                seed,
                sku,
                side,
            )
