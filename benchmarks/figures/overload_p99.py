"""How much longer accepted calls wait when ten times as many come as the server can take, beside a normal load."""

import asyncio
import time
from typing import Any

import grpc.aio

from benchmarks.durable import batches, served_shop
from benchmarks.runs import figure_of
from router.api.v1 import routing_pb2
from router.api.v1.routing_pb2_grpc import RoutingServiceStub
from router.simulation.loading.open_loop import Load, drive
from router.simulation.server_process import ServerProcess

GOAL = 2
ORDERS = 50
DEADLINE_SECONDS = 2.0
KINDS = ("RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED")


def measure(full: bool) -> dict[str, Any]:
    """Calls of 50 orders with a deadline of two seconds, open loop: half of what the server was seen to take, then ten
    times that capacity. The server lets orders wait for 40 ms, a few times as long as such a call takes by itself.

    `memory_growth`: the server's peak memory after the overload over that before. `goodput`: accepted calls a second
    in the overload over the capacity. `normal_refused_percent`: of the calls at half of it.
    """
    seconds = 20 if full else 8
    with served_shop(["--queue-wait", "40"]) as (server, client, _):
        begun = time.perf_counter()
        for request in batches(20, "capacity", ORDERS):
            client.routing.BatchRouteOrders(request)
        capacity = 20 / (time.perf_counter() - begun)
        normal = asyncio.run(_load(server, capacity / 2, seconds, "normal"))
        before = server.memory_peak_bytes() or 0
        heavy = asyncio.run(_load(server, capacity * 10, seconds, "heavy"))
        after = server.memory_peak_bytes() or 0
    p99s = [load.waits.percentile(99) / 1_000 for load in (normal, heavy)]
    return figure_of(
        "overload_p99",
        [p99s[1] / p99s[0]],
        "times",
        GOAL,
        normal_p99_ms=p99s[0],
        overload_p99_ms=p99s[1],
        capacity_orders_per_second=round(capacity * ORDERS),
        normal_refused_percent=round(100 * _refused_share(normal), 1),
        accepted=heavy.accepted,
        refused=dict(heavy.refused),
        goodput=round(heavy.accepted / seconds / capacity, 2),
        memory_growth=round(after / before, 3) if before else 0,
    )


def _refused_share(load: Load) -> float:
    refused = sum(load.refused.values())
    return refused / max(1, refused + load.accepted)


async def _load(server: ServerProcess, rate: float, seconds: float, name: str) -> Load:
    requests = batches(int(rate * seconds * 1.3) + 20, name, ORDERS)
    options = [
        (("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0), ("bench", n)) for n in (1, 2)
    ]
    channels = [grpc.aio.insecure_channel(server.address, one) for one in options]
    stubs: list[Any] = [RoutingServiceStub(channel) for channel in channels]

    async def call(number: int) -> routing_pb2.BatchRouteOrdersResponse:
        reply: routing_pb2.BatchRouteOrdersResponse = await stubs[number % 2].BatchRouteOrders(
            requests[number], timeout=DEADLINE_SECONDS
        )
        return reply

    load = await drive(call, rate, seconds)
    for channel in channels:
        await channel.close()
    strange = set(load.refused) - set(KINDS)
    assert not strange, f"refused otherwise than by push-back or deadline: {strange}"
    return load
