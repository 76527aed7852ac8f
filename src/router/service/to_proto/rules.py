"""Findings in rule files, the files, and the life of their versions."""

from collections.abc import Iterable, Mapping

from router.api.messages.times import timestamp
from router.api.v1 import rules_pb2
from router.app.commands.rules import Review
from router.app.reading.document_queries import FoundRules
from router.app.reading.samples import Sample
from router.app.records.decisions import BookedDecision
from router.app.records.ids import decision_id_of
from router.app.records.rule_versions import RuleVersion, VersionChange, VersionState
from router.app.rules.review import CASE_FAILED
from router.domain.reasons import Violation
from router.rules.diagnostics import Diagnostic, render


def check_response(review: Review, files: Mapping[str, bytes]) -> rules_pb2.CheckRulesResponse:
    failures = [one for one in review.faults if one.code == CASE_FAILED]
    told = "".join(f"{one.field}: {one.description}\n" for one in failures)
    return rules_pb2.CheckRulesResponse(
        ok=not review.faults,
        findings=[*finding_messages(review.findings), *map(failure_message, failures)],
        text=render(review.findings, files) + told,
    )


def failure_message(failure: Violation) -> rules_pb2.RuleFinding:
    """A case that fails, as a finding at its line."""
    file, _, line = failure.field.rpartition(":")
    return rules_pb2.RuleFinding(
        code=failure.code, severity="error", file=file, line=int(line), column=1, message=failure.description
    )


def finding_messages(findings: Iterable[Diagnostic]) -> list[rules_pb2.RuleFinding]:
    return [
        rules_pb2.RuleFinding(
            code=found.code.value,
            severity=found.severity.value,
            file=found.file,
            line=found.line,
            column=found.column,
            message=found.message,
            help=found.help,
        )
        for found in findings
    ]


def file_messages(files: Mapping[str, bytes]) -> list[rules_pb2.RuleFile]:
    return [rules_pb2.RuleFile(name=name, content=content) for name, content in sorted(files.items())]


def rules_response(found: FoundRules) -> rules_pb2.GetRulesResponse:
    return rules_pb2.GetRulesResponse(
        files=file_messages(found.files), rules_digest=found.digest, rule_count=found.rule_count
    )


def state_value(state: VersionState) -> "rules_pb2.RuleVersionState.ValueType":
    """The contract's number of a state."""
    return rules_pb2.RuleVersionState.Value(f"RULE_VERSION_STATE_{state.name}")


def version_message(version: RuleVersion) -> rules_pb2.RuleVersion:
    return rules_pb2.RuleVersion(
        rules_digest=version.digest,
        state=state_value(version.state),
        rule_count=version.rule_count,
        first_change=change_message(version.first),
        last_change=change_message(version.last),
    )


def change_message(change: VersionChange) -> rules_pb2.RuleChange:
    return rules_pb2.RuleChange(
        position=change.number,
        rules_digest=change.digest,
        action=change.action.name,
        state=state_value(change.state),
        change_time=timestamp(change.time),
        author=change.author,
        reason=change.reason,
        origin=change.origin,
        other_digest=change.other,
    )


def sample_message(sample: Sample) -> rules_pb2.SampleDecisionsResponse:
    return rules_pb2.SampleDecisionsResponse(
        networks=[
            rules_pb2.NetworkDocument(network_digest=digest, content=body)
            for digest, body in sample.networks.items()
        ],
        rules=[
            rules_pb2.RulesDocument(rules_digest=digest, files=file_messages(files))
            for digest, files in sample.rules.items()
        ],
        decisions=map(recorded_message, sample.decisions),
    )


def recorded_message(booked: BookedDecision) -> rules_pb2.RecordedDecision:
    return rules_pb2.RecordedDecision(
        decision_id=decision_id_of(booked.decision.number),
        book_time=timestamp(booked.time),
        content=booked.decision.body,
    )
