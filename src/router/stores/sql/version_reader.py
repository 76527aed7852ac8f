"""Questions about documents, and about versions of the rules and their changes."""

from collections.abc import Sequence

from router.app.records.documents import Document
from router.app.records.rule_versions import RuleVersion, VersionChange, VersionState
from router.stores import tables
from router.stores.rows.documents import document_of
from router.stores.rows.versions import change_of, version_of
from router.stores.sql.questions import SqlQuestions
from router.stores.sql.statements import columns, select

_CHANGE = select(tables.RULES_CHANGE)
_VERSION = (
    "SELECT v.digest, v.state, v.rule_count, v.before,"
    f" {columns(tables.RULES_CHANGE, 'f')}, {columns(tables.RULES_CHANGE, 'l')}"
    " FROM rules_version v JOIN rules_change f ON f.number = v.first_change"
    " JOIN rules_change l ON l.number = v.last_change"
)


class SqlVersionReader(SqlQuestions):
    """The part of a reader that tells which documents and versions there are."""

    def find_document(self, digest: str) -> Document | None:
        row = self._row(f"{select(tables.DOCUMENT)} WHERE digest = ?", digest)
        return None if row is None else document_of(row)

    def find_version(self, digest: str) -> RuleVersion | None:
        row = self._row(f"{_VERSION} WHERE v.digest = ?", digest)
        return None if row is None else version_of(row)

    def find_version_in(self, state: VersionState) -> RuleVersion | None:
        row = self._row(f"{_VERSION} WHERE v.state = ?", int(state))
        return None if row is None else version_of(row)

    def list_versions_like(self, prefix: str, limit: int) -> Sequence[RuleVersion]:
        statement = f"{_VERSION} WHERE substr(v.digest, 1, ?) = ? ORDER BY v.digest LIMIT ?"
        return tuple(map(version_of, self._rows(statement, len(prefix), prefix, limit)))

    def list_versions(self, before: int | None, limit: int) -> Sequence[RuleVersion]:
        conditions = (("v.first_change < ?", before),)
        return tuple(map(version_of, self._page(_VERSION, conditions, "v.first_change DESC", limit)))

    def list_version_changes(self, before: int | None, limit: int, digest: str) -> Sequence[VersionChange]:
        conditions = (("number < ?", before), ("digest = ?", digest or None))
        return tuple(map(change_of, self._page(_CHANGE, conditions, "number DESC", limit)))
