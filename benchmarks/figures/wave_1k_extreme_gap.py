"""How far a wave of 1,000 orders at extreme scarcity ends above its proven bound."""

from typing import Any

from benchmarks.quality.wave_runs import gap_figure
from benchmarks.quality.wave_world import EXTREME


def measure(full: bool) -> dict[str, Any]:
    """The gap in percent, with processor seconds to the first plan, to the bound and to the end."""
    return gap_figure("wave_1k_extreme_gap", 1_000, EXTREME, 2.0, full)
