"""Rows of a stock snapshot that are streamed, compared with the books and booked in a second, beside parsing alone."""

import time
from typing import Any

from benchmarks.durable import served_shop
from benchmarks.runs import figure_of
from router.api.v1 import inventory_pb2
from router.domain.identifiers import NodeId, Sku
from router.domain.product import Product

GOAL = 500_000
CHUNK = 1_000


def measure(full: bool) -> dict[str, Any]:
    """Full snapshots of all nodes; `vs_parsing` (goal: at most 4) is the server's processor time beside parsing them.

    `changed`: rows a second when a tenth of the rows says something new.
    """
    skus, runs = (50_000, 5) if full else (5_000, 3)
    rates, changed_rates, ratios = [], [], []
    with served_shop() as (server, client, _):
        network_nodes = [NodeId(f"node-{number:04}") for number in range(20)]
        products = [Product(sku=Sku(f"good-{number}"), weight_grams=500) for number in range(skus)]
        client.put_products(products, "goods")
        sequence = 10
        stock = {node: {product.sku: 100 for product in products} for node in network_nodes}
        rows = len(network_nodes) * skus
        for run in range(runs + 1):
            for is_changed in (False, True):
                if is_changed:
                    for of_node in stock.values():
                        for product in products[run::10]:
                            of_node[product.sku] += 1
                sequence += 1
                before, start = server.cpu_seconds(), time.perf_counter()
                client.upload_stock("feed", sequence, stock, f"stock/{sequence}")
                seconds, cpu = time.perf_counter() - start, server.cpu_seconds() - before
                if run and is_changed:
                    changed_rates.append(rows / seconds)
                elif run:
                    rates.append(rows / seconds)
                    ratios.append(cpu / _parsing_seconds(stock))
    return figure_of(
        "snapshot_rows_per_second",
        rates,
        "rows/s",
        GOAL,
        rows=rows,
        changed=round(sorted(changed_rates)[runs // 2]),
        vs_parsing=round(sorted(ratios)[runs // 2], 2),
    )


def _parsing_seconds(stock: dict[NodeId, dict[Sku, int]]) -> float:
    """Processor seconds to read the same messages."""
    payloads = []
    for node_id, rows in stock.items():
        skus, quantities = list(rows), list(rows.values())
        for first in range(0, len(skus), CHUNK):
            chunk = inventory_pb2.SnapshotChunk(
                node_id=node_id,
                skus=skus[first : first + CHUNK],
                quantities=quantities[first : first + CHUNK],
            )
            payloads.append(inventory_pb2.UploadStockSnapshotRequest(chunk=chunk).SerializeToString())
    start = time.process_time()
    for payload in payloads:
        read = inventory_pb2.UploadStockSnapshotRequest.FromString(payload)
        dict(zip(read.chunk.skus, read.chunk.quantities, strict=True))
    return time.process_time() - start
