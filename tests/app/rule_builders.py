"""Rule files for a shop, and the review that every command about them needs."""

from typing import Any

from router.app.commands.rules import RulesCommand
from router.app.rules.review import CasesRun, Reviewer
from router.domain.reasons import Violation
from tests.app.builders import Shop


def rules_without(node_id: str) -> str:
    """A pack that drops one node."""
    return f"""\
kind: RuleSet/v1
id: flood
owner: logistics
priority: 10
currency: EUR
timezone: Europe/Paris
applies: true
filters:
  - id: no-{node_id}
    when: node.id == "{node_id}"
    keep: false
    because: the warehouse is under water
"""


def a_reviewer(shop: Shop, failing_case: str = "") -> Reviewer:
    """A reviewer without a linter; `failing_case` is the place of a case that fails."""
    failures = (Violation(failing_case, "CASE_FAILED", "expected lyon, got nice"),) if failing_case else ()

    def no_lint(rules: Any, *, at: Any, products: Any = None) -> tuple[()]:
        return ()

    def run_cases(compilation: Any) -> CasesRun:
        return CasesRun(case_count=1, failures=failures)

    return Reviewer(
        versions=shop.queries.versions, documents=shop.queries.documents, lint=no_lint, run_cases=run_cases
    )


def ready(shop: Shop, command: RulesCommand) -> RulesCommand:
    """The command as the engine wants it."""
    return a_reviewer(shop).ready(command, shop.clock.now())
