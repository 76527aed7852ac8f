"""What versions of the rules ask a store; a part of `app.ports.Reader`."""

from collections.abc import Sequence
from typing import Protocol

from router.app.records.rule_versions import RuleVersion, VersionChange, VersionState


class VersionReader(Protocol):
    """Of everything committed."""

    def find_version(self, digest: str) -> RuleVersion | None: ...

    def find_version_in(self, state: VersionState) -> RuleVersion | None:
        """The one version in a state that only one can have."""
        ...

    def list_versions_like(self, prefix: str, limit: int) -> Sequence[RuleVersion]:
        """Those whose digest begins like that."""
        ...

    def list_versions(self, before: int | None, limit: int) -> Sequence[RuleVersion]:
        """By number, the last one first; those before a number unless it is None."""
        ...

    def list_version_changes(self, before: int | None, limit: int, digest: str) -> Sequence[VersionChange]:
        """By number, the last one first; of one version unless `digest` is empty."""
        ...
