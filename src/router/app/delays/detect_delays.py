"""Find what is late by time alone: nothing happened that should have, so nobody calls."""

from router.app.answers.delays import DelaysDetected
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.delays import DetectDelays
from router.app.delays.book_delay import expect, tell
from router.app.delays.lateness import find_late, zone_of
from router.app.fulfillment.follow_reports import follow_reports
from router.app.steps.file_shipment import file_shipment
from router.domain.identifiers import Instant
from router.ledger.delays import Delay
from router.ledger.lifecycle import UNDER_WAY
from router.routing.network.dates import local_day


def detect_delays(books: Books, command: DetectDelays, at: Instant) -> tuple[Changes, DelaysDetected]:
    """Open a delay for each of these orders that misses its day, and expect what is under way no earlier than today.

    Whose day is not over yet has until its end to leave before its customer hears. An order with a delay is left alone:
    another day is for a person to say.
    """
    changes = Changes(after=books.head, time=at)
    opened: list[Delay] = []
    late_shipments: list[str] = []
    for order_id in command.order_ids:
        filed = books.get_order(order_id)
        filed = chase(books, changes, filed, at, late_shipments)
        late = find_late(books, filed, at)
        if late is None or books.delays.find(order_id) is not None:
            continue
        delay = expect(changes, filed, None, late, at)
        if delay.due_time <= at or late.expected_day is None:
            delay = tell(changes, filed, delay, at)
        changes.delays.append(delay)
        opened.append(delay)
    return changes, DelaysDetected(
        delays=tuple(opened),
        shipment_ids=tuple(late_shipments),
        next_page_token=command.next_page_token,
    )


def chase(books: Books, changes: Changes, filed: FiledOrder, at: Instant, late: list[str]) -> FiledOrder:
    """The order with its shipments under way expected today at the earliest; whose promise that breaks is told once."""
    for shipment in filed.shipments:
        eta = shipment.journey.eta_day
        today = local_day(at, zone_of(books, shipment))
        if shipment.state not in UNDER_WAY or eta is None or eta >= today:
            continue
        was_told = shipment.journey.is_late_told
        filed, after = follow_reports(books, changes, filed, shipment, today=today)
        filed = file_shipment(changes, filed, after)
        if after.journey.is_late_told and not was_told:
            late.append(after.id)
    return filed
