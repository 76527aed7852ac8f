"""Acknowledged requests that are gone from a file after a power loss, over many images of a disk."""

from typing import Any

from tests.proof.recording import cut, record

IMAGES_PER_LIFE = 50


def measure(full: bool) -> dict[str, Any]:
    """Over 20,000 images of 400 lives, or 1,000 of 20; damage of any kind counts as a loss too."""
    counts = []
    for seed in range(400 if full else 20):
        verdicts = cut(record(seed), seed, IMAGES_PER_LIFE)
        counts.append(sum(len(verdict.lost) + len(verdict.damage) for verdict in verdicts))
    return {
        "figure": "lost_acks",
        "value": sum(counts),
        "unit": "requests",
        "runs": len(counts),
        "min": min(counts),
        "max": max(counts),
        "goal": 0,
        "images": len(counts) * IMAGES_PER_LIFE,
    }
