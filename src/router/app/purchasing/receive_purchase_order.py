"""Receive a purchase order: in full, in part, with fewer or more units than were ordered, or with broken ones."""

from collections.abc import Mapping

from router.app.answers.purchasing import PurchaseOrderChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.purchasing import ReceivePurchaseOrder
from router.app.purchasing.purchase_entries import receive_line, tell
from router.app.steps.plausible import refuse_excess
from router.domain.identifiers import Instant, Sku
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.purchases import (
    PurchaseEvent,
    PurchaseOrder,
    Receipt,
    after_receipt,
    check_purchase_allowed,
)

NOTHING = Receipt(0)


def receive_purchase_order(
    books: Books, command: ReceivePurchaseOrder, at: Instant
) -> tuple[Changes, PurchaseOrderChanged]:
    """Book what arrived; if the order closes, the rest will not come.

    Refuses SKUs that were not ordered, an arrival of nothing, and, unless it is said to be true, of far more than was
    ordered.
    """
    before = books.purchasing.get(command.purchase_order_id)
    check_purchase_allowed(before, PurchaseEvent.RECEIVE)
    arrived = receipts_of(before, command)
    after = before
    if command.closes or any(one.received or one.damaged for one in arrived.values()):
        after = after_receipt(before, arrived, closes=command.closes)
    if after == before:
        text = "nothing arrived; name what did, or close the order"
        raise RouterError(Reason.INVALID_REQUEST, text, violations=[Violation("lines", "OUT_OF_RANGE", text)])
    if not command.accepts_extra:
        ordered = {line.sku: line.ordered for line in before.lines}
        refuse_excess(ordered, after.lines, f"purchase order `{before.id}`")
    changes = Changes(after=books.head, time=at)
    has_counted = [
        receive_line(books, changes, before, lines, arrived.get(lines[0].sku, NOTHING), command.told)
        for lines in zip(before.lines, after.lines, strict=True)
        if lines[0] != lines[1]
    ]
    tell(changes, before.state, PurchaseEvent.RECEIVE, after, describe(before, after))
    return changes, PurchaseOrderChanged(
        order=after,
        ledger_position=changes.position,
        already_counted=bool(has_counted) and all(has_counted),
    )


def receipts_of(order: PurchaseOrder, command: ReceivePurchaseOrder) -> Mapping[Sku, Receipt]:
    """What arrived by SKU; naming nothing means that all arrived as ordered, unless the order is to be closed."""
    ordered = {line.sku for line in order.lines}
    unknown = [sku for sku in command.lines if sku not in ordered]
    if unknown:
        text = f"purchase order `{order.id}` ordered none of it"
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"purchase order `{order.id}` ordered no `{unknown[0]}`; book what was not ordered with AdjustStock",
            violations=[Violation(f"lines[{sku}]", "UNKNOWN_SKU", text) for sku in unknown],
        )
    if command.lines or command.closes:
        return command.lines
    return {line.sku: Receipt(line.left) for line in order.lines if line.left}


def describe(before: PurchaseOrder, after: PurchaseOrder) -> str:
    """`8 received, 1 damaged at nice; 1 left`, of what is not zero."""
    parts = {
        name: sum(getattr(line, name) for line in after.lines)
        - sum(getattr(line, name) for line in before.lines)
        for name in ("received", "damaged", "closed", "extra")
    }
    left = sum(line.left for line in after.lines)
    said = ", ".join(f"{units} {name}" for name, units in parts.items() if units) or "nothing received"
    return f"{said} at {after.node_id}; {left} left"
