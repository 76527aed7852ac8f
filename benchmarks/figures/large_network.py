"""A network of 2,000 nodes and 20,000,000 rows of stock: what a server takes to hold it, start and decide in it."""

import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.durable import shop, some_orders
from benchmarks.figures.catalog_scaling import wanting
from benchmarks.large_ledgers import write_shop
from benchmarks.many_orders import NOON
from benchmarks.runs import figure_of, percentile
from router.simulation.client import RouterClient
from router.simulation.server_process import running_server

GOAL = 150
NODES = 2_000
HOLDERS = 20
START_SECONDS_MAX = 1_800


def measure(full: bool) -> dict[str, Any]:
    """1,000,000 goods (20,000 in the short form) at 20 of 2,000 nodes each; megabytes of the server for a million rows.

    All of its memory counts, not only that of the rows. `start_cpu_seconds`: of the server until it is ready.
    `order_us`: its processor time of an order of three lines for any of the goods, in batches of 100, median.
    """
    skus = 1_000_000 if full else 20_000
    network, _ = shop(nodes=NODES)
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        path = Path(folder) / "ledger.sqlite"
        write_shop(path, network, skus, HOLDERS)
        file_mb = path.stat().st_size / 1e6
        begun = time.perf_counter()
        with (
            running_server(path, None, start_seconds_max=START_SECONDS_MAX) as server,
            RouterClient(server.address) as client,
        ):
            start_seconds, start_cpu = time.perf_counter() - begun, server.cpu_seconds()
            random = Random(1)
            spent = []
            for number in range(6):
                orders = [wanting(random, one, skus) for one in some_orders(100, f"batch-{number}")]
                before = server.cpu_seconds()
                results = client.route_batch(orders, f"batch-{number}", NOON)
                spent.append((server.cpu_seconds() - before) / len(orders))
                assert all(one.routed.plan.shipments for one in results), "every order ships from somewhere"
            peak_mb = (server.memory_peak_bytes() or 0) / 1e6
    return figure_of(
        "large_network",
        [peak_mb / (skus * HOLDERS / 1e6)],
        "MB a million rows",
        GOAL,
        nodes=NODES,
        stock_rows=skus * HOLDERS,
        peak_mb=round(peak_mb),
        file_mb=round(file_mb),
        start_seconds=round(start_seconds, 1),
        start_cpu_seconds=round(start_cpu, 1),
        order_us=round(percentile(spent[1:], 50) * 1e6),
    )
