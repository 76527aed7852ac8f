"""The checks that a version has to pass besides compiling: the exact linter, and the cases beside the rules."""

from collections.abc import Container, Sequence

from router.app.rules.review import CASE_FAILED, CasesRun
from router.domain.identifiers import Instant
from router.domain.reasons import Violation
from router.planning.cases.case_run import run_cases
from router.rules.diagnostics import Diagnostic
from router.rules.lint.lint import lint
from router.rules.ruleset import Compilation, CompiledRules


def lint_rules(
    rules: CompiledRules, *, at: Instant, products: Container[str] | None = None
) -> Sequence[Diagnostic]:
    """Exact: what a look at single facts leaves open is asked of the solver, which may take seconds."""
    return lint(rules, at=at, products=products)


def lint_rules_fast(
    rules: CompiledRules, *, at: Instant, products: Container[str] | None = None
) -> Sequence[Diagnostic]:
    """Without the solver, for a server that starts: nobody should wait for proofs then."""
    return lint(rules, at=at, products=products, exact=False)


def run_rule_cases(compilation: Compilation) -> CasesRun:
    """Each case that fails, a violation at its place. Cases that cannot be read are findings."""
    report = run_cases(compilation)
    failures = tuple(Violation(one.position, CASE_FAILED, one.sentence) for one in report.failed)
    return CasesRun(case_count=len(report.results), failures=failures, findings=report.diagnostics)
