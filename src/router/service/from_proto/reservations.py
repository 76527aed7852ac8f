"""What is asked of stock reservations."""

import re
from collections.abc import Iterable

from router.api.v1 import reservations_pb2 as pb
from router.app.commands.reservations import (
    ExtendReservation,
    FirmReservation,
    PostReservation,
    ReserveStock,
    VoidReservation,
)
from router.app.commands.stock import TrustClock
from router.app.records.filters import ReservationFilter
from router.domain.identifiers import LineId, NodeId, Sku
from router.domain.limits import LINES_PER_ORDER_MAX, QUANTITY_MAX, RESERVATION_SECONDS_MAX
from router.ledger.stock_reservations import AskedLine, ReservationState
from router.service.faults import Faults, shown
from router.service.from_proto.feed_marks import told_by
from router.service.from_proto.keys import request_id_of
from router.service.from_proto.serials import line_serials
from router.service.parse import digest_of

MADE = re.compile(r"r-[0-9]{12,}")


def reserve_stock(request: pb.ReserveStockRequest) -> ReserveStock:
    """The command to hold units. Exactly one of a time limit and `firm` must be said, so that neither is forgotten."""
    faults = Faults()
    lines: tuple[AskedLine, ...] = ()
    if faults.count_of(request.lines, "", "lines", 1, LINES_PER_ORDER_MAX):
        lines = tuple(_asked(line, index, faults) for index, line in enumerate(request.lines))
        faults.unique([line.line_id for line in lines], "", "lines", "line_id")
    if request.firm and request.timeout_seconds:
        faults.add("firm", "CONFLICT", "firm is true, must be false when timeout_seconds is given")
    if not request.firm:
        faults.whole(request.timeout_seconds, "", "timeout_seconds", 1, RESERVATION_SECONDS_MAX)
    command = ReserveStock(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        lines=lines,
        timeout_seconds=None if request.firm else request.timeout_seconds,
        allow_partial=request.allow_partial,
        reservation_id=_own_id(request.reservation_id, faults),
        reference=faults.text(request.reference, "", "reference"),
    )
    faults.raise_if_any()
    return command


def _own_id(value: str, faults: Faults) -> str:
    """The client's id; one that looks like those that are made could be made later."""
    if MADE.fullmatch(value):
        faults.add(
            "reservation_id",
            "RESERVED",
            f"reservation_id is {shown(value)}, must not read like one that the router makes",
        )
    return faults.identifier(value, "", "reservation_id") if value else value


def _asked(line: pb.StockLine, index: int, faults: Faults) -> AskedLine:
    at = f"lines[{index}]."
    line_id = faults.identifier(line.line_id, at, "line_id") if line.line_id else str(index + 1)
    return AskedLine(
        line_id=LineId(line_id),
        node_id=NodeId(faults.identifier(line.node_id, at, "node_id")),
        sku=Sku(faults.identifier(line.sku, at, "sku")),
        quantity=faults.whole(line.quantity, at, "quantity", 1, QUANTITY_MAX),
    )


def extend_reservation(request: pb.ExtendReservationRequest) -> ExtendReservation:
    faults = Faults()
    command = ExtendReservation(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        reservation_id=faults.identifier(request.reservation_id, "", "reservation_id"),
        timeout_seconds=faults.whole(
            request.timeout_seconds, "", "timeout_seconds", 1, RESERVATION_SECONDS_MAX
        ),
    )
    faults.raise_if_any()
    return command


def firm_reservation(request: pb.FirmReservationRequest) -> FirmReservation:
    faults = Faults()
    command = FirmReservation(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        reservation_id=faults.identifier(request.reservation_id, "", "reservation_id"),
    )
    faults.raise_if_any()
    return command


def post_reservation(request: pb.PostReservationRequest) -> PostReservation:
    faults = Faults()
    command = PostReservation(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        reservation_id=faults.identifier(request.reservation_id, "", "reservation_id"),
        lines=_quantities(request.lines, faults),
        keep_rest=request.keep_rest,
        serials=line_serials(request.serials, faults),
        told=told_by(request, faults),
    )
    faults.raise_if_any()
    return command


def void_reservation(request: pb.VoidReservationRequest) -> VoidReservation:
    faults = Faults()
    command = VoidReservation(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        reservation_id=faults.identifier(request.reservation_id, "", "reservation_id"),
        lines=_quantities(request.lines, faults),
    )
    faults.raise_if_any()
    return command


def _quantities(lines: Iterable[pb.ReservedQuantity], faults: Faults) -> dict[LineId, int]:
    """Units by line, each line once."""
    listed = list(lines)
    if faults.count_of(listed, "", "lines", 0, LINES_PER_ORDER_MAX):
        faults.unique([line.line_id for line in listed], "", "lines", "line_id")
    return {
        LineId(faults.identifier(line.line_id, f"lines[{index}].", "line_id")): faults.whole(
            line.quantity, f"lines[{index}].", "quantity", 1, QUANTITY_MAX
        )
        for index, line in enumerate(listed)
    }


def reservation_filter(request: pb.ListReservationsRequest) -> ReservationFilter:
    """Which reservations to list."""
    faults = Faults()
    known = pb.ReservationState.values()
    if request.state not in known:
        faults.add("state", "UNKNOWN_VALUE", f"state is {request.state}, must be 0 to {max(known)}")
    where = ReservationFilter(
        state=ReservationState(request.state) if request.state in known and request.state else None,
        reference=faults.text(request.reference, "", "reference"),
    )
    faults.raise_if_any()
    return where


def trust_clock(request: pb.TrustClockRequest) -> TrustClock:
    faults = Faults()
    command = TrustClock(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        reason=faults.text(request.reason, "", "reason"),
    )
    faults.raise_if_any()
    return command
