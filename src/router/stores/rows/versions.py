"""Versions of the rules and what befell them."""

from typing import Any

from router.app.records.rule_versions import RuleVersion, VersionAction, VersionChange, VersionState
from router.domain.identifiers import Digest, Instant
from router.stores.rows.row import Row


def change_row(change: VersionChange) -> tuple[Any, ...]:
    return (
        change.number,
        change.digest,
        int(change.action),
        int(change.state),
        change.time,
        change.author,
        change.reason,
        change.origin,
        change.other,
    )


def change_of(row: Row) -> VersionChange:
    number, digest, action, state, time, author, reason, origin, other = row
    return VersionChange(
        number=number,
        digest=Digest(digest),
        action=VersionAction(action),
        state=VersionState(state),
        time=Instant(time),
        author=author,
        reason=reason,
        origin=origin,
        other=Digest(other),
    )


def version_row(version: RuleVersion) -> tuple[Any, ...]:
    return (
        version.digest,
        version.number,
        version.last.number,
        int(version.state),
        version.rule_count,
        version.before,
    )


def version_of(row: Row) -> RuleVersion:
    """Of a version joined with its first and its last change."""
    digest, state, rule_count, before, *changes = row
    return RuleVersion(
        digest=Digest(digest),
        state=VersionState(state),
        rule_count=rule_count,
        first=change_of(changes[:9]),
        last=change_of(changes[9:]),
        before=Digest(before),
    )
