"""How far a wave of 10,000 orders at extreme scarcity is above its proven bound when its time ends."""

from typing import Any

from benchmarks.quality.wave_runs import gap_figure
from benchmarks.quality.wave_world import EXTREME


def measure(full: bool) -> dict[str, Any]:
    """The gap in percent, with processor seconds to the first plan, to the bound and to the end."""
    return gap_figure("wave_10k_extreme_gap", 10_000, EXTREME, 3.0, full, seconds_max=340)
