"""What packing, bookings and manifests ask a store; a part of `app.ports.Reader`."""

from collections.abc import Sequence
from typing import Protocol

from router.app.records.booking_filter import BookingFilter
from router.domain.box import Box
from router.ledger.bookings import Booking, Manifest, Packing


class BookingReader(Protocol):
    """Of everything committed. `after` is the key that a listing goes on behind, None at first."""

    def find_booking(self, shipment_id: str) -> Booking | None:
        """The last one of the shipment."""
        ...

    def count_bookings(self, shipment_id: str) -> int: ...

    def list_bookings(self, after: int | None, limit: int, where: BookingFilter) -> Sequence[Booking]:
        """By number."""
        ...

    def find_manifest(self, number: int) -> Manifest | None: ...

    def list_manifests(self, after: int | None, limit: int, node_id: str) -> Sequence[Manifest]:
        """By number; of all nodes unless one is named."""
        ...

    def list_boxes(self) -> tuple[Box, ...]:
        """As they were put last."""
        ...

    def find_packing(self, shipment_id: str) -> Packing | None:
        """The last one of the shipment."""
        ...
