"""Findings about rule files in the forms that people and programs read: text, JSON, GitHub annotations, SARIF."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from router import __version__

if TYPE_CHECKING:
    from router.rules.diagnostics import Diagnostic

FORMATS = ("text", "json", "github", "sarif")
SCHEMA_VERSION = 1
"""Of the JSON form; it rises when a program that reads it would have to change."""

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SARIF_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
GITHUB_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def shown(
    findings: Sequence["Diagnostic"], files: Mapping[str, bytes], form: str, summary: Mapping[str, Any]
) -> str:
    """The findings in one of FORMATS, ending in a newline unless empty. `summary` joins the JSON form."""
    from router.rules.diagnostics import render

    match form:
        case "text":
            return render(findings, files)
        case "json":
            return as_json(findings, summary)
        case "github":
            return "".join(f"{as_command(finding)}\n" for finding in findings)
        case _:
            return as_sarif(findings)


def as_json(findings: Sequence["Diagnostic"], summary: Mapping[str, Any]) -> str:
    """One object: `schema_version`, `findings`, and what `summary` adds."""
    return document(
        {"schema_version": SCHEMA_VERSION, "findings": [asdict(one) for one in findings], **summary}
    )


def as_command(finding: "Diagnostic") -> str:
    """A workflow command that GitHub shows beside the line. SOURCE: docs.github.com, workflow commands."""
    place = {
        "file": finding.file, "line": finding.line, "col": finding.column,
        "endColumn": finding.column + finding.length, "title": f"{finding.code.value} {finding.severity.value}",
    }  # fmt: skip
    fields = ",".join(f"{name}={escaped(str(value), in_field=True)}" for name, value in place.items())
    return f"::{GITHUB_LEVELS[finding.severity]} {fields}::{escaped(told(finding), in_field=False)}"


def escaped(text: str, *, in_field: bool) -> str:
    """Text in which nothing ends a workflow command early."""
    pairs = [("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), *([(":", "%3A"), (",", "%2C")] if in_field else [])]
    for character, code in pairs:
        text = text.replace(character, code)
    return text


def told(finding: "Diagnostic") -> str:
    """The message with all that helps, in one sentence after another."""
    parts = (
        finding.message,
        finding.expected and f"expected: {finding.expected}",
        finding.suggestion and f"did you mean {finding.suggestion}?",
        finding.witness and f"for example: {finding.witness}",
        finding.help,
    )
    return "; ".join(part for part in parts if part)


def as_sarif(findings: Sequence["Diagnostic"], failures: Sequence[Mapping[str, Any]] = ()) -> str:
    """A log of one run. SOURCE: OASIS SARIF 2.1.0; columns count characters, as ours do."""
    from router.rules.help.pages.book import BOOK

    codes = sorted({finding.code for finding in findings})
    rules = [
        {
            "id": code.value, "name": code.name.title().replace("_", ""),
            "shortDescription": {"text": BOOK[code].title}, "fullDescription": {"text": BOOK[code].cause},
            "help": {"text": f"router explain {code.value}"},
        }
        for code in codes
    ]  # fmt: skip
    driver = {
        "name": "router rules check", "version": __version__,
        "rules": rules,
    }  # fmt: skip
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            {
                "ruleId": finding.code.value,
                "ruleIndex": codes.index(finding.code),
                "level": SARIF_LEVELS[finding.severity],
                "message": {"text": told(finding)},
                "locations": [{"physicalLocation": place_of(finding)}],
            }
            for finding in findings
        ]
        + list(failures),
    }
    return document({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def sarif_failure(file: str, line: int, sentence: str) -> Mapping[str, Any]:
    """A failed case as a SARIF result."""
    from urllib.parse import quote

    place = {"artifactLocation": {"uri": quote(file)}, "region": {"startLine": line}}
    return {
        "ruleId": "case-failed", "level": "error", "message": {"text": sentence},
        "locations": [{"physicalLocation": place}],
    }  # fmt: skip


def place_of(finding: "Diagnostic") -> dict[str, Any]:
    """A SARIF physical location; relative paths stay relative to where the command ran."""
    from urllib.parse import quote

    region = {
        "startLine": finding.line, "startColumn": finding.column, "endColumn": finding.column + max(1, finding.length),
    }  # fmt: skip
    return {"artifactLocation": {"uri": quote(finding.file)}, "region": region}


def document(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
