"""Looking at books without serving them: a file or a database as it is, also while a server works on it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from router.app.ports.store import StoreUnusable
from router.stores.migrations import steps_of
from router.stores.sqlite import SqliteReader
from router.stores.sqlite_files import APPLICATION_ID, open_reader, translated

if TYPE_CHECKING:
    from router.stores.sql_reader import SqlReader

URLS = ("postgres://", "postgresql://")


@contextmanager
def looking_at(where: str) -> "Iterator[SqlReader]":
    """One consistent view of a file, or of a database by its URL. Refuses with StoreUnusable."""
    if where.startswith(URLS):
        with looking_at_database(where) as reader:
            yield reader
        return
    path = Path(where)
    with closing(open_file(path)) as connection, translated(f"cannot read `{path}`"):
        connection.execute("BEGIN")
        yield SqliteReader(connection)


def open_file(path: Path) -> apsw.Connection:
    """A connection that cannot write, to a file of this router's schema."""
    if not path.is_file():
        raise StoreUnusable(f"there is no file `{path}`")
    with translated(f"cannot open `{path}`"):
        connection = open_reader(path)
        try:
            refuse_strange(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def refuse_strange(connection: apsw.Connection, path: Path) -> None:
    """Only a file that a server of this version has opened before holds every table."""
    if connection.pragma("application_id") != APPLICATION_ID:
        raise StoreUnusable(f"`{path}` is not a ledger of the router")
    known = {step.number for step in steps_of("sqlite")}
    applied = {int(str(number)) for (number,) in connection.execute("SELECT number FROM schema_step")}
    if applied > known:
        raise StoreUnusable(f"`{path}` has schema {max(applied)}, this router knows up to {max(known)}")
    if applied < known:
        raise StoreUnusable(
            f"`{path}` has schema {max(applied, default=0)}, this router has {max(known)}: serve it once to upgrade it"
        )


@contextmanager
def looking_at_database(url: str) -> "Iterator[SqlReader]":
    # The driver is an extra: whoever keeps books in a file has none.
    try:
        from router.stores.postgres import PostgresReader
        from router.stores.postgres_connect import connect
    except ImportError as error:
        raise StoreUnusable(
            "PostgreSQL needs its driver: install `router[postgres]`, or `psycopg[binary]` beside the router"
        ) from error
    connection = connect(url)
    try:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield PostgresReader(connection)
    finally:
        connection.close()
