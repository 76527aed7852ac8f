"""Change a stock reservation that is still held: give it more time, make it firm, post it, void it.

Each begins with the one look that decides: whoever finds it resolved or out of time is refused and changes nothing.
"""

from msgspec.structs import replace

from router.app.answers.orders import ReservationChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.reservations import (
    ExtendReservation,
    FirmReservation,
    PostReservation,
    VoidReservation,
)
from router.app.reservations.send_told import send_told
from router.app.steps.record_serials import record_serials
from router.app.steps.resolve import release
from router.domain.identifiers import Instant
from router.ledger.event_kinds import EventKind
from router.ledger.stock_reservations import (
    ReservationState,
    StockReservation,
    check_held,
    choose_units,
    resolved,
)


def extend_reservation(
    books: Books, command: ExtendReservation, at: Instant
) -> tuple[Changes, ReservationChanged]:
    """Let it last so many seconds from now. A promise is never shortened: a later limit, or none, stays."""
    before = held(books, command.reservation_id)
    changes = Changes(after=books.head, time=at)
    limit = books.clock.in_seconds(command.timeout_seconds)
    if before.expire_time is None or limit <= before.expire_time:
        return changes, ReservationChanged(reservation=before)
    after = replace(before, expire_time=limit)
    return changed(changes, after, EventKind.RESERVATION_EXTENDED, f"{command.timeout_seconds} s from now")


def firm_reservation(
    books: Books, command: FirmReservation, at: Instant
) -> tuple[Changes, ReservationChanged]:
    """Take its limit away, as when it is paid for."""
    before = held(books, command.reservation_id)
    changes = Changes(after=books.head, time=at)
    if before.expire_time is None:
        return changes, ReservationChanged(reservation=before)
    after = replace(before, expire_time=None)
    return changed(changes, after, EventKind.RESERVATION_FIRMED, "it does not expire any more")


def post_reservation(
    books: Books, command: PostReservation, at: Instant
) -> tuple[Changes, ReservationChanged]:
    """Its units, or those of some lines, leave their nodes. The rest is released unless it is to be kept."""
    before = held(books, command.reservation_id)
    posted = choose_units(before, command.lines)
    changes = Changes(after=books.head, time=at)
    sent, has_counted = send_told(
        books, changes, command.told, posted, cause=f"{before.id}/{at}", reference=before.id
    )
    units = record_serials(books, changes, before.id, sent, command.serials)
    after = resolved(before, posted=posted, ending=ReservationState.POSTED)
    text = f"{units} unit{'' if units == 1 else 's'} left"
    if not command.keep_rest and after.state is ReservationState.HELD:
        rest = choose_units(after, {})
        release(changes, rest, before.id)
        after = resolved(after, released=rest, ending=ReservationState.POSTED)
        text += f", {sum(n for _, n in rest)} released"
    changes, answer = changed(changes, after, EventKind.RESERVATION_POSTED, text)
    return changes, replace(answer, already_counted=has_counted)


def void_reservation(
    books: Books, command: VoidReservation, at: Instant
) -> tuple[Changes, ReservationChanged]:
    """Give its units back, or those of some lines."""
    before = held(books, command.reservation_id)
    units = choose_units(before, command.lines, last_first=True)
    changes = Changes(after=books.head, time=at)
    release(changes, units, before.id)
    after = resolved(before, released=units, ending=ReservationState.VOIDED)
    count = sum(quantity for _, quantity in units)
    return changed(
        changes, after, EventKind.RESERVATION_VOIDED, f"{count} unit{'' if count == 1 else 's'} released"
    )


def held(books: Books, reservation_id: str) -> StockReservation:
    """The reservation, if something can still be done with it."""
    found = books.stock_reservations.get(reservation_id)
    check_held(found, books.clock.limit_now)
    return found


def changed(
    changes: Changes, after: StockReservation, kind: EventKind, text: str
) -> tuple[Changes, ReservationChanged]:
    changes.stock_reservations.append(after)
    changes.tell(kind, subject=after.id, text=text)
    return changes, ReservationChanged(reservation=after)
