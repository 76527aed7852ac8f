"""The part of the memory store that holds what carriers took on, and what it is packed in."""

from collections.abc import Sequence

from router.app.records.booking_filter import BookingFilter
from router.app.records.commit import Commit
from router.domain.box import Box
from router.ledger.bookings import Booking, Manifest, Packing


class MemoryBookings:
    def __init__(self) -> None:
        super().__init__()
        self._bookings: dict[int, Booking] = {}
        self._manifests: dict[int, Manifest] = {}
        self._packings: dict[str, Packing] = {}
        self._boxes: tuple[Box, ...] = ()

    def _keep_bookings(self, commit: Commit) -> None:
        self._bookings.update((one.number, one) for one in commit.bookings)
        self._manifests.update((one.number, one) for one in commit.manifests)
        self._packings.update((one.shipment_id, one) for one in commit.packings)
        for _, boxes in commit.box_lists:
            self._boxes = boxes

    def find_booking(self, shipment_id: str) -> Booking | None:
        found = [one for one in self._bookings.values() if one.shipment_id == shipment_id]
        return max(found, key=lambda one: one.number, default=None)

    def count_bookings(self, shipment_id: str) -> int:
        return sum(one.shipment_id == shipment_id for one in self._bookings.values())

    def list_bookings(self, after: int | None, limit: int, where: BookingFilter) -> Sequence[Booking]:
        found = [self._bookings[number] for number in sorted(self._bookings) if number > (after or 0)]
        return tuple([one for one in found if where.takes(one)][:limit])

    def find_manifest(self, number: int) -> Manifest | None:
        return self._manifests.get(number)

    def list_manifests(self, after: int | None, limit: int, node_id: str) -> Sequence[Manifest]:
        found = [self._manifests[number] for number in sorted(self._manifests) if number > (after or 0)]
        return tuple([one for one in found if not node_id or one.node_id == node_id][:limit])

    def list_boxes(self) -> tuple[Box, ...]:
        return self._boxes

    def find_packing(self, shipment_id: str) -> Packing | None:
        return self._packings.get(shipment_id)
