"""Reservations of those who have no order yet."""

from router.api.v1 import reservations_pb2 as pb
from router.app.answers.orders import ReservationChanged
from router.app.answers.stock import ClockTrusted
from router.app.commands.command import Command
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.keys import name_of
from router.service.from_proto.reservations import (
    extend_reservation,
    firm_reservation,
    post_reservation,
    reservation_filter,
    reserve_stock,
    trust_clock,
    void_reservation,
)
from router.service.to_proto.reservations import reservation_message


class ReservationsService:
    """See `reservations.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ReserveStock(self, request: pb.ReserveStockRequest, call: Call) -> pb.ReserveStockResponse:
        reservation, replayed = await self._change(reserve_stock(request), call)
        return pb.ReserveStockResponse(reservation=reservation, replayed=replayed)

    async def ExtendReservation(
        self, request: pb.ExtendReservationRequest, call: Call
    ) -> pb.ExtendReservationResponse:
        reservation, replayed = await self._change(extend_reservation(request), call)
        return pb.ExtendReservationResponse(reservation=reservation, replayed=replayed)

    async def FirmReservation(
        self, request: pb.FirmReservationRequest, call: Call
    ) -> pb.FirmReservationResponse:
        reservation, replayed = await self._change(firm_reservation(request), call)
        return pb.FirmReservationResponse(reservation=reservation, replayed=replayed)

    async def PostReservation(
        self, request: pb.PostReservationRequest, call: Call
    ) -> pb.PostReservationResponse:
        answer, replayed = await self._desk.ask(post_reservation(request), call, ReservationChanged)
        return pb.PostReservationResponse(
            reservation=reservation_message(answer.reservation),
            replayed=replayed,
            already_counted=answer.already_counted,
        )

    async def VoidReservation(
        self, request: pb.VoidReservationRequest, call: Call
    ) -> pb.VoidReservationResponse:
        reservation, replayed = await self._change(void_reservation(request), call)
        return pb.VoidReservationResponse(reservation=reservation, replayed=replayed)

    async def GetReservation(
        self, request: pb.GetReservationRequest, call: Call
    ) -> pb.GetReservationResponse:
        reservation_id = name_of(request.reservation_id, "reservation_id")
        found = await self._desk.read(call, self._desk.queries.get_reservation, reservation_id)
        return pb.GetReservationResponse(reservation=reservation_message(found))

    async def ListReservations(
        self, request: pb.ListReservationsRequest, call: Call
    ) -> pb.ListReservationsResponse:
        where, queries = reservation_filter(request), self._desk.queries
        page = await self._desk.read(
            call, queries.list_reservations, request.page_size, request.page_token, where
        )
        return pb.ListReservationsResponse(
            reservations=map(reservation_message, page.items), next_page_token=page.next_page_token
        )

    async def TrustClock(self, request: pb.TrustClockRequest, call: Call) -> pb.TrustClockResponse:
        answer, replayed = await self._desk.ask(trust_clock(request), call, ClockTrusted)
        return pb.TrustClockResponse(was_in_doubt=answer.was_in_doubt, replayed=replayed)

    async def _change(self, command: Command, call: Call) -> tuple[pb.Reservation, bool]:
        answer, replayed = await self._desk.ask(command, call, ReservationChanged)
        return reservation_message(answer.reservation), replayed
