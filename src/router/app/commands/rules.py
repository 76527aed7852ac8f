"""The life of a version of the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from router.app.commands.write import Write
from router.app.records.rule_versions import NO_DIGEST
from router.domain.identifiers import Digest
from router.domain.reasons import RouterError, Violation
from router.rules.diagnostics import Diagnostic
from router.rules.ruleset import CompiledRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What was found in rules beside the engine's thread, so that no file can hold it up.

    `refusal`, or any `faults`: refuse; it is the engine that does, because only it knows whether the command is a
    repeated one that was answered before. `findings` are for people to read.
    """

    rules: CompiledRules | None = None
    refusal: RouterError | None = None
    faults: tuple[Violation, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    case_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesWrite(Write):
    """Something done to a version of the rules; `review` is added by `app/rules/review.py` before the engine is asked.

    `origin` says what it comes from, for example the summary of a plan.
    """

    author: str = ""
    reason: str = ""
    origin: str = ""
    review: Review | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRules(RulesWrite):
    files: Mapping[str, bytes]
    is_draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateRules(RulesWrite):
    """Either `files` or the `digest` of a version. Empty expectations are not held against anything."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    digest: Digest = NO_DIGEST
    expected_active_digest: Digest = NO_DIGEST
    expected_network_digest: Digest = NO_DIGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRules(RulesWrite):
    """To `digest`, or without one to the version that was in force before."""

    digest: Digest = NO_DIGEST
    expected_active_digest: Digest = NO_DIGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class StartShadow(RulesWrite):
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class StopShadow(RulesWrite):
    pass


RulesCommand = StageRules | ActivateRules | RollbackRules | StartShadow | StopShadow
