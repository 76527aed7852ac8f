"""Rule expressions and streams of snapshots made of anything, in a process with a hard limit of memory."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.fuzz_alone import BYTES_MAX
from tests.proving import seeds, under_seed

ROOT = Path(__file__).resolve().parents[2]
SECONDS_MAX = 300


def run_alone(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS_MAX
    )


@pytest.mark.parametrize("seed", seeds(0, 1, 20))
@pytest.mark.parametrize(
    ("kind", "count", "ends"),
    [
        ("expressions", 300, {"taken", "found fault with"}),
        ("snapshots", 2_000, {"taken", "refused", "not decoded"}),
    ],
)
def test_no_input_kills_a_process_with_little_memory(
    kind: str, count: int, ends: set[str], seed: int
) -> None:
    with under_seed("kills_a_process", seed):
        run = run_alone("-m", "tests.proof.fuzz_alone", kind, str(seed), str(count))
        assert run.returncode == 0, run.stderr[-2_000:]
        told = json.loads(run.stdout.splitlines()[-1])

        assert sum(told.values()) == count
        assert told.keys() == ends


def test_what_wants_more_memory_dies() -> None:
    wants = f"import resource as r; r.setrlimit(r.RLIMIT_AS, ({BYTES_MAX},) * 2); bytearray({BYTES_MAX})"
    run = run_alone("-c", wants)

    assert resource.getrlimit(resource.RLIMIT_AS)[0] != BYTES_MAX
    assert run.returncode == 1
    assert "MemoryError" in run.stderr
