"""What is asked about boxes, bookings and manifests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from router.api.v1 import carriers_pb2 as pb
from router.app.carriers.carrier_queries import ListedManifest
from router.app.commands.carriers import (
    BookShipment,
    CloseManifest,
    PackShipment,
    PutBoxes,
    VoidBooking,
)
from router.app.records.booking_filter import BookingFilter
from router.connectors.labels.manifest import csv_manifest, pdf_manifest
from router.domain.box import Box
from router.domain.identifiers import CarrierId, Day, NodeId
from router.domain.limits import BOX_SIDE_MM_MAX, BOX_WEIGHT_GRAMS_MAX, BOXES_MAX
from router.ledger.bookings import BookingState
from router.service.faults import Faults
from router.service.from_proto.keys import request_id_of, shipment_id_of
from router.service.parse import digest_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """A way to write a manifest."""

    media_type: str
    draw: Callable[[ListedManifest, str], bytes]


SHEETS: Mapping[pb.ManifestFormat.ValueType, Sheet] = {
    pb.MANIFEST_FORMAT_PDF: Sheet("application/pdf", pdf_manifest),
    pb.MANIFEST_FORMAT_CSV: Sheet("text/csv; charset=utf-8", csv_manifest),
}


def put_boxes(request: pb.PutBoxesRequest) -> PutBoxes:
    """The command to say which boxes there are."""
    faults = Faults()
    boxes: tuple[Box, ...] = ()
    if faults.count_of(request.boxes, "", "boxes", 1, BOXES_MAX):
        boxes = tuple(_box(one, f"boxes[{index}].", faults) for index, one in enumerate(request.boxes))
        faults.unique([one.id for one in boxes], "", "boxes", "box_id")
    command = PutBoxes(
        request_id=request_id_of(request.request_id, faults), body_digest=digest_of(request), boxes=boxes
    )
    faults.raise_if_any()
    return command


def _box(message: pb.Box, at: str, faults: Faults) -> Box:
    tare = faults.whole(message.tare_grams, at, "tare_grams", 0, BOX_WEIGHT_GRAMS_MAX - 1)
    return Box(
        id=faults.identifier(message.box_id, at, "box_id"),
        length_mm=faults.whole(message.inner_length_mm, at, "inner_length_mm", 1, BOX_SIDE_MM_MAX),
        width_mm=faults.whole(message.inner_width_mm, at, "inner_width_mm", 1, BOX_SIDE_MM_MAX),
        height_mm=faults.whole(message.inner_height_mm, at, "inner_height_mm", 1, BOX_SIDE_MM_MAX),
        tare_grams=tare,
        weight_grams_max=faults.whole(
            message.weight_grams_max, at, "weight_grams_max", tare + 1, BOX_WEIGHT_GRAMS_MAX
        ),
    )


def pack_shipment(request: pb.PackShipmentRequest) -> PackShipment:
    faults = Faults()
    command = PackShipment(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        shipment_id=shipment_id_of(request.shipment_id, "shipment_id", faults),
    )
    faults.raise_if_any()
    return command


def book_shipment(request: pb.BookShipmentRequest) -> BookShipment:
    faults = Faults()
    command = BookShipment(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        shipment_id=shipment_id_of(request.shipment_id, "shipment_id", faults),
    )
    faults.raise_if_any()
    return command


def void_booking(request: pb.VoidBookingRequest) -> VoidBooking:
    faults = Faults()
    command = VoidBooking(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        shipment_id=shipment_id_of(request.shipment_id, "shipment_id", faults),
    )
    faults.raise_if_any()
    return command


def close_manifest(request: pb.CloseManifestRequest) -> CloseManifest:
    faults = Faults()
    day = faults.day(request.date, "", "date")
    command = CloseManifest(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        node_id=NodeId(faults.identifier(request.node_id, "", "node_id")),
        carrier_id=CarrierId(faults.identifier(request.carrier_id, "", "carrier_id")),
        day=Day(day),
    )
    faults.raise_if_any()
    return command


def booking_filter(request: pb.ListBookingsRequest) -> BookingFilter:
    faults = Faults()
    if request.state not in pb.BookingState.values():
        names = ", ".join(pb.BookingState.keys())
        faults.add("state", "UNKNOWN_VALUE", f"state is {request.state}, must be one of {names}")
    node_id = faults.text(request.node_id, "", "node_id")
    carrier_id = faults.text(request.carrier_id, "", "carrier_id")
    faults.raise_if_any()
    return BookingFilter(
        node_id=node_id,
        carrier_id=carrier_id,
        state=BookingState(request.state) if request.state else None,
        void_declined=request.void_declined,
    )


def manifest_request(request: pb.GetManifestRequest) -> tuple[str, Sheet | None]:
    """The manifest, and how it is to be written if it is."""
    faults = Faults()
    manifest_id = faults.identifier(request.manifest_id, "", "manifest_id")
    if request.format not in pb.ManifestFormat.values():
        names = ", ".join(pb.ManifestFormat.keys())
        faults.add("format", "UNKNOWN_VALUE", f"format is {request.format}, must be one of {names}")
    faults.raise_if_any()
    return manifest_id, SHEETS.get(request.format)
