"""Processor time of routing and booking an order out of a large catalog, beside that out of a small one."""

import tempfile
import time
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from msgspec import structs

from benchmarks.booking import ask
from benchmarks.durable import shop, some_orders
from benchmarks.large_ledgers import sku_of, write_shop
from benchmarks.runs import figure_of
from router.app.commands.command import Command
from router.app.engine.engine import Engine
from router.collector import spare_what_lives_long
from router.domain.order import Order
from router.stores.sqlite.pieces import keep_pieces_ready
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import StandingClock, route_orders

GOAL = 1.2
SMALL = 1_000
BATCH = 100
HOLDERS = 20


def measure(full: bool) -> dict[str, Any]:
    """1,000,000 SKUs (100,000 in the short form) against 1,000, each held by 20 nodes; they take turns.

    Orders of the large catalog want goods of which no node ever sold any: nothing of them is in memory or near each
    other, and each line begins an account. `sold_before`: the same where each node sold some, long ago.
    `opening_seconds`: what opening the large ledger takes, in processor time.
    """
    large, runs = (1_000_000, 7) if full else (100_000, 9)
    network, _ = shop()
    keep_pieces_ready()
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        open_shops = []
        for count, is_sold in ((SMALL, False), (large, True), (large, False)):
            path = Path(folder) / f"{count}-{is_sold}.sqlite"
            write_shop(path, network, count, HOLDERS, is_sold=is_sold)
            start = time.process_time()
            store = SqliteStore(path)
            engine = Engine(store, StandingClock())
            opening = time.process_time() - start
            engine.start()
            open_shops.append((store, engine, count))
        spare_what_lives_long()
        for _, engine, count in open_shops:
            _seconds(engine, count, 0)
        turns = [[_seconds(engine, count, run) for _, engine, count in open_shops] for run in range(1, runs)]
        for store, engine, _ in open_shops:
            engine.stop()
            store.close()
    return figure_of(
        "catalog_scaling",
        [new / few for few, _, new in turns],
        "times",
        GOAL,
        skus=large,
        microseconds_per_order=round(min(new for _, _, new in turns) * 1e6),
        sold_before=round(median(sold / few for few, sold, _ in turns), 3),
        sold_before_microseconds_per_order=round(min(sold for _, sold, _ in turns) * 1e6),
        opening_seconds=round(opening, 2),
    )


def _seconds(engine: Engine, sku_count: int, run: int) -> float:
    """Processor seconds of an order."""
    random = Random(run)
    orders = [wanting(random, one, sku_count) for one in some_orders(10 * BATCH, f"run-{run}")]
    commands: list[Command] = [
        route_orders(*orders[first : first + BATCH], key=f"{run}/{first}")
        for first in range(0, len(orders), BATCH)
    ]
    start = time.process_time()
    for command in commands:
        ask(engine, [command])
    return (time.process_time() - start) / len(orders)


def wanting(random: Random, order: Order, sku_count: int) -> Order:
    """The same order for any goods of the catalog."""
    wanted = random.sample(range(sku_count), len(order.lines))
    lines = [
        structs.replace(line, sku=sku_of(number)) for line, number in zip(order.lines, wanted, strict=True)
    ]
    return structs.replace(order, lines=tuple(lines))
