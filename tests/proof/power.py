"""What a disk may hold after the power went off: synced writes for certain, of the others any part in any order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from tests.proof.disk import Create, Delete, Operation, Sync, Truncate, Write

SECTOR_BYTES = 512
"""LIMIT: what a disk writes whole or not at all."""

SYNCED_WITH_THEIR_FOLDER = ("-wal", "-journal")
"""The logs of SQLite: with their first sync it syncs the folder too, and so every name in it."""

Change = Write | Truncate


def drop_all(random: Random, pending: list[Change]) -> list[Change]:
    return []


def keep_all(random: Random, pending: list[Change]) -> list[Change]:
    return pending


def keep_first(random: Random, pending: list[Change]) -> list[Change]:
    return pending[: random.randint(0, len(pending))]


def keep_some(random: Random, pending: list[Change]) -> list[Change]:
    share = random.random()
    return [change for change in pending if random.random() < share]


def reorder(random: Random, pending: list[Change]) -> list[Change]:
    kept = keep_some(random, pending)
    random.shuffle(kept)
    return kept


def tear(random: Random, pending: list[Change]) -> list[Change]:
    """Of the last write, and of any other now and then, only some sectors."""
    kept = keep_first(random, pending)
    return [
        piece
        for place, change in enumerate(kept, start=1)
        for piece in (sectors_of(random, change) if place == len(kept) or random.random() < 0.2 else [change])
    ]


def sectors_of(random: Random, change: Change) -> list[Change]:
    if isinstance(change, Truncate):
        return [change]
    starts = range(0, len(change.data), SECTOR_BYTES)
    return [
        Write(change.file, change.offset + start, change.data[start : start + SECTOR_BYTES])
        for start in starts
        if random.random() < 0.5
    ]


LOSSES: tuple[Callable[[Random, list[Change]], list[Change]], ...] = (
    drop_all,
    keep_all,
    keep_first,
    keep_some,
    reorder,
    tear,
)


@dataclass(slots=True)
class _File:
    content: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list)
    is_named: bool = False
    """Whether its name is surely in the folder."""


def apply(content: bytearray, changes: Iterable[Change]) -> None:
    for change in changes:
        if isinstance(change, Truncate):
            del content[change.size :]
            continue
        if len(content) < change.offset:
            content.extend(bytes(change.offset - len(content)))
        content[change.offset : change.offset + len(change.data)] = change.data


class Platter:
    """What is durable and what is not, while operations are played to it one after another."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        self._perhaps: dict[str, _File] = {}
        """Deleted, but a power loss may bring them back."""

    def play(self, operation: Operation) -> None:
        name = operation.file
        if isinstance(operation, Create):
            self._files[name] = _File()
            self._perhaps.pop(name, None)
        elif isinstance(operation, Delete):
            file = self._files.pop(name)
            if not operation.is_synced and file.is_named:
                self._perhaps[name] = file
        elif isinstance(operation, Sync):
            file = self._files[name]
            apply(file.content, file.pending)
            file.pending.clear()
            if not file.is_named and name.endswith(SYNCED_WITH_THEIR_FOLDER):
                self._sync_folder()
        else:
            self._files[name].pending.append(operation)

    def _sync_folder(self) -> None:
        for file in self._files.values():
            file.is_named = True
        self._perhaps.clear()

    def after_power_loss(self, random: Random) -> dict[str, bytes]:
        """One of the many things that the disk may hold now."""
        found = {
            name: file
            for name, file in (self._perhaps | self._files).items()
            if name in self._files or random.random() < 0.5
        }
        return {
            name: self._remains(random, file)
            for name, file in found.items()
            if file.is_named or random.random() < 0.5
        }

    def _remains(self, random: Random, file: _File) -> bytes:
        content = bytearray(file.content)
        apply(content, random.choice(LOSSES)(random, file.pending))
        return bytes(content)
