"""How purchase orders are booked and told."""

from functools import partial

from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.steps.lots import learn_lot
from router.app.steps.movements import Moved, book_movement
from router.domain.identifiers import Sku
from router.ledger.accounts import Account, Bucket, at_node, on_hand, outside
from router.ledger.feeds import FeedMark
from router.ledger.flows import EntryCode
from router.ledger.purchases import (
    PURCHASE_EFFECTS,
    PURCHASE_TRANSITIONS,
    PurchaseEvent,
    PurchaseLine,
    PurchaseOrder,
    PurchaseState,
    Receipt,
)


def order_more(changes: Changes, order: PurchaseOrder, sku: Sku, units: int, lot: str = "") -> None:
    """More units are on order."""
    changes.enter(
        EntryCode.PURCHASE,
        debit=on_order(order, sku, lot),
        credit=outside(Bucket.SUPPLIER, sku, lot),
        quantity=units,
        reference=order.id,
    )


def order_less(changes: Changes, order: PurchaseOrder, sku: Sku, units: int) -> None:
    """Fewer units are."""
    changes.enter(
        EntryCode.PURCHASE_CLOSE,
        debit=outside(Bucket.SUPPLIER, sku),
        credit=on_order(order, sku),
        quantity=units,
        reference=order.id,
    )


def receive_line(
    books: Books,
    changes: Changes,
    order: PurchaseOrder,
    lines: tuple[PurchaseLine, PurchaseLine],
    arrived: Receipt,
    told: FeedMark | None,
) -> bool:
    """Enter what became of one line; whether a snapshot has counted its good units already."""
    before, after = lines
    sku, lot = after.sku, arrived.lot
    if extra := after.extra - before.extra:
        order_more(changes, order, sku, extra)
    received, damaged = after.received - before.received, after.damaged - before.damaged
    if lot and received + damaged:
        learn_lot(books, changes, sku, lot, arrived.expiry_day)
        order_less(changes, order, sku, received + damaged)
        order_more(changes, order, sku, received + damaged, lot)
    if damaged:
        move_in(changes, order, at_node(Bucket.DAMAGED, order.node_id, sku, lot), damaged)
    if closed := after.closed - before.closed:
        order_less(changes, order, sku, closed)
    if not received:
        return False
    moved = Moved(node_id=order.node_id, sku=sku, units=received, cause=order.id, lot=lot)
    enter = partial(move_in, changes, order, on_hand(order.node_id, sku, lot), received)
    return book_movement(books, changes, told, moved, enter)


def move_in(changes: Changes, order: PurchaseOrder, where: Account, units: int) -> None:
    """Units that were on order are there."""
    changes.enter(
        EntryCode.PURCHASE_RECEIVE,
        debit=where,
        credit=on_order(order, where.sku, where.lot),
        quantity=units,
        reference=order.id,
    )


def on_order(order: PurchaseOrder, sku: Sku, lot: str = "") -> Account:
    """The account of an order's units; it belongs to the node they are for."""
    return at_node(Bucket.ON_ORDER, order.node_id, sku, lot)


def tell(
    changes: Changes, before: PurchaseState | None, event: PurchaseEvent, order: PurchaseOrder, text: str
) -> None:
    """Keep the order as it is now, and tell what happened as its row says."""
    row = PURCHASE_TRANSITIONS[before, event]
    assert order.state in row.states, f"{event.name} does not lead to {order.state.name}"
    told = PURCHASE_EFFECTS[event].told
    assert told is not None, "every event of a purchase order is told"
    changes.purchases.append(order)
    changes.tell(told, subject=order.id, text=text, node_ids=(order.node_id,))
