"""Files made to hurt end in clear findings, in little time and memory; no child of `hostile.py` is killed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.rules.hostile import CASES, MEGABYTES_MAX, SECONDS_MAX

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, Any]]:
    """What each case came to, all run once."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.rules.hostile"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return {outcome["name"]: outcome for outcome in map(json.loads, run.stdout.splitlines())}


@pytest.mark.parametrize("name", CASES)
def test_hostile_text_ends_in_findings(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    outcome = outcomes[name]

    assert "status" not in outcome, f"killed: {outcome}"
    assert CASES[name][1] in outcome["codes"]
    assert outcome["count"] <= 201
    assert outcome["text_length"] <= 1_200
    assert outcome["seconds"] < SECONDS_MAX
    assert outcome["megabytes"] < MEGABYTES_MAX
