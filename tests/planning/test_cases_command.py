"""`router rules test` as a planner and a pipeline meet it: what it prints, and with which exit code it ends."""

import json

import pytest
from click.testing import CliRunner, Result

from router.cli.rules.rules import rules
from tests.planning.case_builders import RULES, a_case, cases_file, network_file


@pytest.fixture
def pack(tmp_path, monkeypatch):
    """A folder with rules and a network; cases are added by the test."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "goods.yaml").write_text(RULES)
    (tmp_path / "small.network.yaml").write_bytes(network_file())
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(rules, ["test", *arguments])


def test_cases_that_pass_end_with_zero(pack):
    (pack / "goods.test.yaml").write_bytes(cases_file(a_case()))

    answer = run(".")

    assert (answer.exit_code, answer.output) == (
        0,
        "ok   goods.test.yaml: 1 case\n"
        "coverage 33 %: 3 of 9 rules fire in one case and are silent in another\n"
        "1 passed\n",
    )


def test_a_case_that_fails_ends_with_one(pack):
    (pack / "goods.test.yaml").write_bytes(cases_file(a_case(expect="{node: STORE-7}")))

    answer = run(".")

    assert answer.exit_code == 1
    assert answer.output.startswith(
        "FAIL goods.test.yaml: 1 of 1 case\n  it (goods.test.yaml:4)\n    node (line 6)\n"
    )


def test_coverage_fails_where_a_rule_is_not_put_to_the_test(pack):
    (pack / "goods.test.yaml").write_bytes(cases_file(a_case()))

    answer = run(".", "--coverage")

    assert answer.exit_code == 1
    assert "goods.yaml:9:1: warning L303: no case fires `goods/ground-only`\n" in answer.output


def test_faults_of_case_files_are_shown_with_a_caret_and_end_with_one(pack):
    (pack / "goods.test.yaml").write_bytes(cases_file(a_case("{order: {lines: [LAMPE]}}")))

    answer = run(".")

    assert (answer.exit_code, answer.output) == (
        1,
        "goods.test.yaml:5:29: error L112: there is no product `LAMPE`\n"
        "   |     given: {order: {lines: [LAMPE]}}\n"
        "   |                             ^^^^^\n"
        "   = expected: CELL, LAMP, MUG, SAFE\n"
        "   = did you mean `LAMP`?\n"
        "no case was run: the files have errors\n",
    )


def test_nothing_to_run_is_wrong_usage(pack):
    answer = run(".")

    assert answer.exit_code == 2
    assert "no cases there; write them in a file that ends in `.test.yaml`" in answer.output


def test_machines_read_cases_and_coverage_as_json(pack):
    (pack / "goods.test.yaml").write_bytes(cases_file(a_case(expect="{node: STORE-7}")))

    answer = run(".", "--format", "json")

    said = json.loads(answer.output)
    assert (answer.exit_code, said["passed"], said["failed"], said["findings"]) == (1, 0, 1, [])
    assert said["cases"][0]["unmet"][0] | {"because": []} == {
        "key": "node", "line": 6, "expected": "STORE-7", "got": "DC-EAST", "because": [],
    }  # fmt: skip
    assert said["coverage"]["rules"][0] == {
        "name": "goods/ground-only", "file": "goods.yaml", "line": 9, "fired": 0, "silent": 1,
    }  # fmt: skip


def test_github_shows_a_failure_beside_its_line(pack):
    failing = a_case(expect="{shipments: 2}", name="a, b")
    (pack / "goods.test.yaml").write_bytes(cases_file(failing + a_case(name="gap") + "    todo: true\n"))

    answer = run(".", "--format", "github")

    first, second = answer.output.splitlines()
    assert answer.exit_code == 1
    assert first.startswith(
        "::error file=goods.test.yaml,line=6,title=case failed%3A a%2C b::shipments: expected 2, got 1; "
    )
    assert second == (
        "::error file=goods.test.yaml,line=7,title=case failed%3A gap::"
        "case `gap` passes: its gap is closed, so take `todo` away"
    )


def test_sarif_places_a_failure_at_its_line(pack):
    (pack / "goods.test.yaml").write_bytes(cases_file(a_case(expect="{node: STORE-7}")))

    answer = run(".", "--format", "sarif")
    (result,) = json.loads(answer.stdout)["runs"][0]["results"]

    assert answer.exit_code == 1
    assert result["ruleId"] == "case-failed"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "goods.test.yaml"},
        "region": {"startLine": 6},
    }
