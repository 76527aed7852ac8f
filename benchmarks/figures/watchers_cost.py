"""Processor time of an order while 250 clients follow an order each, beside nobody following."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from statistics import median
from typing import Any

import grpc.aio

from benchmarks.durable import batches, served_shop
from benchmarks.runs import figure_of
from router.api.v1 import orders_pb2
from router.api.v1.orders_pb2_grpc import OrdersServiceStub
from router.api.v1.routing_pb2_grpc import RoutingServiceStub
from router.simulation.server_process import ServerProcess, running_event_server

GOAL = 1.2
FOLLOWERS = 250
FOLLOWERS_OF_ALL = 10
ORDERS_PER_BATCH = 100


def measure(full: bool) -> dict[str, Any]:
    """Batches of 100 orders one after another, in turn with and without followers of orders that nothing happens to.

    `all_events`: the same with ten that follow every order, each of which is sent every event. `apart`: with the ten at
    a process of their own.
    """
    runs, count = (9, 30) if full else (5, 10)
    with served_shop() as (server, _, path), running_event_server(path) as events:
        return asyncio.run(_measure(server, events, runs, count))


async def _measure(server: ServerProcess, events: ServerProcess, runs: int, count: int) -> dict[str, Any]:
    ratios, of_all, apart, costs = [], [], [], []
    await _cost(server, "warm", 3)
    for run in range(runs):
        alone = await _cost(server, f"alone-{run}", count)
        async with _following(server, [f"nobody-{number}" for number in range(FOLLOWERS)]):
            costs.append(await _cost(server, f"some-{run}", count))
            ratios.append(costs[-1] / alone)
        everything = [""] * FOLLOWERS_OF_ALL
        async with _following(server, everything):
            of_all.append(await _cost(server, f"all-{run}", count) / alone)
        async with _following(events, everything):
            apart.append(await _cost(server, f"apart-{run}", count) / alone)
    return figure_of(
        "watchers_cost",
        ratios,
        "times",
        GOAL,
        all_events=round(median(of_all), 3),
        apart=round(median(apart), 3),
        microseconds_per_order=round(median(costs) * 1e6),
    )


async def _cost(server: ServerProcess, name: str, count: int) -> float:
    """Processor seconds of the server for each order."""
    requests = batches(count, name)
    before = server.cpu_seconds()
    async with grpc.aio.insecure_channel(server.address) as channel:
        stub: Any = RoutingServiceStub(channel)
        for request in requests:
            await stub.BatchRouteOrders(request, timeout=300)
    return (server.cpu_seconds() - before) / (count * ORDERS_PER_BATCH)


@asynccontextmanager
async def _following(server: ServerProcess, order_ids: Sequence[str]) -> AsyncIterator[None]:
    """A stream for each of these orders, an empty one for all, each from the present on."""
    async with grpc.aio.insecure_channel(server.address, (("grpc.use_local_subchannel_pool", 1),)) as channel:
        stub: Any = OrdersServiceStub(channel)
        last = 0
        async for event in stub.WatchOrders(orders_pb2.WatchOrdersRequest(no_follow=True)):
            last = event.position
        streams = [
            stub.WatchOrders(orders_pb2.WatchOrdersRequest(order_id=order_id, after_position=last))
            for order_id in order_ids
        ]
        listeners = [asyncio.ensure_future(_listen(stream)) for stream in streams]
        await asyncio.sleep(1)
        try:
            yield
        finally:
            for listener in listeners:
                listener.cancel()
            await asyncio.gather(*listeners, return_exceptions=True)


async def _listen(stream: Any) -> None:
    async for _ in stream:
        pass
