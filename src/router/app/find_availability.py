"""Find availability: what can be promised of some SKUs, as of one ledger position."""

from router.app.answers import AvailabilityFound, AvailabilityRow
from router.app.books import Books
from router.app.commands import GetAvailability
from router.domain.identifiers import NodeId, Sku


def find_availability(books: Books, command: GetAvailability) -> AvailabilityFound:
    """A row per SKU and node that ever held it, by SKU then node; SKUs nobody ever held have none."""
    wanted = frozenset(command.node_ids)
    rows = []
    for sku in sorted(set(command.skus)):
        for node_id in sorted(books.available(sku)):
            if not wanted or node_id in wanted:
                balance = books.stock_at(node_id, sku)
                rows.append(row_of(node_id, sku, balance.units, balance.credits_pending))
    return AvailabilityFound(rows=tuple(rows), ledger_position=books.head.position)


def row_of(node_id: NodeId, sku: Sku, on_hand: int, reserved: int) -> AvailabilityRow:
    """The figures of one node and SKU."""
    return AvailabilityRow(
        node_id=node_id,
        sku=sku,
        on_hand=on_hand,
        reserved=reserved,
        available=max(0, on_hand - reserved),
    )
