"""How far the seeded programmes go: a sample in `make test`, the full figures in `make prove` (PROVE=1)."""

import os

FULL = os.environ.get("PROVE") == "1"
TIMES = 20


def seeds(first: int, sample: int) -> range:
    """`sample` seeds from `first` on, or twenty times as many."""
    return range(first, first + sample * (TIMES if FULL else 1))


def rounds(sample: int, full: int) -> int:
    """How often to do what takes long."""
    return full if FULL else sample
