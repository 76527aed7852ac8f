"""Seconds from the start of a server to its first answered call, with many rows of stock in its ledger."""

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.durable import shop
from benchmarks.large_ledgers import sku_of, write_shop
from benchmarks.runs import figure_of
from router.api.v1 import inventory_pb2
from router.simulation.client import RouterClient
from router.simulation.server_process import running_server

GOAL = 10


def measure(full: bool) -> dict[str, Any]:
    """20 nodes with 50,000 goods each; 5,000 in the short form.

    `cpu_seconds`: of the server, whatever else the machine does; `memory_mb`: its most.
    """
    skus, runs = (50_000, 5) if full else (5_000, 3)
    network, _ = shop()
    seconds, busy, peaks = [], [], []
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        path = Path(folder) / "ledger.sqlite"
        write_shop(path, network, skus, len(network.nodes))
        for _ in range(runs):
            start = time.perf_counter()
            with running_server(path, None) as server, RouterClient(server.address) as client:
                asked = inventory_pb2.GetAvailabilityRequest(skus=[sku_of(1)])
                assert len(client.inventory.GetAvailability(asked, timeout=60).rows) == len(network.nodes)
                seconds.append(time.perf_counter() - start)
                busy.append(server.cpu_seconds())
                peaks.append((server.memory_peak_bytes() or 0) / 1e6)
    return figure_of(
        "cold_start",
        seconds,
        "seconds",
        GOAL,
        stock_rows=skus * len(network.nodes),
        cpu_seconds=round(sorted(busy)[runs // 2], 2),
        memory_mb=round(max(peaks)),
    )
