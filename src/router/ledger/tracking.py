"""Tracking: what carriers report of a shipment, in whatever order it comes, and what follows for its state.

Reports come late, doubled and out of order. All of them are kept, by the time at which they happened; the state follows
from all that are known, so it does not hang on the order of their coming. Only an end that was booked stays.
"""

from collections.abc import Iterable
from datetime import date
from enum import IntEnum

from msgspec import Struct

from router.domain.identifiers import Day, Instant
from router.domain.limits import REPORT_EXPECTED_DAYS_MAX
from router.ledger.lifecycle import ShipmentEvent, ShipmentState

_EPOCH_DAY = date(1970, 1, 1).toordinal()
REPORTS_KEPT_MAX = 200
"""LIMIT: of one shipment; a carrier that says more says nothing new."""


class CarrierStatus(IntEnum):
    """What carriers say, in one language. Numbers are stored and equal those of the public contract.

    ACCEPTED: the carrier has it. ATTEMPT_FAILED: nobody was there. DELAYED: it will be late, says the carrier. DAMAGED:
    what is in it may be broken; whether it still arrives other reports say.
    """

    ACCEPTED = 1
    IN_TRANSIT = 2
    OUT_FOR_DELIVERY = 3
    ATTEMPT_FAILED = 4
    DELIVERED = 5
    DELAYED = 6
    RETURNING = 7
    LOST = 8
    DAMAGED = 9


class CarrierReport(Struct, frozen=True, kw_only=True, order=True, gc=False):
    """What happened at `time`; `code` and `place` are the carrier's own words, `eta_day` is when it expects to deliver.

    Reports are in the order of their time; of one instant, in that of the statuses.
    """

    time: Instant
    status: CarrierStatus
    code: str = ""
    place: str = ""
    eta_day: Day | None = None


_STATE_OF = {
    CarrierStatus.ACCEPTED: ShipmentState.IN_TRANSIT,
    CarrierStatus.IN_TRANSIT: ShipmentState.IN_TRANSIT,
    CarrierStatus.OUT_FOR_DELIVERY: ShipmentState.OUT_FOR_DELIVERY,
    CarrierStatus.ATTEMPT_FAILED: ShipmentState.IN_TRANSIT,
    CarrierStatus.DELIVERED: ShipmentState.DELIVERED,
    CarrierStatus.RETURNING: ShipmentState.RETURNING,
    CarrierStatus.LOST: ShipmentState.LOST,
}
"""Where each report puts a shipment; DELAYED and DAMAGED say nothing about where it is."""

EVENT_TO = {
    ShipmentState.IN_TRANSIT: ShipmentEvent.CARRY,
    ShipmentState.OUT_FOR_DELIVERY: ShipmentEvent.BRING_OUT,
    ShipmentState.DELIVERED: ShipmentEvent.DELIVER,
    ShipmentState.RETURNING: ShipmentEvent.TURN_BACK,
    ShipmentState.LOST: ShipmentEvent.LOSE,
}
"""What happens to a shipment that is found in a state."""

_ENDS = (CarrierStatus.RETURNING, CarrierStatus.DELIVERED)


def with_reports(
    known: tuple[CarrierReport, ...], news: Iterable[CarrierReport]
) -> tuple[CarrierReport, ...]:
    """All reports once, in their order; the oldest go when there are too many.

    Carriers tell a report again with another day of delivery, or without one: it is the same, and the later day stands.
    """
    once: dict[tuple[Instant, CarrierStatus, str, str], CarrierReport] = {}
    for one in (*known, *news):
        key = (one.time, one.status, one.code, one.place)
        before = once.get(key)
        if before is None or (one.eta_day or 0) > (before.eta_day or 0):
            once[key] = one
    return tuple(once[key] for key in sorted(once))[-REPORTS_KEPT_MAX:]


def state_told(reports: Iterable[CarrierReport]) -> ShipmentState | None:
    """Where reports, in their order, put a shipment; None: they say nothing about it.

    The first end counts: a parcel on its way back is later delivered to its sender, and what is scanned after the
    delivery was scanned late.
    """
    state = None
    for report in reports:
        if report.status in _ENDS:
            return _STATE_OF[report.status]
        state = _STATE_OF.get(report.status, state)
    return state


def eta_told(reports: Iterable[CarrierReport]) -> Day | None:
    """When the carrier expects to deliver, by the last report that says so.

    A day more than a year behind the report that names it is not believed.
    """
    told = None
    for report in reports:
        if report.eta_day is not None and report.eta_day <= day_of(report.time) + REPORT_EXPECTED_DAYS_MAX:
            told = report.eta_day
    return told


def day_of(time: Instant) -> Day:
    """The date in UTC."""
    return Day(_EPOCH_DAY + time // 86_400_000_000)
