"""Budgets: what is refused, and how figures stand beside their goals."""

import yaml

from benchmarks.figure import names
from benchmarks.report import BUDGETS, broken_budgets, figure_chart, layer_chart, share_of_goal


def test_a_value_beyond_its_budget_is_named_with_both() -> None:
    budgets = {"slow": {"most": 3}, "few": {"least": 100}, "kept": {"most": 5}, "gone": {"most": 1}}

    assert broken_budgets(budgets, {"slow": 4, "few": 90, "kept": 5}) == [
        "slow is 4, must be at most 3",
        "few is 90, must be at least 100",
        "gone was not measured",
    ]


def test_every_budget_is_of_a_figure_that_exists() -> None:
    assert set(yaml.safe_load(BUDGETS.read_text())["figures"]) <= set(names())


def test_a_goal_from_below_and_one_from_above() -> None:
    assert share_of_goal({"value": 6, "goal": 3, "unit": "times"}) == 2
    assert share_of_goal({"value": 500, "goal": 1_000, "unit": "orders/s"}) == 2


def test_a_missed_goal_is_red_and_a_kept_one_is_not() -> None:
    missed = figure_chart([{"figure": "a", "value": 6, "goal": 3, "unit": "times"}])
    kept = figure_chart([{"figure": "a", "value": 2, "goal": 3, "unit": "times"}])

    assert "#b3261e" in missed
    assert "#b3261e" not in kept
    assert "goal" not in layer_chart({"test_parse": 5.0}, {})
