"""Book one decided order: its units are held, what waits is opened, and it is filed with all that belongs to it."""

from router.app.answers.decided import Routed
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.documents import answer_of
from router.app.orders.drafts import ShipmentDraft, draft
from router.app.orders.file_order import file_order
from router.app.purchasing.restocks import Queue
from router.app.records.decisions import StoredDecision
from router.app.steps.hold_units import hold_each, hold_units
from router.domain.identifiers import OrderId
from router.domain.order import Order
from router.domain.plan import Plan, UnshippedAction
from router.ledger.accounts import Bucket, outside
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ORDER_EFFECTS, OrderEvent, ShipmentState
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount
from router.routing.decision import Decision
from router.routing.replay import pack_decision

_ROUTED = ORDER_EFFECTS[OrderEvent.ROUTE]
_PLANNED = ShipmentState.PLANNED


def book(books: Books, changes: Changes, queue: Queue, decision: Decision) -> Routed:
    """Reserve what the plan ships, open what waits at the end of the queue, and file the order."""
    order, plan = decision.inputs.order, decision.plan
    own = draft(order, plan, books.ready_network())
    number = changes.next_event_position
    body = pack_decision(decision)
    stored = StoredDecision(number=number, order_id=order.id, ledger_position=changes.position, body=body)
    reservations: list[Reservation] = []
    shipments: list[ShipmentAccount] = []
    for place, one in enumerate(own.shipments, start=1):
        held = reserve(books, changes, order, place, one)
        reservations += held
        shipments.append(shipment_account(order.id, place, one, held))
    if plan.unshipped:
        open_backorders(changes, order, plan)
    changes.reservations += reservations
    file_order(
        changes,
        decision,
        stored,
        state=own.state,
        counted=own.counted,
        reservations=tuple(reservations),
        shipments=tuple(shipments),
        position=changes.position,
    )
    changes.tell_effect(
        _ROUTED,
        order_id=order.id,
        text=own.text,
        state=own.state_name,
        node_ids=own.node_ids,
    )
    return answer_of(stored, decision, queue.add(plan))


def reserve(
    books: Books, changes: Changes, order: Order, number: int, shipment: ShipmentDraft
) -> list[Reservation]:
    """Hold the units of one shipment, each where it is now, and one of its node's dispatches of that day."""
    changes.book_shipment(shipment.node_id, shipment.ship_day, 1)
    order_id = order.id
    if not books.lots.has_any:
        return hold_each(changes, shipment.holds, order_id, number)
    held: list[Reservation] = []
    for account, _, line_id, quantity in shipment.holds:
        held += hold_units(
            books,
            changes,
            node_id=account.node_id,
            sku=account.sku,
            quantity=quantity,
            reference=order_id,
            line_id=line_id,
            order_id=order_id,
            shipment=number,
        )
    return held


def shipment_account(
    order_id: OrderId, number: int, shipment: ShipmentDraft, held: list[Reservation]
) -> ShipmentAccount:
    """The account of a shipment for which these units are held."""
    return ShipmentAccount(
        number=held[0].position,
        order_id=order_id,
        shipment=number,
        node_id=shipment.node_id,
        state=_PLANNED,
        cut_off_time=shipment.cut_off_time,
    )


def open_backorders(changes: Changes, order: Order, plan: Plan) -> None:
    """Write down the units that wait, for stock or for a person."""
    for unshipped in plan.unshipped:
        if unshipped.action is not UnshippedAction.CANCEL:
            changes.enter(
                EntryCode.BACKORDER_OPEN,
                debit=outside(Bucket.BACKORDER, unshipped.sku),
                credit=outside(Bucket.DEMAND_OPEN, unshipped.sku),
                quantity=unshipped.quantity,
                reference=order.id,
                line_id=unshipped.line_id,
            )
