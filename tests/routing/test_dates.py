"""Ship and delivery days: a table of literal dates, worked out with a wall calendar."""

import pytest

from router.domain.carrier import EVERY_DAY, WEEKDAYS
from router.domain.node import NodeCalendar
from router.routing.network.dates import (
    cut_off_instant,
    delivery_day,
    first_free_day,
    local_day,
    ready_day,
    shifted_delivery,
)
from tests.routing.builders import day, instant

WEEK = NodeCalendar(time_zone="America/New_York")
NOON_ON_SATURDAYS = NodeCalendar(
    time_zone="Europe/Paris", cut_off_minutes=(960, 960, 960, 960, 960, 720, None)
)
HOLIDAYS = NodeCalendar(time_zone="Europe/Paris", closed_days=(day("2026-12-25"), day("2027-01-01")))
TWO_DAYS = NodeCalendar(time_zone="UTC", processing_days=2)
SUNDAYS_ONLY = NodeCalendar(time_zone="Asia/Kolkata", cut_off_minutes=(None,) * 6 + (0,))
LATE_AT_NIGHT = NodeCalendar(time_zone="America/New_York", cut_off_minutes=(90,) * 7)
SMALL_HOURS = NodeCalendar(time_zone="America/New_York", cut_off_minutes=(150,) * 7)
MIDNIGHT = NodeCalendar(time_zone="Pacific/Auckland", cut_off_minutes=(1439,) * 7)
NEVER = NodeCalendar(cut_off_minutes=(None,) * 7)

# Instants are UTC. 2026-03-02 is a Monday.
READY = [
    ("morning of a working day", WEEK, "2026-03-02T15:00", "2026-03-02"),
    ("on the cut-off, to the second", WEEK, "2026-03-02T22:00", "2026-03-02"),
    ("one second after the cut-off", WEEK, "2026-03-02T22:00:01", "2026-03-03"),
    ("still Monday in New York", WEEK, "2026-03-03T04:59", "2026-03-03"),
    ("Friday evening waits for Monday", WEEK, "2026-03-06T23:00", "2026-03-09"),
    ("Friday on the cut-off", WEEK, "2026-03-06T22:00", "2026-03-06"),
    ("Saturday", WEEK, "2026-03-07T15:00", "2026-03-09"),
    ("Sunday", WEEK, "2026-03-08T15:00", "2026-03-09"),
    ("summer time began: 17:00 is now 21:00 UTC", WEEK, "2026-03-09T21:00", "2026-03-09"),
    ("summer time began: 22:00 UTC is too late", WEEK, "2026-03-09T22:00", "2026-03-10"),
    ("summer time ended: 17:00 is 22:00 UTC again", WEEK, "2026-11-02T22:00", "2026-11-02"),
    ("last summer Friday", WEEK, "2026-10-30T21:00:01", "2026-11-02"),
    ("Saturday has its own cut-off", NOON_ON_SATURDAYS, "2026-03-07T11:00", "2026-03-07"),
    ("Saturday afternoon waits for Monday", NOON_ON_SATURDAYS, "2026-03-07T11:00:01", "2026-03-09"),
    ("Friday 16:00 in Paris", NOON_ON_SATURDAYS, "2026-03-06T15:00", "2026-03-06"),
    ("Friday 16:01 in Paris goes on Saturday", NOON_ON_SATURDAYS, "2026-03-06T15:01", "2026-03-07"),
    ("Paris in summer", NOON_ON_SATURDAYS, "2026-07-01T14:00", "2026-07-01"),
    ("Paris in summer, late", NOON_ON_SATURDAYS, "2026-07-01T14:01", "2026-07-02"),
    ("Christmas Day is closed", HOLIDAYS, "2026-12-25T09:00", "2026-12-28"),
    ("the evening before Christmas", HOLIDAYS, "2026-12-24T16:01", "2026-12-28"),
    ("the morning before Christmas", HOLIDAYS, "2026-12-24T09:00", "2026-12-24"),
    ("New Year falls on a Friday", HOLIDAYS, "2026-12-31T18:00", "2027-01-04"),
    ("two further working days", TWO_DAYS, "2026-03-02T10:00", "2026-03-04"),
    ("two further working days over a weekend", TWO_DAYS, "2026-03-05T10:00", "2026-03-09"),
    ("too late, then two further days", TWO_DAYS, "2026-03-05T17:00:01", "2026-03-10"),
    ("from a Sunday", TWO_DAYS, "2026-03-08T10:00", "2026-03-11"),
    ("Sunday midnight in Kolkata is Saturday in UTC", SUNDAYS_ONLY, "2026-03-07T18:30", "2026-03-08"),
    ("a second later waits a week", SUNDAYS_ONLY, "2026-03-07T18:30:01", "2026-03-15"),
    ("a cut-off that comes twice counts the first time", LATE_AT_NIGHT, "2026-11-01T05:30", "2026-11-01"),
    ("not the second time", LATE_AT_NIGHT, "2026-11-01T06:15", "2026-11-02"),
    ("a cut-off that the clock skips", SMALL_HOURS, "2026-03-08T07:30", "2026-03-08"),
    ("after a cut-off that the clock skips", SMALL_HOURS, "2026-03-08T07:30:01", "2026-03-09"),
    ("the last minute of the day", MIDNIGHT, "2026-03-02T10:59", "2026-03-02"),
    ("midnight is the next day", MIDNIGHT, "2026-03-02T11:00", "2026-03-03"),
]


@pytest.mark.parametrize(
    ("calendar", "now", "expected"), [row[1:] for row in READY], ids=[row[0] for row in READY]
)
def test_an_order_is_ready_on_the_first_day_whose_cut_off_is_not_over(calendar, now, expected):
    assert ready_day(calendar, instant(now)) == day(expected)


