"""What happens because time passes: reservations whose limit has come give their units back.

It is booked like everything else, by the same writer, before the commands of its batch.
"""

from router.app.books import Books
from router.app.changes import Changes
from router.app.records import EventKind
from router.app.resolve import release
from router.domain.identifiers import Instant
from router.ledger.flows import EntryCode
from router.ledger.stock_reservations import ReservationState, choose_units, resolved

DUE_PER_BATCH_MAX = 1_000
"""More than this wait for the next batch, so that nobody else waits long."""


def expire_due(books: Books, now: Instant, at: Instant) -> Changes:
    """What is due `now`, booked `at` the ledger's time. Not to be asked while the clock is in doubt."""
    assert books.clock.is_trusted, "nothing expires by a clock in doubt"
    changes = Changes(after=books.head, time=at)
    for reservation in books.stock_reservations.due(now, DUE_PER_BATCH_MAX):
        units = choose_units(reservation, {})
        release(changes, units, reservation.id, EntryCode.EXPIRE)
        changes.stock_reservations.append(
            resolved(reservation, released=units, ending=ReservationState.EXPIRED)
        )
        count = sum(quantity for _, quantity in units)
        changes.tell(
            EventKind.RESERVATION_EXPIRED,
            subject=reservation.id,
            text=f"{count} unit{'' if count == 1 else 's'} released",
        )
    return changes
