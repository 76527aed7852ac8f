"""Lots, serial numbers, transfers."""

from typing import Any

import msgspec

from router.domain.identifiers import Day, Instant, LineId, NodeId, Sku
from router.ledger.lots import Lot
from router.ledger.serials import Serial
from router.ledger.transfers import Transfer, TransferLine, TransferState
from router.stores.rows.row import ENCODER, Row

_TRANSFER_LINES = msgspec.msgpack.Decoder(list[tuple[str, str, int, int, int, int, int]])


def lot_row(lot: Lot) -> tuple[Any, ...]:
    return (lot.sku, lot.id, lot.expiry_day or 0)


def lot_of(row: Row) -> Lot:
    sku, id, expiry_day = row
    return Lot(sku=Sku(sku), id=id, expiry_day=Day(expiry_day) if expiry_day else None)


def serial_row(one: Serial) -> tuple[Any, ...]:
    return (one.sku, one.serial, one.owner, one.line_id, one.position)


def serial_of(row: Row) -> Serial:
    sku, serial, owner, line_id, position = row
    return Serial(sku=Sku(sku), serial=serial, owner=owner, line_id=LineId(line_id), position=position)


def transfer_row(transfer: Transfer) -> tuple[Any, ...]:
    lines = [
        (line.sku, line.lot, line.sent, line.received, line.damaged, line.lost, line.extra)
        for line in transfer.lines
    ]
    return (
        transfer.number,
        transfer.id,
        transfer.from_node_id,
        transfer.to_node_id,
        int(transfer.state),
        transfer.send_time,
        transfer.expected_day or 0,
        transfer.reference,
        ENCODER.encode(lines),
    )


def transfer_of(row: Row) -> Transfer:
    number, id, from_node_id, to_node_id, state, send_time, expected_day, reference, lines = row
    return Transfer(
        number=number,
        id=id,
        from_node_id=NodeId(from_node_id),
        to_node_id=NodeId(to_node_id),
        state=TransferState(state),
        send_time=Instant(send_time),
        expected_day=Day(expected_day) if expected_day else None,
        reference=reference,
        lines=tuple(
            TransferLine(
                sku=Sku(sku), lot=lot, sent=sent, received=received, damaged=damaged, lost=lost, extra=extra
            )
            for sku, lot, sent, received, damaged, lost, extra in _TRANSFER_LINES.decode(lines)
        ),
    )
