"""Writing a commit to PostgreSQL: one statement a table, whatever the number of rows, all sent at once."""

from collections.abc import Mapping
from functools import cache

from msgspec.structs import astuple

from router.app.records.commit import Commit
from router.stores import tables
from router.stores.account_ids import Numbered
from router.stores.commit_rows import Gone, counted_on, gone_rows_of, old_rows_of, rows_of
from router.stores.news import NEWS_KEPT, pack_news
from router.stores.postgres_arrays import pack_columns, pack_integers
from router.stores.postgres_connect import Connection
from router.stores.postings import count_postings
from router.stores.sql import delete, insert_into, on_conflict, quoted
from router.stores.table import Kind, Table

TYPES: Mapping[Kind, str] = {Kind.INTEGER: "bigint", Kind.TEXT: "text", Kind.BYTES: "bytea"}

_KEEP_NEWS = "INSERT INTO news VALUES (%s, %b)"
_FORGET_NEWS = "DELETE FROM news WHERE batch <= %s"

_COUNTERS_CHANGED = ", ".join(f"{name} = n.{name}" for name in tables.COUNTERS if name != "version")
_COUNT = (
    f"UPDATE account SET {_COUNTERS_CHANGED},"
    # A row that is not as the books know it gets a version that no account may have: the batch fails.
    " version = CASE WHEN account.version = n.before THEN n.version ELSE 0 END"
    f" FROM unnest({', '.join(['%b::bigint[]'] * (len(tables.COUNTERS) + 2))})"
    f" AS n (id, before, {', '.join(tables.COUNTERS)}) WHERE account.id = n.id"
)


@cache
def insert_all(table: Table) -> str:
    """Many rows: each parameter holds a column."""
    arrays = ", ".join(f"%b::{TYPES[column.kind]}[]" for column in table.columns)
    return f"{insert_into(table)} SELECT * FROM unnest({arrays}){on_conflict(table)}"


def delete_all(gone: Gone) -> str:
    """The rows of many values in one parameter."""
    return f"DELETE FROM {quoted(gone.table)} WHERE {gone.column} = ANY(%s)"


def write(connection: Connection, commit: Commit, numbered: Numbered) -> None:
    """Send all of it. Inside a pipeline nothing is waited for, and errors come when that ends."""
    for gone in gone_rows_of(commit):
        connection.execute(delete_all(gone), (list(gone.values),))
    count_on(connection, commit, numbered)
    for table, rows in rows_of(commit, numbered):
        if rows:
            connection.execute(insert_all(table), pack_columns(table.columns, rows))
    for old in old_rows_of(commit):
        connection.execute(delete(old).replace("?", "%s"), (old.limit,))
    connection.execute(_KEEP_NEWS, (commit.batch.number, pack_news(commit)))
    connection.execute(_FORGET_NEWS, (commit.batch.number - NEWS_KEPT,))


def count_on(connection: Connection, commit: Commit, numbered: Numbered) -> None:
    """Accounts that were there are counted on from the version the books know, by rising id."""
    ids, touched = numbered.ids, count_postings(commit, commit.balances)
    known = [
        (ids[one], balance.version - touched[one], *astuple(balance))
        for one, balance in counted_on(commit, numbered)
    ]
    if known:
        connection.execute(_COUNT, list(map(pack_integers, zip(*sorted(known), strict=True))))
