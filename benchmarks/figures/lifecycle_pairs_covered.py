"""Rows of the tables of lives that stories and journeys meet, of all there are. The goal is all of them.

Beside it: of the states and events without a row, how many were tried and refused with their reason.
"""

import tempfile
from pathlib import Path
from typing import Any

from tests.journeys.cover import cover, impossible_pairs, possible_pairs


def measure(full: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        covered = cover(Path(folder), journeys_max=400 if full else 200)
    rows = possible_pairs()
    met = len(rows & covered.met)
    return {
        "figure": "lifecycle_pairs_covered",
        "value": met,
        "unit": "rows",
        "runs": covered.journeys,
        "min": met,
        "max": met,
        "goal": len(rows),
        "impossible": len(impossible_pairs()),
        "impossible_refused": len(impossible_pairs() & covered.refused),
        "missing": sorted(rows - covered.met),
    }
