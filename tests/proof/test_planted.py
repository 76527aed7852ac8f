"""Bugs planted in a copy of the router are caught by the proofs: some in turn in the sample, all in the full form."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.proof.bug import Bug
from tests.proof.planted import BUGS, HOLDS
from tests.proof.planted_outside import POSTGRES_BUGS
from tests.proof.planting import SOURCE, a_copy_with, is_caught, kernels_of, place_of_kernels, verdict_of
from tests.proving import FULL

IN_TURN = 24
"""The sample takes every twenty-fourth bug, on each day others."""

TODAY = datetime.now(UTC).toordinal() % IN_TURN
TRIED = list(BUGS) if FULL else list(BUGS)[TODAY::IN_TURN]


@pytest.mark.parametrize("name", [*BUGS, *POSTGRES_BUGS])
def test_a_bug_still_fits_the_code_that_it_breaks(name: str) -> None:
    bug = {**BUGS, **POSTGRES_BUGS}[name]
    text = (SOURCE / bug.file).read_text(encoding="utf-8")

    assert bug.planted_in(text) != text


@pytest.mark.parametrize("name", TRIED)
def test_a_planted_bug_is_caught(name: str) -> None:
    assert is_caught(name)


@pytest.mark.parametrize("file", ["domain/order.py", "ledger/chain.py", "app/engine/queue.py"])
def test_a_proof_passes_on_a_copy_without_a_bug(file: str) -> None:
    line = (SOURCE / file).read_text(encoding="utf-8").splitlines()[0]

    code, printed = verdict_of(Bug(file, line, line, HOLDS))

    assert code == 0, printed


def test_a_proof_takes_all_compiled_kernels_along_and_leaves_none_with_the_original() -> None:
    line = (SOURCE / "app/engine/queue.py").read_text(encoding="utf-8").splitlines()[0]
    bug = Bug("app/engine/queue.py", line, line, HOLDS)
    places = {place_of_kernels(folder) for folder in SOURCE.rglob("*/")}
    before = kept_in(SOURCE)
    with a_copy_with(bug) as copy:
        taken = kept_in(copy / "router")

    assert len(taken) >= len(before) > 0
    assert taken.isdisjoint(places)
    assert verdict_of(bug)[0] == 0
    assert kept_in(SOURCE) - before <= places


def kept_in(router: Path) -> set[str]:
    return {folder.name for kept in kernels_of(router) for folder in kept.iterdir()}


def test_a_proof_that_cannot_run_catches_nothing() -> None:
    bug = Bug("app/engine/queue.py", "import time\n", "import nowhere\n", HOLDS)

    assert not is_caught("broken", {"broken": bug})