def test_a_node_that_never_works_is_never_ready():
    assert ready_day(NEVER, instant("2026-03-02T10:00")) is None


def test_a_microsecond_after_the_cut_off_is_too_late():
    assert ready_day(WEEK, instant("2026-03-02T22:00") + 1) == day("2026-03-03")


def test_a_closed_day_has_no_cut_off():
    assert cut_off_instant(HOLIDAYS, day("2026-12-25")) is None


def test_the_local_day_is_the_date_on_the_wall():
    assert local_day(instant("2026-03-02T23:30"), "Europe/Paris") == day("2026-03-03")


SATURDAY_TOO = WEEKDAYS | 0b0100000
MONDAY_AND_THURSDAY = 0b0001001

DELIVERY = [
    ("one day", "2026-03-02", 1, WEEKDAYS, WEEKDAYS, "2026-03-03"),
    ("two days", "2026-03-02", 2, WEEKDAYS, WEEKDAYS, "2026-03-04"),
    ("same day", "2026-03-02", 0, EVERY_DAY, EVERY_DAY, "2026-03-02"),
    ("same day service, shipped on a Saturday", "2026-03-07", 0, WEEKDAYS, WEEKDAYS, "2026-03-09"),
    ("over a weekend", "2026-03-06", 1, WEEKDAYS, WEEKDAYS, "2026-03-09"),
    ("delivered on Saturdays too", "2026-03-06", 1, WEEKDAYS, SATURDAY_TOO, "2026-03-07"),
    ("two days, Saturday counts", "2026-03-06", 2, WEEKDAYS, SATURDAY_TOO, "2026-03-09"),
    ("every day counts", "2026-03-06", 2, WEEKDAYS, EVERY_DAY, "2026-03-08"),
    ("picked up on Monday only", "2026-03-07", 1, WEEKDAYS, WEEKDAYS, "2026-03-10"),
    ("picked up on a Saturday, delivered on a weekday", "2026-03-07", 1, EVERY_DAY, WEEKDAYS, "2026-03-09"),
    ("picked up twice a week", "2026-03-03", 1, MONDAY_AND_THURSDAY, WEEKDAYS, "2026-03-06"),
    ("picked up twice a week, in time", "2026-03-05", 1, MONDAY_AND_THURSDAY, WEEKDAYS, "2026-03-06"),
    ("a working week", "2026-03-04", 5, WEEKDAYS, WEEKDAYS, "2026-03-11"),
    ("two working weeks", "2026-03-06", 10, WEEKDAYS, WEEKDAYS, "2026-03-20"),
    ("delivered on two days a week", "2026-03-03", 2, WEEKDAYS, MONDAY_AND_THURSDAY, "2026-03-09"),
    ("waits to be delivered", "2026-03-03", 0, WEEKDAYS, MONDAY_AND_THURSDAY, "2026-03-05"),
]


@pytest.mark.parametrize(
    ("ship", "transit", "pickup", "delivery", "expected"),
    [row[1:] for row in DELIVERY],
    ids=[row[0] for row in DELIVERY],
)
def test_transit_days_count_over_the_days_of_delivery(ship, transit, pickup, delivery, expected):
    assert delivery_day(day(ship), transit, pickup, delivery) == day(expected)


def test_a_full_day_passes_the_shipment_to_the_next_working_day():
    friday = day("2026-03-06")

    assert first_free_day(WEEK, friday, 10, {friday: 10}) == (day("2026-03-09"), 10)


def test_the_slots_left_are_counted():
    monday = day("2026-03-02")

    assert first_free_day(WEEK, monday, 10, {monday: 7}) == (monday, 3)


def test_an_overbooked_day_is_full():
    monday = day("2026-03-02")

    assert first_free_day(WEEK, monday, 10, {monday: 12}) == (day("2026-03-03"), 10)


def test_the_thirtieth_day_still_counts():
    monday = day("2026-03-02")
    booked = {monday + offset: 1 for offset in range(30)}

    assert first_free_day(WEEK, monday, 1, booked) == (day("2026-04-01"), 1)


def test_a_node_that_is_full_for_longer_is_out():
    monday = day("2026-03-02")

    assert first_free_day(WEEK, monday, 1, {monday + offset: 1 for offset in range(31)}) is None


def test_a_node_without_slots_is_out():
    assert first_free_day(WEEK, day("2026-03-02"), 0, {}) is None


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ("2026-03-06", "2026-03-10"),  # Friday, as planned: two working days
        ("2026-03-05", "2026-03-10"),  # early
        ("2026-03-07", "2026-03-10"),  # a Saturday brings it no nearer, and no further away
        ("2026-03-09", "2026-03-11"),  # Monday: one delivery day late, not three
        ("2026-03-16", "2026-03-18"),
    ],
)
def test_what_leaves_late_is_expected_later_by_the_delivery_days_it_missed(left: str, expected: str) -> None:
    assert shifted_delivery(day("2026-03-06"), day("2026-03-10"), day(left), WEEKDAYS) == day(expected)


@pytest.mark.parametrize("weekdays", [EVERY_DAY, WEEKDAYS, SATURDAY_TOO, MONDAY_AND_THURSDAY])
def test_what_leaves_late_is_expected_when_it_would_have_been_planned_for_that_day(weekdays: int) -> None:
    monday = day("2026-03-02")
    cases = [(ship, ship + late, transit) for ship in range(7) for late in range(30) for transit in (1, 2, 5)]

    for ship, left, transit in cases:
        planned = delivery_day(monday + ship, transit, EVERY_DAY, weekdays)
        assert shifted_delivery(monday + ship, planned, monday + left, weekdays) == delivery_day(
            monday + left, transit, EVERY_DAY, weekdays
        )
