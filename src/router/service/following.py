"""Streams of events, as the server has them beside all else and as a process that does nothing else has them."""

from collections.abc import AsyncIterator, Mapping

from router.api.v1 import events_pb2, orders_pb2
from router.service.calls import Call
from router.service.from_proto.events import event_filter
from router.service.from_proto.orders import watch_filter
from router.service.to_proto import events as to_events
from router.service.to_proto import orders as to_orders
from router.service.watchers import Watchers


async def watch_orders(
    watchers: Watchers, request: orders_pb2.WatchOrdersRequest, call: Call
) -> AsyncIterator[orders_pb2.WatchOrdersResponse]:
    """See `WatchOrders` in `orders.proto`."""
    after, order_id = watch_filter(request)
    async for event in watchers.follow(after, order_id, call, is_following=not request.no_follow):
        yield to_orders.event_message(event)


async def watch_events(
    watchers: Watchers, request: events_pb2.WatchEventsRequest, call: Call
) -> AsyncIterator[events_pb2.WatchEventsResponse]:
    """See `WatchEvents` in `events.proto`."""
    after, order_id, kinds = event_filter(request)
    async for event in watchers.follow(after, order_id, call, is_following=not request.no_follow):
        if not kinds or event.kind in kinds:
            yield to_events.event_message(event)


class OrdersFollowed:
    """The stream of `OrdersService` alone."""

    def __init__(self, watchers: Watchers) -> None:
        self._watchers = watchers

    def WatchOrders(
        self, request: orders_pb2.WatchOrdersRequest, call: Call
    ) -> AsyncIterator[orders_pb2.WatchOrdersResponse]:
        return watch_orders(self._watchers, request, call)


class EventsFollowed:
    """The stream of `EventsService` alone."""

    def __init__(self, watchers: Watchers) -> None:
        self._watchers = watchers

    def WatchEvents(
        self, request: events_pb2.WatchEventsRequest, call: Call
    ) -> AsyncIterator[events_pb2.WatchEventsResponse]:
        return watch_events(self._watchers, request, call)


def following_servicers(watchers: Watchers) -> Mapping[str, object]:
    return {
        "router.api.v1.OrdersService": OrdersFollowed(watchers),
        "router.api.v1.EventsService": EventsFollowed(watchers),
    }
