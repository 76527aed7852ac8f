"""Forecasts of goods that are laid in for a season."""

from collections.abc import Mapping
from random import Random

import pytest

from router.domain.identifiers import Instant
from router.domain.order import Order
from router.routing.look_ahead.forecast import Forecast
from router.routing.look_ahead.seasonal import DAY
from router.routing.look_ahead.sell_through import WEEKS_MAX, repeat, sell_through
from tests.routing.builders import MONDAY_TEN, Shelf, an_order
from tests.routing.look_ahead.forecasts import expecting

STOCK = Shelf({"RED-CLOCK": {"nice": 30, "lille": 10}, "TIN-LAMP": {"nice": 5}})


def wanting(**lines: int) -> Order:
    return an_order("past", lines={sku.replace("_", "-"): units for sku, units in lines.items()}, to="nice")


def units_milli(forecast: Forecast) -> Mapping[str, int]:
    """Thousandths of the units that are expected of each product."""
    total: dict[str, int] = {}
    for one in forecast.orders:
        for line in one.order.lines:
            total[line.sku] = total.get(line.sku, 0) + line.quantity * one.times_milli
    return total


def test_of_each_product_the_share_of_its_stock_is_expected_whatever_was_sold_of_it_before() -> None:
    before = expecting((1, wanting(RED_CLOCK=2)), (8, wanting(TIN_LAMP=1)))

    after = sell_through(before, STOCK, 90)

    assert units_milli(after) == pytest.approx({"RED-CLOCK": 36_000, "TIN-LAMP": 4_500}, rel=0.001)
    assert [one.order for one in after.orders] == [one.order for one in before.orders]


def test_products_that_go_together_are_weighed_by_the_orders_that_tell_them_apart() -> None:
    before = expecting(
        (1, wanting(RED_CLOCK=1, TIN_LAMP=1)), (1, wanting(RED_CLOCK=1)), (1, wanting(TIN_LAMP=1))
    )

    after = sell_through(before, STOCK, 100)

    assert units_milli(after) == pytest.approx({"RED-CLOCK": 40_000, "TIN-LAMP": 5_000}, rel=0.02)


def test_what_cannot_be_met_is_left_between() -> None:
    after = sell_through(expecting((1, wanting(RED_CLOCK=1, TIN_LAMP=1))), STOCK, 100)

    assert 5_000 < after.orders[0].times_milli < 40_000


def test_of_what_is_not_there_nothing_is_said() -> None:
    before = expecting((3, wanting(BLUE_VASE=1)), (1, wanting(RED_CLOCK=1)))

    after = sell_through(before, STOCK, 100)

    assert units_milli(after)["RED-CLOCK"] == pytest.approx(40_000, rel=0.001)
    assert units_milli(after)["BLUE-VASE"] > 0
    assert sell_through(expecting(), STOCK, 50) == expecting()


@pytest.mark.parametrize("seed", range(20))
def test_any_history_comes_near_to_what_is_there(seed: int) -> None:
    random = Random(seed)
    skus = [f"sku-{number}" for number in range(8)]
    orders = [
        (1.0, an_order("past", lines={sku: random.randint(1, 9) for sku in random.sample(skus, count)}))
        for count in (1, 1, 1, 2, 2, 3)
        for _ in range(8)
    ]
    alone = [(1.0, an_order("past", lines={sku: 1})) for sku in skus]
    stock = Shelf({sku: {"nice": random.randint(20, 200)} for sku in skus})

    found = units_milli(sell_through(expecting(*orders, *alone), stock, 80))

    # Of every product some are sold alone, so all can be met.
    for sku in skus:
        assert found[sku] == pytest.approx(800 * stock.available(sku)["nice"], rel=0.1), f"seed {seed}, {sku}"


def test_orders_come_again_as_they_were_at_their_pace() -> None:
    def placed(days_ago: int) -> Order:
        return an_order(
            f"{days_ago}", lines={"RED-CLOCK": 1}, place_time=Instant(MONDAY_TEN - days_ago * DAY)
        )

    history = [placed(0), placed(13), placed(WEEKS_MAX * 7), placed(-1)]

    found = repeat(history, MONDAY_TEN, 28)

    # Two orders in fourteen days; what is older than the weeks that count, or yet to come, counts for nothing.
    assert [(one.order.id, one.times_milli) for one in found.orders] == [("0", 2_000), ("13", 2_000)]
    assert repeat([], MONDAY_TEN, 28).orders == repeat(history, MONDAY_TEN, 0).orders == ()
