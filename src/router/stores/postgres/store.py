"""Books in a PostgreSQL database that any number of engines share.

Who commits has the turn: it has locked one row. With the lock it gets the news, all that the others committed since,
in one round trip; the commit is another one, and lets the row go. A process that dies lets it go, too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from itertools import count, islice
from time import monotonic, sleep
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from router.app.ports.store import (
    CommitFailed,
    CommitRefused,
    Reader,
    StoreError,
    StoreUnreachable,
    StoreUnusable,
    TurnLost,
)
from router.app.records.commit import Commit, DiskUse
from router.ledger.accounts import Account
from router.stores.account_ids import AccountIds
from router.stores.addresses import shown
from router.stores.pool import Pool
from router.stores.postgres.arrays import pack_columns, pack_integers, pack_texts
from router.stores.postgres.connect import (
    UNREACHABLE,
    Connection,
    connect,
    migrate,
    one_line,
    translated,
)
from router.stores.postgres.news import unpack_news
from router.stores.postgres.write import insert_all, write
from router.stores.rows.journal import account_of
from router.stores.rows.row import Row, Value
from router.stores.sql.reader import SqlReader
from router.stores.table import Table

UNREACHABLE_SECONDS_MAX = 30.0
"""How long a lost database is tried again before the batch is given up."""

WITHOUT_ROOM = (psycopg.errors.DiskFull, psycopg.errors.ReadOnlySqlTransaction)
LOST = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)

_PAUSE_SECONDS = 0.1
_STREAM_ROWS = 5_000

_TAKE_TURN = "SELECT value FROM meta WHERE key = 'turn' FOR UPDATE"
_LAST_BATCH = "SELECT number FROM batch ORDER BY number DESC LIMIT 1"
_NEWS = "SELECT batch, body FROM news WHERE batch > %s ORDER BY batch"
_NEW_ACCOUNTS = "SELECT node_id, sku, lot, bucket, id FROM account WHERE id > %s ORDER BY id"
_FIND_ACCOUNTS = (
    "SELECT a.node_id, a.sku, a.lot, a.bucket, a.id"
    " FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[]) AS n (sku, node_id, lot, bucket)"
    " JOIN account a ON (a.sku, a.node_id, a.lot, a.bucket) = (n.sku, n.node_id, n.lot, n.bucket)"
)
_BEGIN_LOOK = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_BEGIN_TURN = "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE"

_cursor_numbers = count(1)


@cache
def in_dialect(statement: str) -> str:
    """Parameters are `%s` for this driver."""
    return statement.replace("?", "%s")


class PostgresReader(SqlReader):
    """What one connection sees."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _rows(self, statement: str, *values: Value) -> Iterator[Row]:
        with translated("the database cannot be read"):
            yield from self._connection.execute(in_dialect(statement), values, binary=True)

    def _among(self, column: str) -> str:
        return f"{column} = ANY(?)"

    def _keys(self, keys: Sequence[Any]) -> Value:
        return pack_integers(keys) if isinstance(keys[0], int) else pack_texts(keys)

    def _stream(self, statement: str) -> Iterator[Row]:
        """Some rows at a time, whatever their number; that needs a transaction."""
        if self._connection.info.transaction_status is TransactionStatus.IDLE:
            yield from self._rows(statement)
            return
        with (
            translated("the database cannot be read"),
            self._connection.cursor(f"stream_{next(_cursor_numbers)}") as cursor,
        ):
            cursor.itersize = _STREAM_ROWS
            # Who reads a table whole reads it as it lies.
            self._connection.execute("SET LOCAL enable_seqscan = on")
            cursor.execute(statement, binary=True)
            self._connection.execute("SET LOCAL enable_seqscan = off")
            yield from cursor


