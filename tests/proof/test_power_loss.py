"""The power goes off at any moment, and the disk keeps any part of what was not synced: nothing acknowledged is lost.

The same images of servers that sync less, or answer too early, must show losses: else the proof proves nothing.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from router.app.records.commit import Commit
from router.stores.sqlite import log
from router.stores.sqlite.store import SqliteStore
from tests.proof.recording import OpenStore, Verdict, cut, record
from tests.proving import seeds, under_seed

IMAGES_PER_LIFE = 50


def with_synchronous(level: str) -> OpenStore:
    def open_store(path: Path) -> SqliteStore:
        store = SqliteStore(path)
        store._writer.pragma("synchronous", level)
        return store

    return open_store


class FoldingStore(SqliteStore):
    """Folds its log as a server does and not by the setting of the proof, but at eight pages."""

    def commit(self, commit: Commit) -> None:
        self._writer.set_wal_hook(self._log_keeper._on_commit)
        super().commit(commit)


class HastyStore(SqliteStore):
    """Writes each batch when the next one comes: its answers leave before it is committed."""

    late: Commit | None = None

    def commit(self, commit: Commit) -> None:
        self._write_late()
        self.late = commit

    def _write_late(self) -> None:
        if self.late is not None:
            super().commit(self.late)
        self.late = None

    def close(self) -> None:
        self._write_late()
        super().close()


def verdicts_of(seed: int, open_store: OpenStore = SqliteStore) -> list[Verdict]:
    return cut(record(seed, open_store), seed, IMAGES_PER_LIFE)


@pytest.mark.parametrize("seed", seeds(0, 20, 320))
def test_nothing_acknowledged_is_lost_with_the_power(seed: int) -> None:
    with under_seed("power_loss", seed):
        assert [verdict for verdict in verdicts_of(seed) if not verdict.is_good] == []


@pytest.mark.parametrize("seed", seeds(0, 6, 80))
def test_nor_is_it_while_the_log_is_folded_beside_the_commits(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "PAGES_FOLDED", 8)
    monkeypatch.setattr(log, "FOLDED_LATE", 1_000)
    with under_seed("power_loss", seed):
        assert [verdict for verdict in verdicts_of(seed, FoldingStore) if not verdict.is_good] == []


def is_lossy(verdict: Verdict) -> bool:
    return bool(verdict.lost) and not verdict.damage


@pytest.mark.parametrize(
    ("open_store", "is_seen"),
    [
        (with_synchronous("NORMAL"), is_lossy),
        (with_synchronous("OFF"), lambda verdict: not verdict.is_good),
        (HastyStore, is_lossy),
    ],
    ids=["a log synced now and then", "nothing synced", "answered before the commit"],
)
def test_the_images_show_a_server_that_is_less_careful(
    open_store: OpenStore, is_seen: Callable[[Verdict], bool]
) -> None:
    verdicts = [verdict for seed in range(4) for verdict in verdicts_of(seed, open_store)]

    assert sum(map(is_seen, verdicts)) > len(verdicts) / 20
