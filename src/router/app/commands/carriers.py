"""Shipments are packed, booked with carriers and handed over to them."""

from dataclasses import dataclass

from router.app.commands.write import Write
from router.app.ports.carrier_api import SaidBooking
from router.domain.box import Box, PackedBox
from router.domain.identifiers import CarrierId, Day, NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class BookShipment(Write):
    """`said` is what the carrier answered: `app/carriers/booker.py` asks it before the engine is asked."""

    shipment_id: str
    said: SaidBooking | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidBooking(Write):
    """The carrier has been told by `app/carriers/booker.py`."""

    shipment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineVoid(Write):
    """The carrier was asked to void the booking of that number and said no."""

    shipment_id: str
    number: int
    decline_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseManifest(Write):
    """Hand over to a carrier all that is booked with it to leave the node by `day`."""

    node_id: NodeId
    carrier_id: CarrierId
    day: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class TellManifest(Write):
    """The carrier was told of a manifest and calls it so."""

    number: int
    carrier_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBoxes(Write):
    """The boxes that there are, in the place of those before."""

    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackShipment(Write):
    """`boxes` is how `app/carriers/packer.py` packed it before the engine is asked."""

    shipment_id: str
    boxes: tuple[PackedBox, ...] = ()


CarrierWrite = (
    BookShipment | VoidBooking | DeclineVoid | CloseManifest | TellManifest | PutBoxes | PackShipment
)
