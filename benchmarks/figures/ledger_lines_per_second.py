"""Order lines booked a second on the machine's own disk, every commit synced: 128 clients, one order a call."""

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.booking import LINES, an_engine, drive, orders
from benchmarks.runs import figure_of

GOAL = 10_000
CLIENTS = 128


def measure(full: bool) -> dict[str, Any]:
    """The median of several runs of 2,000 orders of three lines."""
    with (
        tempfile.TemporaryDirectory(prefix="router-bench-") as folder,
        an_engine(Path(folder) / "lines.sqlite") as engine,
    ):
        drive(engine, orders(500, "warm"), CLIENTS)
        rates = []
        for run in range(15 if full else 5):
            commands = orders(2_000, f"run-{run}")
            rates.append(len(commands) * LINES / drive(engine, commands, CLIENTS))
    return figure_of("ledger_lines_per_second", rates, "lines/s", GOAL)
