"""Boxes, bookings and manifests."""

from router.api.messages.times import date_text, timestamp
from router.api.v1 import carriers_pb2 as pb
from router.app.answers.carriers import ManifestClosed
from router.app.carriers.carrier_queries import manifest_id_of
from router.domain.box import Box, PackedBox
from router.ledger.bookings import Booking, Manifest


def box_message(box: Box) -> pb.Box:
    return pb.Box(
        box_id=box.id,
        inner_length_mm=box.length_mm,
        inner_width_mm=box.width_mm,
        inner_height_mm=box.height_mm,
        tare_grams=box.tare_grams,
        weight_grams_max=box.weight_grams_max,
    )


def packed_message(packed: PackedBox) -> pb.PackedBox:
    return pb.PackedBox(
        box=box_message(packed.box),
        placements=[
            pb.Placement(
                line_id=one.line_id,
                sku=one.sku,
                x_mm=one.x_mm,
                y_mm=one.y_mm,
                z_mm=one.z_mm,
                length_mm=one.length_mm,
                width_mm=one.width_mm,
                height_mm=one.height_mm,
            )
            for one in packed.placements
        ],
        weight_grams=packed.weight_grams,
    )


def booking_message(booking: Booking) -> pb.Booking:
    return pb.Booking(
        shipment_id=booking.shipment_id,
        node_id=booking.node_id,
        carrier_id=booking.carrier_id,
        service_level_id=booking.service_level_id,
        ship_date=date_text(booking.ship_day),
        state=pb.BookingState.Value(f"BOOKING_STATE_{booking.state.name}"),
        book_time=timestamp(booking.time),
        carrier_booking_id=booking.carrier_booking_id,
        tracking_number=booking.tracking_number,
        charge_minor=booking.charge_minor,
        parcel_count=booking.parcel_count,
        weight_grams=booking.weight_grams,
        manifest_id=manifest_id_of(booking.manifest) if booking.manifest else "",
        void_decline_code=booking.void_decline_code,
    )


def manifest_message(manifest: Manifest) -> pb.Manifest:
    return pb.Manifest(
        manifest_id=manifest_id_of(manifest.number),
        node_id=manifest.node_id,
        carrier_id=manifest.carrier_id,
        date=date_text(manifest.day),
        close_time=timestamp(manifest.time),
        carrier_reference=manifest.carrier_reference,
        shipment_count=manifest.booking_count,
        parcel_count=manifest.parcel_count,
        weight_grams=manifest.weight_grams,
        charge_minor=manifest.charge_minor,
    )


def closed_response(answer: ManifestClosed, *, replayed: bool) -> pb.CloseManifestResponse:
    return pb.CloseManifestResponse(
        manifest=None if answer.manifest is None else manifest_message(answer.manifest),
        shipment_ids=answer.shipment_ids,
        left_out=[
            pb.LeftOutShipment(shipment_id=one.shipment_id, reason=one.reason, message=one.message)
            for one in answer.left_out
        ],
        replayed=replayed,
    )
