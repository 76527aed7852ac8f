"""Holding units of one SKU at one node: the entries, from the lots whose turn it is, and what they hold."""

from collections.abc import Iterable

from router.app.books.books import Books
from router.app.books.changes import Changes
from router.domain.identifiers import LineId, NodeId, OrderId, Sku
from router.ledger.accounts import Account, on_hand, picking
from router.ledger.entries import Entry
from router.ledger.flows import EntryCode
from router.ledger.reservations import Reservation

_NO_ORDER = OrderId("")
_RESERVE = EntryCode.RESERVE

HoldOf = tuple[Account, Account, LineId, int]
"""Where units are, `taken_from` it, the line they are held for, and how many they are."""


def hold_units(
    books: Books,
    changes: Changes,
    *,
    node_id: NodeId,
    sku: Sku,
    quantity: int,
    reference: str,
    line_id: LineId,
    order_id: OrderId = _NO_ORDER,
    shipment: int = 0,
) -> list[Reservation]:
    """The reservation of each entry: one, but where lots are kept as many as it needs lots."""
    if not books.lots.is_kept(node_id, sku):
        shelf = on_hand(node_id, sku)
        return [hold_at(changes, shelf, taken_from(shelf), quantity, reference, order_id, line_id, shipment)]
    parts = books.lots.split(node_id, sku, quantity, books.clock.limit_now, changes.taken)
    held = []
    for account, units in parts:
        held.append(
            hold_at(changes, account, taken_from(account), units, reference, order_id, line_id, shipment)
        )
        changes.taken[account] += units
    return held


def hold_account(changes: Changes, part: Reservation, account: Account, units: int) -> Reservation:
    """The same promise as `part` of so many units, in another account."""
    held = hold_at(
        changes,
        account,
        taken_from(account),
        units,
        part.order_id,
        part.order_id,
        part.line_id,
        part.shipment,
    )
    changes.taken[account] += units
    return held


def taken_from(account: Account) -> Account:
    """Where units of an account are while they are promised and not gone."""
    node_id, sku, lot, _ = account
    return picking(node_id, sku, lot)


def hold_at(
    changes: Changes,
    account: Account,
    taken: Account,
    units: int,
    reference: str,
    order_id: OrderId,
    line_id: LineId,
    shipment: int,
) -> Reservation:
    """Hold units of an account, whatever lots are kept there; `taken` is `taken_from` it."""
    position = changes.enter(
        _RESERVE,
        debit=taken,
        credit=account,
        quantity=units,
        reference=reference,
        line_id=line_id,
    )
    return Reservation(
        position=position,
        account=account,
        order_id=order_id,
        line_id=line_id,
        shipment=shipment,
        quantity=units,
    )


def hold_each(
    changes: Changes, holds: Iterable[HoldOf], order_id: OrderId, shipment: int
) -> list[Reservation]:
    """The same for all units of one shipment of an order; the entries balance as they are made."""
    position, time, entries = changes.position, changes.time, changes.entries
    held: list[Reservation] = []
    for account, taken, line_id, quantity in holds:
        position += 1
        assert quantity > 0, "an entry moves at least one unit"
        entries.append(
            Entry(
                position=position,
                time=time,
                code=_RESERVE,
                debit=taken,
                credit=account,
                quantity=quantity,
                reference=order_id,
                line_id=line_id,
            )
        )
        held.append(
            Reservation(
                position=position,
                account=account,
                order_id=order_id,
                line_id=line_id,
                shipment=shipment,
                quantity=quantity,
            )
        )
    return held
