"""Stage rules: keep rule files as a version that can be shadowed or put in force."""

from collections.abc import Iterable, Iterator

from router.app.answers.rules import RulesStaged
from router.app.books.books import Books
from router.app.books.changes import Changes, Note
from router.app.books.documents import rules_document
from router.app.commands.rules import RulesWrite, StageRules
from router.app.records.rule_versions import VersionAction, VersionState
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError, Violation
from router.routing.network.prepared import PreparedNetwork
from router.rules.ruleset import CompiledRules


def stage_rules(books: Books, command: StageRules, at: Instant) -> tuple[Changes, RulesStaged]:
    """Refuses with RULES_INVALID and all findings. A version that is kept already only ever goes forward."""
    rules = reviewed_rules(books, command)
    assert command.review is not None, "reviewed_rules has looked at it"
    action = VersionAction.DRAFT if command.is_draft else VersionAction.CHECK
    version = books.versions.get(rules.digest)
    changes = Changes(after=books.head, time=at)
    if version is None or is_forward(version.state, action):
        changes.documents = (rules_document(command.files, rules.digest, at),)
        version = changes.step(
            version, action, note_of(command), digest=rules.digest, rule_count=rules.rule_count
        )
    return changes, RulesStaged(
        rules_digest=rules.digest,
        rule_count=rules.rule_count,
        state=version.state.name,
        case_count=command.review.case_count,
    )


def is_forward(state: VersionState, action: VersionAction) -> bool:
    """Whether staging moves a version in this state; any other is where it should be or further."""
    return action is VersionAction.CHECK and state in (VersionState.DRAFT, VersionState.RETIRED)


def note_of(command: RulesWrite) -> Note:
    return Note(author=command.author, reason=command.reason, origin=command.origin)


def reviewed_rules(books: Books, command: RulesWrite) -> CompiledRules:
    """The rules that were reviewed. Refuses as the review says, and with RULES_INVALID what the network has not."""
    assert command.review is not None, "rules are reviewed before the engine is asked"
    if command.review.refusal is not None:
        raise command.review.refusal
    refuse(command.review.faults)
    rules = command.review.rules
    assert rules is not None, "rules without faults are compiled"
    if books.network is not None:
        refuse(misfits(rules, books.network))
    return rules


def refuse(faults: Iterable[Violation]) -> None:
    """Refuse when there are faults, naming the first."""
    if violations := tuple(faults):
        count = len(violations)
        raise RouterError(
            Reason.RULES_INVALID,
            f"the rules have {count} error{'' if count == 1 else 's'}; the first: {violations[0].field}:"
            f" {violations[0].description}",
            violations=violations,
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
