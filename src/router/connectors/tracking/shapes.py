"""The shapes in which shipments are reported: one function a shape, and the words of each in our language.

SOURCE: EasyPost: https://docs.easypost.com/docs/trackers (event `tracker.updated`)
SOURCE: AfterShip: https://www.aftership.com/docs/tracking/webhook/webhook-overview (event `tracking_update`), its words
https://www.aftership.com/docs/tracking/enum/delivery-statuses, their codes
https://www.aftership.com/docs/tracking/enum/delivery-sub-statuses
SOURCE: DHL: https://developer.dhl.com/api-reference/shipment-tracking (Shipment Tracking - Unified)
Webhooks of the first two bring all that happened so far each time; what is known already is recorded once.
"""

from collections.abc import Mapping

from router.connectors.tracking.told_reports import (
    DocumentRefused,
    Read,
    Reading,
    ToldReports,
    Words,
    object_of,
    place_of,
    rows_within,
    within,
)
from router.ledger.tracking import CarrierStatus as S

EASYPOST: Words = {
    "unknown": None,
    "pre_transit": None,
    "in_transit": S.IN_TRANSIT,
    "out_for_delivery": S.OUT_FOR_DELIVERY,
    "available_for_pickup": S.IN_TRANSIT,
    "delivered": S.DELIVERED,
    "return_to_sender": S.RETURNING,
    "failure": S.ATTEMPT_FAILED,
    "error": None,
    "cancelled": None,
}
AFTERSHIP: Words = {
    "Pending": None,
    "InfoReceived": None,
    "InTransit": S.IN_TRANSIT,
    "OutForDelivery": S.OUT_FOR_DELIVERY,
    "AttemptFail": S.ATTEMPT_FAILED,
    "AvailableForPickup": S.IN_TRANSIT,
    "Delivered": S.DELIVERED,
    "Exception": S.DELAYED,
    "Expired": None,
}
AFTERSHIP_CODES: Mapping[str, S] = {
    "Exception_010": S.RETURNING,
    "Exception_011": S.RETURNING,
    "Exception_012": S.DAMAGED,
    "Exception_013": S.LOST,
}
"""Of exceptions those that say more than that it will be late: on its way back, back at the sender, damaged, lost. What
was refused (003) or not fetched (008) may still be delivered.
"""
DHL: Words = {
    "pre-transit": None,
    "transit": S.IN_TRANSIT,
    "delivered": S.DELIVERED,
    "failure": S.ATTEMPT_FAILED,
    "unknown": None,
}
OWN: Words = {status.name: status for status in S}


def easypost(body: bytes) -> ToldReports:
    """A tracker as a webhook brings it, or as it is answered itself."""
    found = object_of(body)
    tracker = found.get("result", found)
    if within(tracker, "object") not in ("Tracker", None) or not within(tracker, "tracking_code"):
        raise DocumentRefused("it is no tracker; subscribe to `tracker.created` and `tracker.updated` only")
    reading = Reading(within(tracker, "tracking_code"))
    rows = rows_within(tracker, "tracking_details")
    for number, row in enumerate(rows):
        at = within(row, "tracking_location")
        is_last = number == len(rows) - 1
        reading.add(
            number,
            EASYPOST,
            word=within(row, "status"),
            time=within(row, "datetime"),
            code=within(row, "carrier_code") or within(row, "status_detail"),
            place=place_of(within(at, "city"), within(at, "state"), within(at, "country")),
            eta=within(tracker, "est_delivery_date") if is_last else None,
        )
    return reading.told()


def aftership(body: bytes) -> ToldReports:
    """A tracking as a webhook brings it."""
    found = object_of(body)
    tracking = found.get("msg", found)
    reading = Reading(within(tracking, "tracking_number"))
    rows = rows_within(tracking, "checkpoints")
    for number, row in enumerate(rows):
        subtag = within(row, "subtag")
        told = AFTERSHIP_CODES.get(subtag) if isinstance(subtag, str) else None
        tag = within(row, "tag")
        reading.add(
            number,
            {**AFTERSHIP, str(tag): told} if told is not None else AFTERSHIP,
            word=tag,
            time=within(row, "checkpoint_time"),
            code=within(row, "raw_tag") or subtag,
            place=place_of(within(row, "city"), within(row, "country_iso3")),
            eta=within(tracking, "expected_delivery") if number == len(rows) - 1 else None,
        )
    return reading.told()


def dhl(body: bytes) -> ToldReports:
    """The answer to a question about one tracking number; of several shipments by it the first."""
    shipments = rows_within(object_of(body), "shipments")
    if not shipments:
        raise DocumentRefused("it has no `shipments`")
    shipment = shipments[0]
    reading = Reading(within(shipment, "id"))
    rows = sorted(rows_within(shipment, "events"), key=lambda row: str(within(row, "timestamp")))
    for number, row in enumerate(rows):
        reading.add(
            number,
            DHL,
            word=within(row, "statusCode"),
            time=within(row, "timestamp"),
            code=within(row, "status"),
            place=within(row, "location", "address", "addressLocality"),
            eta=within(shipment, "estimatedTimeOfDelivery") if number == len(rows) - 1 else None,
        )
    return reading.told()


def own(body: bytes) -> ToldReports:
    """For all others: `{"tracking_number", "reports": [{"status", "time", "code", "place", "expected_date"}]}`."""
    found = object_of(body)
    reading = Reading(found.get("tracking_number"))
    for number, row in enumerate(rows_within(found, "reports")):
        reading.add(
            number,
            OWN,
            word=within(row, "status"),
            time=within(row, "time"),
            code=within(row, "code"),
            place=within(row, "place"),
            eta=within(row, "expected_date"),
        )
    return reading.told()


SHAPES: Mapping[str, Read] = {"easypost": easypost, "aftership": aftership, "dhl": dhl, "own": own}
