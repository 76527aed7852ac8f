"""Processor time of an order on the whole path, beside the floor: an echo of its messages, inserts of its rows."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.durable import bare_insert_seconds, batches, row_counts, served_shop
from benchmarks.echo import echo_process
from benchmarks.runs import figure_of
from router.api.v1 import routing_pb2
from router.simulation.client import RouterClient
from router.simulation.server_process import ServerProcess

GOAL = 3
ORDERS_PER_BATCH = 100
IN_FLIGHT = 2
Request = routing_pb2.BatchRouteOrdersRequest


def measure(full: bool) -> dict[str, Any]:
    """Batches of 100 orders of three lines; server, echo and inserts of the same orders in turn."""
    runs, count = (9, 60) if full else (5, 20)
    ratios, costs, floors, rates = [], [], [], []
    with served_shop() as (server, client, path):
        reply = _drive(client, batches(3, "warm"))[1]
        with (
            echo_process(routing_pb2.RouteOrderResponse(), reply) as echo,
            RouterClient(echo.address) as echo_client,
        ):
            _drive(echo_client, batches(3, "warm"))
            for run in range(runs):
                requests = batches(count, f"run-{run}")
                before = row_counts(path)
                seconds, cost = _cost(client, server, requests)
                _, echoed = _cost(echo_client, echo, requests)
                floor = echoed + bare_insert_seconds(path, before, count) / (count * ORDERS_PER_BATCH)
                ratios.append(cost / floor)
                costs.append(cost)
                floors.append(floor)
                rates.append(count * ORDERS_PER_BATCH / seconds)
    middle = runs // 2
    return figure_of(
        "durable_batch_vs_floor",
        ratios,
        "times",
        GOAL,
        microseconds_per_order=round(sorted(costs)[middle] * 1e6),
        floor_microseconds_per_order=round(sorted(floors)[middle] * 1e6, 1),
        orders_per_second=round(sorted(rates)[middle]),
    )


def _cost(client: RouterClient, server: ServerProcess, requests: list[Request]) -> tuple[float, float]:
    """Seconds of all, and processor seconds of the server for each order."""
    before = server.cpu_seconds()
    seconds, _ = _drive(client, requests)
    return seconds, (server.cpu_seconds() - before) / (len(requests) * ORDERS_PER_BATCH)


def _drive(
    client: RouterClient, requests: list[Request]
) -> tuple[float, routing_pb2.BatchRouteOrdersResponse]:
    start = time.perf_counter()
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        replies = list(pool.map(client.routing.BatchRouteOrders, requests))
    seconds = time.perf_counter() - start
    assert all(len(reply.results) == ORDERS_PER_BATCH for reply in replies)
    return seconds, replies[-1]
