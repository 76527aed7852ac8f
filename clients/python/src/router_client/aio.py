"""The client for asyncio."""

import asyncio
import time
import uuid
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import cycle
from types import TracebackType
from typing import Any, Self, TypeVar

import grpc
import grpc.aio

from router_client.batches import ORDER_PLACE, Batch, batch_size, batches_of, told_of_the_whole
from router_client.channels import LISTENED_SECONDS, channel_numbers, channel_options
from router_client.patience import Patience, Tries
from router_client.refusal import Refused, Unanswered, failure_of
from router_client.sync import ensure_request_id
from router_client.v1 import order_pb2, orders_pb2, orders_pb2_grpc, routing_pb2, routing_pb2_grpc

R = TypeVar("R")
Waiting = tuple[order_pb2.Order, "asyncio.Future[routing_pb2.RoutedOrder]"]


class AsyncRouter:
    """As `Router`, in an event loop. Orders that wait for a connection travel together in the next batch."""

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
            grpc.aio.insecure_channel(address, channel_options(number))
            if credentials is None
            else grpc.aio.secure_channel(address, credentials, channel_options(number))
            for number in channel_numbers(connections)
        ]
        self._routing: list[Any] = [routing_pb2_grpc.RoutingServiceStub(one) for one in self.channels]
        self._free = deque(self._routing)
        self._waiting: deque[Waiting] = deque()
        self._sending: dict[asyncio.Task[None], Sequence[Waiting]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Orders that were not answered yet are given up: their callers hear Unanswered."""
        given_up = [*self._waiting]
        self._waiting.clear()
        for task, some in self._sending.items():
            task.cancel()
            given_up += some
        for _, answered in given_up:
            if not answered.done():
                answered.set_exception(Unanswered("", "the client was closed"))
        for channel in self.channels:
            await channel.close()

    async def call(self, method: Callable[..., Awaitable[R]], request: Any) -> R:
        """Any method of any stub on one of `channels`, made until it is answered; see `Router.call`."""
        tries = Tries(self._patience, ensure_request_id(request))
        while True:
            try:
                return await method(request, timeout=tries.seconds)
            except grpc.RpcError as error:
                await asyncio.sleep(tries.wait_after(failure_of(error)))

    async def route(self, order: order_pb2.Order, *, request_id: str = "") -> routing_pb2.RoutedOrder:
        """Decide and book one order; alone under a `request_id` of your own, else together with others that wait.

        No timer gathers them: a batch forms while the ones before it are under way. Each hears of its own faults alone.
        Unanswered has no id then, as the batch's is of no use to one order; the order itself says whether it is booked.
        """
        if request_id:
            request = routing_pb2.RouteOrderRequest(order=order, request_id=request_id)
            reply: routing_pb2.RouteOrderResponse = await self.call(self._routing[0].RouteOrder, request)
            return reply.routed
        answered: asyncio.Future[routing_pb2.RoutedOrder] = asyncio.get_running_loop().create_future()
        self._waiting.append((order, answered))
        # What the caller's neighbors say in the same turn of the loop goes along.
        asyncio.get_running_loop().call_soon(self._send_waiting)
        return await answered

    async def route_all(
        self, orders: Sequence[order_pb2.Order], *, request_id: str = ""
    ) -> list[routing_pb2.RouteResult]:
        """One outcome for each order, in their order; see `Router.route_all`."""
        room = asyncio.Semaphore(len(self._routing))

        async def send(stub: Any, batch: Batch) -> routing_pb2.BatchRouteOrdersResponse:
            async with room:
                with told_of_the_whole(batch):
                    reply: routing_pb2.BatchRouteOrdersResponse = await self.call(
                        stub.BatchRouteOrders, batch.request
                    )
                    return reply

        batches = batches_of(orders, request_id or str(uuid.uuid4()))
        replies = await asyncio.gather(*map(send, cycle(self._routing), batches))
        return [result for reply in replies for result in reply.results]

    async def watch(
        self, after_position: int = 0, *, order_id: str = "", follow: bool = True
    ) -> AsyncIterator[orders_pb2.WatchOrdersResponse]:
        """Every event after the position, once and in order, over all interruptions; see `Router.watch`."""
        stub: Any = orders_pb2_grpc.OrdersServiceStub(self.channels[-1])
        tries = Tries(self._patience, "")
        while True:
            request = orders_pb2.WatchOrdersRequest(
                after_position=after_position, order_id=order_id, no_follow=not follow
            )
            events, begun, is_heard = stub.WatchOrders(request), time.monotonic(), False
            try:
                async for event in events:
                    after_position = event.position
                    is_heard = True
                    yield event
                if not follow:
                    return
            except grpc.RpcError as error:
                if is_heard or time.monotonic() - begun > LISTENED_SECONDS:
                    tries.begin_again()
                await asyncio.sleep(tries.wait_after(failure_of(error)))
            finally:
                events.cancel()

    def _send_waiting(self) -> None:
        while self._free and self._waiting:
            stub = self._free.popleft()
            size = batch_size(order for order, _ in self._waiting)
            some = [self._waiting.popleft() for _ in range(size)]
            task = asyncio.ensure_future(self._send(stub, some))
            self._sending[task] = some
            task.add_done_callback(self._sending.pop)

    async def _send(self, stub: Any, some: Sequence[Waiting]) -> None:
        try:
            await self._answer(stub, some)
        finally:
            self._free.append(stub)
            self._send_waiting()

    async def _answer(self, stub: Any, some: Sequence[Waiting]) -> None:
        request = routing_pb2.BatchRouteOrdersRequest(orders=[order for order, _ in some])
        try:
            reply = await self.call(stub.BatchRouteOrders, request)
        except Refused as refused:
            at_fault = {int(found[1]) for found in map(ORDER_PLACE.match, refused.faults) if found}
            if not at_fault:
                give_up(some, refused)
                return
            # Nothing was booked. Who is not at fault goes on without the others, who hear what is wrong with theirs.
            if rest := [one for number, one in enumerate(some) if number not in at_fault]:
                await self._answer(stub, rest)
            for number in sorted(at_fault):
                await self._answer_alone(stub, some[number])
        except Unanswered as unanswered:
            for one in some:
                give_up([one], Unanswered("", unanswered.last))
        except Exception as error:
            give_up(some, error)
        else:
            for (_, answered), result in zip(some, reply.results, strict=True):
                if not answered.done():
                    settle(answered, result)

    async def _answer_alone(self, stub: Any, one: Waiting) -> None:
        order, answered = one
        try:
            reply = await self.call(stub.RouteOrder, routing_pb2.RouteOrderRequest(order=order))
        except Exception as error:
            give_up([one], error)
        else:
            if not answered.done():
                answered.set_result(reply.routed)


def give_up(some: Sequence[Waiting], error: Exception) -> None:
    """Tell it to those who still wait."""
    for _, answered in some:
        if not answered.done():
            answered.set_exception(error)


def settle(answered: "asyncio.Future[routing_pb2.RoutedOrder]", result: routing_pb2.RouteResult) -> None:
    """The outcome of one order of a batch, as a call of its own would have had it."""
    if result.HasField("routed"):
        answered.set_result(result.routed)
    else:
        error = result.error
        refused = Refused("", error.reason, error.message, {"order_id": error.order_id}, {})
        answered.set_exception(refused)
