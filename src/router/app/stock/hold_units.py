"""Holding units of one SKU at one node: the entries, from the lots whose turn it is."""

from collections.abc import Iterator

from router.app.engine.books import Books
from router.app.engine.changes import Changes
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import Account, on_hand, picking
from router.ledger.flows import EntryCode


def hold_units(
    books: Books,
    changes: Changes,
    *,
    node_id: NodeId,
    sku: Sku,
    quantity: int,
    reference: str,
    line_id: str,
) -> Iterator[tuple[int, Account, int]]:
    """(position, account, units) of each entry: one, but where lots are kept as many as it needs lots."""
    parts = [(on_hand(node_id, sku), quantity)]
    if books.lots.is_kept(node_id, sku):
        parts = [*books.lots.split(node_id, sku, quantity, books.clock.limit_now, changes.taken)]
    for account, units in parts:
        position = changes.enter(
            EntryCode.RESERVE,
            debit=picking(node_id, sku, account.lot),
            credit=account,
            quantity=units,
            reference=reference,
            line_id=line_id,
        )
        if len(parts) > 1 or account.lot:
            changes.taken[account] += units
        yield position, account, units
