"""The day that an order's customer was promised."""

from datetime import date

from router.domain.identifiers import Day, Instant
from router.domain.order import days_to_promise
from router.service.faults import FIRST_SECOND, LAST_SECOND, Faults

SECOND = 1_000_000


def promised_day(value: str, place_time: Instant, at: str, faults: Faults) -> Day:
    """A date written `YYYY-MM-DD`, not years from the day when the order was placed."""
    before = faults.count
    found = faults.day(value, at, "promise_date")
    if faults.count == before:
        check_promised(found, place_time, at, "promise_date", value, faults)
    return found


def check_promised(
    promised: Day, place_time: Instant, at: str, name: str, written: object, faults: Faults
) -> None:
    """Name a promised day that is years from the day when the order was placed; `written` is the client's way."""
    if not FIRST_SECOND * SECOND <= place_time <= LAST_SECOND * SECOND:
        return  # The time is at fault, which is said of it.
    low, high = days_to_promise(place_time)
    if not low <= promised <= high:
        faults.add(
            at + name,
            "OUT_OF_RANGE",
            f"{name} is {written}, must be {date.fromordinal(low)} to {date.fromordinal(high)}: from a year before"
            " the order is placed to five years after",
        )
