"""By which day what has not left of an order was to leave, and whether that is missed."""

from typing import NamedTuple

from router.app.books.books import Books
from router.app.books.changes import FiledOrder
from router.domain.identifiers import Day, Instant
from router.domain.plan import Shipment
from router.ledger.delays import STATED_DAYS
from router.ledger.lifecycle import ShipmentState
from router.ledger.shipments import ShipmentAccount
from router.routing.network.dates import local_day

NOT_BEGUN = (ShipmentState.PLANNED, ShipmentState.RELEASED)
AT_NODE = (*NOT_BEGUN, ShipmentState.PICKING, ShipmentState.PICKED)

REVISED_DAYS = 7
"""Goods that are there and missed their day are expected so many days later, until somebody says better."""

MISSED, WAITING = "CUT_OFF_MISSED", "STILL_WAITING"


class Late(NamedTuple):
    """`promised_day` is missed; `expected_day` None: nobody can say when."""

    promised_day: Day
    expected_day: Day | None
    cause: str
    zone: str


def standing_promise(books: Books, filed: FiledOrder, at: Instant) -> Late | None:
    """By when what has not left was to leave: the first of its shipments, or else what waits. None: nothing is left."""
    shipments = [(planned_of(filed, one), one) for one in filed.shipments if one.state in AT_NODE]
    if shipments:
        planned, account = min(shipments, key=lambda pair: pair[0].ship_day)
        return Late(planned.ship_day, None, "", zone_of(books, account))
    if not any(line.backordered for line in filed.account.lines):
        return None
    order = filed.order
    stated = Day(local_day(order.place_time, "UTC") + STATED_DAYS)
    return Late(order.promise_day or stated, None, "", "UTC")


def find_late(books: Books, filed: FiledOrder, at: Instant) -> Late | None:
    """What is missed at `at`: a shipment's cut-off or day of leaving, or the day of units that wait."""
    stands = standing_promise(books, filed, at)
    if stands is None:
        return None
    today = local_day(at, stands.zone)
    if not any(one.state in AT_NODE for one in filed.shipments):
        return stands._replace(cause=WAITING) if today >= stands.promised_day else None
    missed = [
        planned_of(filed, one).ship_day
        for one in filed.shipments
        if one.state in AT_NODE and has_missed(books, filed, one, at)
    ]
    if not missed:
        return None
    first = min(missed)
    return Late(first, Day(max(first, today) + REVISED_DAYS), MISSED, stands.zone)


def has_missed(books: Books, filed: FiledOrder, one: ShipmentAccount, at: Instant) -> bool:
    """Whether a shipment that is at its node should have left, or begun."""
    if local_day(at, zone_of(books, one)) > planned_of(filed, one).ship_day:
        return True
    return one.state in NOT_BEGUN and 0 < one.cut_off_time < at


def planned_of(filed: FiledOrder, shipment: ShipmentAccount) -> Shipment:
    return filed.plan.shipments[shipment.shipment - 1]


def zone_of(books: Books, shipment: ShipmentAccount) -> str:
    network = books.network
    node = None if network is None else network.node_index.get(shipment.node_id)
    if network is None or node is None:
        return "UTC"
    time_zone: str = network.calendars[network.node_calendar[node]].time_zone
    return time_zone
