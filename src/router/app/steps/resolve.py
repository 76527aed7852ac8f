"""Resolving reservations: the entries that release their units, and those by which the units leave."""

from collections.abc import Iterator

from router.app.books.changes import Changes
from router.ledger.accounts import picking, shipped
from router.ledger.flows import EntryCode
from router.ledger.reservations import Reservation
from router.ledger.stock_reservations import Units


def release(changes: Changes, units: Units, reference: str, code: EntryCode = EntryCode.VOID) -> None:
    """Give units back to what can be promised; EXPIRE says that their time ran out."""
    for part, quantity in units:
        here = part.account
        changes.enter(
            code,
            debit=picking(here.node_id, here.sku, here.lot),
            credit=here,
            quantity=quantity,
            reference=reference,
            line_id=part.line_id,
            pending_position=part.position,
        )
        changes.taken[here] -= quantity


def send(changes: Changes, units: Units, reference: str) -> Iterator[tuple[Reservation, int, int]]:
    """Units move to picking and out of the node: (part, units, position of the entry by which they left)."""
    for part, quantity in units:
        here = part.account
        taken = picking(here.node_id, here.sku, here.lot)
        changes.enter(
            EntryCode.POST,
            debit=taken,
            credit=here,
            quantity=quantity,
            reference=reference,
            line_id=part.line_id,
            pending_position=part.position,
        )
        position = changes.enter(
            EntryCode.SHIP,
            debit=shipped(here.node_id, here.sku, here.lot),
            credit=taken,
            quantity=quantity,
            reference=reference,
            line_id=part.line_id,
        )
        yield part, quantity, position
