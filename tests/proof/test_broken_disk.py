"""A disk that fails at any early operation: what was answered is there, the rest is answered truly after a restart."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest

from router.app.commands.command import Command
from router.app.engine.engine import Engine
from router.app.engine.queue import QueueLimits
from router.app.ports.store import StoreUnusable
from router.app.queries import Queries
from router.domain.reasons import Reason, RouterError
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, StandingClock
from tests.app.first_come import first_come_unpaid
from tests.proof.disk import Create, Operation, ShortWrite, Sync, Write, memory_folder, watched_disk
from tests.proof.traffic import Traffic
from tests.proving import FULL, TIER

OPERATIONS = range(1, 241 if TIER == "soak" else 61)
STEP = 1 if FULL else 6
"""In the sample every sixth operation, another one with each kind of fault."""
BURSTS = len(OPERATIONS) // 2
"""Each writes and syncs several times, so that every operation is met."""


class SyncFailed(apsw.IOError):
    extendedresult = apsw.SQLITE_IOERR_FSYNC


class WriteFailed(apsw.IOError):
    extendedresult = apsw.SQLITE_IOERR_WRITE


@dataclass(slots=True)
class Fault:
    """Fails the operation number `at` of those that `error` can meet; if `stays`, all that follow too."""

    error: type[apsw.Error]
    at: int
    stays: bool
    seen: int = 0
    is_armed: bool = True

    def watch(self, operation: Operation) -> None:
        kind = Sync if self.error is SyncFailed else Write
        if not self.is_armed or isinstance(operation, Create) or not isinstance(operation, kind):
            return
        self.seen += 1
        if self.seen == self.at or (self.stays and self.seen > self.at):
            raise self.error(f"planted at operation {self.at}")


FAULTS = [
    (error, stays)
    for error in (SyncFailed, WriteFailed, ShortWrite, apsw.FullError)
    for stays in (False, True)
]
POINTS = [
    (error, stays, at)
    for place, (error, stays) in enumerate(FAULTS)
    for at in list(OPERATIONS)[place % STEP :: STEP]
]
IDS = [f"{error.__name__}{'-for-ever' if stays else ''}-{at}" for error, stays, at in POINTS]


@pytest.fixture
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="router-proof-", dir=memory_folder()) as folder:
        yield Path(folder) / "router.sqlite"


class PassingClock(StandingClock):
    """Two seconds pass from batch to batch: enough to look whether a full disk has room again."""

    def monotonic(self) -> float:
        self.seconds += 2
        return self.seconds


@contextmanager
def an_engine(path: Path) -> Iterator[Engine]:
    store = SqliteStore(path)
    store._writer.pragma("wal_autocheckpoint", 20)
    engine = Engine(store, PassingClock(), route=first_come_unpaid, limits=QueueLimits(batch_commands_max=4))
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()
        # Closing folds the log in; the file may be closed with that undone.
        with suppress(apsw.Error):
            store.close()


def outcomes_of(engine: Engine, commands: list[Command]) -> dict[str, str]:
    """By key: `answered`, or the reason of the refusal. Sent without waiting in between."""
    outcomes, futures = {}, {}
    for command in commands:
        key: str = command.request_id  # type: ignore[union-attr]
        try:
            futures[key] = engine.submit(command)
        except RouterError as refused:
            outcomes[key] = refused.reason.value
    wait(futures.values(), timeout=60)
    for key, future in futures.items():
        error = future.exception()
        assert error is None or isinstance(error, RouterError), error
        outcomes[key] = "answered" if error is None else error.reason.value
    return outcomes


UNDECIDED = {Reason.COMMIT_INDETERMINATE.value, Reason.DRAINING.value, Reason.READ_ONLY.value}
"""After these a client sends the same again."""


@pytest.mark.parametrize(("error", "stays", "at"), POINTS, ids=IDS)
def test_what_was_answered_survives_and_the_rest_is_answered_after_a_restart(
    path: Path, error: type[apsw.Error], stays: bool, at: int
) -> None:
    fault = Fault(error, at, stays, is_armed=False)
    traffic = Traffic(at)
    opening = traffic.opening()
    bursts = [traffic.burst(6) for _ in range(BURSTS)]
    outcomes: dict[str, str] = {}
    with watched_disk(fault.watch):
        with an_engine(path) as engine:
            outcomes_of(engine, opening)
            fault.is_armed = True
            for burst in bursts:
                outcomes |= outcomes_of(engine, burst)
        fault.is_armed = False
    decided = [key for key, outcome in outcomes.items() if outcome not in UNDECIDED]
    with an_engine(path) as again:
        store = again._store
        found = store.find_outcomes(decided)
        repeated = {key: value for burst in bursts for key, value in outcomes_of(again, burst).items()}
        report = Queries(store).ledger.audit()

    assert fault.seen >= at
    assert [key for key in decided if key not in found] == []
    assert {key: repeated[key] for key in decided} == {key: outcomes[key] for key in decided}
    assert [outcome for outcome in repeated.values() if outcome in UNDECIDED] == []
    assert report.faults == ()


@pytest.mark.parametrize("error", [SyncFailed, WriteFailed, ShortWrite, apsw.FullError])
def test_a_file_that_cannot_be_opened_is_refused_and_opens_when_the_disk_is_well(
    path: Path, error: type[apsw.Error]
) -> None:
    refused = 0
    for at in range(1, 200):
        fault = Fault(error, at, stays=True)
        with watched_disk(fault.watch):
            try:
                SqliteStore(path).close()
            except StoreUnusable:
                refused += 1
        if fault.seen < at:
            break
        with closing(SqliteStore(path)) as store:
            assert Shop(store).faults() == ()
        for file in path.parent.iterdir():
            file.unlink()

    assert refused == at - 1


def test_a_disk_on_which_no_log_can_be_kept_is_refused(path: Path) -> None:
    def watch(operation: Operation) -> None:
        if operation.file.endswith("-wal"):
            raise apsw.CantOpenError("no log here")

    with watched_disk(watch), pytest.raises(StoreUnusable, match=r"log"):
        SqliteStore(path)
