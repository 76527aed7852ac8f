"""What carriers agreed to: bookings of shipments, manifests that hand them over, and what shipments are packed in."""

from enum import IntEnum

from msgspec import Struct

from router.domain.box import PackedBox
from router.domain.identifiers import CarrierId, Day, Instant, NodeId, ServiceLevelId


class BookingState(IntEnum):
    """BOOKED: the carrier expects the shipment. VOIDED: it does not any more. HANDED_OVER: it is on a manifest."""

    BOOKED = 1
    VOIDED = 2
    HANDED_OVER = 3


class Booking(Struct, frozen=True, kw_only=True, gc=False):
    """A shipment as a carrier took it on. `number` is unique and rises; of a shipment the last one counts.

    `label` is the carrier's own, of `label_media_type`; `manifest` numbers the manifest that it is on, 0: none.
    `void_decline_code` is why its carrier did not void it; it still expects the shipment then.
    """

    number: int
    shipment_id: str
    node_id: NodeId
    carrier_id: CarrierId
    service_level_id: ServiceLevelId
    ship_day: Day
    state: BookingState
    time: Instant
    carrier_booking_id: str
    tracking_number: str
    charge_minor: int
    parcel_count: int
    weight_grams: int
    label: bytes = b""
    label_media_type: str = ""
    manifest: int = 0
    void_decline_code: str = ""


class Manifest(Struct, frozen=True, kw_only=True, gc=False):
    """What a node hands over to a carrier at once; `carrier_reference` is empty until the carrier was told."""

    number: int
    node_id: NodeId
    carrier_id: CarrierId
    day: Day
    time: Instant
    carrier_reference: str
    booking_count: int
    parcel_count: int
    weight_grams: int
    charge_minor: int


class Packing(Struct, frozen=True, kw_only=True, gc=False):
    """In which boxes a shipment was packed. `number` is unique and rises; of a shipment the last one counts."""

    number: int
    shipment_id: str
    time: Instant
    boxes: tuple[PackedBox, ...]
