"""Books in a SQLite file that a server writes, read beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import apsw

from router.app.ports import Reader, StoreError
from router.stores.offline import open_file
from router.stores.pool import Pool
from router.stores.sqlite import SqliteReader, close_reader, is_fit


class SqliteBeside:
    """Readers of a file that never write to it. Opening refuses with StoreUnusable what is no ledger of this schema."""

    def __init__(self, path: Path) -> None:
        self._pool = Pool(partial(open_file, path), is_fit, close_reader)
        with self.reader():
            """Whatever is wrong with the file is said at once."""

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """One read transaction on a connection of its own. Use it briefly: it keeps the log from being folded in."""
        with self._pool.one() as connection:
            try:
                connection.execute("BEGIN")
                yield SqliteReader(connection)
            except apsw.Error as error:
                raise StoreError(f"the database cannot be read: {error}") from error

    def close(self) -> None:
        self._pool.close()
