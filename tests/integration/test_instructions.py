"""Instructions counted by a real valgrind: they are counted, hardly differ between runs, and keep their budgets."""

import pytest
import yaml

from benchmarks.instructions import count_instructions
from benchmarks.report import BUDGETS, broken_budgets

pytestmark = pytest.mark.integration


@pytest.mark.timeout(900)
def test_the_counts_are_steady_and_keep_their_budgets() -> None:
    counted = count_instructions()

    assert max(counted["spread"].values()) < 0.02
    assert broken_budgets(yaml.safe_load(BUDGETS.read_text())["instructions"], counted["instructions"]) == []
