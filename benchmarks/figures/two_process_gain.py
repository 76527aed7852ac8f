"""Orders a second of `router serve --processes 2` on one PostgreSQL database, beside one; who works how long on it."""

import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import grpc

from benchmarks.durable import batches, fill
from benchmarks.many_orders import rules_text
from benchmarks.processor import seconds_of_tree
from benchmarks.runs import figure_of
from router.api.v1.routing_pb2 import BatchRouteOrdersResponse
from router.simulation.client import RouterClient
from router.simulation.server_process import running_server
from tests.integration.postgres import Cluster, running_cluster

GOAL = 1.6
CONNECTIONS = 8
"""The system spreads connections, not calls: with as many as that nobody is left without any."""
ORDERS_PER_BATCH = 100
CORES = os.cpu_count() or 1
METHOD = "/router.api.v1.RoutingService/BatchRouteOrders"


@dataclass(frozen=True, slots=True)
class Run:
    """Of an order on average: microseconds from the first call to the last answer, and those of the processor that the
    servers, the database and the client took of it.
    """

    wall: float
    servers: float
    database: float
    client: float

    @property
    def left_to_servers(self) -> float:
        """Without the time for which the client held the cores of this machine.

        Where one server leaves cores idle, the client was in nobody's way, so that the gain is told a little too small.
        """
        return self.wall - self.client / CORES

    @property
    def without_rest(self) -> float:
        """The same if servers and database never left a core idle."""
        return (self.servers + self.database) / CORES


@dataclass(frozen=True, slots=True)
class Served:
    """Connections to so many servers, and the processes to look at."""

    channels: Sequence[grpc.Channel]
    server: int
    database: int


def measure(full: bool) -> dict[str, Any]:
    """Batches of 100 orders of three lines, eight at a time, client and database on the same cores.

    The value leaves the client's processor time out of both runs; `with_client` does not. What bounds it, by processor
    time alone: two servers and their database never leave a core idle, and one server waits while the database works
    (`bound`), or works on meanwhile (`bound_unless_one_waits`). `..._us` are microseconds of the processor an order: of
    one server and of two, of the database and the client while there were two.
    """
    runs, count = (7, 48) if full else (3, 24)
    alone, both = [], []
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster())
        single, double = (served(stack, cluster, processes) for processes in (1, 2))
        for run in range(runs):
            alone.append(drive(single, count, f"one-{run}"))
            both.append(drive(double, count, f"two-{run}"))
    pairs = list(zip(alone, both, strict=True))
    return figure_of(
        "two_process_gain",
        [one.left_to_servers / two.left_to_servers for one, two in pairs],
        "times",
        GOAL,
        with_client=round(median(one.wall / two.wall for one, two in pairs), 3),
        bound=round(median((one.servers + one.database) / two.without_rest for one, two in pairs), 3),
        bound_unless_one_waits=round(median(one.servers / two.without_rest for one, two in pairs), 3),
        orders_per_second=round(median(1e6 / run.wall for run in both)),
        one_server_us=round(median(run.servers for run in alone)),
        two_servers_us=round(median(run.servers for run in both)),
        database_us=round(median(run.database for run in both)),
        client_us=round(median(run.client for run in both)),
    )


def served(stack: ExitStack, cluster: Cluster, processes: int) -> Served:
    """So many servers of a database of their own that holds the shop."""
    rules = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="router-bench-")))
    (rules / "many.yaml").write_text(rules_text())
    flags = ["--processes", str(processes)]
    server = stack.enter_context(running_server(cluster.create_database(), rules, flags=flags))
    fill(stack.enter_context(RouterClient(server.address)))
    channels = [
        stack.enter_context(
            grpc.insecure_channel(server.address, (("grpc.use_local_subchannel_pool", 1), ("bench", number)))
        )
        for number in range(CONNECTIONS)
    ]
    found = Served(channels, server.process.pid, cluster.pid)
    drive(found, 2 * CONNECTIONS, f"warm-{processes}")
    return found


def drive(served: Served, count: int, name: str) -> Run:
    """So many batches to the last answer: they are bytes before the first is sent, and answers are read at the end."""
    requests = [one.SerializeToString() for one in batches(count, name, ORDERS_PER_BATCH)]
    calls = [channel.unary_unary(METHOD) for channel in served.channels]
    left = iter(requests)

    def send(call: Any) -> list[bytes]:
        # Who has its answer takes the next one, so that no server ends early because it has few of the connections.
        return [call(request, timeout=300) for request in left]

    def spent() -> tuple[float, ...]:
        processes = served.server, served.database
        return time.perf_counter(), *map(seconds_of_tree, processes), time.process_time()

    with ThreadPoolExecutor(len(calls)) as pool:
        before = spent()
        answers = [answer for some in pool.map(send, calls) for answer in some]
        after = spent()
    decided = sum(len(BatchRouteOrdersResponse.FromString(answer).results) for answer in answers)
    assert decided == count * ORDERS_PER_BATCH, f"{decided} orders were decided"
    return Run(*((end - begin) * 1e6 / decided for begin, end in zip(before, after, strict=True)))
