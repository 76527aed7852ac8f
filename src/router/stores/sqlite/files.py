"""Opening an SQLite file: one server at a time, a known schema, and the settings every connection needs."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from io import FileIO
from pathlib import Path

import apsw

from router.app.ports.store import StoreError, StoreUnusable
from router.app.records.commit import DiskUse
from router.stores.migrations import Step, steps_of, steps_to_apply

APPLICATION_ID = 0x524F5554
"""`ROUT`: marks the file as ours."""

SQLITE_VERSION_MIN = (3, 51, 3)
"""SOURCE: https://sqlite.org/releaselog/3_51_3.html (the WAL-reset bug: two connections could corrupt the file)."""

BUSY_MILLISECONDS = 5_000

CACHE_KIBIBYTES = 16_384
"""Of pages that the writer keeps. What it does not find there the system has: reading it again takes less than a commit
takes for all that is kept (docs/decisions/0045-accounts-by-place.md).
"""

STATEMENTS_KEPT = 512
"""Places for statements that need not be read again, as many as the driver gives. Each time that one is used it takes
the next place, from the first again after the last: a commit of 200 orders takes 120.
"""

_APPLIED_STEPS = (
    "CREATE TABLE IF NOT EXISTS schema_step"
    " (number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL) STRICT"
)


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Say in our own words what the driver or the file system refused."""
    try:
        yield
    except StoreUnusable:
        raise
    except apsw.FullError as error:
        # SQLite's own words are those of whatever it looked at last, such as `not an error`.
        raise StoreUnusable(f"{what}: the disk is full") from error
    except (apsw.Error, OSError, StoreError) as error:
        raise StoreUnusable(f"{what}: {error}") from error


def refuse_other_file(path: Path) -> None:
    """Refuse with StoreUnusable what is plainly no ledger and cannot be one, before anything is written beside it."""
    if path.is_dir():
        raise StoreUnusable(f"`{path}` is a folder, must be a file")
    if not path.parent.is_dir():
        raise StoreUnusable(f"cannot open `{path}`: there is no folder `{path.parent}`")
    if not path.is_file():
        return
    if manifest_path(path).exists():
        raise StoreUnusable(
            f"`{path}` is a backup, and would not be one any more; make a ledger of it first: router restore {path} TO"
        )
    try:
        with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
            refuse_other_program(connection, path)
    except apsw.NotADBError as error:
        raise StoreUnusable(f"cannot open `{path}`: {error}") from error
    except apsw.Error:
        # It may be in use, or to be recovered: whoever gets the lock finds out.
        return


def manifest_path(path: Path) -> Path:
    """Where a backup says what it is."""
    return path.with_name(path.name + ".manifest.json")


def take_lock(path: Path) -> FileIO:
    """Hold the file for this process until closed. Refuses with StoreUnusable while another holds it."""
    lock_path = path.with_name(path.name + ".lock")
    with translated(f"cannot open `{lock_path}`"):
        lock = FileIO(os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise StoreUnusable(
            f"`{path}` is in use by another server; stop it or open another file (lock: `{lock_path}`)"
        ) from error
    return lock


def usable_version() -> str:
    """The version of SQLite. Refuses with StoreUnusable one that could damage a file."""
    version = apsw.sqlite_lib_version()
    if tuple(map(int, version.split("."))) < SQLITE_VERSION_MIN:
        raise StoreUnusable(f"SQLite {version} is too old, 3.51.3 is the oldest that is safe")
    return version


def open_writer(path: Path) -> apsw.Connection:
    """The one connection that writes, on a file of the newest schema."""
    usable_version()
    with translated(f"cannot open `{path}`"):
        _create_private(path)
        connection = apsw.Connection(str(path), statementcachesize=STATEMENTS_KEPT)
        try:
            _migrate(connection, path)
            if (mode := connection.pragma("journal_mode", "WAL")) != "wal":
                # SQLite does not fail here: it goes on with the mode it had.
                raise StoreUnusable(f"`{path}` cannot keep a write-ahead log, its mode stays `{mode}`")
            _settle(connection)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        except BaseException:
            connection.close()
            raise
    return connection


def _create_private(path: Path) -> None:
    """A new file is its owner's alone: customers' names lie in it with their keys. Its log takes over its mode."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def open_reader(path: Path) -> apsw.Connection:
    """A connection that cannot write; it never moves the log into the file either."""
    connection = apsw.Connection(str(path))
    _settle(connection)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA query_only = ON")
    return connection


def open_folder(path: Path) -> apsw.Connection:
    """A connection that does nothing but move the log into the file, and syncs what it moves."""
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(BUSY_MILLISECONDS)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def disk_use(path: Path) -> DiskUse:
    """What the file, its log and the room beside them have."""
    log = path.with_name(path.name + "-wal")
    found = os.statvfs(path.parent)
    return DiskUse(
        database_bytes=path.stat().st_size if path.exists() else 0,
        log_bytes=log.stat().st_size if log.exists() else 0,
        free_bytes=found.f_bavail * found.f_frsize,
    )


def _settle(connection: apsw.Connection) -> None:
    connection.set_busy_timeout(BUSY_MILLISECONDS)
    for setting in (
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {setting}")


def _migrate(connection: apsw.Connection, path: Path) -> None:
    steps = steps_of("sqlite")
    connection.set_busy_timeout(BUSY_MILLISECONDS)
    with connection:
        refuse_other_program(connection, path)
        missing = steps_to_apply(steps, _applied(connection, steps), f"`{path}`")
        for step in missing:
            connection.execute(step.text)
        if missing:
            _record(connection, missing)
            connection.pragma("application_id", APPLICATION_ID)


def refuse_other_program(connection: apsw.Connection, path: Path) -> None:
    """Refuse with StoreUnusable a database with tables that are not ours."""
    is_ours = connection.pragma("application_id") == APPLICATION_ID
    if not is_ours and connection.execute("SELECT count(*) FROM sqlite_schema").get:
        raise StoreUnusable(f"`{path}` is a database of another program")


def _applied(connection: apsw.Connection, steps: Sequence[Step]) -> dict[int, str]:
    """The steps this file has, with what was recorded of each; the first files recorded their number alone."""
    version = connection.pragma("user_version")
    connection.execute(_APPLIED_STEPS)
    rows = connection.execute("SELECT number, digest FROM schema_step")
    applied = {int(str(number)): str(digest) for number, digest in rows}
    if version and not applied:
        known = [step for step in steps if step.number <= version]
        _record(connection, known)
        applied = {step.number: step.digest for step in known}
    return applied | ({version: ""} if version > max(applied, default=0) else {})


def _record(connection: apsw.Connection, steps: Sequence[Step]) -> None:
    rows = [(step.number, step.name, step.digest) for step in steps]
    connection.executemany("INSERT INTO schema_step VALUES (?, ?, ?)", rows)
    newest = connection.execute("SELECT max(number) FROM schema_step").get
    connection.pragma("user_version", max(newest, connection.pragma("user_version")))
