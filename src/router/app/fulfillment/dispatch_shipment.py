"""Dispatch a shipment: all units still reserved for it leave their node, and with it the node's stock."""

from msgspec.structs import replace

from router.app.answers.fulfillment import ShipmentDispatched
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.fulfillment import DispatchShipment
from router.app.fulfillment.follow_reports import follow_reports
from router.app.payments.coverage import check_paid
from router.app.reading.order_records import record_of
from router.app.records.ids import parse_shipment_id
from router.app.reservations.send_told import send_told
from router.app.steps.awaited import refuse_awaiting
from router.app.steps.file_shipment import file_shipment
from router.app.steps.record_serials import record_serials
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.allowed import check_shipment_allowed
from router.ledger.bookings import BookingState
from router.ledger.lifecycle import ORDER_EFFECTS, OrderEvent, ShipmentEvent
from router.ledger.orders import after_dispatch
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount, moved


def dispatch_shipment(
    books: Books, command: DispatchShipment, at: Instant
) -> tuple[Changes, ShipmentDispatched]:
    """Post every reservation of the shipment. Refuses one that left, was canceled, awaits units or is not paid for."""
    order_id, number = parse_shipment_id(command.shipment_id)
    filed = books.get_order(order_id)
    leaving = units_leaving(filed, number, command.shipment_id)
    check_shipment_allowed(command.shipment_id, filed.shipments[number - 1].state, ShipmentEvent.DISPATCH)
    refuse_awaiting(filed, filed.shipments[number - 1])
    check_paid(books, filed, leaving, command.shipment_id)
    changes = Changes(after=books.head, time=at)
    sent, has_counted = send_told(
        books,
        changes,
        command.told,
        [(reservation, reservation.left) for reservation in leaving],
        cause=command.shipment_id,
        reference=order_id,
    )
    units = record_serials(books, changes, order_id, sent, command.serials)
    after = {reservation.position: reservation for reservation in filed.reservations}
    after.update((reservation.position, reservation.post()) for reservation in leaving)
    shipment = leave(books, filed.shipments[number - 1], command.tracking_number, at)
    gone = replace(
        filed,
        account=after_dispatch(filed.account, number, leaving),
        reservations=tuple(after.values()),
    )
    changes.reservations.extend(after[reservation.position] for reservation in leaving)
    node_id = shipment.node_id
    changes.tell_effect(
        ORDER_EFFECTS[OrderEvent.DISPATCH],
        order_id=order_id,
        subject=command.shipment_id,
        text=f"{units} unit{'' if units == 1 else 's'} left {node_id}",
        state=gone.account.state.name,
        node_ids=(node_id,),
    )
    gone, shipment = follow_reports(books, changes, gone, shipment)
    gone = file_shipment(changes, gone, shipment)
    return changes, ShipmentDispatched(record=record_of(gone), already_counted=has_counted)


def leave(books: Books, shipment: ShipmentAccount, tracking_number: str, at: Instant) -> ShipmentAccount:
    """The shipment on its way from now on, at what its carrier charges if it was booked."""
    # Who was never booked has no number yet, and needs no look at the store.
    booking = books.bookings.find(shipment.id) if shipment.tracking_number else None
    charge = None if booking is None or booking.state is BookingState.VOIDED else booking.charge_minor
    return replace(
        moved(shipment, ShipmentEvent.DISPATCH),
        tracking_number=tracking_number or shipment.tracking_number,
        journey=replace(shipment.journey, dispatch_time=at, charge_minor=charge),
    )


def units_leaving(filed: FiledOrder, number: int, shipment_id: str) -> tuple[Reservation, ...]:
    """The reservations that still hold units for the shipment; refuses when there are none."""
    if not 1 <= number <= len(filed.plan.shipments):
        raise RouterError(
            Reason.ORDER_NOT_FOUND,
            f"order `{filed.account.order_id}` has {len(filed.plan.shipments)} shipments, none is `{shipment_id}`",
            shipment_id=shipment_id,
        )
    if number in filed.account.dispatched_shipments:
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{shipment_id}` has left already",
            shipment_id=shipment_id,
            state=filed.account.state.name,
        )
    leaving = tuple(r for r in filed.reservations if r.shipment == number and r.left)
    if not leaving:
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"all units of shipment `{shipment_id}` were canceled, nothing is left to dispatch",
            shipment_id=shipment_id,
            state=filed.account.state.name,
        )
    return leaving
