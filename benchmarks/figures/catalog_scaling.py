"""Processor time of routing and booking an order out of a large catalog, beside that out of a small one."""

import tempfile
import time
from pathlib import Path
from random import Random
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
from router.stores.sqlite import SqliteStore
from router.stores.sqlite_memory import keep_pieces_ready
from tests.app.builders import StandingClock, route_orders

GOAL = 1.2
SMALL = 1_000
BATCH = 100
HOLDERS = 20


def measure(full: bool) -> dict[str, Any]:
    """1,000,000 SKUs (100,000 in the short form) against 1,000, each held by 20 nodes; the two take turns.

    Orders of the large catalog want goods that nobody wanted before. `opening_seconds`: what opening the large
    ledger takes, in processor time.
    """
    large, runs = (1_000_000, 7) if full else (100_000, 5)
    network, _ = shop()
    keep_pieces_ready()
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        open_shops = []
        for count in (SMALL, large):
            path = Path(folder) / f"{count}.sqlite"
            write_shop(path, network, count, HOLDERS)
            start = time.process_time()
            store = SqliteStore(path)
            engine = Engine(store, StandingClock())
            opening = time.process_time() - start
            engine.start()
            open_shops.append((store, engine, count))
        spare_what_lives_long()
        for _, engine, count in open_shops:
            _seconds(engine, count, 0)
        pairs = [[_seconds(engine, count, run) for _, engine, count in open_shops] for run in range(1, runs)]
        for store, engine, _ in open_shops:
            engine.stop()
            store.close()
    return figure_of(
        "catalog_scaling",
        [many / few for few, many in pairs],
        "times",
        GOAL,
        skus=large,
        microseconds_per_order=round(min(many for _, many in pairs) * 1e6),
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
