"""What orders of the past let expect."""

import pytest
from msgspec.structs import replace

from router.domain.order import Destination
from router.routing.look_ahead.seasonal import DAY, expect, weekdays_ahead
from tests.routing.builders import MONDAY_TEN, PLACES, an_order


def ordered(days_ago: float, code: str = "75001", **lines: int):
    order = an_order(lines={sku.replace("_", "-"): units for sku, units in lines.items()})
    place = Destination(country="FR", postal_code=code, point=PLACES["paris"])
    return replace(order, destination=place, place_time=MONDAY_TEN - round(days_ago * DAY))


def expected_of(history, days: int = 7) -> dict[tuple[str, str], int]:
    """Thousandths of times by the goods and the region."""
    return {
        (
            "+".join(f"{line.quantity} {line.sku}" for line in one.order.lines),
            one.order.destination.postal_code[:2],
        ): one.times_milli
        for one in expect(history, MONDAY_TEN, days).orders
    }


def test_a_week_brings_what_an_average_week_brought() -> None:
    history = [
        ordered(1, RED_CLOCK=1),
        ordered(8, RED_CLOCK=1),
        ordered(9, RED_CLOCK=1),
        ordered(2, RED_CLOCK=1),
    ]

    assert expected_of(history) == {("1 RED-CLOCK", "75"): 2_000}


def test_a_day_brings_what_the_same_weekday_brought() -> None:
    # Now is Monday ten: the coming 24 hours are those after last Monday ten, 6.5 days ago.
    assert expected_of([ordered(6.5, RED_CLOCK=1), ordered(3.5, RED_CLOCK=1)], days=1) == {
        ("1 RED-CLOCK", "75"): 1_000
    }


@pytest.mark.parametrize(
    ("days_ago", "days", "times"), [(6, 1, 1), (0, 1, 0), (0, 7, 1), (3, 14, 2), (6, 8, 2)]
)
def test_weekdays_ahead(days_ago: int, days: int, times: int) -> None:
    assert weekdays_ahead(days_ago, days) == times


def test_rare_goods_are_expected_where_most_orders_come_from() -> None:
    history = [ordered(1, "06000", RED_CLOCK=1), *(ordered(day, "75001", TIN_LAMP=1) for day in range(1, 4))]

    found = expected_of(history)

    # One order in six says that clocks are for Nice, five that they go where all orders go: a quarter to Nice.
    assert found["1 RED-CLOCK", "06"] == round(1_000 * (1 / 6 + 5 / 6 / 4))
    assert found["1 RED-CLOCK", "75"] == round(1_000 * 5 / 6 * 3 / 4)


def test_regions_too_small_for_a_rare_good_leave_their_share_to_the_others() -> None:
    history = [
        ordered(1, "06000", RED_CLOCK=1),
        *(ordered(2, f"{10 + number}000", TIN_LAMP=1) for number in range(80)),
        *(ordered(3, "75001", TIN_LAMP=1) for _ in range(80)),
    ]

    found = expected_of(history)

    assert found.keys() >= {("1 RED-CLOCK", "06"), ("1 RED-CLOCK", "75")}
    assert ("1 RED-CLOCK", "33") not in found
    assert sum(milli for (goods, _), milli in found.items() if goods == "1 RED-CLOCK") == 1_000


def test_a_basket_that_comes_often_is_expected_whole() -> None:
    often = [ordered(day, RED_CLOCK=1, TIN_LAMP=2) for day in range(1, 5)]

    assert expected_of(often) == {("1 RED-CLOCK+2 TIN-LAMP", "75"): 4_000}
    assert expected_of(often[:2]) == {("1 RED-CLOCK", "75"): 2_000, ("2 TIN-LAMP", "75"): 2_000}


def test_old_orders_and_those_to_come_count_for_nothing() -> None:
    assert expected_of([ordered(60, RED_CLOCK=1), ordered(-1, RED_CLOCK=1)]) == {}


def test_an_expected_order_keeps_its_channel_and_forgets_its_customer() -> None:
    (one,) = expect(
        [replace(ordered(1, RED_CLOCK=1), customer_id="C-1", channel="store")], MONDAY_TEN, 7
    ).orders

    assert (one.order.channel, one.order.customer_id) == ("store", "")
