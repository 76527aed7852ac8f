"""Counted instructions: which part of the account belongs to which layer, and what is said without valgrind."""

from pathlib import Path

import pytest
import yaml

from benchmarks import instructions
from benchmarks.counted import LAYERS, RUNS
from benchmarks.instructions import NotCounted, counts_of, parts_in
from benchmarks.report import BUDGETS

NAMES = list(LAYERS)


def test_the_least_run_of_each_layer_counts_and_what_lies_between_does_not() -> None:
    between = 7
    parts = [
        part
        for layer in range(len(LAYERS))
        for run in range(RUNS)
        for part in (between, 100 * layer + 100 + run)
    ]

    counted = counts_of(parts)

    assert counted["instructions"] == {name: 100 * place + 100 for place, name in enumerate(NAMES)}
    assert counted["spread"][NAMES[0]] == 0.02


def test_a_part_that_is_missing_is_refused() -> None:
    with pytest.raises(NotCounted, match="gave 3 counts"):
        counts_of([1, 2, 3])


def test_the_parts_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, 9, 1):
        (tmp_path / f"counts.{number}").write_text(f"desc: Trigger\nsummary: 5\ntotals: {number * 11}\n")
    (tmp_path / "counts").write_text("totals: 4\n")

    assert parts_in(tmp_path) == [11, 99, 110]


def test_without_valgrind_nothing_is_counted_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert instructions.main([]) == instructions.MISSING

    said = capsys.readouterr()
    assert "NOT COUNTED: `valgrind` is not installed" in said.err
    assert said.out == ""


def test_every_layer_has_its_budget_and_every_budget_its_layer() -> None:
    assert set(yaml.safe_load(BUDGETS.read_text())["instructions"]) == set(LAYERS)
