"""What the router needs of whoever takes bookings for carriers. Connectors supply it."""

from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct

from router.domain.identifiers import CarrierId, NodeId, ServiceLevelId


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where parcels come from or go to, as far as it is known."""

    name: str = ""
    company: str = ""
    street_lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedParcel:
    """Sizes are 0 where nobody packed it yet."""

    weight_grams: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBooking:
    """`ship_date` is `YYYY-MM-DD`."""

    shipment_id: str
    carrier_id: CarrierId
    service_level_id: ServiceLevelId
    ship_date: str
    sender: Address
    recipient: Address
    parcels: tuple[AskedParcel, ...]


class SaidBooking(Struct, frozen=True, kw_only=True):
    """A booking as the carrier took it on; `label` is its own, empty where it leaves labels to us."""

    carrier_booking_id: str
    tracking_number: str
    charge_minor: int
    parcel_count: int
    weight_grams: int
    label: bytes = b""
    label_media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedManifest:
    """Bookings, by what the carrier calls them, that a node hands over on a day."""

    manifest_id: str
    carrier_id: CarrierId
    node_id: NodeId
    date: str
    carrier_booking_ids: tuple[str, ...]


class CarrierUnreachable(Exception):
    """Whether the carrier did it is unknown; asked again with the same key it does it once."""


class CarrierDeclined(Exception):
    """The carrier says no, and will again. The text is its code."""


class CarrierApi(Protocol):
    """Takes bookings. Every call may come twice with the same key, and does then what it did the first time.

    All may raise CarrierUnreachable and CarrierDeclined.
    """

    def book(self, asked: AskedBooking, key: str) -> SaidBooking: ...

    def void(self, carrier_booking_id: str, key: str) -> None: ...

    def close_manifest(self, asked: AskedManifest, key: str) -> str:
        """What the carrier calls the manifest."""
        ...

    def close(self) -> None:
        """Let go of connections; not asked again."""
        ...
