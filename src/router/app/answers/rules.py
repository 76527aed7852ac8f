"""Versions of the rules were staged, put in force, or followed."""

from dataclasses import dataclass

from router.app.records.rule_versions import NO_DIGEST
from router.domain.identifiers import (
    Digest,
)
from router.ledger.orders import LineQuantities as LineQuantities


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesStaged:
    """A version is kept; `state` is a name of `app.versions.VersionState`."""

    rules_digest: Digest
    rule_count: int
    state: str
    case_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesActivated:
    """A version is in force. `replaced_digest` is what was in force before; itself when nothing changed."""

    rules_digest: Digest
    rule_count: int
    replaced_digest: Digest = NO_DIGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowChanged:
    """A shadow began or ended."""

    rules_digest: Digest
