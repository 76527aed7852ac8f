"""Adjust stock: correct one figure by a difference, with the reason for it."""

from router.app.answers import AvailabilityRow, StockAdjusted
from router.app.books import Books
from router.app.changes import Changes
from router.app.commands import AdjustStock
from router.app.find_availability import row_of
from router.app.records import EventKind
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Balance, Bucket, on_hand, outside
from router.ledger.flows import EntryCode

_SOURCES = {
    "RECEIPT": (EntryCode.RECEIVE, Bucket.SUPPLIER),
    "RETURN": (EntryCode.RETURN, Bucket.CUSTOMER),
}
"""Where units come from or go to by reason; for all other reasons it is the adjustment account."""


def adjust_stock(books: Books, command: AdjustStock, at: Instant) -> tuple[Changes, StockAdjusted]:
    """Book `delta` units. Refuses to go below zero, and another figure than the one expected."""
    balance = books.stock_at(command.node_id, command.sku)
    refuse_unknown(books, command)
    refuse_impossible(command, balance)
    changes = Changes(after=books.head, time=at)
    code, source = _SOURCES.get(command.reason_code, (EntryCode.ADJUST, Bucket.ADJUSTMENT))
    here, outer = on_hand(command.node_id, command.sku), outside(source, command.sku)
    changes.enter(
        code,
        debit=here if command.delta > 0 else outer,
        credit=outer if command.delta > 0 else here,
        quantity=abs(command.delta),
        reference=command.reference or command.reason_code,
    )
    row = row_of(command.node_id, command.sku, balance.units + command.delta, balance.credits_pending)
    changes.tell(
        EventKind.STOCK_ADJUSTED,
        subject=command.sku,
        text=describe(command, row),
        node_ids=(command.node_id,),
    )
    return changes, StockAdjusted(row=row, ledger_position=changes.position)


def refuse_unknown(books: Books, command: AdjustStock) -> None:
    """Refuse a node or SKU that the books do not know."""
    if command.node_id not in books.ready_network().node_index:
        raise RouterError(
            Reason.UNKNOWN_NODE,
            f"node `{command.node_id}` is not in the network; put it first",
            node_id=command.node_id,
        )
    if command.sku not in books.products:
        raise RouterError(
            Reason.UNKNOWN_SKU, f"product `{command.sku}` is unknown; put it first", sku=command.sku
        )


def refuse_impossible(command: AdjustStock, balance: Balance) -> None:
    """Refuse with STOCK_CHANGED or INSUFFICIENT_STOCK, naming the figure."""
    where = f"`{command.node_id}` has {balance.units} of `{command.sku}` on hand"
    if command.expected_on_hand is not None and command.expected_on_hand != balance.units:
        raise RouterError(
            Reason.STOCK_CHANGED,
            f"{where}, {command.expected_on_hand} were expected; read it again and decide anew",
            on_hand=balance.units,
            expected_on_hand=command.expected_on_hand,
        )
    if command.delta < 0 and balance.units + command.delta < 0:
        raise RouterError(
            Reason.INSUFFICIENT_STOCK,
            f"{where}, {-command.delta} cannot be taken away",
            on_hand=balance.units,
            delta=command.delta,
        )


def describe(command: AdjustStock, row: AvailabilityRow) -> str:
    """`COUNT -2 at lyon: 7 on hand`."""
    return f"{command.reason_code} {command.delta:+d} at {command.node_id}: {row.on_hand} on hand"
