"""Writing a commit to PostgreSQL: one statement a table, whatever the number of rows, all sent at once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from router.app.records import Commit
from router.ledger.accounts import Account
from router.stores import tables
from router.stores.commit_rows import Gone, gone_rows_of, old_rows_of, rows_of
from router.stores.news import NEWS_KEPT, pack_news
from router.stores.postgres_connect import Connection
from router.stores.postings import count_postings
from router.stores.sql import delete, insert_into, on_conflict, quoted
from router.stores.tables import Kind, Table

TYPES: Mapping[Kind, str] = {Kind.INTEGER: "bigint", Kind.TEXT: "text", Kind.BYTES: "bytea"}

_KEEP_NEWS = "INSERT INTO news VALUES (%s, %b)"
_FORGET_NEWS = "DELETE FROM news WHERE batch <= %s"

_COUNTERS_CHANGED = ", ".join(f"{name} = n.{name}" for name in tables.COUNTERS if name != "version")
_COUNT = (
    f"UPDATE account SET {_COUNTERS_CHANGED},"
    # A row that is not as the books know it gets a version that no account may have: the batch fails.
    " version = CASE WHEN account.version = n.before THEN n.version ELSE 0 END"
    f" FROM unnest({', '.join(['%b::bigint[]'] * (len(tables.COUNTERS) + 2))})"
    f" AS n (id, {', '.join(tables.COUNTERS)}, before) WHERE account.id = n.id"
)


@cache
def insert_all(table: Table) -> str:
    """Many rows: each parameter holds a column."""
    arrays = ", ".join(f"%b::{TYPES[column.kind]}[]" for column in table.columns)
    return f"{insert_into(table)} SELECT * FROM unnest({arrays}){on_conflict(table)}"


def delete_all(gone: Gone) -> str:
    """The rows of many values in one parameter."""
    return f"DELETE FROM {quoted(gone.table)} WHERE {gone.column} = ANY(%s)"


def write(connection: Connection, commit: Commit, account_ids: Mapping[Account, int]) -> None:
    """Send all of it. Inside a pipeline nothing is waited for, and errors come when that ends."""
    for gone in gone_rows_of(commit):
        connection.execute(delete_all(gone), (list(gone.values),))
    for table, rows in rows_of(commit, account_ids):
        if table is tables.ACCOUNT:
            write_accounts(connection, rows, touched(commit, account_ids))
        elif rows:
            connection.execute(insert_all(table), list(map(list, zip(*rows, strict=True))))
    for old in old_rows_of(commit):
        connection.execute(delete(old).replace("?", "%s"), (old.limit,))
    connection.execute(_KEEP_NEWS, (commit.batch.number, pack_news(commit)))
    connection.execute(_FORGET_NEWS, (commit.batch.number - NEWS_KEPT,))


def touched(commit: Commit, account_ids: Mapping[Account, int]) -> Counter[int]:
    """How many entries of the commit touch each account: that much its version rose."""
    return Counter({account_ids[account]: count for account, count in count_postings(commit).items()})


def write_accounts(
    connection: Connection, rows: Sequence[tuple[Any, ...]], entries: Mapping[int, int]
) -> None:
    """New accounts are added; known ones are counted on from the version the books know, by rising id."""
    new = [row for row in rows if row[-1] == entries.get(row[0], 0)]
    known = sorted(row for row in rows if row[-1] != entries.get(row[0], 0))
    if new:
        connection.execute(
            insert_all(tables.ACCOUNT).partition(" ON CONFLICT")[0], list(map(list, zip(*new, strict=True)))
        )
    if known:
        first = len(tables.ACCOUNT.columns) - len(tables.COUNTERS)
        columns = [(row[0], *row[first:], row[-1] - entries.get(row[0], 0)) for row in known]
        connection.execute(_COUNT, list(map(list, zip(*columns, strict=True))))
