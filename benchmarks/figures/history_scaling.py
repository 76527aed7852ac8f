"""Processor time of routing and booking an order behind millions of orders, beside that behind ten thousand."""

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.booking import ask
from benchmarks.durable import shop, some_orders
from benchmarks.large_ledgers import write_shop
from benchmarks.many_orders import SKU_COUNT
from benchmarks.past_orders import write_past_orders
from benchmarks.runs import figure_of
from router.app.engine.engine import Engine
from router.collector import spare_what_lives_long
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import StandingClock, route_orders

GOAL = 1.2
SHORT, LONG, LONG_IN_FULL = 10_000, 200_000, 10_000_000
BATCH = 100
BATCHES = 10
HOLDERS = 20


def measure(full: bool) -> dict[str, Any]:
    """10,000,000 orders of history (200,000 in the short form) against 10,000; the two take turns. In full: 14 GB.

    `opening_seconds`: what opening the long ledger takes, in processor time. `gigabytes`: how large its file is.
    """
    long, runs = (LONG_IN_FULL, 7) if full else (LONG, 5)
    network, _ = shop()
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        opened = []
        for count in (SHORT, long):
            path = Path(folder) / f"{count}.sqlite"
            write_shop(path, network, SKU_COUNT, HOLDERS)
            write_past_orders(path, count)
            start = time.process_time()
            store = SqliteStore(path)
            engine = Engine(store, StandingClock())
            opening = time.process_time() - start
            engine.start()
            opened.append((store, engine))
        spare_what_lives_long()
        pairs = [[_seconds(engine, run) for _, engine in opened] for run in range(runs + 1)][1:]
        for store, engine in opened:
            engine.stop()
            store.close()
        size = path.stat().st_size
    return figure_of(
        "history_scaling",
        [after_long / after_short for after_short, after_long in pairs],
        "times",
        GOAL,
        orders=long,
        microseconds_per_order=round(min(after_long for _, after_long in pairs) * 1e6),
        opening_seconds=round(opening, 2),
        gigabytes=round(size / 1e9, 1),
    )


def _seconds(engine: Engine, run: int) -> float:
    """Processor seconds of an order."""
    orders = some_orders(BATCHES * BATCH, f"run-{run}")
    start = time.process_time()
    for first in range(0, len(orders), BATCH):
        ask(engine, [route_orders(*orders[first : first + BATCH], key=f"{run}/{first}")])
    return (time.process_time() - start) / len(orders)
