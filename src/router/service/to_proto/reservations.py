"""Stock reservations as they stand."""

from router.api.messages.times import timestamp
from router.api.v1 import reservations_pb2 as pb
from router.ledger.stock_reservations import AskedLine, StockReservation


def reservation_message(one: StockReservation) -> pb.Reservation:
    message = pb.Reservation(
        reservation_id=one.id,
        state=pb.ReservationState.Value(f"RESERVATION_STATE_{one.state.name}"),
        reference=one.reference,
        create_time=timestamp(one.create_time),
        lines=[_line_message(one, line) for line in one.lines],
        order_id=one.order_id,
    )
    if one.expire_time is not None:
        message.expire_time.CopyFrom(timestamp(one.expire_time))
    return message


def _line_message(one: StockReservation, line: AskedLine) -> pb.ReservedLine:
    parts = one.parts_of(line.line_id)
    return pb.ReservedLine(
        line_id=line.line_id,
        node_id=line.node_id,
        sku=line.sku,
        asked=line.quantity,
        held=sum(part.left for part in parts),
        posted=sum(part.posted for part in parts),
        voided=sum(part.voided for part in parts),
    )
