"""Megabytes that a server takes for a million rows of stock (node, SKU)."""

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.durable import shop
from benchmarks.large_ledgers import sku_of, write_shop
from benchmarks.runs import figure_of
from router.api.v1 import inventory_pb2
from router.simulation.client import RouterClient
from router.simulation.server_process import running_server

GOAL = 150
SKUS = 50_000


def measure(full: bool) -> dict[str, Any]:
    """The most that a server ever held, with 50,000 goods at 20 nodes (`full`: 60) less the same goods at one."""
    network, _ = shop()
    holders = len(network.nodes)
    base = _peak_mb(1, 1)
    more = [_peak_mb(holders * times, times) - base for times in ((1, 3) if full else (1,))]
    rows = [SKUS * (holders * times - 1) / 1e6 for times in ((1, 3) if full else (1,))]
    each = [megabytes / millions for megabytes, millions in zip(more, rows, strict=True)]
    return figure_of("memory_per_million_rows", each, "MB", GOAL, base_mb=round(base), goods=SKUS)


def _peak_mb(holders: int, times: int) -> float:
    """Of a server with so many holders of each good, once it has answered."""
    network, _ = shop(nodes=20 * times)
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        path = Path(folder) / "ledger.sqlite"
        write_shop(path, network, SKUS, holders)
        with running_server(path, None) as server, RouterClient(server.address) as client:
            asked = inventory_pb2.GetAvailabilityRequest(skus=[sku_of(1)])
            assert len(client.inventory.GetAvailability(asked, timeout=60).rows) == holders
            return (server.memory_peak_bytes() or 0) / 1e6
