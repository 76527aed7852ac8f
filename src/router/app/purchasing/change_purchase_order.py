"""What a supplier says of a purchase order, or we to it: acknowledged, on another day, not any more."""

from msgspec.structs import replace

from router.app.answers.purchasing import PurchaseOrderChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.purchasing import (
    AcknowledgePurchaseOrder,
    CancelPurchaseOrder,
    ChangePurchaseOrderDate,
)
from router.app.purchasing.purchase_entries import order_less, tell
from router.app.steps.lots import day_text
from router.app.steps.plausible import refuse_odd_day
from router.domain.identifiers import Instant
from router.ledger.purchases import PurchaseEvent, PurchaseState, check_purchase_allowed, closed


def acknowledge_purchase_order(
    books: Books, command: AcknowledgePurchaseOrder, at: Instant
) -> tuple[Changes, PurchaseOrderChanged]:
    """The supplier will deliver, on the day it says if it says one. Refuses all but a PLACED order, and a day that
    is years away.
    """
    order = books.purchasing.get(command.purchase_order_id)
    check_purchase_allowed(order, PurchaseEvent.ACKNOWLEDGE)
    refuse_odd_day(command.expected_day, at)
    after = replace(
        order,
        state=PurchaseState.ACKNOWLEDGED,
        expected_day=command.expected_day or order.expected_day,
        reference=command.reference or order.reference,
    )
    changes = Changes(after=books.head, time=at)
    day = day_text(after.expected_day) if after.expected_day else "an unknown day"
    tell(changes, order.state, PurchaseEvent.ACKNOWLEDGE, after, f"expected {day}")
    return changes, PurchaseOrderChanged(order=after, ledger_position=changes.position)


def change_purchase_order_date(
    books: Books, command: ChangePurchaseOrderDate, at: Instant
) -> tuple[Changes, PurchaseOrderChanged]:
    """What is still to come is expected on another day. Refuses an order of which nothing is, and a day years away."""
    order = books.purchasing.get(command.purchase_order_id)
    check_purchase_allowed(order, PurchaseEvent.CHANGE_DATE)
    refuse_odd_day(command.expected_day, at)
    after = replace(order, expected_day=command.expected_day)
    changes = Changes(after=books.head, time=at)
    before = day_text(order.expected_day) if order.expected_day else "an unknown day"
    why = f"; {command.reason}" if command.reason else ""
    text = f"expected {day_text(command.expected_day)} instead of {before}{why}"
    tell(changes, order.state, PurchaseEvent.CHANGE_DATE, after, text)
    return changes, PurchaseOrderChanged(order=after, ledger_position=changes.position)


def cancel_purchase_order(
    books: Books, command: CancelPurchaseOrder, at: Instant
) -> tuple[Changes, PurchaseOrderChanged]:
    """What is still to come will not. Refuses an order of which nothing is."""
    order = books.purchasing.get(command.purchase_order_id)
    check_purchase_allowed(order, PurchaseEvent.CANCEL)
    after = closed(order)
    changes = Changes(after=books.head, time=at)
    for line in order.lines:
        if line.left:
            order_less(changes, order, line.sku, line.left)
    units = sum(line.left for line in order.lines)
    why = f"; {command.reason}" if command.reason else ""
    text = f"{units} unit{'' if units == 1 else 's'} will not come{why}"
    tell(changes, order.state, PurchaseEvent.CANCEL, after, text)
    return changes, PurchaseOrderChanged(order=after, ledger_position=changes.position)
