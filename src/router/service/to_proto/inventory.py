"""Stock figures."""

from datetime import date

from router.api.v1 import inventory_pb2
from router.app.answers import AvailabilityFound, AvailabilityRow, SnapshotRecorded, StockAdjusted


def snapshot_response(
    answer: SnapshotRecorded, *, replayed: bool
) -> inventory_pb2.UploadStockSnapshotResponse:
    return inventory_pb2.UploadStockSnapshotResponse(
        row_count=answer.row_count,
        changed_count=answer.changed_count,
        stale_ignored=answer.stale_ignored,
        ledger_position=answer.ledger_position,
        shortfalls=[
            inventory_pb2.StockShortfall(node_id=one.node_id, sku=one.sku, quantity=one.quantity)
            for one in answer.shortfalls
        ],
        replayed=replayed,
    )


def adjust_response(answer: StockAdjusted, *, replayed: bool) -> inventory_pb2.AdjustStockResponse:
    return inventory_pb2.AdjustStockResponse(
        availability=_row_message(answer.row), ledger_position=answer.ledger_position, replayed=replayed
    )


def availability_response(answer: AvailabilityFound) -> inventory_pb2.GetAvailabilityResponse:
    return inventory_pb2.GetAvailabilityResponse(
        rows=[_row_message(row) for row in answer.rows], ledger_position=answer.ledger_position
    )


def _row_message(row: AvailabilityRow) -> inventory_pb2.Availability:
    return inventory_pb2.Availability(
        node_id=row.node_id,
        sku=row.sku,
        on_hand=row.on_hand,
        reserved=row.reserved,
        available=row.available,
        lots=[
            inventory_pb2.LotAvailability(
                lot=one.lot,
                expiry_day="" if one.expiry_day is None else date.fromordinal(one.expiry_day).isoformat(),
                on_hand=one.on_hand,
                reserved=one.reserved,
            )
            for one in row.lots
        ],
    )
