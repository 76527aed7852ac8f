"""Hand over to a carrier all that is booked with it: each shipment leaves, and is on exactly one manifest."""

from collections.abc import Callable

from msgspec.structs import replace

from router.app.answers.carriers import LeftOut, ManifestClosed
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.carriers import CloseManifest, TellManifest
from router.app.commands.fulfillment import DispatchShipment
from router.app.fulfillment.dispatch_shipment import dispatch_shipment
from router.app.fulfillment.release_shipments import refuse_unknown_node
from router.app.records.booking_filter import BookingFilter
from router.app.steps.file_shipment import get_shipment
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.ledger.bookings import Booking, BookingState, Manifest
from router.ledger.event_kinds import EventKind
from router.ledger.lifecycle import LEFT

Apply = Callable[[Changes], Instant]
"""Counts changes into the batch, and gives the ledger's time for the next."""


def hand_over(
    books: Books, command: CloseManifest, at: Instant, apply: Apply
) -> tuple[Changes, ManifestClosed]:
    """Dispatch what is booked to leave by the day; what cannot leave is named and waits for the next manifest.

    The changes are those of the manifest itself; those of each dispatch go through `apply`. Refuses an unknown node.
    """
    refuse_unknown_node(books, command.node_id)
    handed: list[Booking] = []
    left_out: list[LeftOut] = []
    where = BookingFilter(
        node_id=command.node_id,
        carrier_id=command.carrier_id,
        ship_day_max=command.day,
        state=BookingState.BOOKED,
    )
    for booking in books.bookings.list_waiting(where):
        try:
            leaving = dispatch(books, booking, command, at)
        except RouterError as refused:
            left_out.append(
                LeftOut(shipment_id=booking.shipment_id, reason=refused.reason.value, message=refused.message)
            )
            continue
        if leaving is not None:
            at = apply(leaving)
        handed.append(booking)
    changes = Changes(after=books.head, time=at)
    manifest = file_manifest(changes, command, handed) if handed else None
    return changes, ManifestClosed(
        manifest=manifest,
        shipment_ids=tuple(one.shipment_id for one in handed),
        left_out=tuple(left_out),
    )


def dispatch(books: Books, booking: Booking, command: CloseManifest, at: Instant) -> Changes | None:
    """What changes as the shipment leaves; None: it has left already."""
    _, shipment = get_shipment(books, booking.shipment_id)
    if shipment.state in LEFT:
        return None
    leave = DispatchShipment(
        request_id=command.request_id, body_digest=command.body_digest, shipment_id=booking.shipment_id
    )
    return dispatch_shipment(books, leave, at)[0]


def file_manifest(changes: Changes, command: CloseManifest, handed: list[Booking]) -> Manifest:
    number = changes.next_event_position
    manifest = Manifest(
        number=number,
        node_id=command.node_id,
        carrier_id=command.carrier_id,
        day=command.day,
        time=changes.time,
        carrier_reference="",
        booking_count=len(handed),
        parcel_count=sum(one.parcel_count for one in handed),
        weight_grams=sum(one.weight_grams for one in handed),
        charge_minor=sum(one.charge_minor for one in handed),
    )
    changes.manifests.append(manifest)
    changes.bookings.extend(replace(one, state=BookingState.HANDED_OVER, manifest=number) for one in handed)
    count = len(handed)
    changes.tell(
        EventKind.MANIFEST_CLOSED,
        subject=command.carrier_id,
        text=f"{count} shipment{'' if count == 1 else 's'} handed over to {command.carrier_id}",
        node_ids=(command.node_id,),
    )
    return manifest


def tell_manifest(books: Books, command: TellManifest, at: Instant) -> tuple[Changes, ManifestClosed]:
    """Keep what the carrier calls the manifest. Refuses with BOOKING_NOT_FOUND."""
    found = books.bookings.find_manifest(command.number)
    if found is None:
        raise RouterError(
            Reason.BOOKING_NOT_FOUND, f"there is no manifest {command.number}", number=command.number
        )
    changes = Changes(after=books.head, time=at)
    told = replace(found, carrier_reference=command.carrier_reference)
    changes.manifests.append(told)
    return changes, ManifestClosed(manifest=told)
