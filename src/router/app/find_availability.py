"""Find availability: what can be promised of some SKUs, as of one ledger position."""

from router.app.answers import AvailabilityFound, AvailabilityRow, LotRow
from router.app.books import Books
from router.app.commands import GetAvailability
from router.domain.identifiers import NodeId, Sku
from router.ledger.accounts import EMPTY


def find_availability(books: Books, command: GetAvailability) -> AvailabilityFound:
    """A row per SKU and node that ever held it, by SKU then node; SKUs nobody ever held have none."""
    wanted = frozenset(command.node_ids)
    rows = []
    for sku in sorted(set(command.skus)):
        for node_id in sorted(books.available(sku)):
            if not wanted or node_id in wanted:
                balance = books.stock_at(node_id, sku)
                lots = lots_at(books, node_id, sku) if command.with_lots else ()
                rows.append(row_of(node_id, sku, balance.units, balance.credits_pending, lots))
    return AvailabilityFound(rows=tuple(rows), ledger_position=books.head.position)


def lots_at(books: Books, node_id: NodeId, sku: Sku) -> tuple[LotRow, ...]:
    """The lots that are there, in the order in which they leave; none where lots are not kept."""
    if not books.lots.is_kept(node_id, sku):
        return ()
    rows = []
    for account in books.lots.accounts_at(node_id, sku):
        balance, lot = books.balances.get(account, EMPTY), books.lots.find(sku, account.lot)
        if balance.units or balance.credits_pending:
            rows.append(
                LotRow(
                    lot=account.lot,
                    expiry_day=lot.expiry_day if lot else None,
                    on_hand=balance.units,
                    reserved=balance.credits_pending,
                )
            )
    return tuple(rows)


def row_of(
    node_id: NodeId, sku: Sku, on_hand: int, reserved: int, lots: tuple[LotRow, ...] = ()
) -> AvailabilityRow:
    """The figures of one node and SKU."""
    return AvailabilityRow(
        node_id=node_id,
        sku=sku,
        on_hand=on_hand,
        reserved=reserved,
        available=max(0, on_hand - reserved),
        lots=lots,
    )
