"""The write-ahead log of an SQLite file: folded in behind commits, and watched, because a reader can hold it open."""

import logging
from contextlib import suppress
from pathlib import Path
from threading import Thread

import apsw

from router.app.cores import run_anywhere
from router.stores.sqlite.files import BUSY_MILLISECONDS, open_folder

log = logging.getLogger("router.stores")

PAGES_FOLDED = 4_000
"""From this size (16 MiB) on the log is folded into the file, which syncs three times: beside the commits, and what
came meanwhile when the answers of one have left. Opening a file reads hardly more log than that.
"""
FOLDED_LATE = 2
"""So many times that size and the commit itself folds: whoever commits has not tidied up."""
PAGES_WARNED = 16_384
"""64 MiB of pages of 4 KiB: that much cannot gather unless something keeps the log from being folded in."""

EMPTY_MILLISECONDS = 100
"""How long the engine waits for readers when the log is to be emptied."""


class LogKeeper:
    """Keeps the log of the one connection that writes short, and says when it cannot: at twice the size again."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self.beside = Beside(path)
        self._pages_warned = PAGES_WARNED
        self._pages = 0
        self.must_empty = True
        """Whether the log may hold what was erased; one that was left by a server that was killed may."""
        # What the log has grown to is given back to the disk when it begins anew.
        connection.pragma("journal_size_limit", PAGES_WARNED * 4_096)
        connection.set_wal_hook(self._on_commit)
        self.empty(connection)

    def empty(self, connection: apsw.Connection) -> None:
        """Leave nothing in the log, so that what was erased is nowhere. A reader may hinder it: then the next time."""
        self.beside.wait()
        connection.set_busy_timeout(EMPTY_MILLISECONDS)
        try:
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            self.must_empty = False
        except apsw.Error:
            log.info("what was erased stays in the ledger's log until no reader needs it")
        finally:
            connection.set_busy_timeout(BUSY_MILLISECONDS)

    def _on_commit(self, connection: apsw.Connection, name: str, pages: int) -> int:
        """Called within COMMIT, when it is durable: whatever happens here, the commit has succeeded."""
        self._pages = pages
        if pages < PAGES_FOLDED:
            self._pages_warned = PAGES_WARNED
            self.beside.has_folded = False
        elif pages >= FOLDED_LATE * PAGES_FOLDED:
            self.beside.wait()
            self._fold(connection)
        return apsw.SQLITE_OK

    def fold(self, connection: apsw.Connection) -> None:
        """Fold the log into the file if it is long: most of it beside, where nobody waits for it, then the rest here.

        What hinders that is said; the next commit tries again.
        """
        if self._pages < PAGES_FOLDED or self.beside.is_folding:
            return
        if self.beside.has_folded:
            self._fold(connection)
        else:
            self.beside.begin()

    def _fold(self, connection: apsw.Connection) -> None:
        """All that is left. Only with nothing left does the log begin anew, so whoever commits does this."""
        pages, self._pages = self._pages, 0
        self.beside.has_folded = False
        try:
            connection.wal_checkpoint("main", apsw.SQLITE_CHECKPOINT_PASSIVE)
        except apsw.Error as error:
            cause = f"it cannot be folded in: {error}"
        else:
            cause = (
                "a reader that stays open, such as another program on the file, keeps it from being folded in"
            )
        if pages >= self._pages_warned:
            self._pages_warned = 2 * pages
            log.warning("the ledger's log has %d MiB; %s", pages // 256, cause)


class Beside:
    """Folds what is in the log in a thread of its own while others go on committing: their syncs do not wait for its.

    It never ends the log, for there is more in it by then, and says nothing: who folds the rest meets the same fault.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: apsw.Connection | None = None
        self._thread: Thread | None = None
        self.has_folded = False
        """Whether it has ended since the log was short."""

    @property
    def is_folding(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self) -> None:
        thread = Thread(target=self._fold, name="fold", daemon=True)
        # Where the system has no thread left, the next commit finds a longer log.
        with suppress(RuntimeError):
            thread.start()
            self._thread = thread

    def wait(self) -> None:
        """Until it has ended, if it began."""
        if self._thread is not None:
            self._thread.join()

    def close(self) -> None:
        self.wait()
        if self._connection is not None:
            self._connection.close()

    def _fold(self) -> None:
        run_anywhere()
        with suppress(apsw.Error):
            if self._connection is None:
                self._connection = open_folder(self._path)
            self._connection.wal_checkpoint("main", apsw.SQLITE_CHECKPOINT_PASSIVE)
        self.has_folded = True
