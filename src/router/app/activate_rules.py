"""Activate rules: from the next batch on, decisions follow these files."""

from collections.abc import Iterator

from router.app.answers import RulesActivated
from router.app.books import Books
from router.app.changes import Changes
from router.app.commands import ActivateRules
from router.app.documents import rules_document
from router.app.records import EventKind
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError, Violation
from router.routing.network import PreparedNetwork
from router.rules.diagnostics import Diagnostic, Severity
from router.rules.ruleset import CompiledRules, compile_rules


def activate_rules(books: Books, command: ActivateRules, at: Instant) -> tuple[Changes, RulesActivated]:
    """Refuses with RULES_INVALID and all findings when any is an error, or when the rules do not fit the network."""
    compilation = compile_rules(command.files)
    errors = [found for found in compilation.diagnostics if found.severity is Severity.ERROR]
    refuse(violation_of(found) for found in errors)
    rules = compilation.rules
    assert rules is not None, "files without errors compile"
    if books.network is not None:
        refuse(misfits(rules, books.network))
    changes = Changes(
        after=books.head,
        time=at,
        rules=rules,
        documents=(rules_document(command.files, rules.digest, at),),
    )
    told = "; ".join(part for part in (f"{rules.rule_count} rules", command.author, command.reason) if part)
    changes.tell(EventKind.RULES_ACTIVATED, subject=rules.digest, text=told)
    return changes, RulesActivated(rules_digest=rules.digest, rule_count=rules.rule_count)


def refuse(faults: Iterator[Violation]) -> None:
    """Refuse when there are faults, naming the first."""
    if violations := tuple(faults):
        count = len(violations)
        raise RouterError(
            Reason.RULES_INVALID,
            f"the rules have {count} error{'' if count == 1 else 's'}; the first: {violations[0].field}:"
            f" {violations[0].description}",
            violations=violations,
        )


def violation_of(found: Diagnostic) -> Violation:
    """A finding as a violation; its field is `file:line:column`."""
    help_text = f"; {found.help}" if found.help else ""
    return Violation(
        f"{found.file}:{found.line}:{found.column}", found.code.value, f"{found.message}{help_text}"
    )


def misfits(rules: CompiledRules, network: PreparedNetwork) -> Iterator[Violation]:
    """What the rules say that the network in force cannot mean."""
    currency = network.network.currency
    if rules.currency not in (None, "", currency):
        yield Violation(
            "currency", "CURRENCY_DIFFERS", f"the rules charge {rules.currency}, the network says {currency}"
        )
    for service_level_id in sorted(rules.service_ids_named):
        if service_level_id not in network.service_index:
            yield Violation(
                rules.service_ids_named[service_level_id],
                "UNKNOWN_SERVICE_LEVEL",
                f"the network has no service level `{service_level_id}`",
            )
