"""Processor time of `router --help`: what every command costs before it does anything."""

import resource
import subprocess
import sys
from typing import Any

from benchmarks.runs import figure_of

GOAL_MILLISECONDS = 300


def measure(full: bool) -> dict[str, Any]:
    """Milliseconds of user and system time, median of several starts."""
    for _ in range(2):  # The first starts write the byte code.
        _cpu_milliseconds()
    runs = [_cpu_milliseconds() for _ in range(30 if full else 9)]
    return figure_of("import_time", runs, "ms CPU", GOAL_MILLISECONDS)


def _cpu_milliseconds() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "router", "--help"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1_000
