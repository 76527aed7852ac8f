"""docs/recipes.md: every recipe is clean, its cases pass, and without its rules some of them fail."""

import json
import re
from pathlib import Path

import pytest
import yaml

from router.planning.cases.case_report import CaseReport, report_text
from router.planning.cases.case_run import run_cases
from router.rules.diagnostics import render
from router.rules.help.pages.page import whole_file
from router.rules.lint.lint import lint
from router.rules.ruleset import compile_rules

PAGE = (Path(__file__).resolve().parents[2] / "docs/recipes.md").read_text(encoding="utf-8")
RECIPES = {
    title: re.findall(r"^```yaml\n(.*?)^```", body, re.M | re.S)
    for title, body in re.findall(r"^## (\d+\. [^\n]+)\n(.*?)(?=^## )", PAGE, re.M | re.S)
}
NETWORK = re.findall(r"^```yaml\n(kind: Network.*?)^```", PAGE, re.M | re.S)[0]
CASES_HEAD = 'kind: RuleTests/v1\nuse: recipes\nnow: "2026-12-01T09:00"\n'


def files_of(rules: str, cases: str) -> dict[str, bytes]:
    return {
        "recipe.yaml": whole_file(rules),
        "recipe.test.yaml": (CASES_HEAD + cases).encode(),
        "recipes.network.yaml": NETWORK.encode(),
    }


def report_of(rules: str, cases: str) -> CaseReport:
    return run_cases(compile_rules(files_of(rules, cases)))


def test_there_are_ten_with_rules_and_cases() -> None:
    assert [len(blocks) for blocks in RECIPES.values()] == [2] * 10


def test_every_recipe_is_in_the_table_of_contents() -> None:
    anchors = re.findall(r"\]\(#(\d+-[^)]*)\)", PAGE)

    assert anchors == [re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in RECIPES]


@pytest.mark.parametrize("title", RECIPES)
def test_the_linter_has_nothing_to_say(title: str) -> None:
    files = files_of(*RECIPES[title])
    compilation = compile_rules(files)

    assert compilation.rules is not None, render(compilation.diagnostics, files)
    assert render((*compilation.diagnostics, *lint(compilation.rules)), files) == ""


@pytest.mark.parametrize("title", RECIPES)
def test_the_cases_pass_and_every_rule_is_covered(title: str) -> None:
    report = report_of(*RECIPES[title])

    assert report.is_good, report_text(report)
    assert [one.message for one in report.uncovered()] == []


@pytest.mark.parametrize("title", RECIPES)
def test_without_the_rules_an_outcome_differs(title: str) -> None:
    rules, cases = RECIPES[title]
    outcomes = without_names(cases)

    with_rules, without = report_of(rules, outcomes), report_of("", outcomes)

    assert with_rules.is_good, report_text(with_rules)
    assert without.was_run, without.diagnostics
    assert without.failed != ()


def without_names(cases: str) -> str:
    """The cases without what they expect of rules, which are not there to be named."""
    document = yaml.safe_load(cases)
    for case in document["cases"]:
        for key in ("fired", "not_fired", "removed", "charges", "backorder_rule"):
            case["expect"].pop(key, None)
        case["expect"] = case["expect"] or {"shipments": 1}
    return json.dumps(document)[1:-1]
