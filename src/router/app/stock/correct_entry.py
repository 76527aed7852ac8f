"""Correct an entry: reverse one movement that was a mistake, with who says so and why."""

from router.app.answers.stock import EntryCorrected
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.stock import CorrectEntry
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import MONEY, NO_NODE
from router.ledger.corrections import check_correctable
from router.ledger.entries import Entry
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode


def correct_entry(books: Books, command: CorrectEntry, at: Instant) -> tuple[Changes, EntryCorrected]:
    """Book the mirror of the entry. Refuses with ENTRY_NOT_FOUND, ENTRY_NOT_CORRECTABLE or INSUFFICIENT_STOCK."""
    entry = books.find_entry(command.position)
    if entry is None:
        raise RouterError(
            Reason.ENTRY_NOT_FOUND,
            f"no entry has position {command.position:,}, the last one has {books.head.position:,}",
            position=command.position,
        )
    check_correctable(entry, books.find_correction(entry.position), books.balances)
    changes = Changes(after=books.head, time=at)
    position = changes.enter(
        EntryCode.CORRECT,
        debit=entry.credit,
        credit=entry.debit,
        quantity=entry.quantity,
        reference=f"{command.author}: {command.reason}",
        pending_position=entry.position,
    )
    changes.tell(
        EventKind.ENTRY_CORRECTED,
        subject=entry.debit.sku,
        text=describe(entry),
        node_ids=sorted(
            {one.node_id for one in (entry.debit, entry.credit) if one.bucket not in MONEY} - {NO_NODE}
        ),
    )
    return changes, EntryCorrected(position=position, corrected_position=entry.position)


def describe(entry: Entry) -> str:
    """`entry 12 reversed: 5 units back from lyon/RED-CLOCK/on_hand to /RED-CLOCK/supplier`."""
    units = f"{entry.quantity} unit{'' if entry.quantity == 1 else 's'}"
    return f"entry {entry.position} reversed: {units} back from {entry.debit} to {entry.credit}"
