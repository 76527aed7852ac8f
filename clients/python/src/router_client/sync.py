"""The client for threads."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from types import TracebackType
from typing import Any, Self, TypeVar

import grpc

from router_client.batches import Batch, batches_of, told_of_the_whole
from router_client.channels import LISTENED_SECONDS, channel_numbers, channel_options
from router_client.patience import Patience, Tries
from router_client.refusal import failure_of
from router_client.v1 import order_pb2, orders_pb2, orders_pb2_grpc, routing_pb2, routing_pb2_grpc

R = TypeVar("R")


class Router:
    """Connections to a server, or to whatever spreads calls over several; a context manager. Threads may share it.

    Every write is repeated under its own request id until it is answered: nothing is done twice. Raises Refused where
    repeating would not help, Unanswered when the patience is over.
    """

    def __init__(
        self,
        address: str,
        *,
        credentials: grpc.ChannelCredentials | None = None,
        connections: int = 2,
        patience: Patience | None = None,
    ) -> None:
        self._patience = patience or Patience()
        self.channels = [
            grpc.insecure_channel(address, channel_options(number))
            if credentials is None
            else grpc.secure_channel(address, credentials, channel_options(number))
            for number in channel_numbers(connections)
        ]
        self._routing = [routing_pb2_grpc.RoutingServiceStub(channel) for channel in self.channels]
        self._pool = ThreadPoolExecutor(connections, thread_name_prefix="router-client")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for channel in self.channels:
            channel.close()

    def call(self, method: Callable[..., R], request: Any) -> R:
        """Any method of any stub on one of `channels`, made until it is answered.

        A request that has a `request_id` and none in it gets one, and keeps it over all tries.
        """
        tries = Tries(self._patience, ensure_request_id(request))
        while True:
            try:
                return method(request, timeout=tries.seconds)
            except grpc.RpcError as error:
                time.sleep(tries.wait_after(failure_of(error)))

    def route(self, order: order_pb2.Order, *, request_id: str = "") -> routing_pb2.RoutedOrder:
        """Decide and book one order. Give a `request_id` of your own if you may have to ask again later."""
        request = routing_pb2.RouteOrderRequest(order=order, request_id=request_id)
        return self.call(self._routing[0].RouteOrder, request).routed

    def route_all(
        self, orders: Sequence[order_pb2.Order], *, request_id: str = ""
    ) -> list[routing_pb2.RouteResult]:
        """One outcome for each order, in their order, in batches over all connections; they are decided batch by batch.

        A `request_id` of your own makes the whole repeatable: its batches are `request_id/0`, `request_id/1`, …
        Where an order is at fault its batch is Refused, and others may be booked: mend it and repeat the whole.
        """
        batches = list(batches_of(orders, request_id or str(uuid.uuid4())))
        replies = self._pool.map(self._send, cycle(self._routing), batches)
        return [result for reply in replies for result in reply.results]

    def watch(
        self, after_position: int = 0, *, order_id: str = "", follow: bool = True
    ) -> Iterator[orders_pb2.WatchOrdersResponse]:
        """Every event after the position, once and in order, over all interruptions; all there are without `follow`."""
        stub = orders_pb2_grpc.OrdersServiceStub(self.channels[-1])
        tries = Tries(self._patience, "")
        while True:
            request = orders_pb2.WatchOrdersRequest(
                after_position=after_position, order_id=order_id, no_follow=not follow
            )
            events, begun, is_heard = stub.WatchOrders(request), time.monotonic(), False
            try:
                for event in events:
                    after_position = event.position
                    is_heard = True
                    yield event
                if not follow:
                    return
            except grpc.RpcError as error:
                if is_heard or time.monotonic() - begun > LISTENED_SECONDS:
                    tries.begin_again()
                time.sleep(tries.wait_after(failure_of(error)))
            finally:
                events.cancel()

    def _send(self, stub: Any, batch: Batch) -> routing_pb2.BatchRouteOrdersResponse:
        with told_of_the_whole(batch):
            reply: routing_pb2.BatchRouteOrdersResponse = self.call(stub.BatchRouteOrders, batch.request)
            return reply


def ensure_request_id(request: Any) -> str:
    """The request's own id; a new one where it has room for one and none in it."""
    if "request_id" not in request.DESCRIPTOR.fields_by_name:
        return ""
    if not request.request_id:
        request.request_id = str(uuid.uuid4())
    return str(request.request_id)
