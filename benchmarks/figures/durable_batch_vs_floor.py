"""Processor time of an order on the whole path, beside the floor: an echo of its messages, inserts of its rows."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any, NamedTuple

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
CALLERS, MANY_CALLERS = 2, 8
Call = Callable[[Any], Any]


class Run(NamedTuple):
    """Processor seconds of an order, those beside which they are looked at, and orders a second."""

    cost: float
    floor: float
    rate: float

    @property
    def ratio(self) -> float:
        return self.cost / self.floor


def measure(full: bool) -> dict[str, Any]:
    """Batches of 100 orders of three lines; server, echo and inserts of the same orders in turn.

    Two callers send them, each the next when the last was answered; `many_...` is the same of eight. The floor inserts
    the rows of each request in a transaction of its own. `columns_share` is what an order costs in columns of what it
    costs in rows.
    """
    runs, count = (9, 60) if full else (5, 20)
    few: list[Run] = []
    many: list[Run] = []
    in_columns: list[Run] = []
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
                for callers, found in ((CALLERS, few), (MANY_CALLERS, many)):
                    requests = batches(count, f"run-{run}-{callers}")
                    before = row_counts(path)
                    seconds, cost = _cost(rows, server, requests, callers)
                    _, echoed = _cost(echo_rows, echo, requests, callers)
                    inserted = bare_insert_seconds(path, before, count) / (count * ORDERS_PER_BATCH)
                    found.append(Run(cost, echoed + inserted, count * ORDERS_PER_BATCH / seconds))
                seconds, cost = _cost(columns, server, column_batches(count, f"columns-{run}"), CALLERS)
                in_columns.append(Run(cost, few[-1].cost, count * ORDERS_PER_BATCH / seconds))
    return figure_of(
        "durable_batch_vs_floor",
        [run.ratio for run in few],
        "times",
        GOAL,
        microseconds_per_order=round(median(run.cost for run in few) * 1e6),
        floor_microseconds_per_order=round(median(run.floor for run in few) * 1e6, 1),
        orders_per_second=round(median(run.rate for run in few)),
        many_callers=round(median(run.ratio for run in many), 3),
        many_callers_microseconds_per_order=round(median(run.cost for run in many) * 1e6),
        many_callers_orders_per_second=round(median(run.rate for run in many)),
        columns_share=round(median(run.ratio for run in in_columns), 3),
        columns_orders_per_second=round(median(run.rate for run in in_columns)),
    )


def _cost(
    call: Call, server: ServerProcess, requests: Sequence[Message], callers: int
) -> tuple[float, float]:
    """Seconds of all, and processor seconds of the server for each order."""
    before = server.cpu_seconds()
    seconds, _ = _drive(call, requests, callers)
    return seconds, (server.cpu_seconds() - before) / (len(requests) * ORDERS_PER_BATCH)


def _drive(call: Call, requests: Sequence[Message], callers: int = CALLERS) -> tuple[float, Any]:
    start = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        replies = list(pool.map(call, requests))
    seconds = time.perf_counter() - start
    for reply in replies:
        decided = len(reply.plans.order) if hasattr(reply, "plans") else len(reply.results)
        assert decided == ORDERS_PER_BATCH, f"{decided} of {ORDERS_PER_BATCH} were decided"
    return seconds, replies[-1]
