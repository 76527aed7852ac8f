"""Start and stop a shadow: a version that decides every order too, without effect."""

from router.app.answers.rules import ShadowChanged
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.rules import StartShadow, StopShadow
from router.app.records.rule_versions import SHORT, VersionAction, VersionState
from router.app.rules.stage_rules import note_of, reviewed_rules
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError


def start_shadow(books: Books, command: StartShadow, at: Instant) -> tuple[Changes, ShadowChanged]:
    """Refuses with RULES_STATE_FORBIDS unless the version is checked and no other is in shadow."""
    rules = reviewed_rules(books, command)
    running = books.find_version_in(VersionState.SHADOW)
    if running is not None:
        by = f", started by {running.last.author}" if running.last.author else ""
        raise RouterError(
            Reason.RULES_STATE_FORBIDS,
            f"version `{running.digest[:SHORT]}` is in shadow already{by}; read its report and stop it first",
            rules_digest=running.digest,
            state=running.state.name,
            action=VersionAction.START_SHADOW.name,
        )
    changes = Changes(after=books.head, time=at)
    changes.step(
        books.versions.get(rules.digest),
        VersionAction.START_SHADOW,
        note_of(command),
        digest=rules.digest,
        rule_count=rules.rule_count,
    )
    return changes, ShadowChanged(rules_digest=rules.digest)


def stop_shadow(books: Books, command: StopShadow, at: Instant) -> tuple[Changes, ShadowChanged]:
    """The version is checked again. Refuses with SHADOW_NOT_RUNNING."""
    running = books.find_version_in(VersionState.SHADOW)
    if running is None:
        raise no_shadow()
    changes = Changes(after=books.head, time=at)
    changes.step(
        running,
        VersionAction.STOP_SHADOW,
        note_of(command),
        digest=running.digest,
        rule_count=running.rule_count,
    )
    return changes, ShadowChanged(rules_digest=running.digest)


def no_shadow() -> RouterError:
    return RouterError(
        Reason.SHADOW_NOT_RUNNING, "no version is in shadow; stage one and start a shadow with it"
    )
