"""Known optima of Beasley's capacitated location problems (OR-Library) that are reached."""

from typing import Any

from benchmarks.real.locations import solve
from benchmarks.real.optima import measure_optima


def measure(full: bool) -> dict[str, Any]:
    """Of 12 instances; they take a second together, so both forms are the same."""
    return measure_optima("orlib_optima", "orlib-cap", 12, solve, is_single_source=False, full=True)
