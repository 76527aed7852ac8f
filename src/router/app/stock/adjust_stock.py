"""Adjust stock: correct one figure by a difference, with the reason for it."""

from functools import partial

from router.app.answers.stock import AvailabilityRow, StockAdjusted
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.stock import AdjustStock
from router.app.steps.lots import learn_lot, move
from router.app.steps.movements import Moved, book_movement
from router.app.stock.find_availability import row_of
from router.app.stock.shortfalls import short_of, tell_shortfalls
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import EMPTY, Balance, Bucket, on_hand
from router.ledger.event_kinds import EventKind
from router.ledger.flows import EntryCode

_SOURCES = {
    "RECEIPT": (EntryCode.RECEIVE, Bucket.SUPPLIER),
    "RETURN": (EntryCode.RETURN, Bucket.CUSTOMER),
}
"""Where units come from or go to by reason; for all other reasons it is the adjustment account."""


def adjust_stock(books: Books, command: AdjustStock, at: Instant) -> tuple[Changes, StockAdjusted]:
    """Book `delta` units. Refuses to go below zero, another figure than the one expected, another expiry of a lot.

    Told by a feed, it is booked once: told again it changes nothing, and what a snapshot has counted stays on hand as
    it is.
    """
    refuse_unknown(books, command)
    balance = books.stock_at(command.node_id, command.sku)
    cause = command.reference or command.reason_code
    changes = Changes(after=books.head, time=at)
    if is_told_again(books, command, cause):
        row = row_of(command.node_id, command.sku, balance.units, balance.credits_pending)
        return changes, StockAdjusted(row=row, ledger_position=changes.position, duplicate_ignored=True)
    refuse_impossible(books, command, figure(books, command))
    if command.lot:
        learn_lot(books, changes, command.sku, command.lot, command.expiry_day)
    moved = Moved(node_id=command.node_id, sku=command.sku, units=command.delta, cause=cause, lot=command.lot)
    has_counted = book_movement(books, changes, command.told, moved, partial(enter, books, changes, command))
    units = balance.units + (0 if has_counted else command.delta)
    row = row_of(command.node_id, command.sku, units, balance.credits_pending)
    changes.tell(
        EventKind.STOCK_ADJUSTED,
        subject=command.sku,
        text=describe(command, row),
        node_ids=(command.node_id,),
    )
    short = short_of(books, command.node_id, command.sku, units) if units < balance.units else []
    shortfalls = tell_shortfalls(books, changes, short, command.reason_code)
    return changes, StockAdjusted(
        row=row,
        ledger_position=changes.position,
        already_counted=has_counted,
        shortfalls=shortfalls,
    )


def enter(books: Books, changes: Changes, command: AdjustStock) -> None:
    """The entries of the correction; its reason is kept beside what it refers to."""
    code, source = _SOURCES.get(command.reason_code, (EntryCode.ADJUST, Bucket.ADJUSTMENT))
    move(
        books,
        changes,
        code,
        source,
        node_id=command.node_id,
        sku=command.sku,
        lot=command.lot,
        delta=command.delta,
        reference=command.reference or command.reason_code,
        line_id=command.reason_code,
    )


def is_told_again(books: Books, command: AdjustStock, cause: str) -> bool:
    """Whether the feed has told the same already. Refuses with FEED_MARK_REUSED the same mark with other units."""
    if command.told is None:
        return False
    known = books.feeds.find_movement(command.told, command.node_id, command.sku, cause)
    if known is not None and known.units != command.delta:
        raise RouterError(
            Reason.FEED_MARK_REUSED,
            f"feed `{known.feed_id}` told {known.units:+d} of `{known.sku}` at `{known.node_id}` for `{cause}` at mark"
            f" {known.mark.value} before, not {command.delta:+d}; every change has a mark or a reference of its own",
            feed_id=known.feed_id,
            mark=known.mark.value,
        )
    return known is not None


def figure(books: Books, command: AdjustStock) -> Balance:
    """What is corrected: the units of the lot that is named, or all."""
    if command.lot:
        return books.balances.get(on_hand(command.node_id, command.sku, command.lot), EMPTY)
    return books.stock_at(command.node_id, command.sku)


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


def refuse_impossible(books: Books, command: AdjustStock, balance: Balance) -> None:
    """Refuse with STOCK_CHANGED or INSUFFICIENT_STOCK, naming the figure; what is counted as gone may go."""
    what = f"lot `{command.lot}` of `{command.sku}`" if command.lot else f"`{command.sku}`"
    where = f"`{command.node_id}` has {balance.units} of {what} on hand"
    if command.expected_on_hand is not None and command.expected_on_hand != balance.units:
        raise RouterError(
            Reason.STOCK_CHANGED,
            f"{where}, {command.expected_on_hand} were expected; read it again and decide anew",
            on_hand=balance.units,
            expected_on_hand=command.expected_on_hand,
        )
    told = command.told
    if told and books.feeds.has_counted(told, command.node_id, command.sku, command.delta):
        return
    if command.delta < 0 and balance.units + command.delta < 0:
        raise RouterError(
            Reason.INSUFFICIENT_STOCK,
            f"{where}, {-command.delta} cannot be taken away",
            on_hand=balance.units,
            delta=command.delta,
        )


def describe(command: AdjustStock, row: AvailabilityRow) -> str:
    """`COUNT -2 at lyon: 7 on hand`."""
    lot = f" of lot {command.lot}" if command.lot else ""
    return f"{command.reason_code} {command.delta:+d}{lot} at {command.node_id}: {row.on_hand} on hand"
