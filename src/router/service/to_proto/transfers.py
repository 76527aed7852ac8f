"""Transfers between nodes."""

from router.api.messages.times import optional_date, timestamp
from router.api.v1 import transfer_pb2
from router.ledger.transfers import Transfer, TransferLine


def transfer_message(transfer: Transfer) -> transfer_pb2.Transfer:
    return transfer_pb2.Transfer(
        transfer_id=transfer.id,
        from_node_id=transfer.from_node_id,
        to_node_id=transfer.to_node_id,
        state=transfer_pb2.TransferState.ValueType(transfer.state),
        lines=[_line_message(line, is_open=transfer.is_open) for line in transfer.lines],
        send_time=timestamp(transfer.send_time),
        expected_date=optional_date(transfer.expected_day),
        reference=transfer.reference,
    )


def _line_message(line: TransferLine, *, is_open: bool) -> transfer_pb2.TransferLine:
    """Of a transfer that went back nothing is under way."""
    return transfer_pb2.TransferLine(
        sku=line.sku,
        lot=line.lot,
        sent=line.sent,
        received=line.received,
        damaged=line.damaged,
        lost=line.lost,
        extra=line.extra,
        left=line.left if is_open else 0,
    )
