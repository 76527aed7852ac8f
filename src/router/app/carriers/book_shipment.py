"""Book what a carrier said of a shipment: its number goes on labels and is what its reports are found by."""

from msgspec.structs import replace

from router.app.answers.carriers import ShipmentBooked
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.carriers import BookShipment, DeclineVoid, VoidBooking
from router.app.steps.file_shipment import file_shipment, get_shipment
from router.domain.currency import money_text
from router.domain.identifiers import CarrierId, Instant, ServiceLevelId
from router.domain.reasons import Reason, RouterError
from router.ledger.bookings import Booking, BookingState
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import ShipmentState
from router.ledger.shipments import ShipmentAccount

BOOKABLE = (ShipmentState.RELEASED, ShipmentState.PICKING, ShipmentState.PICKED)
"""Before, another decision may make it another shipment; afterwards it is gone."""


def book_shipment(books: Books, command: BookShipment, at: Instant) -> tuple[Changes, ShipmentBooked]:
    """Refuses an unknown shipment, one whose state forbids it, and with BOOKING_EXISTS one that is booked."""
    filed, shipment = get_shipment(books, command.shipment_id)
    refuse_unbookable(shipment)
    refuse_booked(books.bookings.find(command.shipment_id))
    said = command.said
    assert said is not None, "the carrier was asked before"
    planned = filed.plan.shipments[shipment.shipment - 1]
    changes = Changes(after=books.head, time=at)
    booking = Booking(
        number=changes.next_event_position,
        shipment_id=shipment.id,
        node_id=shipment.node_id,
        carrier_id=carrier_id_of(planned.service_level_id),
        service_level_id=planned.service_level_id,
        ship_day=planned.ship_day,
        state=BookingState.BOOKED,
        time=at,
        carrier_booking_id=said.carrier_booking_id,
        tracking_number=said.tracking_number,
        charge_minor=said.charge_minor,
        parcel_count=said.parcel_count,
        weight_grams=said.weight_grams,
        label=said.label,
        label_media_type=said.label_media_type,
    )
    changes.bookings.append(booking)
    file_shipment(changes, filed, replace(shipment, tracking_number=said.tracking_number))
    charge = money_text(said.charge_minor, books.ready_network().network.currency)
    changes.tell(
        EventKind.SHIPMENT_BOOKED,
        order_id=shipment.order_id,
        subject=shipment.id,
        text=f"{planned.service_level_id} {said.tracking_number}, {charge}",
        state=filed.account.state.name,
        node_ids=(shipment.node_id,),
    )
    return changes, ShipmentBooked(booking=booking)


def void_booking(books: Books, command: VoidBooking, at: Instant) -> tuple[Changes, ShipmentBooked]:
    """The shipment has no tracking number any more. Refuses with BOOKING_NOT_FOUND, BOOKING_STATE_FORBIDS, and with
    ORDER_STATE_FORBIDS once it left.
    """
    booking = books.bookings.get_open(command.shipment_id)
    filed, shipment = get_shipment(books, command.shipment_id)
    refuse_left(shipment)
    changes = Changes(after=books.head, time=at)
    voided = replace(booking, state=BookingState.VOIDED, void_decline_code="")
    changes.bookings.append(voided)
    if shipment.tracking_number == booking.tracking_number:
        file_shipment(changes, filed, replace(shipment, tracking_number=""))
    changes.tell(
        EventKind.BOOKING_VOIDED,
        order_id=shipment.order_id,
        subject=shipment.id,
        text=f"{booking.carrier_id} {booking.tracking_number} voided",
        state=filed.account.state.name,
        node_ids=(shipment.node_id,),
    )
    return changes, ShipmentBooked(booking=voided)


def decline_void(books: Books, command: DeclineVoid, at: Instant) -> tuple[Changes, ShipmentBooked]:
    """Keep with the booking why its carrier did not void it. Refuses as `void_booking` does, and another booking."""
    booking = books.bookings.get_open(command.shipment_id)
    if booking.number != command.number:
        refuse_booked(booking)
    filed, shipment = get_shipment(books, command.shipment_id)
    changes = Changes(after=books.head, time=at)
    declined = replace(booking, void_decline_code=command.decline_code)
    changes.bookings.append(declined)
    changes.tell(
        EventKind.BOOKING_VOID_DECLINED,
        order_id=shipment.order_id,
        subject=shipment.id,
        text=f"{booking.carrier_id} {booking.tracking_number} is not voided: {command.decline_code}",
        state=filed.account.state.name,
        node_ids=(shipment.node_id,),
    )
    return changes, ShipmentBooked(booking=declined)


def refuse_unbookable(shipment: ShipmentAccount) -> None:
    """Refuse with ORDER_STATE_FORBIDS a shipment that is not at work in its node."""
    if shipment.state not in BOOKABLE:
        named = ", ".join(one.name for one in BOOKABLE)
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{shipment.id}` is {shipment.state.name}, to book it with a carrier it must be {named}",
            shipment_id=shipment.id,
            state=shipment.state.name,
        )


def refuse_left(shipment: ShipmentAccount) -> None:
    """Refuse with ORDER_STATE_FORBIDS to void the booking of a shipment that its carrier has: it is charged."""
    if shipment.journey.dispatch_time:
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{shipment.id}` is {shipment.state.name}, its carrier has it and charges it; claim what was"
            " wrong from the carrier",
            shipment_id=shipment.id,
            state=shipment.state.name,
        )


def refuse_booked(last: Booking | None) -> None:
    if last is not None and last.state is not BookingState.VOIDED:
        raise RouterError(
            Reason.BOOKING_EXISTS,
            f"shipment `{last.shipment_id}` is booked with {last.carrier_id} as `{last.tracking_number}`; void that"
            " booking before you book it again",
            shipment_id=last.shipment_id,
            tracking_number=last.tracking_number,
        )


def carrier_id_of(service_level_id: ServiceLevelId) -> CarrierId:
    """Who sells the service level: its id reads `CARRIER/LEVEL`."""
    return CarrierId(service_level_id.partition("/")[0])
