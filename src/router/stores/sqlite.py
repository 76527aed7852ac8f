"""Books in one SQLite file: one writer connection for the engine's thread, readers that cannot write apart from it."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import apsw

from router.app.ports import CommitFailed, Reader, StoreError
from router.app.records import Commit
from router.app.versions import VersionState
from router.ledger.accounts import Account, Balance
from router.stores.sqlite_files import open_reader, open_writer, take_lock, translated
from router.stores.sqlite_reader import SqliteReader
from router.stores.sqlite_rows import Value, account_of, change_row, order_row, version_row

_READERS_KEPT_MAX = 8

_PUT_ACCOUNT = (
    "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
    " debits_posted = excluded.debits_posted, credits_posted = excluded.credits_posted,"
    " debits_pending = excluded.debits_pending, credits_pending = excluded.credits_pending,"
    " version = excluded.version"
)
_PUT_RESERVATION = (
    "INSERT INTO reservation VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET posted = excluded.posted, voided = excluded.voided"
)
_PUT_ORDER = (
    'INSERT INTO "order" VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET'
    " state = excluded.state, decision_number = excluded.decision_number, quantities = excluded.quantities"
)

_PUT_VERSION = (
    "INSERT INTO rules_version VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO UPDATE SET"
    " state = excluded.state, before = excluded.before, last_change = excluded.last_change"
)
ONLY_ONE = (VersionState.ACTIVE, VersionState.SHADOW)
"""States that at most one version has."""


class SqliteStore(SqliteReader):
    """The store of one server. Opening it refuses with StoreUnusable; a second server cannot open the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = take_lock(path)
        try:
            self._writer = open_writer(path)
            super().__init__(self._writer)
            with translated(f"cannot read `{path}`"):
                self._account_ids = self._read_account_ids()
        except BaseException:
            self._lock.close()
            raise
        self._idle_readers: deque[apsw.Connection] = deque()
        self._readers_lock = Lock()
        self._is_closed = False

    def _read_account_ids(self) -> dict[Account, int]:
        rows = self._writer.execute("SELECT node_id, sku, lot, bucket, id FROM account ORDER BY id")
        return {account_of(*row[:4]): row[4] for row in rows}

    def commit(self, commit: Commit) -> None:
        """One transaction. The accounts it needs for the first time are numbered in the order of their first entry."""
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            self._write(commit)
            self._writer.execute("COMMIT")
        except apsw.Error as error:
            raise CommitFailed(f"the commit of batch {commit.batch.number} failed: {error}") from error

    def _write(self, commit: Commit) -> None:
        self._put("batch", 5, [_batch_row(commit)])
        self._writer.executemany(_PUT_ACCOUNT, self._account_rows(commit.balances.items()))
        ids = self._account_ids
        entries = [
            (
                entry.position,
                entry.time,
                int(entry.code),
                ids[entry.debit],
                ids[entry.credit],
                entry.quantity,
                entry.pending_position,
                entry.reference,
                entry.line_id,
            )
            for entry in commit.entries
        ]
        self._put("entry", 9, entries)
        self._writer.executemany(
            _PUT_RESERVATION,
            [
                (
                    r.order_id,
                    r.position,
                    ids[r.account],
                    r.line_id,
                    r.shipment,
                    r.quantity,
                    r.posted,
                    r.voided,
                )
                for r in commit.reservations
            ],
        )
        self._put(
            "decision", 4, [(d.number, d.order_id, d.ledger_position, d.body) for d in commit.decisions]
        )
        self._writer.executemany(_PUT_ORDER, map(order_row, commit.orders))
        self._put(
            "event",
            6,
            [(e.position, e.time, int(e.kind), e.order_id, e.subject, e.text) for e in commit.events],
        )
        self._put("outcome", 4, [(o.request_id, o.body_digest, o.time, o.body) for o in commit.outcomes])
        self._writer.execute("DELETE FROM outcome WHERE time < ?", (commit.forget_outcomes_before,))
        self._write_settings(commit)

    def _write_settings(self, commit: Commit) -> None:
        """What most batches leave as it was."""
        self._put("product", 2, [(p.sku, p.body) for p in commit.products], "OR REPLACE")
        documents = [(d.digest, int(d.kind), d.time, d.body) for d in commit.documents]
        self._put("document", 4, documents, "OR IGNORE")
        capacity = [(node_id, day, count) for (node_id, day), count in commit.capacity.items()]
        self._put("capacity", 3, capacity, "OR REPLACE")
        self._put("feed", 2, list(commit.feeds.items()), "OR REPLACE")
        self._write_versions(commit)
        if commit.documents or commit.versions:
            digests = (
                ("rules_digest", commit.head.rules_digest),
                ("network_digest", commit.head.network_digest),
            )
            self._put("meta", 2, list(digests), "OR REPLACE")

    def _write_versions(self, commit: Commit) -> None:
        """Those that leave a state before those that take it: only one may be active, only one in shadow."""
        self._put("rules_change", 9, list(map(change_row, commit.version_changes)))
        for version in sorted(commit.versions, key=lambda one: (one.state in ONLY_ONE, -one.state)):
            self._writer.execute(_PUT_VERSION, version_row(version))

    def _put(self, table: str, width: int, rows: Sequence[tuple[Value, ...]], conflict: str = "") -> None:
        if rows:
            marks = ", ".join("?" * width)
            self._writer.executemany(f"INSERT {conflict} INTO {table} VALUES ({marks})", rows)

    def _account_rows(self, balances: Iterable[tuple[Account, Balance]]) -> Iterator[tuple[Value, ...]]:
        ids = self._account_ids
        for account, balance in balances:
            number = ids.setdefault(account, len(ids) + 1)
            yield (number, account.sku, account.node_id, account.lot, int(account.bucket), *balance)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """One read transaction on a connection of its own. Use it briefly: it keeps the log from being folded in."""
        connection = self._take_reader()
        try:
            connection.execute("BEGIN")
            yield SqliteReader(connection)
        except apsw.Error as error:
            raise StoreError(f"the database cannot be read: {error}") from error
        finally:
            self._give_back(connection)

    def _take_reader(self) -> apsw.Connection:
        with self._readers_lock:
            if self._is_closed:
                raise StoreError("the database is closed")
            if self._idle_readers:
                return self._idle_readers.pop()
        with translated(f"cannot open `{self._path}`"):
            return open_reader(self._path)

    def _give_back(self, connection: apsw.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except apsw.Error:
            connection.close(True)
            return
        with self._readers_lock:
            if not self._is_closed and len(self._idle_readers) < _READERS_KEPT_MAX:
                self._idle_readers.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Folds the log into the file and lets another server open it."""
        with self._readers_lock:
            self._is_closed = True
            while self._idle_readers:
                self._idle_readers.pop().close()
        self._writer.close()
        self._lock.close()


def _batch_row(commit: Commit) -> tuple[Value, ...]:
    batch = commit.batch
    return (batch.number, batch.entry_count, batch.last_position, batch.time, batch.hash)
