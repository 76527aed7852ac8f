"""What the engine answers about boxes, bookings and manifests."""

from msgspec import Struct

from router.domain.box import PackedBox
from router.ledger.bookings import Booking, Manifest


class ShipmentBooked(Struct, frozen=True, kw_only=True, gc=False):
    """The booking as it is now."""

    booking: Booking


class LeftOut(Struct, frozen=True, kw_only=True, gc=False):
    """A booked shipment that could not be handed over, and why."""

    shipment_id: str
    reason: str
    message: str


class ManifestClosed(Struct, frozen=True, kw_only=True, gc=False):
    """`manifest` None: there was nothing to hand over."""

    manifest: Manifest | None
    shipment_ids: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class BoxesPut(Struct, frozen=True, kw_only=True, gc=False):
    box_count: int


class ShipmentPacked(Struct, frozen=True, kw_only=True, gc=False):
    """How a shipment is packed; `planned_count` is how many parcels its plan has."""

    shipment_id: str
    boxes: tuple[PackedBox, ...]
    planned_count: int
