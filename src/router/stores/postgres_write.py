"""Writing a commit to PostgreSQL: one statement a table, whatever the number of rows, all sent at once."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec.structs import astuple
from psycopg.types.numeric import Int8

from router.app.records.commit import Commit
from router.stores import tables
from router.stores.account_ids import Numbered
from router.stores.commit_rows import Gone, counted_on, gone_rows_of, old_rows_of, rows_of
from router.stores.news import NEWS_KEPT, pack_news
from router.stores.postgres_arrays import pack_column, pack_integers
from router.stores.postgres_connect import Connection
from router.stores.postings import count_postings
from router.stores.rows.row import Row
from router.stores.sql import delete, insert_into, on_conflict, quoted
from router.stores.table import Kind, Table

Names = frozenset[str]
NONE: Names = frozenset()

TYPES: Mapping[Kind, str] = {Kind.INTEGER: "bigint", Kind.TEXT: "text", Kind.BYTES: "bytea"}
ONE: Mapping[Kind, Callable[[Any], Any]] = {Kind.INTEGER: Int8, Kind.TEXT: str, Kind.BYTES: bytes}

_KEEP_NEWS = "INSERT INTO news VALUES (%s, %b)"
_FORGET_NEWS = "DELETE FROM news WHERE batch <= %s"

_COUNTERS_CHANGED = ", ".join(f"{name} = n.{name}" for name in tables.COUNTERS if name != "version")
_COUNT = (
    f"UPDATE account SET {_COUNTERS_CHANGED},"
    # A row that is not as the books know it gets a version that no account may have: the batch fails.
    " version = CASE WHEN account.version = n.before THEN n.version ELSE 0 END"
    f" FROM (SELECT {', '.join(['unnest(%b::bigint[])'] * (len(tables.COUNTERS) + 2))})"
    f" AS n (id, before, {', '.join(tables.COUNTERS)}) WHERE account.id = n.id"
)

USUALLY_THE_SAME: Mapping[str, Names] = {
    "entry": frozenset(("time", "code", "pending_position")),
    "reservation": frozenset(("posted", "voided")),
    "order": frozenset(("rejection_count",)),
    "shipment": frozenset(("state", "body", "tracking_number", "wave")),
    "event": frozenset(("time", "kind", "subject")),
}
"""The columns, by table, in which orders that are routed together have one value: it is sent and unpacked once."""


@cache
def insert_all(table: Table, once: Names = NONE, *, is_new: bool = False) -> str:
    """Many rows: each parameter holds a column, of those named in `once` the value of all rows. Rows whose keys are
    known to be `new` are not looked for.

    The arrays go side by side in the list of what is selected: as a table they would be written down first, row by row.
    """
    values = (
        f"%b::{TYPES[column.kind]}" if column.name in once else f"unnest(%b::{TYPES[column.kind]}[])"
        for column in table.columns
    )
    return f"{insert_into(table)} SELECT {', '.join(values)}{'' if is_new else on_conflict(table)}"


def insert(connection: Connection, table: Table, rows: Sequence[Row], *, is_new: bool) -> None:
    """Send rows of a table. There must be one."""
    columns = list(zip(*rows, strict=True))
    once = said_once(table, columns)
    packed = [
        ONE[column.kind](values[0]) if column.name in once else pack_column(column.kind, values)
        for column, values in zip(table.columns, columns, strict=True)
    ]
    connection.execute(insert_all(table, once, is_new=is_new), packed)


def said_once(table: Table, columns: Sequence[Sequence[Any]]) -> Names:
    """The columns whose value is said once: all of one row, of more those that usually have one, if they do."""
    if len(columns[0]) == 1:
        return frozenset(table.names)
    names = USUALLY_THE_SAME.get(table.name, NONE)
    for name, values in zip(table.names, columns, strict=True):
        if name in names and values.count(values[0]) != len(values):
            return NONE
    return names


def are_new(commit: Commit, table: Table, rows: Sequence[Row]) -> bool:
    """Whether no row of these keys can be there: they are numbered by entries or events of this very commit."""
    if table is tables.ORDER and commit.events:
        return are_among([row[0] for row in rows], commit.events[0].position, commit.events[-1].position)
    place = _NUMBERED_BY_ENTRIES.get(table.name)
    if place is None:
        return False
    last = commit.batch.last_position
    return are_among([row[place] for row in rows], last - commit.batch.entry_count + 1, last)


_NUMBERED_BY_ENTRIES = {tables.SHIPMENT.name: 0, tables.RESERVATION.name: 1}


def are_among(numbers: Sequence[int], first: int, last: int) -> bool:
    return first <= min(numbers) and max(numbers) <= last


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
            insert(connection, table, rows, is_new=are_new(commit, table, rows))
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
