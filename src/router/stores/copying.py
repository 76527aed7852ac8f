"""Carrying books from one database to another, all in one transaction, and nothing if they are not the same then."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from router.app.ports.store import StoreError, StoreUnusable
from router.app.reading.verify import verify
from router.app.records.commit import Head
from router.stores.addresses import is_address, shown
from router.stores.rows.row import Row
from router.stores.sql.reader import SqlReader
from router.stores.sqlite.store import SqliteStore
from router.stores.table import Table
from router.stores.tables import META, TABLES

OWN_KEYS = ("turn",)
"""Keys of `meta` that belong to a database, not to the books."""


class CopyRefused(Exception):
    """The copy is not what it was made from; nothing of it was kept. `lines` name each fault."""

    def __init__(self, message: str, lines: Sequence[str]) -> None:
        super().__init__(message)
        self.lines = tuple(lines)


class Fillable(Protocol):
    """A store that was just opened."""

    def head(self) -> Head: ...

    def fill(
        self, parts: Iterator[tuple[Table, Iterator[Row]]], check: Callable[[SqlReader], None]
    ) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried: rows by table, and where the books stand."""

    head: Head
    row_counts: dict[str, int]


def copy_books(source: str, target: str) -> Carried:
    """Nobody may serve the source meanwhile. Raises StoreUnusable, StoreError, or CopyRefused."""
    with held_still(source) as reader, closing(open_target(target)) as store:
        if store.head() != Head():
            raise StoreUnusable(
                f"`{shown(target)}` holds books already ({store.head().batch_number:,} batches); name a new one"
            )
        head, counts = reader.head(), count_rows(reader)

        def check(copy: SqlReader) -> None:
            faults = [
                f"{name}: {counts[name]:,} rows there, {count:,} in the copy"
                for name, count in count_rows(copy).items()
                if count != counts[name]
            ]
            if copy.head() != head:
                faults.append(f"the head is batch {copy.head().batch_number}, must be {head.batch_number}")
            faults.extend(verify(copy).faults)
            if faults:
                raise CopyRefused("the copy is not what it was made from; nothing of it was kept", faults)

        store.fill(((table, rows_to_carry(reader, table)) for table in TABLES), check)
    return Carried(head, counts)


def rows_to_carry(reader: SqlReader, table: Table) -> Iterator[Row]:
    rows = reader.read_table(table)
    return (row for row in rows if row[0] not in OWN_KEYS) if table is META else rows


def count_rows(reader: SqlReader) -> dict[str, int]:
    """Rows by table, without those that belong to the database itself."""
    counts = {table.name: reader.count_rows(table) for table in TABLES if table is not META}
    return counts | {META.name: sum(1 for _ in rows_to_carry(reader, META))}


@contextmanager
def held_still(source: str) -> Iterator[SqlReader]:
    """The books of a file that no server has open, or of a database in which nobody else commits meanwhile."""
    if is_address(source):
        from router.stores.postgres.store import PostgresStore

        with closing(PostgresStore(source)) as database, database.turn():
            yield database
        return
    if not Path(source).is_file():
        raise StoreUnusable(f"there is no file `{source}`")
    with closing(SqliteStore(Path(source))) as file:
        yield file


def open_target(target: str) -> Fillable:
    if is_address(target):
        from router.stores.postgres.store import PostgresStore

        return PostgresStore(target)
    if Path(target).exists():
        raise StoreUnusable(f"`{target}` is there already; name a file that is not")
    try:
        return SqliteStore(Path(target))
    except StoreError as error:
        raise StoreUnusable(str(error)) from error
