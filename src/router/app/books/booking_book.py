"""Bookings as the engine sees them: those that are committed, and those of the batch it works on."""

from collections.abc import Iterable

from router.app.ports.store import Reader
from router.app.records.booking_filter import BookingFilter
from router.domain.reasons import Reason, RouterError
from router.ledger.bookings import Booking, BookingState, Manifest

PER_MANIFEST_MAX = 1_000
"""LIMIT: so many bookings on one manifest; the others are for the next."""


class BookingBook:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._bookings: dict[int, Booking] = {}
        self._manifests: dict[int, Manifest] = {}

    def find(self, shipment_id: str) -> Booking | None:
        """The last booking of the shipment."""
        new = [one for one in self._bookings.values() if one.shipment_id == shipment_id]
        return max(new, key=lambda one: one.number, default=None) or self._reader.find_booking(shipment_id)

    def get_open(self, shipment_id: str) -> Booking:
        """The booking that can still be voided. Refuses with BOOKING_NOT_FOUND or BOOKING_STATE_FORBIDS."""
        found = self.find(shipment_id)
        if found is None:
            raise no_booking(shipment_id)
        refuse_unopen(found)
        return found

    def list_waiting(self, where: BookingFilter) -> list[Booking]:
        """In the order of booking, at most PER_MANIFEST_MAX."""
        stored = self._reader.list_bookings(None, PER_MANIFEST_MAX, where)
        found = {one.number: one for one in stored} | self._bookings
        return [found[number] for number in sorted(found) if where.takes(found[number])][:PER_MANIFEST_MAX]

    def find_manifest(self, number: int) -> Manifest | None:
        return self._manifests.get(number) or self._reader.find_manifest(number)

    def apply(self, bookings: Iterable[Booking]) -> None:
        self._bookings.update((one.number, one) for one in bookings)

    def apply_manifests(self, manifests: Iterable[Manifest]) -> None:
        self._manifests.update((one.number, one) for one in manifests)

    def forget(self) -> None:
        """All is committed, and the store knows it."""
        self._bookings.clear()
        self._manifests.clear()


def no_booking(shipment_id: str) -> RouterError:
    return RouterError(
        Reason.BOOKING_NOT_FOUND,
        f"shipment `{shipment_id}` was never booked with a carrier; book it first",
        shipment_id=shipment_id,
    )


def refuse_unopen(booking: Booking) -> None:
    """Refuse with BOOKING_STATE_FORBIDS one that the carrier does not expect any more, or has."""
    if booking.state is not BookingState.BOOKED:
        why = (
            "was voided already" if booking.state is BookingState.VOIDED else "was handed over to its carrier"
        )
        raise RouterError(
            Reason.BOOKING_STATE_FORBIDS,
            f"the booking of shipment `{booking.shipment_id}` {why}, it cannot be voided any more",
            shipment_id=booking.shipment_id,
            state=booking.state.name,
        )
