"""Events, and how far those who are told of them have come."""

from collections.abc import AsyncIterator

from router.api.v1 import events_pb2 as pb
from router.app.answers.events import DeliveriesSettled, EventsReplayed
from router.service.calls import Call
from router.service.desk import Desk
from router.service.following import watch_events
from router.service.from_proto.events import held_filter, replay_events, settle_deliveries
from router.service.to_proto.events import held_message, sink_message


class EventsService:
    """See `events.proto`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def WatchEvents(
        self, request: pb.WatchEventsRequest, call: Call
    ) -> AsyncIterator[pb.WatchEventsResponse]:
        return watch_events(self._desk.watchers, request, call)

    async def ListSinks(self, request: pb.ListSinksRequest, call: Call) -> pb.ListSinksResponse:
        found, last_position = await self._desk.read(call, self._desk.queries.sinks.list_sinks)
        return pb.ListSinksResponse(
            sinks=[sink_message(one.record, one.held_count, one.dead_count) for one in found],
            last_position=last_position,
        )

    async def ListHeldEvents(
        self, request: pb.ListHeldEventsRequest, call: Call
    ) -> pb.ListHeldEventsResponse:
        sink, state = held_filter(request)
        page = await self._desk.read(
            call,
            self._desk.queries.sinks.list_held_events,
            request.page_size,
            request.page_token,
            sink,
            state,
        )
        return pb.ListHeldEventsResponse(
            held_events=map(held_message, page.items), next_page_token=page.next_page_token
        )

    async def ReplayEvents(self, request: pb.ReplayEventsRequest, call: Call) -> pb.ReplayEventsResponse:
        answer, replayed = await self._desk.ask(replay_events(request), call, EventsReplayed)
        return pb.ReplayEventsResponse(
            cursor=answer.record.cursor, revived_count=answer.revived_count, replayed=replayed
        )

    async def SettleDeliveries(
        self, request: pb.SettleDeliveriesRequest, call: Call
    ) -> pb.SettleDeliveriesResponse:
        answer, _ = await self._desk.ask(settle_deliveries(request), call, DeliveriesSettled)
        return pb.SettleDeliveriesResponse(accepted=answer.is_accepted, sink=sink_message(answer.record))
