"""The write-ahead log of an SQLite file: folded in behind commits, and watched, because a reader can hold it open."""

import logging

import apsw

from router.stores.sqlite_files import BUSY_MILLISECONDS

log = logging.getLogger("router.stores")

PAGES_FOLDED = 4_000
"""From this size (16 MiB) on the log is folded into the file, which syncs three times, when the answers of a commit
have left; opening a file reads hardly more log than that.
"""
FOLDED_LATE = 2
"""So many times that size and the commit itself folds: whoever commits has not tidied up."""
PAGES_WARNED = 16_384
"""64 MiB of pages of 4 KiB: that much cannot gather unless something keeps the log from being folded in."""

EMPTY_MILLISECONDS = 100
"""How long the engine waits for readers when the log is to be emptied."""


class LogKeeper:
    """Keeps the log of the one connection that writes short, and says when it cannot: at twice the size again."""

    def __init__(self, connection: apsw.Connection) -> None:
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
        elif pages >= FOLDED_LATE * PAGES_FOLDED:
            self.fold(connection)
        return apsw.SQLITE_OK

    def fold(self, connection: apsw.Connection) -> None:
        """Fold the log into the file if it is long. What hinders that is said; the next commit tries again."""
        pages, self._pages = self._pages, 0
        if pages < PAGES_FOLDED:
            return
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
