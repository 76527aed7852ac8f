"""Order lines booked a second on the machine's own disk, every commit synced: 128 clients, one order a call.

In a file, and beside it (`postgres`) on a PostgreSQL of its own on the same disk.
"""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import on_postgres
from benchmarks.booking import LINES, an_engine, drive, fill, orders
from benchmarks.runs import figure_of
from router.app.engine.engine import Engine
from router.app.engine.queue import QueueLimits
from router.collector import spare_what_lives_long
from tests.app.first_come import first_come
from tests.integration.postgres import running_cluster

GOAL = 10_000
CLIENTS = 128


def measure(full: bool) -> dict[str, Any]:
    """The median of several runs of 2,000 orders of three lines, on each store."""
    runs = 15 if full else 5
    with (
        tempfile.TemporaryDirectory(prefix="router-bench-") as folder,
        an_engine(Path(folder) / "lines.sqlite") as engine,
    ):
        in_a_file = lines_per_second(engine, runs)
    with (
        running_cluster() as cluster,
        on_postgres.an_engine(cluster.create_database(), route=first_come, limits=QueueLimits()) as engine,
    ):
        fill(engine)
        spare_what_lives_long()
        on_a_database = lines_per_second(engine, runs)
    return figure_of(
        "ledger_lines_per_second", in_a_file, "lines/s", GOAL, postgres=round(median(on_a_database))
    )


def lines_per_second(engine: Engine, runs: int) -> list[float]:
    """Of each run, after a first one that warms up."""
    drive(engine, orders(500, "warm"), CLIENTS)
    rates = []
    for run in range(runs):
        commands = orders(2_000, f"run-{run}")
        rates.append(len(commands) * LINES / drive(engine, commands, CLIENTS))
    return rates
