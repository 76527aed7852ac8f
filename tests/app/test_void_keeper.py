"""What is canceled after it was booked is voided at its carrier by itself, once, and a no of the carrier is kept."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from router.app.carriers.void_keeper import VoidKeeper
from router.app.records.booking_filter import BookingFilter
from router.domain.reasons import Reason, RouterError
from router.ledger.bookings import Booking, BookingState
from tests.app.builders import order_for
from tests.app.carrier_builders import CarryingShop, a_carrying_shop
from tests.app.fulfillment_builders import release

CLOCK = "RED-CLOCK"
WAIT_SECONDS = 20.0


@pytest.fixture
def shop() -> Iterator[CarryingShop]:
    """A-1/1 and A-2/1 are booked."""
    followers: list[VoidKeeper] = []

    def on_commit(commit: object) -> None:
        for one in followers:
            one.on_commit(commit)  # type: ignore[arg-type]

    with a_carrying_shop(stock={"lille": {CLOCK: 20}}, on_commit=on_commit) as shop:
        shop.followers = followers
        for number in (1, 2):
            shop.shop.route(order_for(CLOCK, 2, f"A-{number}"))
        release(shop.shop, "A-1/1", "A-2/1")
        for shipment_id in ("A-1/1", "A-2/1"):
            shop.book(shipment_id)
        yield shop


@contextmanager
def a_keeper(shop: CarryingShop, again_seconds: float = 30.0) -> Iterator[VoidKeeper]:
    keeper = VoidKeeper(shop.booker, shop.shop.queries.carriers, again_seconds=again_seconds)
    shop.followers.append(keeper)
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.stop()
        shop.followers.remove(keeper)


def booking_of(shop: CarryingShop, shipment_id: str = "A-1/1") -> Booking:
    return shop.shop.queries.carriers.get_booking(shipment_id)


def wait_until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not what():
        assert time.monotonic() < end, "nothing happened by itself"
        time.sleep(0.005)


def is_voided(shop: CarryingShop) -> bool:
    return booking_of(shop).state is BookingState.VOIDED


def voids_heard(shop: CarryingShop) -> list[str]:
    return [key for key in shop.carrier.keys if "/void" in key]


def test_what_is_canceled_is_voided_by_itself_and_nothing_else_is(shop: CarryingShop) -> None:
    with a_keeper(shop):
        shop.shop.cancel("A-1")
        wait_until(lambda: is_voided(shop))

    assert shop.carrier.expected() == ["A-2/1"]
    assert booking_of(shop, "A-2/1").state is BookingState.BOOKED


def test_what_was_canceled_while_nobody_looked_is_voided_at_the_next_start(shop: CarryingShop) -> None:
    shop.shop.cancel("A-1")

    with a_keeper(shop):
        wait_until(lambda: is_voided(shop))

    assert shop.carrier.expected() == ["A-2/1"]


def test_after_a_crash_between_carrier_and_booking_the_carrier_voids_once(shop: CarryingShop) -> None:
    """The carrier did it and nobody wrote it down: the same key goes out again."""
    shop.carrier.is_reachable = False
    with a_keeper(shop):
        shop.shop.cancel("A-1")
        wait_until(lambda: bool(voids_heard(shop)))
    assert booking_of(shop).state is BookingState.BOOKED
    shop.carrier.is_reachable = True

    with a_keeper(shop):
        wait_until(lambda: is_voided(shop))

    first, *others = voids_heard(shop)
    assert set(others) == {first}


def test_a_silent_carrier_is_asked_again(shop: CarryingShop) -> None:
    shop.carrier.is_reachable = False
    with a_keeper(shop, again_seconds=0.01):
        shop.shop.cancel("A-1")
        wait_until(lambda: len(voids_heard(shop)) > 2)
        assert not is_voided(shop)
        shop.carrier.is_reachable = True
        wait_until(lambda: is_voided(shop))


def test_a_no_is_kept_with_its_code_listed_and_not_asked_for_again(shop: CarryingShop) -> None:
    shop.carrier.declines_voids = True
    with a_keeper(shop, again_seconds=0.01):
        shop.shop.cancel("A-1")
        wait_until(lambda: bool(booking_of(shop).void_decline_code))
        heard = len(voids_heard(shop))
        time.sleep(0.1)
    with a_keeper(shop, again_seconds=0.01):
        time.sleep(0.1)

    assert (booking_of(shop).state, booking_of(shop).void_decline_code) == (BookingState.BOOKED, "TOO_LATE")
    assert len(voids_heard(shop)) == heard
    listed = shop.shop.queries.carriers.list_bookings(10, "", BookingFilter(void_declined=True)).items
    assert [one.shipment_id for one in listed] == ["A-1/1"]
    events = shop.shop.queries.list_events(0, 1_000)
    assert [one.subject for one in events if one.kind.name == "BOOKING_VOID_DECLINED"] == ["A-1/1"]


def test_a_person_asks_once_more_after_a_no_and_the_code_is_gone_with_the_yes(shop: CarryingShop) -> None:
    shop.carrier.declines_voids = True
    with pytest.raises(RouterError) as refused:
        shop.void("A-1/1", "first")
    assert refused.value.reason is Reason.CARRIER_DECLINED
    assert "settle it with the carrier" in refused.value.message
    assert booking_of(shop).void_decline_code == "TOO_LATE"
    shop.carrier.declines_voids = False

    assert shop.void("A-1/1", "second").void_decline_code == ""

    first, second = voids_heard(shop)
    assert first != second
    assert shop.carrier.expected() == ["A-2/1"]


def test_what_somebody_voided_first_is_left_alone(shop: CarryingShop) -> None:
    shop.void("A-1/1")
    heard = len(voids_heard(shop))
    with a_keeper(shop) as keeper:
        shop.shop.cancel("A-1")
        keeper.void("A-1/1")

    assert len(voids_heard(shop)) == heard
