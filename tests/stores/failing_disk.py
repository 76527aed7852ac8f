"""A disk under SQLite that fails when it is told to: full from a certain byte on, or with an I/O error at a sync."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apsw

NAME = "failing-disk"


class FailingDisk(apsw.VFS):
    """As the disk below it, until `room` bytes are written or `syncs` more syncs have been made."""

    def __init__(self) -> None:
        self.room: int | None = None
        self.syncs: int | None = None
        self.below = apsw.vfs_names()[0]
        super().__init__(NAME, self.below, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> "FailingFile":
        return FailingFile(self, name, flags)

    def take_room(self, size: int) -> None:
        if self.room is None:
            return
        if size > self.room:
            raise apsw.FullError("no space left on device")
        self.room -= size

    def take_sync(self) -> None:
        if self.syncs is None:
            return
        if self.syncs == 0:
            raise apsw.IOError("input/output error")
        self.syncs -= 1


class FailingFile(apsw.VFSFile):
    def __init__(self, disk: FailingDisk, name: Any, flags: list[int]) -> None:
        self._disk = disk
        super().__init__(disk.below, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.take_room(len(data))
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        self._disk.take_sync()
        super().xSync(flags)


@contextmanager
def a_failing_disk() -> Iterator[FailingDisk]:
    """Every file that SQLite opens meanwhile lies on it."""
    disk = FailingDisk()
    try:
        yield disk
    finally:
        disk.unregister()
