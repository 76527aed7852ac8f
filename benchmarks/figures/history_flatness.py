"""Processor time of booking an order behind a long history, beside that behind a short one."""

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.booking import an_engine, ask, orders
from benchmarks.history import write_history
from benchmarks.runs import figure_of
from router.stores.sqlite.store import SqliteStore

GOAL = 1.2
BATCH = 100


def measure(full: bool) -> dict[str, Any]:
    """10,000,000 entries against 10,000, or 200,000 in the short form; the two take turns."""
    count = 10_000_000 if full else 200_000
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        paths = {size: Path(folder) / f"{size}.sqlite" for size in (10_000, count)}
        for size, path in paths.items():
            store = SqliteStore(path)
            write_history(store, size)
            store.close()
        pairs = [tuple(_seconds(path, run) for path in paths.values()) for run in range(7 if full else 3)]
    return figure_of(
        "history_flatness",
        [long / short for short, long in pairs],
        "times",
        GOAL,
        entries=count,
        microseconds_per_order=round(min(long for _, long in pairs) * 1e6),
    )


def _seconds(path: Path, run: int) -> float:
    with an_engine(path) as engine:
        ask(engine, orders(200, f"warm-{run}"))
        commands = orders(2_000, f"run-{run}")
        start = time.process_time()
        for first in range(0, len(commands), BATCH):
            ask(engine, commands[first : first + BATCH])
        return (time.process_time() - start) / len(commands)
