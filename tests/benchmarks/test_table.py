"""The tables of `benchmarks/README.md`: every figure has its row, and every row a command that measures it."""

import re
from pathlib import Path

import pytest

from benchmarks.figure import names

PAGE = (Path(__file__).resolve().parents[2] / "benchmarks" / "README.md").read_text(encoding="utf-8")
FIGURES, MORE = (PAGE.index(heading) for heading in ("## Figures\n", "## More of single figures\n"))
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE[FIGURES:MORE].splitlines()
    if line.startswith("| `")
]
VALUE_LETTERS = 160
"""LIMIT: of the last value. What else is known of a figure stands below, under a heading of its own."""
ASKED = {
    "durable_batch_vs_floor",
    "durable_unary_vs_echo",
    "node_scaling",
    "history_flatness",
    "catalog_scaling",
    "overload_p99",
    "memory_per_million_rows",
    "snapshot_rows_per_second",
    "postgres_two_processes",
    "cold_start",
    "group_commit_gain",
    "ledger_vs_raw_insert",
    "ledger_lines_per_second",
    "postgres_hot_sku_gain",
    "recovery_seconds_per_million",
    "verify_per_second",
    "lost_acks",
    "double_effects",
    "oversold_units",
    "planted_bugs_caught",
}
"""What speed, scale and the ledger are judged by; none of them may go without being replaced here."""


def test_every_figure_has_a_row_and_every_row_a_figure() -> None:
    told = [name for row in ROWS for name in re.findall(r"`(\w+)`", row[0])]

    assert sorted(told) == names()
    assert set(told) >= ASKED


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`").replace("`, `", "+"))
def test_a_row_says_a_goal_a_value_and_a_command_that_measures_it(row: list[str]) -> None:
    named, _, goal, value, command = row
    (measured,) = re.findall(r"`make -s figure NAME=(\w+)(?: FULL=1)?`", command)

    assert measured in re.findall(r"`(\w+)`", named)
    assert re.search(r"\d|report|all", goal)
    assert re.search(r"\d|each of them", value)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`").replace("`, `", "+"))
def test_a_value_can_be_read_at_a_glance(row: list[str]) -> None:
    value = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", row[3])

    assert len(value) <= VALUE_LETTERS


def test_more_is_told_of_figures_that_have_a_row() -> None:
    told = re.findall(r"^### `(\w+)`$", PAGE[MORE:], re.MULTILINE)
    pointed_at = [name for row in ROWS for name in re.findall(r"\[more\]\(#(\w+)\)", row[3])]

    assert told == pointed_at
