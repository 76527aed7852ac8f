"""Random lives of 500 operations each: every answer is foretold by the model, every commit is checked by the clerk."""

import tempfile
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.proof.disk import memory_folder
from tests.proof.histories import LongLife
from tests.proving import rounds, seeds, under_seed

OPERATIONS = 500


@pytest.mark.parametrize("seed", seeds(0, 80, 1_600))
def test_a_long_life_in_memory(seed: int) -> None:
    with under_seed("long_life_in_memory", seed):
        LongLife(Random(seed), MemoryStore()).live(OPERATIONS)


@pytest.mark.parametrize("seed", seeds(0, 20, 400))
def test_a_long_life_on_disk(seed: int) -> None:
    with (
        under_seed("long_life_on_disk", seed),
        tempfile.TemporaryDirectory(prefix="router-proof-", dir=memory_folder()) as folder,
        closing(SqliteStore(Path(folder) / "router.sqlite")) as store,
    ):
        LongLife(Random(seed), store).live(OPERATIONS)


@pytest.mark.long
@settings(max_examples=rounds(50, 1_000), deadline=None, database=None, print_blob=True)
@given(st.randoms(use_true_random=False), st.integers(1, 50))
def test_a_short_life_whose_fault_hypothesis_would_shrink(random: Random, operations: int) -> None:
    LongLife(random, MemoryStore()).live(operations)
