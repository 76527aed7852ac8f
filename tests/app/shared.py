"""Books in memory that several engines of one process share: the turn is a lock, news are the commits themselves."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

from router.app.records.commit import Commit
from router.stores.memory.store import MemoryStore
from router.stores.postgres.news import pack_news, unpack_news


class SharedMemory:
    """What all of them hold."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.lock = RLock()
        self.commits: list[Commit] = []


class SharedStore:
    """One engine's door to it. News that are older than `news_kept` batches are gone."""

    is_shared = True

    def __init__(self, shared: SharedMemory, news_kept: int = 1_000) -> None:
        self._shared = shared
        self._news_kept = news_kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shared.store, name)

    @contextmanager
    def look(self) -> Iterator[None]:
        with self._shared.lock:
            yield

    @contextmanager
    def turn(self) -> Iterator[None]:
        with self._shared.lock:
            yield

    def read_news(self, after: int) -> Sequence[Commit] | None:
        commits = self._shared.commits
        if len(commits) - after > self._news_kept:
            return None
        return [unpack_news(pack_news(commit)) for commit in commits[after:]]

    def commit(self, commit: Commit) -> None:
        self._shared.store.commit(commit)
        self._shared.commits.append(commit)
