"""How far the seeded programmes go, and what happens to a seed that fails.

Three tiers of one programme: a sample in `make test`, the full figures in `make prove` (PROVE=1), hours in `make soak`
(PROVE=soak). SEED=N runs a seeded proof with that seed alone.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TIER = {"1": "full", "soak": "soak"}.get(os.environ.get("PROVE", ""), "sample")
FULL = TIER != "sample"
FULL_TIMES = 3
"""How much further the full form goes than the sample, where a proof does not say how far."""
SOAK_TIMES = 20
"""How much further the long form goes than the full one."""

FAILED_SEEDS = Path(__file__).resolve().parents[1] / "build" / "failed_seeds.txt"
IS_PLANTED = "PLANTED" in os.environ
"""Whether this run is to fail, because a bug was planted in what it tests."""

ONLY_SEED = os.environ.get("SEED", "")


def seeds(first: int, sample: int, full: int | None = None) -> range:
    """`sample` seeds from `first` on; `full` or threefold in the full form, and twentyfold that in the long one."""
    if ONLY_SEED:
        return range(int(ONLY_SEED), int(ONLY_SEED) + 1)
    return range(first, first + rounds(sample, full or sample * FULL_TIMES))


def rounds(sample: int, full: int) -> int:
    """How often to do what takes long."""
    return {"sample": sample, "full": full, "soak": full * SOAK_TIMES}[TIER]


def goes_further(names: Mapping[str, object]) -> bool:
    """Whether tests of the module that has these names may go further in the full form than in the sample."""
    return names.get("FULL") is FULL or names.get("seeds") is seeds or names.get("rounds") is rounds


@contextmanager
def under_seed(proof: str, seed: int) -> Iterator[None]:
    """Whatever fails inside says its seed, here and in `build/failed_seeds.txt`."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"{proof} failed under seed {seed}; again with: SEED={seed} pytest tests -k {proof}")
        if not IS_PLANTED:
            keep_seed(proof, seed)
        raise


def keep_seed(proof: str, seed: int) -> None:
    FAILED_SEEDS.parent.mkdir(exist_ok=True)
    with FAILED_SEEDS.open("a", encoding="utf-8") as kept:
        kept.write(f"{proof} {seed}\n")
