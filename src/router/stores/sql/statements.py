"""Statements made of the description of the tables. Parameters are written `?`."""

from functools import cache

from router.stores import tables
from router.stores.commit_rows import Gone, Old
from router.stores.table import Again, Table


def quoted(table: Table) -> str:
    """The name as SQL takes it: `order` is a word of the language."""
    return f'"{table.name}"'


@cache
def insert(table: Table, count: int = 1) -> str:
    """So many rows, by a short text: the driver goes through it again each time.

    INVARIANT: an SQLite file has the columns in the order of their description.
    """
    row = f"({', '.join('?' * len(table.columns))})"
    return f"INSERT INTO {quoted(table)} VALUES {', '.join([row] * count)}{on_conflict(table)}"


def insert_into(table: Table) -> str:
    """The beginning, with the names of all columns."""
    return f"INSERT INTO {quoted(table)} ({', '.join(table.names)})"


def on_conflict(table: Table) -> str:
    """The end: what a row of a known key does."""
    match table.again:
        case Again.REFUSED:
            return ""
        case Again.IGNORED:
            return f" ON CONFLICT ({', '.join(table.key)}) DO NOTHING"
        case Again.RENEWED:
            sets = ", ".join(f"{name} = excluded.{name}" for name in table.changing)
            return f" ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {sets}"


@cache
def count() -> str:
    """The counters of one account; it comes after them, as `Account` has it, then its number.

    Found by its place (`+` keeps the index of numbers out of it), and not found if it has another number.
    """
    sets = ", ".join(f"{name} = ?" for name in tables.COUNTERS)
    return f"UPDATE account SET {sets} WHERE node_id = ? AND sku = ? AND lot = ? AND bucket = ? AND +id = ?"


@cache
def find_accounts(count: int) -> str:
    """The numbers of so many accounts, each as `Account` has it, in their order; nothing of one that is not there."""
    wanted = ", ".join(["(?, ?, ?, ?)"] * count)
    return (
        f"WITH wanted (node_id, sku, lot, bucket) AS (VALUES {wanted}) SELECT"
        " (SELECT id FROM account AS a WHERE a.node_id = wanted.node_id AND a.sku = wanted.sku"
        " AND a.lot = wanted.lot AND a.bucket = wanted.bucket) FROM wanted"
    )


@cache
def select(table: Table, alias: str = "") -> str:
    """All columns of all rows."""
    return f"SELECT {columns(table, alias)} FROM {quoted(table)} {alias}".rstrip()


def columns(table: Table, alias: str = "") -> str:
    """The names of all columns, with whose they are."""
    return ", ".join(f"{alias}.{name}" if alias else name for name in table.names)


def delete(old: Old) -> str:
    """Rows that are too old."""
    return f"DELETE FROM {quoted(old.table)} WHERE {old.column} < ?"


def delete_one(gone: Gone) -> str:
    """The rows of one value."""
    return f"DELETE FROM {quoted(gone.table)} WHERE {gone.column} = ?"
