"""A ledger: whether it can be opened, is whole, adds up, has room, and lives in this time."""

import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from router.cli.doctor.report import Check, examined

if TYPE_CHECKING:
    from router.domain.identifiers import Instant

LOG_BYTES_MAX = 64 << 20
FREE_BYTES_MIN = 256 << 20
CLOCK_BEHIND_SECONDS_MAX = 5


def check_ledger(database: str) -> Iterator[Check]:
    """Nothing more is asked of a ledger that cannot be opened."""
    from router.stores.offline import URLS

    opened = examined(
        "schema", lambda: schema(database), "the message says what: another path, or a server of its version"
    )
    yield opened
    if not opened.is_good:
        return
    if not database.startswith(URLS):
        path = Path(database)
        yield Check(name="lock", is_good=True, found=holder(path))
        yield examined(
            "integrity", lambda: integrity(path), "restore the last backup: router restore FROM TO"
        )
        yield check_log(path)
        yield check_room(path)
    yield examined(
        "books", lambda: books(database), "keep a copy, stop the server, compare with a clean backup"
    )
    yield check_clock(database)


def schema(database: str) -> str:
    from router.stores.offline import looking_at

    with looking_at(database) as reader:
        head = reader.head()
    return f"of this router; {head.batch_number:,} batches"


def holder(path: Path) -> str:
    """Whether a server has the file; the lock is let go at once."""
    lock_path = path.with_name(path.name + ".lock")
    if not lock_path.exists():
        return "no server has it"
    with open(lock_path, "rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return "a server has it"
    return "no server has it"


def integrity(path: Path) -> str:
    from router.stores.sqlite.backup import check_integrity

    check_integrity(path)
    return "the file is whole"


def check_log(path: Path) -> Check:
    log = path.with_name(path.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    return Check(
        name="log",
        is_good=size <= LOG_BYTES_MAX,
        found=f"{size / 1e6:,.1f} MB",
        fix=f"end the program that keeps a read transaction open on `{path}`; a server folds the log in afterwards",
    )


def check_room(path: Path) -> Check:
    found = os.statvfs(path.parent)
    free = found.f_bavail * found.f_frsize
    return Check(
        name="room",
        is_good=free >= FREE_BYTES_MIN,
        found=f"{free / 1e9:,.1f} GB free",
        fix=f"make room: with less than {FREE_BYTES_MIN >> 20} MiB free a server may soon be read-only",
    )


def books(database: str) -> str:
    from router.app.reading.verify import verify
    from router.stores.offline import looking_at

    with looking_at(database) as reader:
        report = verify(reader)
    if report.faults:
        raise RuntimeError(f"the audit found {len(report.faults)} faults; router ledger verify lists them")
    return f"{report.entry_count:,} entries agree; head {report.head_hash.hex()[:16]}"


def check_clock(database: str) -> Check:
    from router.stores.offline import looking_at

    with looking_at(database) as reader:
        last = reader.head().time
    return clock_of(last, time())


def clock_of(last: "Instant", now: float) -> Check:
    """The ledger's time never goes back: with a clock that is behind it only counts on, and expiries come late."""
    behind = last / 1e6 - now
    return Check(
        name="clock",
        is_good=behind <= CLOCK_BEHIND_SECONDS_MAX,
        found=f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}"
        + (f", {behind:,.0f} s behind the ledger" if behind > CLOCK_BEHIND_SECONDS_MAX else ""),
        fix="set the clock: timedatectl set-ntp true",
    )
