"""Orders a second of `router serve --processes 2` on one PostgreSQL database, beside one process."""

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
from benchmarks.runs import figure_of
from router.api.v1 import routing_pb2
from router.api.v1.routing_pb2_grpc import RoutingServiceStub
from router.simulation.client import RouterClient
from router.simulation.server_process import running_server
from tests.integration.postgres import Cluster, running_cluster

GOAL = 1.6
CONNECTIONS = 8
"""The system spreads connections, not calls: with as many as that nobody is left without any."""
ORDERS_PER_BATCH = 100


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of a run, and processor seconds of the client in it."""

    seconds: float
    client_seconds: float

    @property
    def left_to_servers(self) -> float:
        """Seconds without the time for which the client held the cores of this machine.

        Where one server leaves cores idle, the client was in nobody's way, so that the gain is told a little too small.
        """
        return self.seconds - self.client_seconds / (os.cpu_count() or 1)


def measure(full: bool) -> dict[str, Any]:
    """Batches of 100 orders of three lines, eight at a time, client and database on the same cores.

    The value leaves the client's processor time out of both runs; `with_client` does not.
    """
    runs, count = (7, 48) if full else (3, 24)
    gains, plain, rates = [], [], []
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster())
        one, two = (_served(stack, cluster, processes) for processes in (1, 2))
        for run in range(runs):
            alone = _drive(one, batches(count, f"one-{run}"))
            both = _drive(two, batches(count, f"two-{run}"))
            gains.append(alone.left_to_servers / both.left_to_servers)
            plain.append(alone.seconds / both.seconds)
            rates.append(count * ORDERS_PER_BATCH / both.seconds)
    return figure_of(
        "two_process_gain",
        gains,
        "times",
        GOAL,
        with_client=round(median(plain), 3),
        orders_per_second=round(median(rates)),
    )


def _served(stack: ExitStack, cluster: Cluster, processes: int) -> list[grpc.Channel]:
    """Connections to so many servers of a database of their own that holds the shop."""
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
    _drive(channels, batches(2 * CONNECTIONS, f"warm-{processes}"))
    return channels


def _drive(channels: Sequence[grpc.Channel], requests: Sequence[routing_pb2.BatchRouteOrdersRequest]) -> Run:
    stubs: list[Any] = [RoutingServiceStub(channel) for channel in channels]
    begun, before = time.perf_counter(), time.process_time()

    left = iter(requests)

    def send(stub: Any) -> int:
        # Who has its answer takes the next one, so that no server ends early because it has few of the connections.
        return sum(len(stub.BatchRouteOrders(request, timeout=300).results) for request in left)

    with ThreadPoolExecutor(len(stubs)) as pool:
        decided = sum(pool.map(send, stubs))
    run = Run(time.perf_counter() - begun, time.process_time() - before)
    assert decided == len(requests) * ORDERS_PER_BATCH, f"{decided} orders were decided"
    return run
