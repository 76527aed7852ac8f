"""Books in one SQLite file: one writer connection for the engine's thread, readers that cannot write apart from it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import apsw
import msgspec

from router.app.ports.store import CommitRefused, Reader, StoreError, Unshared
from router.app.records.commit import Commit, DiskUse
from router.ledger.accounts import Account
from router.stores.account_ids import AccountIds
from router.stores.commit_rows import gone_rows_of, holds_personal_data, old_rows_of, rows_of
from router.stores.pool import Pool
from router.stores.rows.row import Row, Value
from router.stores.sql.reader import SqlReader
from router.stores.sql.statements import delete, delete_one, find_accounts, insert
from router.stores.sqlite.at_once import at_once, insert_rows
from router.stores.sqlite.counts import count_on, open_counts
from router.stores.sqlite.faults import find_room, one_transaction
from router.stores.sqlite.files import (
    disk_use,
    open_reader,
    open_writer,
    refuse_other_file,
    take_lock,
    translated,
)
from router.stores.sqlite.log import LogKeeper
from router.stores.table import Table


class SqliteReader(SqlReader):
    """What one connection sees."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def _rows(self, statement: str, *values: Value) -> Iterator[Row]:
        try:
            yield from self._connection.execute(statement, values)
        except apsw.Error as error:
            raise StoreError(f"the database cannot be read: {error}") from error

    def _among(self, column: str) -> str:
        return f"{column} IN (SELECT value FROM json_each(?))"

    def _keys(self, keys: Sequence[Any]) -> Value:
        return msgspec.json.encode(keys).decode()


class SqliteStore(Unshared, SqliteReader):
    """The store of one server. Opening it refuses with StoreUnusable; a second server cannot open the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        refuse_other_file(path)
        self._lock = take_lock(path)
        try:
            self._writer = open_writer(path)
            open_counts(self._writer)
            self._log_keeper = LogKeeper(self._writer, path)
            super().__init__(self._writer)
            with translated(f"cannot read `{path}`"):
                self._account_ids = AccountIds(self._find_accounts, self.count_accounts())
        except BaseException:
            self._lock.close()
            raise
        self._pool = Pool(self._open_reader, is_fit, close_reader)

    def commit(self, commit: Commit) -> None:
        """One transaction. The accounts it needs for the first time are numbered in the order of their first entry."""
        try:
            with one_transaction(self._writer, f"the commit of batch {commit.batch.number}"):
                self._write(commit)
        except CommitRefused:
            # Only the file says which of the accounts that it numbered are there. The next commit would count on those
            # that are not, and take their numbers for given.
            self._account_ids.forget(self.count_accounts())
            raise
        if commit.erased_customers:
            self._log_keeper.must_empty = True
        if self._log_keeper.must_empty:
            self._log_keeper.empty(self._writer)

    def tidy(self) -> None:
        """Lets the log be folded into the file if it is long."""
        self._log_keeper.fold(self._writer)

    def probe(self) -> None:
        """Raises CommitRefused while there is no room for a commit of ordinary size."""
        find_room(self._path, self._writer)

    def disk_use(self) -> DiskUse:
        """As the file system tells it."""
        return disk_use(self._path)

    def _write(self, commit: Commit) -> None:
        numbered = self._account_ids.number(commit)
        # What moves within the file or goes leaves no copy behind. That costs writes, so only where it matters.
        self._writer.pragma("secure_delete", holds_personal_data(commit))
        for gone in gone_rows_of(commit):
            self._writer.executemany(delete_one(gone), [(value,) for value in gone.values])
        count_on(self._writer, commit, numbered)
        for table, rows in rows_of(commit, numbered):
            if rows:
                insert_rows(self._writer, table, rows)
        for old in old_rows_of(commit):
            self._writer.execute(delete(old), (old.limit,))

    def _find_accounts(self, accounts: Sequence[Account]) -> dict[Account, int]:
        try:
            found = [id for some in at_once(self._writer, find_accounts, accounts) for (id,) in some]
        except apsw.Error as error:
            raise StoreError(f"the database cannot be read: {error}") from error
        if None in found:
            raise StoreError("the database lacks accounts that the books have")
        return dict(zip(accounts, found, strict=True))

    def fill(self, parts: Iterable[tuple[Table, Iterable[Row]]], check: Callable[[SqlReader], None]) -> None:
        """Write rows of another store, all of them and only if `check` lets them pass."""
        with one_transaction(self._writer, "the copy"):
            for table, rows in parts:
                self._writer.executemany(insert(table), rows)
            check(self)

    def reader(self) -> AbstractContextManager[Reader]:
        """One read transaction on a connection of its own. Use it briefly: it keeps the log from being folded in."""
        return read_by(self._pool)

    def _open_reader(self) -> apsw.Connection:
        with translated(f"cannot open `{self._path}`"):
            return open_reader(self._path)

    def close(self) -> None:
        """Folds the log into the file and lets another server open it."""
        self._pool.close()
        try:
            self._log_keeper.beside.close()
            self._writer.close()
        finally:
            self._lock.close()


def is_fit(connection: apsw.Connection) -> bool:
    """Whether its transaction could be ended."""
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except apsw.Error:
        return False
    return True


def close_reader(connection: apsw.Connection) -> None:
    connection.close(True)


@contextmanager
def read_by(pool: Pool[apsw.Connection]) -> Iterator[Reader]:
    """One read transaction on a connection of the pool."""
    with pool.one() as connection:
        try:
            connection.execute("BEGIN")
            yield SqliteReader(connection)
        except apsw.Error as error:
            raise StoreError(f"the database cannot be read: {error}") from error
