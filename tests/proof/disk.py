"""A disk under SQLite that is watched: every write, sync, truncation and deletion passes one function first.

The function may write down what passes (a power loss), refuse it (a broken or full disk) or take its time (a slow one).
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import apsw


@dataclass(frozen=True, slots=True)
class Create:
    file: str


@dataclass(frozen=True, slots=True)
class Write:
    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    file: str


@dataclass(frozen=True, slots=True)
class Delete:
    file: str
    is_synced: bool


class ShortWrite(apsw.IOError):
    """Raised by who watches: half of the data reaches the disk, then the write fails."""

    extendedresult = apsw.SQLITE_IOERR_WRITE


Operation = Create | Write | Truncate | Sync | Delete
Watch = Callable[[Operation], None]

_NAMES = count(1)


class _WatchedFile(apsw.VFSFile):
    def __init__(self, watch: Watch, base: str, name: Any, flags: list[int]) -> None:
        self._watch = watch
        self._file = os.path.basename(name.filename() if isinstance(name, apsw.URIFilename) else name or "")
        super().__init__(base, name, flags)

    def xWrite(self, data: Any, offset: int) -> None:
        try:
            self._watch(Write(self._file, offset, bytes(data)))
        except ShortWrite:
            super().xWrite(bytes(data)[: len(data) // 2], offset)
            raise
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._watch(Truncate(self._file, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        self._watch(Sync(self._file))
        super().xSync(flags)


class _WatchedDisk(apsw.VFS):
    """The machine's own file system, made the default one of this process while it is watched."""

    def __init__(self, watch: Watch) -> None:
        self._base = apsw.vfs_names()[0]
        self._watch = watch
        self._created: set[str] = set()
        super().__init__(f"watched-{next(_NAMES)}", self._base, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is not None and path not in self._created and is_new(path):
            self._watch(Create(os.path.basename(path)))
            self._created.add(path)
        return _WatchedFile(self._watch, self._base, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self._watch(Delete(os.path.basename(filename), bool(syncdir)))
        self._created.discard(filename)
        super().xDelete(filename, syncdir)


def is_new(path: str) -> bool:
    """Whether SQLite is about to make the file, or finds the empty one that the store made for it."""
    return not os.path.exists(path) or not os.path.getsize(path)


@contextmanager
def watched_disk(watch: Watch) -> Iterator[None]:
    """Connections opened inside do all their changes of files through `watch`, which may raise an `apsw.Error`."""
    disk = _WatchedDisk(watch)
    try:
        yield
    finally:
        disk.unregister()


def memory_folder() -> str | None:
    """Where files cost least, for proofs that bring their own disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)
