"""Seconds from the start of a server to its first answered call, with many rows of stock in its ledger."""

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.durable import shop
from benchmarks.runs import figure_of
from router.api.v1 import inventory_pb2
from router.domain.identifiers import Sku
from router.domain.product import Product
from router.simulation.client import RouterClient
from router.simulation.server_process import running_server

GOAL = 10


def measure(full: bool) -> dict[str, Any]:
    """20 nodes with 50,000 goods each; 5,000 in the short form. `memory_mb` is the server's most after it."""
    skus, runs = (50_000, 5) if full else (5_000, 3)
    network, _ = shop()
    seconds, peaks = [], []
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        path = Path(folder) / "ledger.sqlite"
        with running_server(path, None) as server, RouterClient(server.address) as client:
            client.put_network(network, "network")
            client.put_products(
                [Product(sku=Sku(f"good-{n}"), weight_grams=500) for n in range(skus)], "goods"
            )
            for number, node in enumerate(network.nodes):
                rows = {node.id: {Sku(f"good-{n}"): 100 for n in range(skus)}}
                client.upload_stock(f"feed-{number}", 1, rows, f"stock/{number}")
        for _ in range(runs):
            start = time.perf_counter()
            with running_server(path, None) as server, RouterClient(server.address) as client:
                asked = inventory_pb2.GetAvailabilityRequest(skus=["good-1"])
                assert len(client.inventory.GetAvailability(asked, timeout=60).rows) == len(network.nodes)
                seconds.append(time.perf_counter() - start)
                peaks.append((server.memory_peak_bytes() or 0) / 1e6)
    return figure_of(
        "cold_start",
        seconds,
        "seconds",
        GOAL,
        stock_rows=skus * len(network.nodes),
        memory_mb=round(max(peaks)),
    )
