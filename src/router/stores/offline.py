"""Looking at books without serving them: a file or a database as it is, also while a server works on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from router.app.ports.store import StoreUnusable
from router.stores.sqlite.offline import looking_at_file

if TYPE_CHECKING:
    from router.stores.sql.reader import SqlReader

URLS = ("postgres://", "postgresql://")


@contextmanager
def looking_at(where: str) -> "Iterator[SqlReader]":
    """One consistent view of a file, or of a database by its URL. Refuses with StoreUnusable."""
    with looking_at_database(where) if where.startswith(URLS) else looking_at_file(Path(where)) as reader:
        yield reader


@contextmanager
def looking_at_database(url: str) -> "Iterator[SqlReader]":
    # The driver is an extra: whoever keeps books in a file has none.
    try:
        from router.stores.postgres.connect import connect
        from router.stores.postgres.store import PostgresReader
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
