"""Copies of an SQLite file: taken while a server works on it, without customers' keys, and proven before they count.

copy -> keys taken out -> file compacted -> integrity, audit, head -> manifest, written last
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import apsw
import msgspec

from router.app.ports.store import StoreUnusable
from router.app.reading.verify import verify
from router.app.records.commit import Head
from router.app.records.recipients import KEY_BYTES
from router.ledger.audit import AuditReport
from router.stores.commit_rows import CONTACT_KEY
from router.stores.rows.customers import customer_key_of
from router.stores.sqlite.files import manifest_path, translated
from router.stores.sqlite.offline import looking_at_file, open_file

FORMAT = 1
PAGES_PER_STEP = 4_096
"""Copied at a time; between two steps a server commits undisturbed."""
CHUNK_BYTES = 1 << 20
BESIDE = ("-journal", "-wal", "-shm")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is: where its ledger stands, and the digest by which the file is known again."""

    format: int
    batch_number: int
    position: int
    event_position: int
    head_hash: str
    time: int
    file_bytes: int
    file_sha256: str


class KeyFile(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of customers that were not erased, by customer."""

    format: int
    keys: dict[str, tuple[bytes, int]]


class BackupRefused(Exception):
    """It cannot be taken or restored, or it is not what it says; `lines` are single faults."""

    def __init__(self, message: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that was proven."""

    manifest: Manifest
    report: AuditReport
    key_count: int


def back_up(source: Path, to: Path, keys_to: Path | None = None) -> Copied:
    """Copy the ledger in `source`, also while it is served. Refuses with BackupRefused to overwrite anything."""
    for path in (to, manifest_path(to), *(() if keys_to is None else (keys_to,))):
        refuse_existing(path)
    with incomplete(to, manifest_path(to), keys_to):
        with translated(f"cannot copy `{source}` to `{to}`"):
            copy_file(source, to)
            keys = take_keys(to)
        report, manifest = prove(to)
        if keys_to is not None:
            write_private(keys_to, msgspec.json.encode(KeyFile(format=FORMAT, keys=keys)))
        write_private(manifest_path(to), msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    return Copied(manifest, report, len(keys) if keys_to is not None else 0)


def restore(backup: Path, to: Path, keys_from: Path | None = None) -> Copied:
    """Put a backup in the place of a ledger that is not there. Refuses with BackupRefused one that is not whole."""
    for path in (to, to.with_name(to.name + "-wal"), manifest_path(to)):
        refuse_existing(path)
    manifest = check_backup(backup)
    keys = {} if keys_from is None else read_keys(keys_from)
    with incomplete(to):
        copy_bytes(backup, to)
        with translated(f"cannot restore `{to}`"):
            put_keys(to, keys)
        report, restored = prove(to)
        if restored.head_hash != manifest.head_hash:
            raise BackupRefused(
                f"`{backup}` has head {restored.head_hash[:16]}, its manifest {manifest.head_hash[:16]}"
            )
    return Copied(restored, report, len(keys))


def check_backup(backup: Path) -> Manifest:
    """The manifest of a backup whose file is byte for byte the one it was written for."""
    path = manifest_path(backup)
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
        size, digest = backup.stat().st_size, digest_of(backup)
    except (OSError, msgspec.DecodeError) as error:
        raise BackupRefused(f"`{backup}` is not a whole backup: {error}") from error
    if manifest.format != FORMAT:
        raise BackupRefused(f"`{path}` has format {manifest.format}, this router knows {FORMAT}")
    if (size, digest) != (manifest.file_bytes, manifest.file_sha256):
        raise BackupRefused(
            f"`{backup}` is not the file that its manifest was written for; take another backup"
        )
    return manifest


def copy_file(source: Path, to: Path) -> None:
    """All that was committed when it began, by SQLite's own backup."""
    with closing(open_file(source)) as origin, closing(apsw.Connection(str(to))) as copy:
        os.chmod(to, 0o600)
        # One view for all of the copy: without it the copy would begin anew with every commit of a server.
        origin.execute("BEGIN")
        origin.execute("SELECT count(*) FROM meta").fetchall()
        with copy.backup("main", origin, "main") as progress:
            while not progress.done:
                progress.step(PAGES_PER_STEP)


def take_keys(path: Path) -> dict[str, tuple[bytes, int]]:
    """Take the keys out of a copy and compact it, so that no byte of them is left; gives those that open something."""
    with closing(apsw.Connection(str(path))) as connection:
        connection.pragma("journal_mode", "DELETE")
        rows = connection.execute("SELECT customer_id, key, time FROM customer_key").fetchall()
        connection.pragma("secure_delete", True)
        connection.execute("UPDATE customer_key SET key = zeroblob(?)", (KEY_BYTES,))
        connection.execute("DELETE FROM contact")
        connection.execute("DELETE FROM meta WHERE key = ?", (CONTACT_KEY,))
        connection.execute("VACUUM")
    found = (customer_key_of(row) for row in rows)
    return {one.customer_id: (one.key, one.time) for one in found if any(one.key)}


def put_keys(path: Path, keys: dict[str, tuple[bytes, int]]) -> None:
    """Give customers their keys back; those who are not in the backup need none."""
    with closing(apsw.Connection(str(path))) as connection, connection:
        connection.executemany(
            "UPDATE customer_key SET key = ?, time = ? WHERE customer_id = ?",
            [(key, time, customer_id) for customer_id, (key, time) in keys.items()],
        )


def prove(path: Path) -> tuple[AuditReport, Manifest]:
    """Integrity of the file and audit of the books. Refuses with BackupRefused."""
    check_integrity(path)
    with looking_at_file(path) as reader:
        report, head = verify(reader), reader.head()
    if report.faults:
        raise BackupRefused(f"the audit of `{path}` found {len(report.faults)} faults", report.faults)
    return report, manifest_of(path, head)


def check_integrity(path: Path) -> None:
    """SQLite's own check of a whole file. Refuses with BackupRefused."""
    with closing(open_file(path)) as connection, translated(f"cannot read `{path}`"):
        said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    if said != ["ok"]:
        raise BackupRefused(f"`{path}` is damaged", tuple(said))


def manifest_of(path: Path, head: Head) -> Manifest:
    return Manifest(
        format=FORMAT,
        batch_number=head.batch_number,
        position=head.position,
        event_position=head.event_position,
        head_hash=head.hash.hex(),
        time=head.time,
        file_bytes=path.stat().st_size,
        file_sha256=digest_of(path),
    )


def read_keys(path: Path) -> dict[str, tuple[bytes, int]]:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except (OSError, msgspec.DecodeError) as error:
        raise BackupRefused(f"`{path}` holds no keys: {error}") from error
    return found.keys


def refuse_existing(path: Path) -> None:
    if not path.parent.is_dir():
        raise BackupRefused(f"there is no folder `{path.parent}`; make it first")
    if path.exists():
        raise BackupRefused(f"`{path}` is there already; name another place, nothing is overwritten")


@contextmanager
def incomplete(*paths: Path | None) -> Iterator[None]:
    """What is not finished is not left behind, nor what SQLite keeps beside it: a journal may hold customers' keys."""
    try:
        yield
    except BaseException:
        for path in paths:
            if path is not None:
                for end in ("", *BESIDE):
                    # On a disk that only reads there is nothing to remove, and no leave to.
                    with suppress(OSError):
                        path.with_name(path.name + end).unlink()
        raise


def copy_bytes(source: Path, to: Path) -> None:
    """A copy that is on the disk when this returns."""
    try:
        with open(source, "rb") as origin, open(to, "xb") as copy:
            os.chmod(to, 0o600)
            while chunk := origin.read(CHUNK_BYTES):
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
    except OSError as error:
        raise StoreUnusable(f"cannot copy `{source}` to `{to}`: {error.strerror}") from error


def write_private(path: Path, content: bytes) -> None:
    """A file for the owner's eyes, on the disk when this returns."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreUnusable(f"cannot write `{path}`: {error.strerror}") from error


def digest_of(path: Path) -> str:
    digest = sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
