"""What happens because time passes: reservations and payments give back what they hold at their limit, returns
wait no longer, and lots expire after their day.

It is booked like everything else, by the same writer, before the commands of its batch.
"""

from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.payments.book_payment import expire_payments
from router.app.returns.cancel_return import expire_returns
from router.app.steps.resolve import release
from router.domain.identifiers import Instant
from router.ledger.accounts import Account, Bucket, at_node
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode
from router.ledger.stock_reservations import ReservationState, choose_units, resolved

DUE_PER_BATCH_MAX = 1_000
"""More reservations, or payments, than this wait for the next batch, so that nobody else waits long. Expired lots do
not wait: what is left of them must not be promised by this batch."""


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
    expire_payments(books, changes, now, DUE_PER_BATCH_MAX)
    expire_returns(books, changes, now, DUE_PER_BATCH_MAX)
    for account in books.lots.due(now):
        quarantine(books, changes, account)
    return changes


def quarantine(books: Books, changes: Changes, account: Account) -> None:
    """Units of an expired lot go where nobody sells them; those that are reserved stay until that is resolved."""
    balance = books.balances[account]
    changes.enter(
        EntryCode.QUARANTINE,
        debit=at_node(Bucket.QUARANTINE, account.node_id, account.sku, account.lot),
        credit=account,
        quantity=balance.free,
        reference=f"lot {account.lot}",
    )
    left = f", {balance.credits_pending} still reserved" if balance.credits_pending else ""
    changes.tell(
        EventKind.LOT_EXPIRED,
        subject=account.sku,
        text=f"lot {account.lot} at {account.node_id}: {balance.free} to quarantine{left}",
        node_ids=(account.node_id,),
    )
