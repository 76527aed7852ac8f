"""A file of JSON lines, in the order of positions, on the disk before it counts as arrived."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from router.app.records.events import Event
from router.connectors.envelope import SOURCE, envelope_of
from router.connectors.sink import Delivered, Failed, Outcome

_CHUNK = 1 << 16


class JsonFile:
    """Appends whole lines. A last line that was cut short by a crash is cut off: its event comes again."""

    def __init__(self, path: Path, source: str = SOURCE) -> None:
        self._path = path
        self._source = source
        self._file: int | None = None

    async def deliver(self, events: Sequence[Event]) -> Outcome:
        lines = b"".join(envelope_of(event, self._source) + b"\n" for event in events)
        try:
            await asyncio.to_thread(self._append, lines)
        except OSError as error:
            return Failed(f"cannot write `{self._path}`: {error.strerror or error}")
        return Delivered()

    async def close(self) -> None:
        self._close()

    def _append(self, lines: bytes) -> None:
        if self._file is None:
            self._file = open_whole(self._path)
        try:
            written = 0
            while written < len(lines):
                written += os.write(self._file, lines[written:])
            os.fsync(self._file)
        except OSError:
            # What is in the file now is not known: the next delivery opens it again and cuts off what is torn.
            self._close()
            raise

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def open_whole(path: Path) -> int:
    """A descriptor that appends behind the last whole line; the file and its name are on the disk."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
    try:
        size = os.fstat(file).st_size
        whole = end_of_last_line(file, size)
        if whole < size:
            os.ftruncate(file, whole)
        os.fsync(file)
        folder = os.open(path.resolve().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        os.close(file)
        raise
    return file


def end_of_last_line(file: int, size: int) -> int:
    """Where the last line break of a file ends; 0 when there is none."""
    end = size
    while end > 0:
        start = max(0, end - _CHUNK)
        found = os.pread(file, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
