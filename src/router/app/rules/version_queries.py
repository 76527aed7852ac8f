"""Questions about versions of the rules: which there are, where each is in its life, and how it came there."""

from collections.abc import Mapping

from router.app.books.documents import files_of
from router.app.ports.store import Store
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.app.records.rule_versions import NO_DIGEST, SHORT, RuleVersion, VersionChange, VersionState
from router.domain.reasons import Reason, RouterError


class VersionQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def resolve_version(self, prefix: str) -> RuleVersion:
        """The one version whose digest begins like that. Refuses with DOCUMENT_NOT_FOUND none and several."""
        with self._store.reader() as reader:
            found = reader.list_versions_like(prefix, 2) if prefix else ()
        if len(found) == 1:
            return found[0]
        what = (
            f"several versions begin with `{prefix}`; give more of the digest"
            if found
            else f"no version of the rules begins with `{prefix[:SHORT]}`; list them with ListRuleVersions"
        )
        raise RouterError(Reason.DOCUMENT_NOT_FOUND, what, digest=prefix)

    def find_version(self, digest: str) -> RuleVersion | None:
        """By its whole digest."""
        with self._store.reader() as reader:
            return reader.find_version(digest)

    def find_version_in(self, state: VersionState) -> RuleVersion | None:
        """The one in SHADOW or ACTIVE."""
        with self._store.reader() as reader:
            return reader.find_version_in(state)

    def get_version(self, prefix: str) -> tuple[RuleVersion, Mapping[str, bytes]]:
        """A version with its files; without a digest the one in force. Refuses with DOCUMENT_NOT_FOUND."""
        version = self.resolve_version(prefix) if prefix else self.find_version_in(VersionState.ACTIVE)
        if version is None:
            raise RouterError(Reason.DOCUMENT_NOT_FOUND, "no rules are in force; activate some first")
        with self._store.reader() as reader:
            document = reader.find_document(version.digest)
        assert document is not None, "the files of every version are kept"
        return version, files_of(document)

    def list_versions(self, page_size: int, page_token: str) -> Page[RuleVersion]:
        """The one staged last first."""
        size, before = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            return page_of(reader.list_versions(before, size + 1), size, lambda version: version.number)

    def list_version_changes(self, page_size: int, page_token: str, prefix: str) -> Page[VersionChange]:
        """The latest first; of one version unless `prefix` is empty. Refuses with DOCUMENT_NOT_FOUND."""
        size, before = size_of(page_size), key_of(page_token, int)
        digest = self.resolve_version(prefix).digest if prefix else NO_DIGEST
        with self._store.reader() as reader:
            rows = reader.list_version_changes(before, size + 1, digest)
            return page_of(rows, size, lambda change: change.number)
