"""Findings as text, JSON, GitHub annotations and SARIF."""

import json

from router.cli.rules.findings import shown
from router.rules.ruleset import compile_rules

BROKEN = {
    "rules/us east.yaml": b"""\
kind: RuleSet/v1
id: us
owner: planning
priority: 1
currency: USD
applies: order.chanel == "web"
"""
}


def shown_as(form: str) -> str:
    return shown(compile_rules(BROKEN).diagnostics, BROKEN, form, {"rule_count": None})


def test_text_names_file_line_column_and_code() -> None:
    assert shown_as("text").startswith("rules/us east.yaml:6:10: error L111: ")


def test_json_has_a_version_every_finding_and_the_summary() -> None:
    answer = json.loads(shown_as("json"))

    assert answer["schema_version"] == 1
    assert answer["rule_count"] is None
    assert [(one["code"], one["line"], one["column"], one["severity"]) for one in answer["findings"]] == [
        ("L111", 6, 10, "error")
    ]


def test_a_github_annotation_is_one_line_that_stands_at_the_place() -> None:
    (line,) = shown_as("github").splitlines()

    assert line.startswith("::error file=rules/us east.yaml,line=6,col=10,endColumn=22,title=L111 error::")


def test_a_github_annotation_keeps_what_would_end_it_early() -> None:
    files = {"a,b:c.yaml": BROKEN["rules/us east.yaml"]}

    (line,) = shown(compile_rules(files).diagnostics, files, "github", {}).splitlines()

    assert "file=a%2Cb%3Ac.yaml,line=6" in line


def test_sarif_names_the_rule_the_level_and_the_region() -> None:
    log = json.loads(shown_as("sarif"))
    (run,) = log["runs"]
    (result,) = run["results"]
    (location,) = result["locations"]

    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "L111"
    assert result["level"] == "error"
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "rules/us%20east.yaml"},
        "region": {"startLine": 6, "startColumn": 10, "endColumn": 22},
    }


def test_sarif_says_what_the_finding_means() -> None:
    (rule,) = json.loads(shown_as("sarif"))["runs"][0]["tool"]["driver"]["rules"]

    assert rule["name"] == "UnknownFact"
    assert rule["shortDescription"] == {"text": "no such fact"}
    assert rule["help"] == {"text": "router explain L111"}


def test_no_findings_are_nothing_to_read_for_people_and_an_empty_list_for_programs() -> None:
    assert shown((), {}, "text", {}) == ""
    assert shown((), {}, "github", {}) == ""
    assert json.loads(shown((), {}, "json", {}))["findings"] == []
    assert json.loads(shown((), {}, "sarif", {}))["runs"][0]["results"] == []
