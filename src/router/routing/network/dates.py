"""When a shipment leaves its node and when it arrives: pure functions of instants, calendars and day numbers."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from router.domain.identifiers import Day, Instant
from router.domain.node import NodeCalendar

CALENDAR_DAYS_MAX = 366
"""A node that does not work within so many days has no ship day."""

CAPACITY_DAYS_MAX = 30
"""A node without a free slot within so many days after the order is ready is out."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def weekday_of(day: int) -> int:
    """Monday is 0."""
    return (day + 6) % 7


def local_day(instant: Instant, time_zone: str) -> Day:
    """The date on the wall at `instant`."""
    return Day((_EPOCH + timedelta(microseconds=instant)).astimezone(_zone(time_zone)).toordinal())


def utc_day(instant: Instant) -> Day:
    """The date in UTC at `instant`."""
    return Day(_EPOCH.toordinal() + instant // 86_400_000_000)


@lru_cache(4_096)
def day_start(day: Day, time_zone: str) -> Instant:
    """The first instant of a date there."""
    wall = datetime.combine(date.fromordinal(day), time())
    return Instant((wall.replace(tzinfo=_zone(time_zone)).astimezone(UTC) - _EPOCH) // _MICROSECOND)


def cut_off_instant(calendar: NodeCalendar, day: int) -> Instant | None:
    """The last instant at which an order still starts on `day`; None when the node is closed that day.

    A cut-off that the clocks pass twice counts the first time; one that they skip counts as if they had not.
    """
    minutes = calendar.cut_off_minutes[weekday_of(day)]
    if minutes is None or day in calendar.closed_days:
        return None
    return _minute_of_day(day, minutes, calendar.time_zone)


@lru_cache(4_096)
def _minute_of_day(day: int, minutes: int, time_zone: str) -> Instant:
    wall = datetime.combine(date.fromordinal(day), time()) + timedelta(minutes=minutes)
    return Instant((wall.replace(tzinfo=_zone(time_zone)).astimezone(UTC) - _EPOCH) // _MICROSECOND)


def ready_day(calendar: NodeCalendar, instant: Instant) -> Day | None:
    """The first day on which an order decided at `instant` can leave, were there a slot.

    It starts on the first working day whose cut-off is not over; `processing_days` further working days pass.
    """
    today = local_day(instant, calendar.time_zone)
    days_to_pass = calendar.processing_days
    for day in range(today, today + CALENDAR_DAYS_MAX):
        cut_off = cut_off_instant(calendar, day)
        if cut_off is None or cut_off < instant:
            continue
        if days_to_pass == 0:
            return Day(day)
        days_to_pass -= 1
    return None


def is_working_day(calendar: NodeCalendar, day: int) -> bool:
    """Whether the node works at all on `day`."""
    return calendar.cut_off_minutes[weekday_of(day)] is not None and day not in calendar.closed_days


def begin_by(calendar: NodeCalendar, ship_day: int) -> Instant | None:
    """The last instant at which a node can begin on what leaves on `ship_day`: the cut-off `processing_days` working
    days before; None when the node does not work then any more.
    """
    days_to_pass = calendar.processing_days
    for day in range(ship_day, ship_day - CALENDAR_DAYS_MAX, -1):
        if is_working_day(calendar, day):
            if days_to_pass == 0:
                return cut_off_instant(calendar, day)
            days_to_pass -= 1
    return None


def first_free_day(
    calendar: NodeCalendar, ready: int, shipments_per_day: int, booked: Mapping[int, int]
) -> tuple[Day, int] | None:
    """The first working day from `ready` on with a free slot, and how many slots are free; None when too far away."""
    for day in range(ready, ready + CAPACITY_DAYS_MAX + 1):
        free = shipments_per_day - booked.get(day, 0)
        if free > 0 and is_working_day(calendar, day):
            return Day(day), free
    return None


def delivery_day(ship_day: int, transit_days: int, pickup_weekdays: int, delivery_weekdays: int) -> Day:
    """The day of arrival of a shipment that is ready for the carrier on `ship_day`.

    The carrier picks it up on the first of its pickup weekdays, and delivers when `transit_days` of its delivery
    weekdays have passed since; a transit of 0 days ends on the first delivery weekday. Both sets must not be empty.
    """
    day = ship_day
    while not pickup_weekdays >> weekday_of(day) & 1:
        day += 1
    while transit_days > 0:
        day += 1
        transit_days -= delivery_weekdays >> weekday_of(day) & 1
    while not delivery_weekdays >> weekday_of(day) & 1:
        day += 1
    return Day(day)


def shifted_delivery(ship_day: int, planned: Day, left_day: int, delivery_weekdays: int) -> Day:
    """The planned day of arrival, later by as many of the carrier's delivery weekdays as lie between the planned and
    the true day of leaving; what leaves early is not expected earlier.
    """
    # Days on which the carrier delivers nothing would not have brought it any nearer.
    late_days = sum(delivery_weekdays >> weekday_of(day) & 1 for day in range(ship_day + 1, left_day + 1))
    day = int(planned)
    while late_days > 0:
        day += 1
        late_days -= delivery_weekdays >> weekday_of(day) & 1
    return Day(day)


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
