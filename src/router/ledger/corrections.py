"""Corrections: an entry that was a mistake is reversed by its mirror, once, and both stay in the journal."""

from collections.abc import Mapping

from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import EMPTY, OUTSIDE, Account, Balance, Bucket
from router.ledger.entries import Entry
from router.ledger.flows import EntryCode

CORRECTABLE = frozenset(
    {
        EntryCode.SNAPSHOT_TRUE_UP,
        EntryCode.ADJUST,
        EntryCode.RECEIVE,
        EntryCode.RETURN,
        EntryCode.QUARANTINE,
        EntryCode.RELEASE,
        EntryCode.WRITE_OFF,
        EntryCode.GIFT_ISSUE,
    }
)
"""Movements that nothing else rests on. What belongs to an order, a reservation or a transfer is taken back there."""


def check_correctable(entry: Entry, corrected_at: int | None, balances: Mapping[Account, Balance]) -> None:
    """Refuse with ENTRY_NOT_CORRECTABLE what cannot be reversed, or was (`corrected_at`), or with INSUFFICIENT_STOCK
    when the units are not where they were moved to any more.
    """
    if corrected_at is not None:
        raise RouterError(
            Reason.ENTRY_NOT_CORRECTABLE,
            f"entry {entry.position} was reversed already by entry {corrected_at}; an entry is reversed once",
            position=entry.position,
            corrected_at=corrected_at,
        )
    is_of_return = entry.credit.bucket in (Bucket.INSPECT, Bucket.REFURBISH)
    if entry.code not in CORRECTABLE or is_of_return:
        raise RouterError(
            Reason.ENTRY_NOT_CORRECTABLE,
            f"entry {entry.position} is a {entry.code.name} of `{entry.reference}`; only"
            f" {', '.join(sorted(code.name for code in CORRECTABLE))} can be reversed, take the others back"
            " where they belong: cancel the order, void the reservation, receive the transfer",
            position=entry.position,
            code=entry.code.name,
        )
    units = balances.get(entry.debit, EMPTY).units
    if entry.debit.bucket not in OUTSIDE and units < entry.quantity:
        raise RouterError(
            Reason.INSUFFICIENT_STOCK,
            f"{entry.debit} holds {units} units, reversing entry {entry.position} would take {entry.quantity} out",
            units=units,
            quantity=entry.quantity,
        )


def is_mirror(correction: Entry, original: Entry) -> bool:
    """Whether `correction` undoes exactly what `original` did."""
    return (correction.debit, correction.credit, correction.quantity) == (
        original.credit,
        original.debit,
        original.quantity,
    ) and original.position < correction.position
