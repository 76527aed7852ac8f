"""Goods that come or go at a node: of the lot that is named, or of the lots whose turn it is."""

from datetime import date

from router.app.books.books import Books
from router.app.books.changes import Changes
from router.domain.identifiers import Day, NodeId, Sku
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.accounts import Bucket, on_hand, outside
from router.ledger.flows import EntryCode
from router.ledger.lots import Lot


def learn_lot(books: Books, changes: Changes, sku: Sku, lot: str, expiry_day: Day | None) -> None:
    """Keep a lot that is named for the first time. Refuses with INVALID_REQUEST another expiry day of a known one."""
    if (known := books.lots.find(sku, lot)) is None:
        changes.lots.append(Lot(sku=sku, id=lot, expiry_day=expiry_day))
        return
    if expiry_day is not None and expiry_day != known.expiry_day:
        days = "never" if known.expiry_day is None else f"after {day_text(known.expiry_day)}"
        text = f"expiry_day is {day_text(expiry_day)}, but lot `{lot}` of `{sku}` expires {days}; name another lot"
        raise RouterError(
            Reason.INVALID_REQUEST,
            text,
            violations=(Violation("expiry_day", "OTHER_EXPIRY_DAY", text),),
            sku=sku,
            lot=lot,
        )


def move(
    books: Books,
    changes: Changes,
    code: EntryCode,
    outer: Bucket,
    *,
    node_id: NodeId,
    sku: Sku,
    delta: int,
    reference: str,
    line_id: str = "",
    lot: str = "",
) -> None:
    """Enter that `delta` units came from a bucket of the outside, or with less than 0 went there."""
    parts = [(on_hand(node_id, sku, lot), abs(delta))]
    if delta < 0 and not lot and books.lots.is_kept(node_id, sku):
        parts = [*books.lots.spread(node_id, sku, -delta)]
    for here, units in parts:
        there = outside(outer, sku, here.lot)
        changes.enter(
            code,
            debit=here if delta > 0 else there,
            credit=there if delta > 0 else here,
            quantity=units,
            reference=reference,
            line_id=line_id,
        )


def day_text(day: Day) -> str:
    return date.fromordinal(day).isoformat()
