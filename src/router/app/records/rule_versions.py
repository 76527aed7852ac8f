"""The life of a rule version: its states, what may be done to it in each, and the record of every step.

    (new) --> DRAFT --> CHECKED ---------> ACTIVE --> RETIRED
                          |  ^               ^
                          v  |               |
                         SHADOW -------------+

From new to CHECKED at once when everything passes; from RETIRED back to ACTIVE, or to CHECKED when staged again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from router.domain.identifiers import Digest, Instant
from router.domain.reasons import Reason, RouterError

NO_DIGEST = Digest("")
SHORT = 12
"""Characters of a digest that people are shown."""


class VersionState(IntEnum):
    """Where a version is in its life. Numbers are stored and never change their meaning."""

    DRAFT = 1
    CHECKED = 2
    SHADOW = 3
    ACTIVE = 4
    RETIRED = 5


class VersionAction(IntEnum):
    """What is done to a version. Numbers are stored and never change their meaning."""

    DRAFT = 1
    CHECK = 2
    START_SHADOW = 3
    STOP_SHADOW = 4
    ACTIVATE = 5
    ROLL_BACK = 6
    RETIRE = 7


State, Action = VersionState, VersionAction

TRANSITIONS: Mapping[tuple[VersionState | None, VersionAction], VersionState] = {
    (None, Action.DRAFT): State.DRAFT,
    (None, Action.CHECK): State.CHECKED,
    (State.DRAFT, Action.CHECK): State.CHECKED,
    (State.CHECKED, Action.START_SHADOW): State.SHADOW,
    (State.SHADOW, Action.STOP_SHADOW): State.CHECKED,
    (State.CHECKED, Action.ACTIVATE): State.ACTIVE,
    (State.SHADOW, Action.ACTIVATE): State.ACTIVE,
    (State.ACTIVE, Action.RETIRE): State.RETIRED,
    (State.RETIRED, Action.CHECK): State.CHECKED,
    (State.RETIRED, Action.ACTIVATE): State.ACTIVE,
    (State.RETIRED, Action.ROLL_BACK): State.ACTIVE,
    (State.CHECKED, Action.ROLL_BACK): State.ACTIVE,
    (State.SHADOW, Action.ROLL_BACK): State.ACTIVE,
}
"""All that may be done; None is a version that is not kept yet. What is missing here is refused."""

WORDS: Mapping[VersionAction, tuple[str, str]] = {
    Action.DRAFT: ("draft", "drafted"),
    Action.CHECK: ("check", "checked"),
    Action.START_SHADOW: ("start a shadow with", "put in shadow"),
    Action.STOP_SHADOW: ("stop the shadow of", "taken out of shadow"),
    Action.ACTIVATE: ("activate", "activated"),
    Action.ROLL_BACK: ("roll back to", "rolled back to"),
    Action.RETIRE: ("retire", "retired"),
}
"""How people say it: what is to be done, and that it was done."""

NEXT_STEP: Mapping[VersionState, str] = {
    State.DRAFT: "stage it without `draft` to have it checked",
    State.CHECKED: "start a shadow with it or activate it",
    State.SHADOW: "stop the shadow or activate it",
    State.ACTIVE: "it is in force; nothing is left to do",
    State.RETIRED: "stage its files again, or roll back to it",
}
"""What can be done instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
    """One step: who did what to which version, when, why, and what it came from.

    `number` is the position of the event that told it. `other` of an activation is the version in force before, of a
    retirement the one in force from then on.
    """

    number: int
    digest: Digest
    action: VersionAction
    state: VersionState
    time: Instant
    author: str = ""
    reason: str = ""
    origin: str = ""
    other: Digest = NO_DIGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """A version and where it is in its life.

    `before` is the version that its latest activation replaced, which is where a rollback leads; a rollback to it
    leaves that as it is, so that rolling back twice goes back two versions.
    """

    digest: Digest
    state: VersionState
    rule_count: int
    first: VersionChange
    last: VersionChange
    before: Digest = NO_DIGEST

    @property
    def number(self) -> int:
        """Its place among all versions, rising in the order in which they were kept."""
        return self.first.number


def next_state(version: RuleVersion | None, digest: Digest, action: VersionAction) -> VersionState:
    """Where `action` leads. Refuses with RULES_STATE_FORBIDS what the table does not have."""
    state = None if version is None else version.state
    if (after := TRANSITIONS.get((state, action))) is not None:
        return after
    assert version is not None, "a version that is not kept is drafted or checked first"
    raise RouterError(
        Reason.RULES_STATE_FORBIDS,
        f"cannot {WORDS[action][0]} version `{digest[:SHORT]}`: it is {version.state.name.lower()};"
        f" {NEXT_STEP[version.state]}",
        rules_digest=digest,
        state=version.state.name,
        action=action.name,
    )
