"""A carrier and the books say the same: booked once, voided, handed over on exactly one manifest."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from router.app.carriers.packed_follower import TRIES, PackedFollower
from router.app.ports.carrier_api import AskedBooking, CarrierUnreachable, SaidBooking
from router.app.records.booking_filter import BookingFilter
from router.app.records.commit import Commit
from router.app.records.filters import ShipmentFilter
from router.domain.reasons import Reason, RouterError
from router.ledger.bookings import BookingState
from router.ledger.lifecycle import ShipmentState
from tests.app.builders import order_for
from tests.app.carrier_builders import CarryingShop, a_carrying_shop
from tests.app.fulfillment_builders import miss, pick, release, start_wave
from tests.routing.builders import an_order

CLOCK, LAMP = "RED-CLOCK", "TIN-LAMP"


@pytest.fixture
def shop() -> Iterator[CarryingShop]:
    with a_carrying_shop(stock={"lille": {CLOCK: 20}}) as shop:
        for number in (1, 2, 3):
            shop.shop.route(order_for(CLOCK, 2, f"A-{number}"))
        release(shop.shop, "A-1/1", "A-2/1")
        yield shop


def refused(work: Callable[[], Any]) -> RouterError:
    with pytest.raises(RouterError) as refusal:
        work()
    return refusal.value


def state_of(shop: CarryingShop, shipment_id: str) -> ShipmentState:
    return shop.shop.queries.shipments.get_shipment(shipment_id).account.state


def told(shop: CarryingShop, kind: str) -> list[str]:
    return [one.subject for one in shop.shop.queries.list_events(0, 1_000) if one.kind.name == kind]


def test_a_booked_shipment_has_its_number_on_labels_and_is_found_by_it(shop: CarryingShop) -> None:
    booking = shop.book("A-1/1")

    assert (booking.state, booking.carrier_id, booking.parcel_count) == (BookingState.BOOKED, "POSTE", 1)
    assert booking.charge_minor == 400 + 50 * -(-booking.weight_grams // 1_000)
    shipments = shop.shop.queries.shipments
    assert shipments.get_tracking("", booking.tracking_number).account.id == "A-1/1"
    assert [label.barcode for label in shipments.labels("A-1/1")] == [booking.tracking_number]
    assert told(shop, "SHIPMENT_BOOKED") == ["A-1/1"]
    assert shop.carrier.expected() == ["A-1/1"]


def test_a_parcel_weighs_nothing_of_a_line_that_was_canceled_whole() -> None:
    with a_carrying_shop(stock={"lille": {CLOCK: 20, LAMP: 20}}) as shop:
        shop.shop.route(an_order("A-1", lines={CLOCK: 1, LAMP: 3}))
        release(shop.shop, "A-1/1")
        (before,) = shop.shop.queries.shipments.labels("A-1/1")

        shop.shop.cancel("A-1", {"2": 3})

        (label,) = shop.shop.queries.shipments.labels("A-1/1")
        assert [one.sku for one in label.contents] == [CLOCK]
        assert (before.weight_grams, label.weight_grams) == (4 * 500, 500)
        assert shop.book("A-1/1").weight_grams == 500


def test_a_repeated_request_gets_the_one_booking(shop: CarryingShop) -> None:
    assert shop.book("A-1/1", "once") == shop.book("A-1/1", "once")

    assert shop.carrier.expected() == ["A-1/1"]
    assert len(shop.carrier.keys) == 1, "the recorded answer asks nobody"


def test_a_carrier_that_is_silent_is_asked_again_under_the_same_key(shop: CarryingShop) -> None:
    shop.carrier.is_reachable = False
    silent = refused(lambda: shop.book("A-1/1", "once"))
    shop.carrier.is_reachable = True
    shop.book("A-1/1", "once")

    assert silent.reason is Reason.CARRIER_UNREACHABLE
    assert len(set(shop.carrier.keys)) == 1
    assert shop.carrier.expected() == ["A-1/1"]


def test_a_second_booking_needs_the_first_one_voided(shop: CarryingShop) -> None:
    first = shop.book("A-1/1")
    twice = refused(lambda: shop.book("A-1/1"))
    voided = shop.void("A-1/1")
    second = shop.book("A-1/1")

    assert twice.reason is Reason.BOOKING_EXISTS
    assert f"as `{first.tracking_number}`; void that booking" in twice.message
    assert voided.state is BookingState.VOIDED
    assert second.tracking_number != first.tracking_number
    assert shop.carrier.expected() == ["A-1/1"]
    assert refused(lambda: (shop.void("A-1/1"), shop.void("A-1/1"))).reason is Reason.BOOKING_STATE_FORBIDS


def test_a_voided_booking_leaves_no_number(shop: CarryingShop) -> None:
    shop.book("A-1/1")
    shop.void("A-1/1")

    assert shop.shop.queries.shipments.get_shipment("A-1/1").account.tracking_number == ""
    assert shop.carrier.expected() == []


def test_what_can_still_become_another_shipment_is_not_booked(shop: CarryingShop) -> None:
    planned = refused(lambda: shop.book("A-3/1"))

    assert planned.reason is Reason.ORDER_STATE_FORBIDS
    assert planned.message == (
        "shipment `A-3/1` is PLANNED, to book it with a carrier it must be RELEASED, PICKING, PICKED"
    )
    assert shop.carrier.keys == []


def test_a_shipment_that_changes_while_its_carrier_is_asked_is_voided_there(shop: CarryingShop) -> None:
    book = shop.carrier.book

    def book_and_lose(*asked: Any) -> Any:
        shop.shop.cancel("A-1")
        return book(*asked)

    shop.carrier.book = book_and_lose  # type: ignore[method-assign]

    assert refused(lambda: shop.book("A-1/1")).reason is Reason.ORDER_STATE_FORBIDS
    assert shop.carrier.expected() == []
    assert shop.shop.queries.carriers.find_booking("A-1/1") is None


def test_a_manifest_has_each_booked_shipment_once_and_all_of_them_leave(shop: CarryingShop) -> None:
    bookings = [shop.book("A-1/1"), shop.book("A-2/1")]

    first, again = shop.close("lille"), shop.close("lille")

    assert first.shipment_ids == ("A-1/1", "A-2/1")
    assert (again.manifest, again.shipment_ids) == (None, ())
    manifest = first.manifest
    assert manifest is not None
    assert manifest.charge_minor == sum(one.charge_minor for one in bookings)
    assert manifest.carrier_reference.startswith("POSTE-m-")
    assert [state_of(shop, f"A-{number}/1") for number in (1, 2, 3)] == [
        ShipmentState.DISPATCHED,
        ShipmentState.DISPATCHED,
        ShipmentState.PLANNED,
    ]
    assert shop.shop.figures(CLOCK, "lille") == (16, 2, 14)
    on_it = shop.shop.queries.carriers.list_bookings(9, "", BookingFilter(manifest=manifest.number)).items
    assert [(one.shipment_id, one.state) for one in on_it] == [
        ("A-1/1", BookingState.HANDED_OVER),
        ("A-2/1", BookingState.HANDED_OVER),
    ]
    assert refused(lambda: shop.void("A-1/1")).reason is Reason.BOOKING_STATE_FORBIDS


def test_a_manifest_is_one_commit(shop: CarryingShop) -> None:
    shop.book("A-1/1")
    shop.book("A-2/1")
    before = shop.shop.queries.head().batch_number

    shop.close("lille")

    assert shop.shop.queries.head().batch_number == before + 2, "the hand-over, and what the carrier calls it"


def test_what_cannot_leave_is_named_and_waits_for_the_next_manifest(shop: CarryingShop) -> None:
    shop.book("A-1/1")
    shop.book("A-2/1")
    start_wave(shop.shop, "lille", ["A-2/1"])

    first = shop.close("lille")
    pick(shop.shop, "A-2/1", CLOCK, 2)
    second = shop.close("lille")

    assert (first.shipment_ids, second.shipment_ids) == (("A-1/1",), ("A-2/1",))
    (left_out,) = first.left_out
    assert (left_out.shipment_id, left_out.reason) == ("A-2/1", "ORDER_STATE_FORBIDS")


def test_what_left_by_itself_is_on_the_manifest_too(shop: CarryingShop) -> None:
    shop.book("A-1/1")
    shop.shop.dispatch("A-1/1")

    assert shop.close("lille").shipment_ids == ("A-1/1",)


def test_what_leaves_later_waits(shop: CarryingShop) -> None:
    booking = shop.book("A-1/1")

    assert shop.close("lille", day=type(booking.ship_day)(booking.ship_day - 1)).manifest is None
    assert shop.close("lille", day=booking.ship_day, carrier="DHL").manifest is None
    assert shop.close("lille", day=booking.ship_day).shipment_ids == ("A-1/1",)


def test_a_carrier_that_was_silent_is_told_by_the_same_request(shop: CarryingShop) -> None:
    shop.book("A-1/1")
    shop.carrier.is_reachable = False
    silent = refused(lambda: shop.close("lille", "evening"))
    (untold,) = shop.shop.queries.carriers.list_manifests(9, "", "").items
    shop.carrier.is_reachable = True

    told = shop.close("lille", "evening")

    assert silent.reason is Reason.CARRIER_UNREACHABLE
    assert (untold.carrier_reference, state_of(shop, "A-1/1")) == ("", ShipmentState.DISPATCHED)
    assert told.manifest is not None
    assert told.manifest.number == untold.number
    assert told.manifest.carrier_reference != ""
    assert shop.close("lille", "evening") == told


def commits_of(shop: CarryingShop, work: Callable[[], Any]) -> list[Commit]:
    """What was committed meanwhile."""
    seen: list[Commit] = []
    commit = shop.shop.store.commit

    def note(one: Commit) -> None:
        commit(one)
        seen.append(one)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop.shop.store, "commit", note)
        work()
    return seen


def wait_until_booked(shop: CarryingShop) -> None:
    deadline = time.monotonic() + 10
    while not told(shop, "SHIPMENT_BOOKED") and time.monotonic() < deadline:
        time.sleep(0.01)


def test_what_a_short_pick_leaves_picked_is_booked_and_what_is_voided_is_not_again(
    shop: CarryingShop,
) -> None:
    follower = PackedFollower(shop.booker, list)
    follower.start()
    start_wave(shop.shop, "lille", ["A-1/1"])
    scans = commits_of(shop, lambda: pick(shop.shop, "A-1/1", CLOCK, 1))
    last = commits_of(shop, lambda: miss(shop.shop, "A-1/1", CLOCK, 1, empties_bin=False))
    for commit in (*scans, *last):
        follower.on_commit(commit)
    wait_until_booked(shop)
    for commit in commits_of(shop, lambda: shop.void("A-1/1")):
        follower.on_commit(commit)
    follower.stop()

    assert told(shop, "SHIPMENT_BOOKED") == ["A-1/1"]
    assert shop.carrier.expected() == []


def test_a_carrier_that_is_not_heard_is_asked_again_and_keeps_nobody_else_waiting(
    shop: CarryingShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A-1/1 would be asked for again in an hour; A-2/1 is booked now."""
    asked: list[str] = []
    book = shop.carrier.book

    def silent_on_the_first(one: AskedBooking, key: str) -> SaidBooking:
        asked.append(one.shipment_id)
        if one.shipment_id == "A-1/1":
            raise CarrierUnreachable("nobody answers")
        return book(one, key)

    monkeypatch.setattr(shop.carrier, "book", silent_on_the_first)
    follower = PackedFollower(shop.booker, lambda: ["A-1/1", "A-2/1"], wait_seconds=3_600)
    follower.start()
    wait_until_booked(shop)
    follower.stop()

    assert told(shop, "SHIPMENT_BOOKED") == ["A-2/1"]
    asked.clear()
    follower = PackedFollower(shop.booker, lambda: ["A-1/1"], wait_seconds=0.0)
    follower.start()
    deadline = time.monotonic() + 10
    while len(asked) < TRIES and time.monotonic() < deadline:
        time.sleep(0.01)
    follower.stop()

    assert asked == ["A-1/1"] * TRIES


def test_what_is_picked_is_booked_by_itself(shop: CarryingShop) -> None:
    def picked() -> list[str]:
        return [
            one.account.id
            for one in shop.shop.queries.shipments.list_shipments(
                9, "", ShipmentFilter(state=ShipmentState.PICKED)
            ).items
        ]

    start_wave(shop.shop, "lille", ["A-1/1"])
    pick(shop.shop, "A-1/1", CLOCK, 2)
    follower = PackedFollower(shop.booker, picked)
    follower.start()
    deadline = time.monotonic() + 10
    while not told(shop, "SHIPMENT_BOOKED") and time.monotonic() < deadline:
        time.sleep(0.01)
    follower.stop()

    assert told(shop, "SHIPMENT_BOOKED") == ["A-1/1"]
    assert shop.carrier.expected() == ["A-1/1"]
