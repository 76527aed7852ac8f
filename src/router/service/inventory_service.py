"""Stock: snapshots, corrections, what can be promised."""

from collections.abc import AsyncIterator

from router.api.v1 import inventory_pb2 as pb
from router.app.answers import AvailabilityFound, SnapshotRecorded, StockAdjusted
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.inventory import adjust_stock, get_availability
from router.service.from_proto.snapshots import SnapshotAssembly
from router.service.to_proto.inventory import adjust_response, availability_response, snapshot_response


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

    async def GetAvailability(
        self, request: pb.GetAvailabilityRequest, call: Call
    ) -> pb.GetAvailabilityResponse:
        answer, _ = await self._desk.ask(get_availability(request), call, AvailabilityFound)
        return availability_response(answer)
