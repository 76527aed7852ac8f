"""The part of the memory store that holds versions of the rules, and what was done to them."""

from collections.abc import Sequence
from itertools import islice

from router.app.records.commit import Commit
from router.app.records.rule_versions import RuleVersion, VersionChange, VersionState


class MemoryVersions:
    """Versions as of the last commit, and all changes."""

    def __init__(self) -> None:
        super().__init__()
        self._versions: dict[str, RuleVersion] = {}
        self._version_changes: list[VersionChange] = []

    def _keep_versions(self, commit: Commit) -> None:
        self._versions.update((version.digest, version) for version in commit.versions)
        self._version_changes.extend(commit.version_changes)

    def find_version(self, digest: str) -> RuleVersion | None:
        return self._versions.get(digest)

    def find_version_in(self, state: VersionState) -> RuleVersion | None:
        return next((version for version in self._versions.values() if version.state is state), None)

    def list_versions_like(self, prefix: str, limit: int) -> Sequence[RuleVersion]:
        matching = sorted(digest for digest in self._versions if digest.startswith(prefix))
        return tuple(self._versions[digest] for digest in matching[:limit])

    def list_versions(self, before: int | None, limit: int) -> Sequence[RuleVersion]:
        matching = (
            version
            for version in reversed(self._versions.values())
            if before is None or version.number < before
        )
        return tuple(islice(matching, limit))

    def list_version_changes(self, before: int | None, limit: int, digest: str) -> Sequence[VersionChange]:
        matching = (
            change
            for change in reversed(self._version_changes)
            if (before is None or change.number < before) and (not digest or change.digest == digest)
        )
        return tuple(islice(matching, limit))
