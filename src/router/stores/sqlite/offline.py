"""Looking at a file without serving it, as it is, also while a server works on it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw

from router.app.ports.store import StoreUnusable
from router.stores.migrations import steps_of
from router.stores.sqlite.files import APPLICATION_ID, open_reader, translated
from router.stores.sqlite.store import SqliteReader


@contextmanager
def looking_at_file(path: Path) -> Iterator[SqliteReader]:
    """One consistent view of it. Refuses with StoreUnusable."""
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
