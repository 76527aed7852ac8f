"""Orders a second of 64 callers that send one order at a time, beside an echo of the same messages."""

import asyncio
import time
from typing import Any

import grpc.aio

from benchmarks.durable import batches, served_shop
from benchmarks.echo import echo_process
from benchmarks.runs import figure_of, percentile
from router.api.v1 import routing_pb2
from router.api.v1.routing_pb2_grpc import RoutingServiceStub

GOAL = 0.5
CALLERS = 64
CONNECTIONS = 4


def measure(full: bool) -> dict[str, Any]:
    """Median of several runs in turn; `p99_ratio` (goal: 3) is the 99th percentile of the wait beside the echo's.

    The microseconds are processor time that the servers take for an order, which other work on the machine moves least.
    """
    runs, count = (9, 2_000) if full else (5, 600)
    shares, p99s, rates, waits, costs, echo_costs = [], [], [], [], [], []
    with served_shop() as (server, client, _):
        reply = client.routing.RouteOrder(_requests("reply", 1)[0])
        with echo_process(reply, routing_pb2.BatchRouteOrdersResponse()) as echo:
            for name, address in (("warm", server.address), ("warm-echo", echo.address)):
                asyncio.run(_drive(address, _requests(name, 200)))
            for run in range(runs):
                before = server.cpu_seconds()
                rate, p99 = asyncio.run(_drive(server.address, _requests(f"run-{run}", count)))
                costs.append((server.cpu_seconds() - before) / count)
                before = echo.cpu_seconds()
                echo_rate, echo_p99 = asyncio.run(_drive(echo.address, _requests(f"run-{run}", count)))
                echo_costs.append((echo.cpu_seconds() - before) / count)
                shares.append(rate / echo_rate)
                p99s.append(p99 / echo_p99)
                rates.append(rate)
                waits.append(p99)
    middle = runs // 2
    return figure_of(
        "durable_unary_vs_echo",
        shares,
        "share of the echo",
        GOAL,
        p99_ratio=round(sorted(p99s)[middle], 2),
        orders_per_second=round(sorted(rates)[middle]),
        p99_ms=round(sorted(waits)[middle] * 1_000, 1),
        server_microseconds_per_order=round(sorted(costs)[middle] * 1e6),
        echo_microseconds_per_order=round(sorted(echo_costs)[middle] * 1e6),
    )


def _requests(name: str, count: int) -> list[routing_pb2.RouteOrderRequest]:
    (batch,) = batches(1, name, count)
    return [
        routing_pb2.RouteOrderRequest(
            order=order, request_id=order.order_id, decision_time=batch.decision_time
        )
        for order in batch.orders
    ]


async def _drive(address: str, requests: list[routing_pb2.RouteOrderRequest]) -> tuple[float, float]:
    """Orders a second, and the 99th percentile of the wait in seconds."""
    options = [(("grpc.use_local_subchannel_pool", 1), ("bench", number)) for number in range(CONNECTIONS)]
    channels = [grpc.aio.insecure_channel(address, one) for one in options]
    stubs: list[Any] = [RoutingServiceStub(channel) for channel in channels]
    left, waits = iter(requests), []

    async def caller(stub: Any) -> None:
        for request in left:
            begun = time.perf_counter()
            await stub.RouteOrder(request)
            waits.append(time.perf_counter() - begun)

    start = time.perf_counter()
    await asyncio.gather(*(caller(stubs[number % CONNECTIONS]) for number in range(CALLERS)))
    seconds = time.perf_counter() - start
    for channel in channels:
        await channel.close()
    return len(requests) / seconds, percentile(waits, 99)
