"""Processor time of an order on the whole path, beside the floor: an echo of its messages, inserts of its rows."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from google.protobuf.message import Message

from benchmarks.durable import bare_insert_seconds, batches, column_batches, row_counts, served_shop
from benchmarks.echo import echo_process
from benchmarks.runs import figure_of
from router.api.v1 import routing_pb2
from router.api.v1.columns_pb2_grpc import ColumnsServiceStub
from router.simulation.client import RouterClient
from router.simulation.server_process import ServerProcess

GOAL = 3
ORDERS_PER_BATCH = 100
IN_FLIGHT = 2
Call = Callable[[Any], Any]


def measure(full: bool) -> dict[str, Any]:
    """Batches of 100 orders of three lines; server, echo and inserts of the same orders in turn.

    `columns_share` is what an order costs in columns of what it costs in rows.
    """
    runs, count = (9, 60) if full else (5, 20)
    ratios, costs, floors, rates, in_columns = [], [], [], [], []
    with served_shop() as (server, client, path):
        columns = ColumnsServiceStub(client.channel).RouteOrderColumns
        rows = client.routing.BatchRouteOrders
        reply = _drive(rows, batches(3, "warm"))[1]
        with (
            echo_process(routing_pb2.RouteOrderResponse(), reply) as echo,
            RouterClient(echo.address) as echo_client,
        ):
            echo_rows = echo_client.routing.BatchRouteOrders
            _drive(echo_rows, batches(3, "warm"))
            for run in range(runs):
                requests = batches(count, f"run-{run}")
                before = row_counts(path)
                seconds, cost = _cost(rows, server, requests)
                _, echoed = _cost(echo_rows, echo, requests)
                floor = echoed + bare_insert_seconds(path, before, count) / (count * ORDERS_PER_BATCH)
                ratios.append(cost / floor)
                costs.append(cost)
                floors.append(floor)
                rates.append(count * ORDERS_PER_BATCH / seconds)
                seconds, cost = _cost(columns, server, column_batches(count, f"columns-{run}"))
                in_columns.append((cost / costs[-1], count * ORDERS_PER_BATCH / seconds))
    middle = runs // 2
    return figure_of(
        "durable_batch_vs_floor",
        ratios,
        "times",
        GOAL,
        microseconds_per_order=round(sorted(costs)[middle] * 1e6),
        floor_microseconds_per_order=round(sorted(floors)[middle] * 1e6, 1),
        orders_per_second=round(sorted(rates)[middle]),
        columns_share=round(sorted(in_columns)[middle][0], 3),
        columns_orders_per_second=round(sorted(in_columns)[middle][1]),
    )


def _cost(call: Call, server: ServerProcess, requests: Sequence[Message]) -> tuple[float, float]:
    """Seconds of all, and processor seconds of the server for each order."""
    before = server.cpu_seconds()
    seconds, _ = _drive(call, requests)
    return seconds, (server.cpu_seconds() - before) / (len(requests) * ORDERS_PER_BATCH)


def _drive(call: Call, requests: Sequence[Message]) -> tuple[float, Any]:
    start = time.perf_counter()
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        replies = list(pool.map(call, requests))
    seconds = time.perf_counter() - start
    for reply in replies:
        decided = len(reply.plans.order) if hasattr(reply, "plans") else len(reply.results)
        assert decided == ORDERS_PER_BATCH, f"{decided} of {ORDERS_PER_BATCH} were decided"
    return seconds, replies[-1]
