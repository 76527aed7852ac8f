"""Processor time of booking an order line, beside that of inserting the same rows into the same tables and no more."""

import tempfile
import time
from pathlib import Path
from typing import Any

from msgspec.structs import astuple

from benchmarks.booking import LINES, an_engine, ask, orders
from benchmarks.runs import figure_of
from benchmarks.stopwatch import watched
from router.app.records.commit import Commit
from router.stores.account_ids import AccountIds
from router.stores.commit_rows import counted_on, rows_of
from router.stores.sql.statements import count, insert
from router.stores.sqlite.store import SqliteStore
from tests.app import first_come

GOAL = 2.5
BATCH = 100


def measure(full: bool) -> dict[str, Any]:
    """The ratio of several runs of 2,000 orders of three lines in batches of 100; deciding is not counted."""
    pairs = []
    for run in range(7 if full else 3):
        with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
            pairs.append(measure_pair(Path(folder), run))
    booked, raw = (sorted(side) for side in zip(*pairs, strict=True))
    return figure_of(
        "ledger_vs_raw_insert",
        [booking / inserting for booking, inserting in pairs],
        "times",
        GOAL,
        microseconds_per_line=round(booked[len(booked) // 2] * 1e6, 1),
        raw_microseconds_per_line=round(raw[len(raw) // 2] * 1e6, 1),
    )


def measure_pair(folder: Path, run: int, order_count: int = 2_000) -> tuple[float, float]:
    """Processor seconds a line: booked in `booked.sqlite` of the folder, and inserted in its `raw.sqlite`."""
    commits: list[Commit] = []
    with an_engine(folder / "booked.sqlite", on_commit=commits.append) as engine:
        ask(engine, orders(200, "warm"))
        before = len(commits)
        commands = orders(order_count, f"run-{run}")
        with watched([(first_come, "plan_of"), (first_come, "inputs_of")]) as deciding:
            start = time.process_time()
            for first in range(0, len(commands), BATCH):
                ask(engine, commands[first : first + BATCH])
            booked = time.process_time() - start - deciding.seconds
    raw = _insert(folder / "raw.sqlite", commits, before)
    lines = len(commands) * LINES
    return booked / lines, raw / lines


def _insert(path: Path, commits: list[Commit], before: int) -> float:
    store = SqliteStore(path)
    for commit in commits[:before]:
        store.commit(commit)
    account_ids = AccountIds(store._find_accounts, store.count_accounts())
    start = time.process_time()
    for commit in commits[before:]:
        numbered = account_ids.number(commit)
        store._writer.execute("BEGIN IMMEDIATE")
        counted = counted_on(commit, numbered)
        ids = numbered.ids
        store._writer.executemany(
            count(), [astuple(balance) + account + (ids[account],) for account, balance in counted]
        )
        for table, rows in rows_of(commit, numbered):
            if rows:
                store._writer.executemany(insert(table), rows)
        store._writer.execute("COMMIT")
    seconds = time.process_time() - start
    store.close()
    return seconds
