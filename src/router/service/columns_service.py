"""Deciding in columns."""

from router.api.v1 import columns_pb2 as pb
from router.app.answers.decided import RoutedOrders
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.columns import route_order_columns
from router.service.to_proto.columns import columns_response


class ColumnsService:
    """See `columns.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def RouteOrderColumns(
        self, request: pb.RouteOrderColumnsRequest, call: Call
    ) -> pb.RouteOrderColumnsResponse:
        command = route_order_columns(request, call.received, call.deadline)
        answer, replayed = await self._desk.ask(command, call, RoutedOrders)
        return columns_response(answer, command.orders, replayed=replayed)
