"""Delays of orders."""

from router.api.v1 import delays_pb2 as pb
from router.app.answers.delays import DelayChanged, DelaysDetected
from router.service.calls import Call
from router.service.desk import Desk
from router.service.from_proto.delays import (
    answer_delay,
    delay_filter,
    detect_delays,
    detect_key,
    report_delay,
)
from router.service.from_proto.keys import name_of
from router.service.to_proto.delays import delay_message


class DelaysService:
    """See `delays.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ReportDelay(self, request: pb.ReportDelayRequest, call: Call) -> pb.ReportDelayResponse:
        answer, replayed = await self._desk.ask(report_delay(request), call, DelayChanged)
        return pb.ReportDelayResponse(delay=delay_message(answer.delay), replayed=replayed)

    async def DetectDelays(self, request: pb.DetectDelaysRequest, call: Call) -> pb.DetectDelaysResponse:
        detect_key(request)
        page = await self._desk.read(
            call, self._desk.queries.delays.list_suspects, 0, request.page_token, call.received
        )
        answer, replayed = await self._desk.ask(detect_delays(request, page), call, DelaysDetected)
        return pb.DetectDelaysResponse(
            delays=list(map(delay_message, answer.delays)),
            shipment_ids=answer.shipment_ids,
            next_page_token=answer.next_page_token,
            replayed=replayed,
        )

    async def AnswerDelay(self, request: pb.AnswerDelayRequest, call: Call) -> pb.AnswerDelayResponse:
        answer, replayed = await self._desk.ask(answer_delay(request), call, DelayChanged)
        return pb.AnswerDelayResponse(delay=delay_message(answer.delay), replayed=replayed)

    async def GetDelay(self, request: pb.GetDelayRequest, call: Call) -> pb.GetDelayResponse:
        order_id = name_of(request.order_id, "order_id")
        delay = await self._desk.read(call, self._desk.queries.delays.get_delay, order_id)
        return pb.GetDelayResponse(delay=delay_message(delay))

    async def ListDelays(self, request: pb.ListDelaysRequest, call: Call) -> pb.ListDelaysResponse:
        where = delay_filter(request)
        page = await self._desk.read(
            call, self._desk.queries.delays.list_delays, request.page_size, request.page_token, where
        )
        return pb.ListDelaysResponse(
            delays=list(map(delay_message, page.items)), next_page_token=page.next_page_token
        )
