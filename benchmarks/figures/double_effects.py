"""Requests that took effect twice, or were answered in two ways, when each is sent up to five times at once."""

import tempfile
from pathlib import Path
from typing import Any

from tests.proof.test_storms import REQUESTS, Storm, copies
from tests.proof.traffic import Traffic


def measure(full: bool) -> dict[str, Any]:
    """Over 20,000 requests, or 1,000, each wave of them sent again after a restart."""
    counts = [_storm(seed) for seed in range(200 if full else 10)]
    return {
        "figure": "double_effects",
        "value": sum(counts),
        "unit": "requests",
        "runs": len(counts),
        "min": min(counts),
        "max": max(counts),
        "goal": 0,
        "requests": len(counts) * REQUESTS,
    }


def _storm(seed: int) -> int:
    with tempfile.TemporaryDirectory(prefix="router-bench-") as folder:
        traffic, storm = Traffic(seed), Storm(Path(folder) / "router.sqlite")
        storm.send(traffic.opening())
        commands = [traffic.command() for _ in range(REQUESTS)]
        for _ in range(2):
            storm.send(copies(traffic.random, commands))
    differing = sum(any(one != told[0] for one in told) for told in storm.told.values())
    return differing + sum(count > 1 for count in storm.firsts.values()) + len(storm.faults)
