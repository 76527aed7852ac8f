"""The review of rules before the engine is asked: compiled, linted, their cases run. Takes its time, on any thread.

What it finds travels with the command. The engine only looks at the result, so a hostile file holds nobody up.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from router.app.commands.rules import (
    ActivateRules,
    Review,
    RollbackRules,
    RulesCommand,
    StageRules,
    StartShadow,
)
from router.app.reading.document_queries import DocumentQueries
from router.app.records.rule_versions import NO_DIGEST, SHORT, RuleVersion, VersionState
from router.app.rules.version_queries import VersionQueries
from router.domain.identifiers import Digest, Instant
from router.domain.reasons import Reason, RouterError, Violation
from router.rules.diagnostics import Diagnostic, Severity
from router.rules.ruleset import Compilation, CompiledRules, compile_rules

CASE_FAILED = "CASE_FAILED"
"""The code of a violation that stands for a case."""

REVIEWED = (VersionState.CHECKED, VersionState.SHADOW, VersionState.ACTIVE)
"""What is in one of these states has passed already: the same files cannot come out otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesRun:
    """How the cases beside the rules came out. A violation's field is `file:line` of a case that fails."""

    case_count: int = 0
    failures: tuple[Violation, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


class Lint(Protocol):
    """Everything that is wrong with rules that compile, proven. `products` are those that exist; None: nobody said."""

    def __call__(
        self, rules: CompiledRules, *, at: Instant, products: Container[str] | None = None
    ) -> Sequence[Diagnostic]: ...


class RunCases(Protocol):
    """Decides the cases beside the rules and compares."""

    def __call__(self, compilation: Compilation) -> CasesRun: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Makes commands about rules ready for the engine. All methods may be called by many threads."""

    versions: VersionQueries
    documents: DocumentQueries
    lint: Lint
    run_cases: RunCases

    def ready(self, command: RulesCommand, at: Instant) -> RulesCommand:
        """`command` with its review, and with the whole digest of the version it speaks of.

        Never refuses: a command that is repeated gets its recorded answer, whatever a new look at it would find.
        """
        try:
            return self._ready(command, at)
        except RouterError as refusal:
            return replace(command, review=Review(refusal=refusal))

    def _ready(self, command: RulesCommand, at: Instant) -> RulesCommand:
        if isinstance(command, StageRules):
            return replace(command, review=self.review(command.files, at, is_draft=command.is_draft))
        if isinstance(command, ActivateRules) and command.files:
            return replace(command, review=self.review(command.files, at))
        if isinstance(command, ActivateRules | StartShadow):
            digest = self.versions.resolve_version(command.digest).digest
            return replace(command, digest=digest, review=self._compiled(digest))
        if isinstance(command, RollbackRules):
            return self._ready_to_roll_back(command)
        return command

    def review(self, files: Mapping[str, bytes], at: Instant, *, is_draft: bool = False) -> Review:
        """What keeps files from being staged. A draft need not pass its cases, nor the linter.

        What was kept as checked already is not checked again: its findings are only those of compiling.
        """
        compilation = compile_rules(files)
        rules = compilation.rules
        if rules is None or is_draft or self._is_reviewed(rules):
            return Review(
                rules=rules,
                faults=tuple(faults_of(compilation.diagnostics)),
                findings=compilation.diagnostics,
            )
        return self._examine(compilation, rules, at)

    def check(self, files: Mapping[str, bytes], at: Instant) -> Review:
        """All findings, of whatever is kept already, too."""
        compilation = compile_rules(files)
        if compilation.rules is None:
            return Review(faults=tuple(faults_of(compilation.diagnostics)), findings=compilation.diagnostics)
        return self._examine(compilation, compilation.rules, at)

    def _examine(self, compilation: Compilation, rules: CompiledRules, at: Instant) -> Review:
        products = self.documents.products_among(rules.offered_skus)
        findings = (*compilation.diagnostics, *self.lint(rules, at=at, products=products))
        if faults := tuple(faults_of(findings)):
            return Review(rules=rules, faults=faults, findings=findings)
        run = self.run_cases(compilation)
        findings = (*findings, *(found for found in run.findings if found not in findings))
        return Review(
            rules=rules,
            faults=(*faults_of(run.findings), *run.failures),
            findings=findings,
            case_count=run.case_count,
        )

    def _is_reviewed(self, rules: CompiledRules) -> bool:
        version = self.versions.find_version(rules.digest)
        return version is not None and version.state in REVIEWED

    def _compiled(self, digest: Digest) -> Review:
        return Review(rules=self.documents.compiled_rules(digest))

    def _ready_to_roll_back(self, command: RollbackRules) -> RollbackRules:
        """Looked up now; what is in force now is expected still to be when the engine's turn comes."""
        active = self.versions.find_version_in(VersionState.ACTIVE)
        expected = command.expected_active_digest or (active.digest if active else NO_DIGEST)
        if command.digest:
            digest = self.versions.resolve_version(command.digest).digest
        else:
            digest = version_before(active)
        return replace(command, digest=digest, expected_active_digest=expected, review=self._compiled(digest))


def version_before(active: RuleVersion | None) -> Digest:
    """What a rollback without a digest leads to. Refuses with NO_EARLIER_RULES."""
    if active is None:
        raise RouterError(
            Reason.NO_EARLIER_RULES, "no rules are in force, so there is nothing to go back from"
        )
    if not active.before:
        raise RouterError(
            Reason.NO_EARLIER_RULES,
            f"no rules were in force before version `{active.digest[:SHORT]}`; name one with rules_digest",
            rules_digest=active.digest,
        )
    return active.before


def faults_of(findings: Sequence[Diagnostic]) -> Iterator[Violation]:
    """The errors among findings as violations; a violation's field is `file:line:column`."""
    for found in findings:
        if found.severity is Severity.ERROR:
            help_text = f"; {found.help}" if found.help else ""
            yield Violation(
                f"{found.file}:{found.line}:{found.column}", found.code.value, f"{found.message}{help_text}"
            )
