"""How far a wave of 100,000 orders at moderate scarcity ends above its proven bound, within ten minutes."""

from typing import Any

from benchmarks.quality.wave_runs import gap_figure
from benchmarks.quality.wave_world import MODERATE

SECONDS = 560
"""After so many processor seconds the search is asked to end."""


def measure(full: bool) -> dict[str, Any]:
    """The gap in percent, with processor seconds to first plan, bound and end, and the memory at most."""
    return gap_figure("wave_100k_moderate_gap", 100_000, MODERATE, 1, full, seconds_max=SECONDS)
