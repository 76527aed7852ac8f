"""How much of the way from the exact myopic policy to the clairvoyant bound the look-ahead goes."""

from typing import Any

from benchmarks.quality.stream_runs import FIRST_DAY, gap_closed_percent, run_all


def measure(full: bool) -> dict[str, Any]:
    """The share in percent over 15 instances, one stream of each or four."""
    instances, places = run_all(full=full)
    shares = [gap_closed_percent([one]) for one in instances]
    return {
        "figure": "lookahead_gap_closed",
        "value": round(gap_closed_percent(instances), 1),
        "unit": "percent of the gap from exact myopic to clairvoyant",
        "runs": len(instances),
        "min": round(min(shares), 1),
        "max": round(max(shares), 1),
        "goal": 75,
        "places": places,
        "prices_of_the_first_day_alone": round(gap_closed_percent(instances, FIRST_DAY), 1),
    }
