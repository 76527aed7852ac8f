"""How far a wave of 1,000 orders at moderate scarcity ends above its proven bound."""

from typing import Any

from benchmarks.quality.wave_runs import gap_figure
from benchmarks.quality.wave_world import MODERATE


def measure(full: bool) -> dict[str, Any]:
    """The gap in percent, with processor seconds to the first plan, to the bound and to the end."""
    return gap_figure("wave_1k_moderate_gap", 1_000, MODERATE, 0.7, full)
