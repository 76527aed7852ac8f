"""Seconds to open a file as a crash left it and to rebuild the books, for a million entries still in its log."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.history import write_history
from benchmarks.runs import figure_of
from router.app.books.books import Books
from router.stores.sqlite.store import SqliteStore

GOAL = 2


def measure(full: bool) -> dict[str, Any]:
    """Of a log of 1,000,000 entries, or of 50,000 in the short form; opened several times as the crash left it."""
    count = 1_000_000 if full else 50_000
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        path = Path(folder) / "router.sqlite"
        store = SqliteStore(path)
        store._writer.pragma("wal_autocheckpoint", 0)
        write_history(store, count)
        seconds = [_open(path, Path(folder) / f"crash-{run}") for run in range(5 if full else 3)]
        store.close()
    return figure_of(
        "recovery_seconds_per_million", [one * 1e6 / count for one in seconds], "s", GOAL, entries=count
    )


def _open(path: Path, crash: Path) -> float:
    """Copied while it is open: what a power loss after the last commit leaves."""
    crash.mkdir()
    for name in (path.name, path.name + "-wal"):
        shutil.copy(path.with_name(name), crash / name)
    start = time.perf_counter()
    store = SqliteStore(crash / path.name)
    Books(store)
    seconds = time.perf_counter() - start
    store.close()
    shutil.rmtree(crash)
    return seconds
