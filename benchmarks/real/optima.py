"""How many known optima of location problems are reached, as a figure."""

import sys
from collections.abc import Callable
from typing import Any

from benchmarks.real.data import leave_if_absent
from benchmarks.real.locations import SECONDS_MAX, Location, Reached, read_locations

SHORT_COUNT = 4


def measure_optima(
    figure: str,
    prefix: str,
    goal: int,
    solve: Callable[[Location], Reached],
    *,
    is_single_source: bool,
    full: bool,
) -> dict[str, Any]:
    """Instances whose known optimum is reached within a minute each; the short form asks for all of the first four."""
    leave_if_absent(*(f"{prefix}-{table}" for table in ("instances.csv", "facilities.csv", "costs.csv.gz")))
    locations = list(read_locations(prefix, is_single_source=is_single_source))
    found: list[Reached] = []
    for location in locations if full else locations[:SHORT_COUNT]:
        found.append(solve(location))
        print(found[-1], file=sys.stderr)
    reached = sum(one.is_reached and one.seconds <= SECONDS_MAX for one in found)
    return {
        "figure": figure,
        "value": reached,
        "unit": "instances",
        "runs": len(found),
        "min": reached,
        "max": reached,
        "goal": goal if full else SHORT_COUNT,
        "of": len(locations),
        "proven": sum(one.cost - one.bound <= 1 for one in found),
        "seconds_max": round(max(one.seconds for one in found), 1),
        "seconds_of_all": round(sum(one.seconds for one in found), 1),
        "gap_percent_max": round(max(100 * (1 - one.bound / one.cost) for one in found), 3),
    }
