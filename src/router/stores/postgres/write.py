"""Writing a commit to PostgreSQL: one statement a table, whatever the number of rows, all sent at once."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from msgspec.structs import astuple
from numpy.typing import NDArray
from psycopg.types.numeric import Int8

from router.app.records.commit import Commit
from router.ledger.entry_columns import ColumnEntries
from router.stores import tables
from router.stores.account_ids import Numbered
from router.stores.commit_rows import Gone, gone_rows_of, old_rows_of, rows_of
from router.stores.postgres.arrays import Cells, pack_column, pack_numbers
from router.stores.postgres.connect import Connection, Cursor
from router.stores.postgres.news import NEWS_KEPT, pack_news
from router.stores.postings import count_postings
from router.stores.rows.row import Row
from router.stores.sql.statements import delete, insert_into, on_conflict, quoted
from router.stores.table import Kind, Table

Names = frozenset[str]
NONE: Names = frozenset()

TYPES: Mapping[Kind, str] = {Kind.INTEGER: "bigint", Kind.TEXT: "text", Kind.BYTES: "bytea"}
ONE: Mapping[Kind, Callable[[Any], Any]] = {Kind.INTEGER: Int8, Kind.TEXT: str, Kind.BYTES: bytes}

_KEEP_NEWS = "INSERT INTO news VALUES (%s, %b)"
_FORGET_NEWS = "DELETE FROM news WHERE batch <= %s"
_NEWS_FORGOTTEN_AT_ONCE = 16
_OLDEST_OUTCOME = "SELECT min(time) FROM outcome"

_VERSION = tables.COUNTERS.index("version")
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


def insert(cursor: Cursor, table: Table, rows: Sequence[Row], cells: Cells, *, is_new: bool) -> None:
    """Send rows of a table. There must be one. `cells` are of the texts of this commit."""
    columns = list(zip(*rows, strict=True))
    once = said_once(table, columns)
    packed = [
        ONE[kind](values[0]) if name in once else pack_column(kind, values, cells)
        for (name, kind), values in zip(table.columns, columns, strict=True)
    ]
    cursor.execute(insert_all(table, once, is_new=is_new), packed)


def said_once(table: Table, columns: Sequence[Sequence[Any]]) -> Names:
    """The columns whose value is said once: all of one row, of more those that usually have one, if they do."""
    if len(columns[0]) == 1:
        return frozenset(table.names)
    names = USUALLY_THE_SAME.get(table.name, NONE)
    if names:
        for (name, _), values in zip(table.columns, columns, strict=True):
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


def write(
    connection: Connection, commit: Commit, numbered: Numbered, oldest_outcome: int = 0
) -> Cursor | None:
    """Send all of it. Inside a pipeline nothing is waited for, and errors come when that ends.

    What the database is longest about comes first, so that it works while the rest is packed. No outcome is older than
    `oldest_outcome`; where some are forgotten, gives what says when the oldest of the others was recorded.
    """
    cursor, cells, left = connection.cursor(), Cells(), None
    for gone in gone_rows_of(commit):
        cursor.execute(delete_all(gone), (list(gone.values),))
    rows_by_table = [(table, rows) for table, rows in rows_of(commit, numbered) if rows]
    rows_by_table.sort(key=lambda one: one[0] is not tables.DECISION)
    for table, rows in rows_by_table:
        insert(cursor, table, rows, cells, is_new=are_new(commit, table, rows))
    count_on(cursor, commit, numbered)
    for old in old_rows_of(commit):
        if old.table is not tables.OUTCOME:
            cursor.execute(delete(old).replace("?", "%s"), (old.limit,))
        elif old.limit > oldest_outcome:
            cursor.execute(delete(old).replace("?", "%s"), (old.limit,))
            left = connection.execute(_OLDEST_OUTCOME, binary=True)
    cursor.execute(_KEEP_NEWS, (commit.batch.number, pack_news(commit)))
    if commit.batch.number % _NEWS_FORGOTTEN_AT_ONCE == 0:
        cursor.execute(_FORGET_NEWS, (commit.batch.number - NEWS_KEPT,))
    return left


def count_on(cursor: Cursor, commit: Commit, numbered: Numbered) -> None:
    """Accounts that were there are counted on from the version the books know, by rising id."""
    known = counted_columns(commit, numbered)
    if known.size:
        cursor.execute(_COUNT, list(map(pack_numbers, known)))


def counted_columns(commit: Commit, numbered: Numbered) -> NDArray[np.int64]:
    """[columns, accounts]: id, version before the commit and counters of accounts that were there, by rising id."""
    balances = list(chain.from_iterable(map(astuple, commit.balances.values())))
    counters = np.asarray(array("q", balances)).reshape(-1, len(tables.COUNTERS)).T
    ids = np.asarray(array("q", numbered.counted))
    before = counters[_VERSION] - np.asarray(array("q", rises_of(commit)))
    # New accounts have the highest ids.
    order = np.argsort(ids)[: len(ids) - len(numbered.new)]
    return np.vstack((ids, before, counters))[:, order]


def rises_of(commit: Commit) -> Sequence[int]:
    """By how much the version of each account rises that the commit counts, in their order."""
    if isinstance(commit.entries, ColumnEntries):
        _, counts = commit.entries.columns.of_pairs()
        return list(chain.from_iterable(zip(counts, counts, strict=True)))
    touched = count_postings(commit, commit.balances)
    return [touched[account] for account in commit.balances]
