"""Findings in rule files, and the files."""

from collections.abc import Mapping

from router.api.v1 import rules_pb2
from router.app.queries import FoundRules
from router.rules.diagnostics import Diagnostic, render
from router.rules.ruleset import Compilation


def check_response(compilation: Compilation, files: Mapping[str, bytes]) -> rules_pb2.CheckRulesResponse:
    return rules_pb2.CheckRulesResponse(
        ok=compilation.rules is not None,
        findings=[finding_message(found) for found in compilation.diagnostics],
        text=render(compilation.diagnostics, files),
    )


def finding_message(found: Diagnostic) -> rules_pb2.RuleFinding:
    return rules_pb2.RuleFinding(
        code=found.code.value,
        severity=found.severity.value,
        file=found.file,
        line=found.line,
        column=found.column,
        message=found.message,
        help=found.help,
    )


def file_messages(files: Mapping[str, bytes]) -> list[rules_pb2.RuleFile]:
    return [rules_pb2.RuleFile(name=name, content=content) for name, content in sorted(files.items())]


def rules_response(found: FoundRules) -> rules_pb2.GetRulesResponse:
    return rules_pb2.GetRulesResponse(
        files=file_messages(found.files), rules_digest=found.digest, rule_count=found.rule_count
    )
