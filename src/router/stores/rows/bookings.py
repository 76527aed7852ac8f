"""Bookings with carriers, manifests, boxes, and what is packed in them."""

from typing import Any

import msgspec

from router.domain.box import Box
from router.ledger.bookings import Booking, Manifest, Packing
from router.stores.rows.row import ENCODER, Row, of_the_books

_BOOKING = msgspec.msgpack.Decoder(Booking)
_MANIFEST = msgspec.msgpack.Decoder(Manifest)
_PACKING = msgspec.msgpack.Decoder(Packing)
_BOXES = msgspec.msgpack.Decoder(tuple[Box, ...])


def booking_row(one: Booking) -> tuple[Any, ...]:
    return (
        one.number,
        one.shipment_id,
        one.node_id,
        one.carrier_id,
        one.ship_day,
        int(one.state),
        one.manifest,
        one.tracking_number,
        ENCODER.encode(one),
        one.void_decline_code,
    )


@of_the_books("is not a booking")
def booking_of(row: Row) -> Booking:
    return _BOOKING.decode(row[-2])


def manifest_row(one: Manifest) -> tuple[Any, ...]:
    return (one.number, one.node_id, one.carrier_id, one.day, ENCODER.encode(one))


@of_the_books("is not a manifest")
def manifest_of(row: Row) -> Manifest:
    return _MANIFEST.decode(row[-1])


def box_list_row(number: int, boxes: tuple[Box, ...]) -> tuple[Any, ...]:
    return (number, ENCODER.encode(boxes))


@of_the_books("is not a list of boxes")
def boxes_of(row: Row) -> tuple[Box, ...]:
    return _BOXES.decode(row[-1])


def packing_row(one: Packing) -> tuple[Any, ...]:
    return (one.number, one.shipment_id, ENCODER.encode(one))


@of_the_books("is not a packing")
def packing_of(row: Row) -> Packing:
    return _PACKING.decode(row[-1])
