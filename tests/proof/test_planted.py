"""Bugs planted in a copy of the router are caught by the proofs: some in turn in the sample, all in the full form."""

from datetime import UTC, datetime

import pytest

from tests.proof.planted import BUGS, SOURCE, is_caught
from tests.proof.planted_outside import POSTGRES_BUGS
from tests.proving import FULL

IN_TURN = 24
"""The sample takes every twenty-fourth bug, on each day others: each costs a quarter of a minute."""

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