class PostgresStore(PostgresReader):
    """The store of one of any number of engines. Opening it refuses with StoreUnusable."""

    is_shared = True

    def __init__(self, url: str, *, unreachable_seconds_max: float = UNREACHABLE_SECONDS_MAX) -> None:
        self._url = url
        self._unreachable_seconds_max = unreachable_seconds_max
        super().__init__(open_migrated(url))
        self._account_ids = AccountIds(self._find_accounts, self.count_accounts())
        self._pool = Pool(partial(connect, url), is_fit, lambda connection: connection.close())
        self._has_turn = False
        self._seen = 0
        self._oldest_outcome = 0
        """No outcome in the database is older: those that others record come later than all before."""
        self._news: list[Commit] = []

    @contextmanager
    def look(self) -> Iterator[None]:
        """The store's own reads are of one state: the newest. Nobody is kept from committing."""
        self._begin(_BEGIN_LOOK)
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Alone to commit, on the newest state, until the commit or the end."""
        self._begin(_BEGIN_TURN, _TAKE_TURN)
        self._has_turn = True
        try:
            yield
        finally:
            self._has_turn = False
            self._leave()

    def read_news(self, after: int) -> Sequence[Commit] | None:
        """What `look` or `turn` found committed behind a batch, unless it is not known any more."""
        wanted = [commit for commit in self._news if commit.batch.number > after]
        is_whole = [commit.batch.number for commit in wanted] == list(range(after + 1, self._seen + 1))
        self._news = []
        return wanted if is_whole else None

    def commit(self, commit: Commit) -> None:
        """Ends the turn, or takes one for itself.

        A connection that breaks on the way is opened again, and the database is asked whether the batch is there.
        """
        if not self._has_turn:
            self._begin(_BEGIN_TURN, _TAKE_TURN)
        count_before = self._account_ids.count
        try:
            numbered = self._account_ids.number(commit)
            with self._connection.pipeline():
                left = write(self._connection, commit, numbered, self._oldest_outcome)
                self._connection.execute("COMMIT")
        except psycopg.Error as error:
            if not self._is_there_after_all(commit, error):
                self._account_ids.forget(count_before)
                raise self._failure(commit, error) from error
            left = None
        self._seen = commit.batch.number
        if left is not None:
            row = left.fetchone()
            self._oldest_outcome = commit.batch.time if row is None or row[0] is None else int(str(row[0]))

    def _find_accounts(self, accounts: Sequence[Account]) -> dict[Account, int]:
        keys = [(one.sku, one.node_id, one.lot, int(one.bucket)) for one in accounts]
        columns = list(map(list, zip(*keys, strict=True)))
        return accounts_of(self._connection.execute(_FIND_ACCOUNTS, columns, binary=True).fetchall())

    def _failure(self, commit: Commit, error: psycopg.Error) -> StoreError:
        self._leave()
        what = f"the commit of batch {commit.batch.number} failed: {one_line(error)}"
        if isinstance(error, WITHOUT_ROOM):
            return CommitRefused(f"the database takes no writes: {one_line(error)}")
        return TurnLost(what) if isinstance(error, (*LOST, *UNREACHABLE)) else CommitFailed(what)

    def _is_there_after_all(self, commit: Commit, error: psycopg.Error) -> bool:
        """Whether a commit whose answer was lost was done. Raises CommitFailed when nobody can say."""
        if not self._connection.closed:
            return False
        try:
            # Whoever held the turn, our own lost session too, has committed or not once it is ours again.
            self._begin(_BEGIN_TURN, _TAKE_TURN)
            found = self._row("SELECT hash FROM batch WHERE number = ?", commit.batch.number)
        except StoreError as lost:
            raise CommitFailed(
                f"the commit of batch {commit.batch.number} was cut short ({one_line(error)}),"
                f" and whether it was done cannot be asked: {lost}"
            ) from error
        self._leave()
        return found is not None and found[0] == commit.batch.hash

    def _begin(self, *statements: str) -> None:
        """Open a transaction and get the news in it; on a new connection when the old one is dead."""
        give_up_at = monotonic() + self._unreachable_seconds_max
        while True:
            try:
                if self._connection.closed:
                    self._connection = connect(self._url)
                self._open_with_news(statements)
                return
            except (StoreUnreachable, *UNREACHABLE, psycopg.errors.SerializationFailure) as error:
                self._leave()
                if monotonic() >= give_up_at:
                    self._pool.forget_idle()
                    raise StoreUnreachable(f"{shown(self._url)} cannot be reached: {error}") from error
                sleep(_PAUSE_SECONDS)
            except psycopg.Error as error:
                self._leave()
                raise StoreError(f"the database cannot be read: {one_line(error)}") from error

    def _open_with_news(self, statements: Sequence[str]) -> None:
        connection = self._connection
        with connection.pipeline():
            for statement in statements:
                connection.execute(statement)
            last = connection.execute(_LAST_BATCH, binary=True)
            news = connection.execute(_NEWS, (self._seen,), binary=True)
            accounts = connection.execute(_NEW_ACCOUNTS, (self._account_ids.count,), binary=True)
        found = last.fetchone()
        self._news += [unpack_news(body) for _, body in news if isinstance(body, bytes)]
        self._account_ids.learn(accounts_of(accounts.fetchall()))
        self._seen = int(str(found[0])) if found else 0

    def _leave(self) -> None:
        """End whatever is open; a dead connection has nothing open."""
        try:
            if self._connection.info.transaction_status is not TransactionStatus.IDLE:
                self._connection.execute("ROLLBACK")
        except psycopg.Error:
            self._connection.close()

    def fill(self, parts: Iterable[tuple[Table, Iterable[Row]]], check: Callable[[SqlReader], None]) -> None:
        """Write rows of another store, all of them and only if `check` lets them pass."""
        with self.turn(), translated("the copy failed"):
            for table, rows in parts:
                left = iter(rows)
                while chunk := list(islice(left, _STREAM_ROWS)):
                    self._connection.execute(insert_all(table), pack_columns(table.columns, chunk))
            check(self)
            self._connection.execute("COMMIT")

    def tidy(self) -> None:
        """The database does that by itself."""

    def probe(self) -> None:
        """As a commit would, but for the end. Raises CommitRefused while one would be refused."""
        with self.turn():
            try:
                self._connection.execute("UPDATE meta SET value = value WHERE key = 'turn'")
            except psycopg.Error as error:
                raise CommitRefused(f"the database takes no writes: {one_line(error)}") from error

    def disk_use(self) -> DiskUse:
        """How large the database is; how much room its disk has it does not tell."""
        with self.reader() as reader:
            row = reader._row("SELECT pg_database_size(current_database())")  # type: ignore[attr-defined]
        return DiskUse(database_bytes=row[0])

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """One read transaction on a connection of its own."""
        with self._pool.one() as connection, translated("the database cannot be read"):
            if begins_to_look(connection):
                yield PostgresReader(connection)
                return
        # It was cut while nobody used it, as others may have been.
        self._pool.forget_idle()
        with self._pool.one() as connection, translated("the database cannot be read"):
            connection.execute(_BEGIN_LOOK)
            yield PostgresReader(connection)

    def close(self) -> None:
        self._pool.close()
        self._connection.close()


def open_migrated(url: str) -> Connection:
    """A connection to a database of the newest schema. Raises StoreUnusable."""
    try:
        connection = connect(url)
        try:
            with translated(f"cannot open {shown(url)}"):
                migrate(connection, shown(url))
        except BaseException:
            connection.close()
            raise
    except StoreUnusable:
        raise
    except StoreError as error:
        raise StoreUnusable(str(error)) from error
    return connection


def accounts_of(rows: Sequence[Row]) -> dict[Account, int]:
    return {account_of(*row[:4]): row[4] for row in rows}


def begins_to_look(connection: Connection) -> bool:
    try:
        connection.execute(_BEGIN_LOOK)
    except UNREACHABLE:
        return False
    return True


def is_fit(connection: Connection) -> bool:
    """Whether its transaction could be ended."""
    try:
        if connection.info.transaction_status is not TransactionStatus.IDLE:
            connection.execute("ROLLBACK")
    except psycopg.Error:
        return False
    return not connection.closed
