"""Activate rules: from the next batch on, decisions follow these files. And go back, in one step."""

from datetime import UTC, datetime

from router.app.answers.rules import RulesActivated
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.documents import rules_document
from router.app.commands.rules import ActivateRules, RollbackRules, RulesWrite
from router.app.records.rule_versions import NO_DIGEST, SHORT, WORDS, VersionAction, VersionState
from router.app.rules.stage_rules import note_of, reviewed_rules
from router.domain.identifiers import Digest, Instant
from router.domain.reasons import Reason, RouterError
from router.rules.ruleset import CompiledRules


def activate_rules(books: Books, command: ActivateRules, at: Instant) -> tuple[Changes, RulesActivated]:
    """Refuses with RULES_MOVED, NETWORK_MOVED, RULES_INVALID or RULES_STATE_FORBIDS; then nothing changes."""
    expect_active(books, command.expected_active_digest, at)
    expect_network(books, command.expected_network_digest)
    rules = reviewed_rules(books, command)
    changes = Changes(after=books.head, time=at)
    version = books.versions.get(rules.digest)
    if command.files and (version is None or version.state is VersionState.DRAFT):
        changes.documents = (rules_document(command.files, rules.digest, at),)
        changes.step(
            version,
            VersionAction.CHECK,
            note_of(command),
            digest=rules.digest,
            rule_count=rules.rule_count,
        )
    return changes, put_in_force(books, changes, command, rules, VersionAction.ACTIVATE)


def roll_back_rules(books: Books, command: RollbackRules, at: Instant) -> tuple[Changes, RulesActivated]:
    """To the version that the one in force replaced, or a named one that was in force once.

    Refuses with RULES_MOVED, also when the rules in force changed since the command was looked at.
    """
    expect_active(books, command.expected_active_digest, at)
    rules = reviewed_rules(books, command)
    changes = Changes(after=books.head, time=at)
    return changes, put_in_force(books, changes, command, rules, VersionAction.ROLL_BACK)


def put_in_force(
    books: Books, changes: Changes, command: RulesWrite, rules: CompiledRules, action: VersionAction
) -> RulesActivated:
    """Retire what is in force and let `rules` take its place; nothing to do when they are in force already."""
    active = books.rules.digest
    answer = RulesActivated(rules_digest=rules.digest, rule_count=rules.rule_count, replaced_digest=active)
    if rules.digest == active:
        return answer
    note = note_of(command)
    replaced = books.find_version_in(VersionState.ACTIVE)
    if replaced is not None:
        changes.step(
            replaced,
            VersionAction.RETIRE,
            note,
            digest=replaced.digest,
            rule_count=replaced.rule_count,
            other=rules.digest,
        )
    version = changes.versions.get(rules.digest) or books.versions.get(rules.digest)
    changes.step(
        version,
        action,
        note,
        digest=rules.digest,
        rule_count=rules.rule_count,
        other=NO_DIGEST if replaced is None else replaced.digest,
    )
    changes.rules = rules
    return answer


def expect_active(books: Books, expected: Digest, at: Instant) -> None:
    """Refuse with RULES_MOVED when other rules are in force; says who put them there, when and why."""
    active = books.rules.digest
    if not expected or active == expected:
        return
    version = books.find_version_in(VersionState.ACTIVE)
    if version is None:
        raise RouterError(
            Reason.RULES_MOVED,
            f"no rules are in force, not `{expected[:SHORT]}`; plan again, nothing was changed",
            expected_digest=expected,
            active_digest=active,
        )
    last = version.last
    who = f" by {last.author}" if last.author else ""
    why = f': "{last.reason}"' if last.reason else ""
    raise RouterError(
        Reason.RULES_MOVED,
        f"the rules in force changed: expected `{expected[:SHORT]}`, in force is `{active[:SHORT]}`"
        f" ({WORDS[last.action][1]}{who}, {ago(at - last.time)}{why});"
        " plan again, nothing was changed",
        expected_digest=expected,
        active_digest=active,
        author=last.author,
        because=last.reason,
        change_time=rfc3339(last.time),
    )


def expect_network(books: Books, expected: Digest) -> None:
    """Refuse with NETWORK_MOVED when another network is in force."""
    active = books.head.network_digest
    if expected and active != expected:
        raise RouterError(
            Reason.NETWORK_MOVED,
            f"the network in force changed: expected `{expected[:SHORT]}`, in force is `{active[:SHORT] or 'none'}`;"
            " plan again, nothing was changed",
            expected_digest=expected,
            active_digest=active,
        )


def ago(microseconds: int) -> str:
    """`10 min ago`; the largest unit that is whole."""
    seconds = max(0, microseconds // 1_000_000)
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {'day' if unit == 'days' and count == 1 else unit} ago"
    return f"{seconds} s ago"


def rfc3339(instant: Instant) -> str:
    return datetime.fromtimestamp(instant // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
