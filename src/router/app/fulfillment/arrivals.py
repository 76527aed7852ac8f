"""When what is under way arrives: the carrier's word, else what was learned from those that arrived, else the plan."""

from collections.abc import Hashable
from typing import NamedTuple

from router.domain.carrier import EVERY_DAY
from router.domain.identifiers import Day
from router.domain.order import Order
from router.domain.plan import Shipment
from router.ledger.shipments import Journey
from router.ledger.tracking import CarrierStatus, eta_told
from router.routing.network.dates import local_day, shifted_delivery, weekday_of
from router.routing.network.transit import TransitTimes, Trip

REGION_LENGTH = 2
"""So many characters of a postal code are a region."""


class Arrival(NamedTuple):
    """Eight of ten shipments like it arrive between `low_day` and `high_day`; None: nothing was learned yet."""

    day: Day
    low_day: Day | None = None
    high_day: Day | None = None


def groups_of(order: Order, planned: Shipment) -> tuple[Hashable, ...]:
    """What a shipment is like, from its lane to its service level; with the days that the plan gave it."""
    region = order.destination.country, order.destination.postal_code[:REGION_LENGTH]
    days = planned.delivery_day - planned.ship_day
    service = planned.service_level_id
    return (planned.node_id, service, *region), (service, *region, days), (service, days)


def trip_of(order: Order, planned: Shipment, journey: Journey, zone: str) -> Trip | None:
    """What a shipment that arrived teaches; None where nobody knows when it left or came."""
    came = [one.time for one in journey.reports if one.status is CarrierStatus.DELIVERED]
    if not came or not journey.dispatch_time:
        return None
    left = local_day(journey.dispatch_time, zone)
    days = local_day(came[0], zone) - left
    return Trip(groups_of(order, planned), weekday_of(left), days) if days >= 0 else None


def arrival_of(
    order: Order, planned: Shipment, journey: Journey, zone: str, weekdays: int | None, times: TransitTimes
) -> Arrival:
    """`weekdays` are those of the service level, None: unknown. Never before the last report; after an attempt that
    failed it is the day after.
    """
    left = local_day(journey.dispatch_time, zone) if journey.dispatch_time else planned.ship_day
    low: Day | None = None
    high: Day | None = None
    expected = eta_told(journey.reports)
    if expected is None:
        estimate = times.estimate(groups_of(order, planned), weekday_of(left))
        if estimate is None:
            days = EVERY_DAY if weekdays is None else weekdays
            expected = shifted_delivery(planned.ship_day, planned.delivery_day, left, days)
        else:
            expected = Day(left + estimate.likely)
            low, high = Day(left + estimate.low), Day(left + estimate.high)
    for report in journey.reports:
        day = local_day(report.time, zone)
        if report.status is CarrierStatus.DELIVERED:
            return Arrival(day, day, day)
        earliest = Day(day + (report.status is CarrierStatus.ATTEMPT_FAILED))
        expected = max(expected, earliest)
        low = low and max(low, earliest)
    return Arrival(expected, low and min(low, expected), high and max(high, expected))
