"""What a failed write of an SQLite file means: surely nothing was written, or nobody knows."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from router.app.ports.store import CommitFailed, CommitRefused

PROBE_BYTES = 1 << 20
"""LIMIT: with less room than this beside the file a batch of ordinary size could fail again at once."""


@contextmanager
def one_transaction(connection: apsw.Connection, what: str) -> Iterator[None]:
    """All of it or, with CommitRefused or CommitFailed, nothing. `what` is named in the refusal."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except apsw.Error as error:
        raise verdict_of(error, connection, what) from error
    except BaseException:
        undo(connection)
        raise


def verdict_of(error: apsw.Error, connection: apsw.Connection, what: str) -> Exception:
    """CommitRefused when the transaction is surely undone for want of room or of the file's lock, else CommitFailed.

    SQLITE_FULL comes from a write that found no room, before the log is synced, so the record that makes a commit
    is not in it; SQLITE_BUSY before anything was written. What a failed sync has left on the disk nobody knows: that
    is another error, and stays in doubt.
    """
    is_undone = undo(connection)
    if is_undone and isinstance(error, apsw.FullError):
        return CommitRefused("the disk of the ledger is full")
    if is_undone and isinstance(error, apsw.BusyError):
        return CommitRefused("another program holds the ledger's file; end it")
    return CommitFailed(f"{what} failed: {error}")


def undo(connection: apsw.Connection) -> bool:
    """Roll back if SQLite has not done so itself; whether no transaction is left."""
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except apsw.Error:
        return False
    return not connection.in_transaction


def find_room(path: Path, connection: apsw.Connection) -> None:
    """Write as a commit would, and leave no trace. Raises CommitRefused while a commit would be refused."""
    beside = path.with_name(path.name + ".probe")
    try:
        with open(beside, "wb") as probe:
            probe.write(bytes(PROBE_BYTES))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        raise CommitRefused(f"the disk of the ledger has no room: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)
    with one_transaction(connection, "the try of the log"):
        # The same value again: a page is written, nothing is changed.
        connection.pragma("user_version", connection.pragma("user_version"))
