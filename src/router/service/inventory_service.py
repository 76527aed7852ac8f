"""Stock: snapshots, corrections, what can be promised."""

from collections.abc import AsyncIterator

from router.api.v1 import inventory_pb2 as pb
from router.api.v1 import transfer_pb2
from router.app.answers.feeds import SnapshotRecorded
from router.app.answers.stock import AvailabilityFound, StockAdjusted, StockCounted, TransferChanged
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.inventory import adjust_stock, count_stock, get_availability
from router.service.from_proto.snapshots import SnapshotAssembly
from router.service.from_proto.transfers import (
    cancel_transfer,
    receive_transfer,
    send_planned_transfer,
    transfer_filter,
    transfer_stock,
)
from router.service.to_proto.inventory import (
    adjust_response,
    availability_response,
    count_response,
    snapshot_response,
)
from router.service.to_proto.transfers import transfer_message


class InventoryService:
    """See `inventory.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def UploadStockSnapshot(
        self, requests: AsyncIterator[pb.UploadStockSnapshotRequest], call: Call
    ) -> pb.UploadStockSnapshotResponse:
        assembly = SnapshotAssembly()
        async for request in requests:
            assembly.add(request)
        answer, replayed = await self._desk.ask(assembly.finish(), call, SnapshotRecorded)
        return snapshot_response(answer, replayed=replayed)

    async def AdjustStock(self, request: pb.AdjustStockRequest, call: Call) -> pb.AdjustStockResponse:
        answer, replayed = await self._desk.ask(adjust_stock(request), call, StockAdjusted)
        return adjust_response(answer, replayed=replayed)

    async def CountStock(self, request: pb.CountStockRequest, call: Call) -> pb.CountStockResponse:
        answer, replayed = await self._desk.ask(count_stock(request), call, StockCounted)
        return count_response(answer, replayed=replayed)

    async def TransferStock(
        self, request: transfer_pb2.TransferStockRequest, call: Call
    ) -> transfer_pb2.TransferStockResponse:
        answer, replayed = await self._desk.ask(transfer_stock(request), call, TransferChanged)
        return transfer_pb2.TransferStockResponse(
            transfer=transfer_message(answer.transfer),
            ledger_position=answer.ledger_position,
            already_counted=answer.already_counted,
            replayed=replayed,
        )

    async def ReceiveTransfer(
        self, request: transfer_pb2.ReceiveTransferRequest, call: Call
    ) -> transfer_pb2.ReceiveTransferResponse:
        answer, replayed = await self._desk.ask(receive_transfer(request), call, TransferChanged)
        return transfer_pb2.ReceiveTransferResponse(
            transfer=transfer_message(answer.transfer),
            ledger_position=answer.ledger_position,
            already_counted=answer.already_counted,
            replayed=replayed,
        )

    async def SendPlannedTransfer(
        self, request: transfer_pb2.SendPlannedTransferRequest, call: Call
    ) -> transfer_pb2.SendPlannedTransferResponse:
        answer, replayed = await self._desk.ask(send_planned_transfer(request), call, TransferChanged)
        return transfer_pb2.SendPlannedTransferResponse(
            transfer=transfer_message(answer.transfer),
            ledger_position=answer.ledger_position,
            already_counted=answer.already_counted,
            replayed=replayed,
        )

    async def CancelTransfer(
        self, request: transfer_pb2.CancelTransferRequest, call: Call
    ) -> transfer_pb2.CancelTransferResponse:
        answer, replayed = await self._desk.ask(cancel_transfer(request), call, TransferChanged)
        return transfer_pb2.CancelTransferResponse(
            transfer=transfer_message(answer.transfer),
            ledger_position=answer.ledger_position,
            replayed=replayed,
        )

    async def ListTransfers(
        self, request: transfer_pb2.ListTransfersRequest, call: Call
    ) -> transfer_pb2.ListTransfersResponse:
        page = await self._desk.read(
            call,
            self._desk.queries.stock.list_transfers,
            request.page_size,
            request.page_token,
            transfer_filter(request),
        )
        return transfer_pb2.ListTransfersResponse(
            transfers=list(map(transfer_message, page.items)), next_page_token=page.next_page_token
        )

    async def GetAvailability(
        self, request: pb.GetAvailabilityRequest, call: Call
    ) -> pb.GetAvailabilityResponse:
        answer, _ = await self._desk.ask(get_availability(request), call, AvailabilityFound)
        return availability_response(answer)
