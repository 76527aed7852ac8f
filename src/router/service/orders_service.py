"""Orders after their decision."""

from collections.abc import AsyncIterator
from dataclasses import replace

from router.api.v1 import orders_pb2 as pb
from router.app.answers.decided import ShipmentRejected
from router.app.answers.fulfillment import ShipmentDispatched
from router.app.answers.orders import OrderCanceled, OrderEdited, OrderHeld, OrderRecord, OrderReleased
from router.app.answers.purchasing import PromisableFound
from router.app.commands.edits import EditOrder
from router.app.commands.questions import GetAvailableToPromise
from router.app.customers.address_check import note_edit
from router.app.purchasing.backorder_queries import skus_waiting
from router.app.records.ids import parse_shipment_id
from router.domain.limits import REJECTIONS_MAX
from router.service.calls import Call
from router.service.desk import Desk
from router.service.following import watch_orders
from router.service.from_proto.edits import edit_order
from router.service.from_proto.holds import hold_order, release_order
from router.service.from_proto.keys import name_of
from router.service.from_proto.orders import cancel_order, dispatch_shipment, order_filter
from router.service.from_proto.reroutes import reject_shipment
from router.service.to_proto.edits import edit_response
from router.service.to_proto.orders import record_message
from router.service.to_proto.reroutes import exception_message


class OrdersService:
    """See `orders.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def GetOrder(self, request: pb.GetOrderRequest, call: Call) -> pb.GetOrderResponse:
        order_id = name_of(request.order_id, "order_id")
        record = await self._desk.read(call, self._desk.queries.get_order, order_id)
        return pb.GetOrderResponse(record=record_message(await with_restocks(self._desk, call, record)))

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

    async def HoldOrder(self, request: pb.HoldOrderRequest, call: Call) -> pb.HoldOrderResponse:
        answer, replayed = await self._desk.ask(hold_order(request), call, OrderHeld)
        return pb.HoldOrderResponse(
            record=record_message(answer.record),
            released_quantity=answer.released_quantity,
            replayed=replayed,
        )

    async def ReleaseOrder(self, request: pb.ReleaseOrderRequest, call: Call) -> pb.ReleaseOrderResponse:
        answer, replayed = await self._desk.ask(release_order(request), call, OrderReleased)
        return pb.ReleaseOrderResponse(record=record_message(answer.record), replayed=replayed)

    async def EditOrder(self, request: pb.EditOrderRequest, call: Call) -> pb.EditOrderResponse:
        command = edit_order(request)
        if self._desk.checks_addresses and (command.recipient or command.destination):
            command = await self._desk.read(call, noted, self._desk, command)
        answer, replayed = await self._desk.ask(command, call, OrderEdited)
        record = await with_restocks(self._desk, call, answer.record)
        return edit_response(replace(answer, record=record), replayed=replayed)

    async def DispatchShipment(
        self, request: pb.DispatchShipmentRequest, call: Call
    ) -> pb.DispatchShipmentResponse:
        answer, replayed = await self._desk.ask(dispatch_shipment(request), call, ShipmentDispatched)
        return pb.DispatchShipmentResponse(
            record=record_message(answer.record),
            replayed=replayed,
            already_counted=answer.already_counted,
        )

    async def RejectShipment(
        self, request: pb.RejectShipmentRequest, call: Call
    ) -> pb.RejectShipmentResponse:
        command = reject_shipment(request, self._desk.move_price_minor)
        answer, replayed = await self._desk.ask(command, call, ShipmentRejected)
        order_id, _ = parse_shipment_id(command.shipment_id)
        record = await self._desk.read(call, self._desk.queries.get_order, order_id)
        return pb.RejectShipmentResponse(
            record=record_message(record),
            rejection_count=answer.rejection_count,
            exception=answer.rejection_count >= REJECTIONS_MAX,
            replayed=replayed,
        )

    async def ListExceptions(
        self, request: pb.ListExceptionsRequest, call: Call
    ) -> pb.ListExceptionsResponse:
        page = await self._desk.read(
            call, self._desk.queries.pool.list_exceptions, request.page_size, request.page_token
        )
        return pb.ListExceptionsResponse(
            exceptions=[exception_message(one) for one in page.items], next_page_token=page.next_page_token
        )

    def WatchOrders(
        self, request: pb.WatchOrdersRequest, call: Call
    ) -> AsyncIterator[pb.WatchOrdersResponse]:
        return watch_orders(self._desk.watchers, request, call)


async def with_restocks(desk: Desk, call: Call, record: OrderRecord) -> OrderRecord:
    """The record with what brings its units that wait; of most orders none do, and nothing is asked."""
    skus = skus_waiting(record)
    if not skus:
        return record
    stock, _ = await desk.ask(GetAvailableToPromise(skus=skus), call, PromisableFound)
    return await desk.read(call, desk.queries.backorders.with_restocks, record, stock.rows)


def noted(desk: Desk, command: EditOrder) -> EditOrder:
    """The edit with what is found of the address it leads to; without any recipient there is nothing to look at."""
    to = command.recipient or desk.queries.customers.find_recipient(command.order_id)
    destination = command.destination or desk.queries.get_order(command.order_id).order.destination
    return command if to is None else note_edit(command, to, destination, desk.judge)
