"""How far a wave of 10,000 orders at moderate scarcity ends above its proven bound."""

from typing import Any

from benchmarks.quality.wave_runs import gap_figure
from benchmarks.quality.wave_world import MODERATE


def measure(full: bool) -> dict[str, Any]:
    """The gap in percent, with processor seconds to the first plan, to the bound and to the end."""
    return gap_figure("wave_10k_moderate_gap", 10_000, MODERATE, 0.5, full)
