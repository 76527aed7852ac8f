"""Stock figures."""

from collections.abc import Iterable

from router.api.messages.times import optional_date
from router.api.v1 import inventory_pb2
from router.app.answers.feeds import SnapshotRecorded, StockShortfall
from router.app.answers.stock import AvailabilityFound, AvailabilityRow, StockAdjusted, StockCounted


def snapshot_response(
    answer: SnapshotRecorded, *, replayed: bool
) -> inventory_pb2.UploadStockSnapshotResponse:
    return inventory_pb2.UploadStockSnapshotResponse(
        row_count=answer.row_count,
        changed_count=answer.changed_count,
        stale_ignored=answer.stale_ignored,
        ledger_position=answer.ledger_position,
        shortfalls=shortfall_messages(answer.shortfalls),
        replayed=replayed,
        stale_count=answer.stale_count,
        suspect_id=answer.suspect_id,
        suspicion=answer.suspicion,
    )


def shortfall_messages(shortfalls: Iterable[StockShortfall]) -> list[inventory_pb2.StockShortfall]:
    """What is missing, and who must be routed again."""
    return [
        inventory_pb2.StockShortfall(
            node_id=one.node_id,
            sku=one.sku,
            quantity=one.quantity,
            reservations=[
                inventory_pb2.ShortReservation(
                    order_id=held.order_id,
                    line_id=held.line_id,
                    shipment_id=held.shipment_id,
                    quantity=held.quantity,
                    reservation_id=held.reservation_id,
                )
                for held in one.reservations
            ],
        )
        for one in shortfalls
    ]


def adjust_response(answer: StockAdjusted, *, replayed: bool) -> inventory_pb2.AdjustStockResponse:
    return inventory_pb2.AdjustStockResponse(
        availability=_row_message(answer.row),
        ledger_position=answer.ledger_position,
        replayed=replayed,
        already_counted=answer.already_counted,
        duplicate_ignored=answer.duplicate_ignored,
        shortfalls=shortfall_messages(answer.shortfalls),
    )


def count_response(answer: StockCounted, *, replayed: bool) -> inventory_pb2.CountStockResponse:
    return inventory_pb2.CountStockResponse(
        rows=[
            inventory_pb2.CountedAvailability(availability=_row_message(one.row), difference=one.difference)
            for one in answer.rows
        ],
        ledger_position=answer.ledger_position,
        shortfalls=shortfall_messages(answer.shortfalls),
        replayed=replayed,
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
                expiry_day=optional_date(one.expiry_day),
                on_hand=one.on_hand,
                reserved=one.reserved,
            )
            for one in row.lots
        ],
        inbound=[
            inventory_pb2.Inbound(
                transfer_id=one.transfer_id,
                quantity=one.quantity,
                expected_date=optional_date(one.expected_day),
                purchase_order_id=one.purchase_order_id,
            )
            for one in row.inbound
        ],
    )
