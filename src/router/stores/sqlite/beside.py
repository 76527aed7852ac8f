"""Books in a SQLite file that a server writes, read beside it."""

from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from router.app.ports.store import Reader
from router.stores.pool import Pool
from router.stores.sqlite.offline import open_file
from router.stores.sqlite.store import close_reader, is_fit, read_by


class SqliteBeside:
    """Readers of a file that never write to it. Opening refuses with StoreUnusable what is no ledger of this schema."""

    def __init__(self, path: Path) -> None:
        self._pool = Pool(partial(open_file, path), is_fit, close_reader)
        with self.reader():
            """Whatever is wrong with the file is said at once."""

    def reader(self) -> AbstractContextManager[Reader]:
        """One read transaction on a connection of its own. Use it briefly: it keeps the log from being folded in."""
        return read_by(self._pool)

    def close(self) -> None:
        self._pool.close()
