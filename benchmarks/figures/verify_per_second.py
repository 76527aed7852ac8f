"""Entries a second that the audit reads, hashes again, counts again and compares with the books."""

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.history import write_history
from benchmarks.runs import figure_of
from router.app.queries import Queries
from router.stores.sqlite.store import SqliteStore

GOAL = 200_000


def measure(full: bool) -> dict[str, Any]:
    """Over a journal of 1,000,000 entries, or of 50,000 in the short form."""
    count = 1_000_000 if full else 50_000
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        store = SqliteStore(Path(folder) / "router.sqlite")
        write_history(store, count)
        rates = []
        for _ in range(5 if full else 3):
            start = time.perf_counter()
            report = Queries(store).ledger.audit()
            rates.append(report.entry_count / (time.perf_counter() - start))
            assert report.faults == ()
        store.close()
    return figure_of("verify_per_second", rates, "entries/s", GOAL, entries=count)
