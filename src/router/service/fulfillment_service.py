"""Shipments between their decision and their departure."""

from router.api.v1 import fulfillment_pb2 as pb
from router.app.answers import ShipmentsReleased
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.fulfillment import release_shipments, shipment_filter
from router.service.from_proto.keys import name_of
from router.service.to_proto.fulfillment import shipment_message


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
