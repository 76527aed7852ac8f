"""The linter as a whole: silent on what is shipped, quick without the solver, the same every time."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from benchmarks.planted import KINDS, clean
from router.rules.diagnostics import FINDINGS_PER_FILE_MAX, render
from router.rules.lint.lint import lint
from router.rules.ruleset import compile_rules
from tests.proving import rounds, seeds
from tests.rules.lint.linting import found, pack_of

RULES = Path(__file__).parents[3] / "rules"
PACKS = ("baseline", "cold-chain", "hazmat", "marketplace", "peak-season", "ship-from-store")

REPEATED = """
import json, sys
from pathlib import Path
from tests.rules.lint.test_linter import planted
print(json.dumps(planted()))
"""


@pytest.mark.parametrize("pack", PACKS)
def test_a_shipped_pack_has_no_findings(pack: str) -> None:
    files = {path.name: path.read_bytes() for path in sorted((RULES / pack).glob("*.yaml"))}
    rules = compile_rules(files).rules
    assert rules is not None

    assert render(lint(rules), files) == ""


@pytest.mark.parametrize("seed", seeds(0, 2))
def test_a_clean_pack_has_no_findings(seed: int) -> None:
    files = clean(Random(seed)).files()
    rules = compile_rules(files).rules
    assert rules is not None

    assert render(lint(rules), files) == "", f"seed {seed}"


def planted() -> list[str]:
    """All findings of packs with one defect of each kind."""
    findings = []
    for name, kind in KINDS.items():
        draft = clean(Random(7))
        kind.plant(draft, Random(7))
        rules = compile_rules(draft.files()).rules
        assert rules is not None
        findings += [f"{name}: {one.code} {one.message} {one.witness}" for one in lint(rules)]
    return findings


def test_findings_do_not_depend_on_the_order_of_sets() -> None:
    shown = [
        subprocess.run(
            [sys.executable, "-c", REPEATED], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, check=True, text=True,
        ).stdout
        for seed in ("1", "2")[: rounds(1, 2)]
    ]  # fmt: skip

    assert [json.loads(one) for one in shown] == [planted()] * len(shown)


def test_without_the_solver_a_defect_of_single_facts_is_found_and_a_product_is_not() -> None:
    body = (
        "costs:\n  - {id: one, when: 'line.quantity > 3 && line.quantity < 3', per: unit, amount: usd(1)}\n"
    )
    product = "line.unit_weight > kg(2) && line.quantity > 4 && line.weight < kg(9)"
    hard = f"costs:\n  - {{id: one, when: '{product}', per: unit, amount: usd(1)}}\n"

    assert len(found(body, exact=False)) == 1
    assert found(hard, exact=False) == []
    assert len(found(hard)) == 1


def test_a_file_with_very_many_findings_is_cut() -> None:
    rules = "".join(
        f"  - {{id: c{number}, when: '{number} < 0 && order.is_pickup', per: unit, amount: usd(1)}}\n"
        for number in range(FINDINGS_PER_FILE_MAX + 20)
    )

    assert len(lint(pack_of("costs:\n" + rules), exact=False)) == FINDINGS_PER_FILE_MAX


def test_a_pack_without_files_has_no_findings() -> None:
    rules = compile_rules({}).rules
    assert rules is not None

    assert lint(rules) == ()
