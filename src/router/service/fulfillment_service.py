"""Shipments between their decision and their departure."""

from router.api.messages.times import timestamp
from router.api.v1 import fulfillment_pb2 as pb
from router.app.answers.documents import LayoutPut
from router.app.answers.fulfillment import (
    PickConfirmed,
    PickWaveCreated,
    ShipmentAcknowledged,
    ShipmentsReleased,
)
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.fulfillment import acknowledge_shipment, release_shipments, shipment_filter
from router.service.from_proto.keys import name_of
from router.service.from_proto.labels import label_request
from router.service.from_proto.picking import (
    confirm_pick,
    create_pick_wave,
    put_layout,
    short_pick,
    wave_name,
)
from router.service.to_proto.fulfillment import (
    pick_list_message,
    shipment_message,
    short_pick_response,
    state_message,
)


class FulfillmentService:
    """See `fulfillment.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ReleaseShipments(
        self, request: pb.ReleaseShipmentsRequest, call: Call
    ) -> pb.ReleaseShipmentsResponse:
        answer, replayed = await self._desk.ask(release_shipments(request), call, ShipmentsReleased)
        return pb.ReleaseShipmentsResponse(
            shipment_ids=answer.shipment_ids, has_more=answer.has_more, replayed=replayed
        )

    async def AcknowledgeShipment(
        self, request: pb.AcknowledgeShipmentRequest, call: Call
    ) -> pb.AcknowledgeShipmentResponse:
        answer, replayed = await self._desk.ask(acknowledge_shipment(request), call, ShipmentAcknowledged)
        return pb.AcknowledgeShipmentResponse(
            acknowledge_time=timestamp(answer.acknowledge_time), replayed=replayed
        )

    async def PutLayout(self, request: pb.PutLayoutRequest, call: Call) -> pb.PutLayoutResponse:
        answer, replayed = await self._desk.ask(put_layout(request), call, LayoutPut)
        return pb.PutLayoutResponse(bin_count=answer.bin_count, replayed=replayed)

    async def CreatePickWave(
        self, request: pb.CreatePickWaveRequest, call: Call
    ) -> pb.CreatePickWaveResponse:
        answer, replayed = await self._desk.ask(create_pick_wave(request), call, PickWaveCreated)
        return pb.CreatePickWaveResponse(
            wave_id=answer.wave_id, shipment_ids=answer.shipment_ids, replayed=replayed
        )

    async def GetPickList(self, request: pb.GetPickListRequest, call: Call) -> pb.GetPickListResponse:
        queries = self._desk.queries.shipments
        found = await self._desk.read(call, queries.pick_list, *wave_name(request))
        return pick_list_message(found)

    async def ConfirmPick(self, request: pb.ConfirmPickRequest, call: Call) -> pb.ConfirmPickResponse:
        answer, replayed = await self._desk.ask(confirm_pick(request), call, PickConfirmed)
        return pb.ConfirmPickResponse(
            shipment_id=answer.shipment_id,
            state=state_message(answer.state),
            left_to_pick=answer.left_to_pick,
            replayed=replayed,
        )

    async def ShortPick(self, request: pb.ShortPickRequest, call: Call) -> pb.ShortPickResponse:
        answer, replayed = await self._desk.ask(short_pick(request), call, PickConfirmed)
        return short_pick_response(answer, replayed)

    async def GetLabel(self, request: pb.GetLabelRequest, call: Call) -> pb.GetLabelResponse:
        shipment_id, paper = label_request(request)
        labels = await self._desk.read(call, self._desk.queries.shipments.labels, shipment_id)
        content = await self._desk.compute(call, paper.draw, labels)
        return pb.GetLabelResponse(content=content, media_type=paper.media_type, parcel_count=len(labels))

    async def GetShipment(self, request: pb.GetShipmentRequest, call: Call) -> pb.GetShipmentResponse:
        shipment_id = name_of(request.shipment_id, "shipment_id")
        found = await self._desk.read(call, self._desk.queries.shipments.get_shipment, shipment_id)
        return pb.GetShipmentResponse(record=shipment_message(found))

    async def ListShipments(self, request: pb.ListShipmentsRequest, call: Call) -> pb.ListShipmentsResponse:
        where, queries = shipment_filter(request), self._desk.queries.shipments
        page = await self._desk.read(
            call, queries.list_shipments, request.page_size, request.page_token, where
        )
        return pb.ListShipmentsResponse(
            records=map(shipment_message, page.items), next_page_token=page.next_page_token
        )
