"""Boxes, bookings and manifests."""

from router.api.messages.times import timestamp
from router.api.v1 import carriers_pb2 as pb
from router.app.answers.carriers import BoxesPut, ManifestClosed, ShipmentBooked, ShipmentPacked
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.carriers_of_parcels import (
    book_shipment,
    booking_filter,
    close_manifest,
    manifest_request,
    pack_shipment,
    put_boxes,
    void_booking,
)
from router.service.from_proto.keys import name_of, optional_names
from router.service.to_proto.carriers import (
    booking_message,
    box_message,
    closed_response,
    manifest_message,
    packed_message,
)


class CarriersService:
    """See `carriers.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def PutBoxes(self, request: pb.PutBoxesRequest, call: Call) -> pb.PutBoxesResponse:
        answer, replayed = await self._desk.ask(put_boxes(request), call, BoxesPut)
        return pb.PutBoxesResponse(box_count=answer.box_count, replayed=replayed)

    async def ListBoxes(self, request: pb.ListBoxesRequest, call: Call) -> pb.ListBoxesResponse:
        boxes = await self._desk.read(call, self._desk.queries.carriers.list_boxes)
        return pb.ListBoxesResponse(boxes=map(box_message, boxes))

    async def PackShipment(self, request: pb.PackShipmentRequest, call: Call) -> pb.PackShipmentResponse:
        command = pack_shipment(request)
        answer, replayed = await self._desk.send(call, self._desk.packer.pack, command, ShipmentPacked)
        return pb.PackShipmentResponse(
            boxes=map(packed_message, answer.boxes),
            planned_parcel_count=answer.planned_count,
            replayed=replayed,
        )

    async def GetPacking(self, request: pb.GetPackingRequest, call: Call) -> pb.GetPackingResponse:
        shipment_id = name_of(request.shipment_id, "shipment_id")
        packing = await self._desk.read(call, self._desk.queries.carriers.find_packing, shipment_id)
        if packing is None:
            return pb.GetPackingResponse()
        return pb.GetPackingResponse(
            boxes=map(packed_message, packing.boxes), pack_time=timestamp(packing.time)
        )

    async def BookShipment(self, request: pb.BookShipmentRequest, call: Call) -> pb.BookShipmentResponse:
        command = book_shipment(request)
        answer, replayed = await self._desk.send(call, self._desk.booker.book, command, ShipmentBooked)
        return pb.BookShipmentResponse(booking=booking_message(answer.booking), replayed=replayed)

    async def VoidBooking(self, request: pb.VoidBookingRequest, call: Call) -> pb.VoidBookingResponse:
        command = void_booking(request)
        answer, replayed = await self._desk.send(call, self._desk.booker.void, command, ShipmentBooked)
        return pb.VoidBookingResponse(booking=booking_message(answer.booking), replayed=replayed)

    async def GetBooking(self, request: pb.GetBookingRequest, call: Call) -> pb.GetBookingResponse:
        shipment_id = name_of(request.shipment_id, "shipment_id")
        booking = await self._desk.read(call, self._desk.queries.carriers.get_booking, shipment_id)
        return pb.GetBookingResponse(
            booking=booking_message(booking), label=booking.label, label_media_type=booking.label_media_type
        )

    async def ListBookings(self, request: pb.ListBookingsRequest, call: Call) -> pb.ListBookingsResponse:
        where, queries = booking_filter(request), self._desk.queries.carriers
        page = await self._desk.read(
            call, queries.list_bookings, request.page_size, request.page_token, where
        )
        return pb.ListBookingsResponse(
            bookings=map(booking_message, page.items), next_page_token=page.next_page_token
        )

    async def CloseManifest(self, request: pb.CloseManifestRequest, call: Call) -> pb.CloseManifestResponse:
        command = close_manifest(request)
        answer, replayed = await self._desk.send(
            call, self._desk.booker.close_manifest, command, ManifestClosed
        )
        return closed_response(answer, replayed=replayed)

    async def GetManifest(self, request: pb.GetManifestRequest, call: Call) -> pb.GetManifestResponse:
        manifest_id, sheet = manifest_request(request)
        found = await self._desk.read(call, self._desk.queries.carriers.manifest, manifest_id)
        answer = pb.GetManifestResponse(
            manifest=manifest_message(found.manifest), bookings=map(booking_message, found.bookings)
        )
        if sheet is not None:
            currency = await self._desk.read(call, self._desk.queries.payments.currency)
            answer.content = await self._desk.compute(call, sheet.draw, found, currency)
            answer.media_type = sheet.media_type
        return answer

    async def ListManifests(self, request: pb.ListManifestsRequest, call: Call) -> pb.ListManifestsResponse:
        optional_names(node_id=request.node_id)
        page = await self._desk.read(
            call,
            self._desk.queries.carriers.list_manifests,
            request.page_size,
            request.page_token,
            request.node_id,
        )
        return pb.ListManifestsResponse(
            manifests=map(manifest_message, page.items), next_page_token=page.next_page_token
        )
