"""Orders after their decision."""

from collections.abc import AsyncIterator, Sequence

from router.api.v1 import orders_pb2 as pb
from router.app.answers import OrderCanceled, ShipmentDispatched
from router.app.records import Event
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.keys import name_of
from router.service.from_proto.orders import cancel_order, dispatch_shipment, order_filter, watch_filter
from router.service.to_proto.orders import event_message, record_message

EVENTS_PER_READ = 500


class OrdersService:
    """See `orders.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetOrder(self, request: pb.GetOrderRequest, call: Call) -> pb.GetOrderResponse:
        order_id = name_of(request.order_id, "order_id")
        record = await self._desk.read(call, self._desk.queries.get_order, order_id)
        return pb.GetOrderResponse(record=record_message(record))

    async def ListOrders(self, request: pb.ListOrdersRequest, call: Call) -> pb.ListOrdersResponse:
        page = await self._desk.read(
            call, self._desk.queries.list_orders, request.page_size, request.page_token, order_filter(request)
        )
        return pb.ListOrdersResponse(
            records=[record_message(record) for record in page.items], next_page_token=page.next_page_token
        )

    async def CancelOrder(self, request: pb.CancelOrderRequest, call: Call) -> pb.CancelOrderResponse:
        answer, replayed = await self._desk.ask(cancel_order(request), call, OrderCanceled)
        return pb.CancelOrderResponse(
            record=record_message(answer.record),
            released_quantity=answer.released_quantity,
            replayed=replayed,
        )

    async def DispatchShipment(
        self, request: pb.DispatchShipmentRequest, call: Call
    ) -> pb.DispatchShipmentResponse:
        answer, replayed = await self._desk.ask(dispatch_shipment(request), call, ShipmentDispatched)
        return pb.DispatchShipmentResponse(
            record=record_message(answer.record),
            replayed=replayed,
            already_counted=answer.already_counted,
        )

    async def WatchOrders(
        self, request: pb.WatchOrdersRequest, call: Call
    ) -> AsyncIterator[pb.WatchOrdersResponse]:
        after, order_id = watch_filter(request)

        async def read_page(position: int) -> Sequence[Event]:
            # A stream outlives the time a call may take; each of its reads may take that long.
            return await self._desk.read(
                call.renewed(), self._desk.queries.list_events, position, EVENTS_PER_READ, order_id
            )

        async for event in self._desk.watchers.follow(after, read_page, is_following=not request.no_follow):
            yield event_message(event)
