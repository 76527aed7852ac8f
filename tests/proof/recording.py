"""A router lives on a watched disk; afterwards every moment of it can be looked at as if the power had gone then."""

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from router.app.commands.command import Command
from router.app.engine.engine import Engine
from router.app.engine.queue import QueueLimits
from router.app.queries import Queries
from router.app.records.commit import Commit
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import StandingClock
from tests.app.first_come import first_come_unpaid
from tests.proof.disk import Operation, memory_folder, watched_disk, write_files
from tests.proof.power import Platter
from tests.proof.traffic import Traffic

DATABASE = "router.sqlite"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The answer to this key left the engine: from here on it may never be lost."""

    key: str


@dataclass(slots=True)
class Recording:
    """`log` is all that happened to the disk, with each acknowledgement in its place; `heads` the hash by batch."""

    log: list[Operation | Acknowledged] = field(default_factory=list)
    heads: dict[int, bytes] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    """By key: the outcome that was recorded with the answer."""
    keys: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By batch: whose requests it answered."""


OpenStore = Callable[[Path], SqliteStore]


def record(seed: int, open_store: OpenStore = SqliteStore, bursts: int = 12) -> Recording:
    """A life of two openings from a seed; small batches and a small log, so that much happens on little disk."""
    recording, traffic = Recording(), Traffic(seed)
    batches = QueueLimits(batch_commands_max=traffic.random.randint(1, 6))
    with (
        tempfile.TemporaryDirectory(prefix="router-proof-", dir=memory_folder()) as folder,
        watched_disk(recording.log.append),
    ):
        for opening in range(2):
            store = open_store(Path(folder) / DATABASE)
            store._writer.pragma("wal_autocheckpoint", traffic.random.choice((5, 20, 100)))
            engine = Engine(
                store,
                StandingClock(),
                route=first_come_unpaid,
                limits=batches,
                on_commit=partial(_remember, recording),
            )
            engine.start()
            if not opening:
                _send(recording, engine, traffic.opening())
            for _ in range(bursts // 2):
                _send(recording, engine, traffic.burst(6))
            engine.stop()
            store.close()
    return recording


def _remember(recording: Recording, commit: Commit) -> None:
    recording.heads[commit.batch.number] = commit.batch.hash
    recording.keys[commit.batch.number] = tuple(outcome.request_id for outcome in commit.outcomes)
    recording.bodies.update((outcome.request_id, outcome.body) for outcome in commit.outcomes)


def _send(recording: Recording, engine: Engine, commands: Sequence[Command]) -> None:
    futures = [engine.submit(command) for command in commands]
    for command, future in zip(commands, futures, strict=True):
        key: str = command.request_id  # type: ignore[union-attr]
        future.add_done_callback(partial(_acknowledge, recording, key))
    wait(futures, timeout=60)


def _acknowledge(recording: Recording, key: str, future: "Future[Any]") -> None:
    recording.log.append(Acknowledged(key))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with one image: acknowledged keys that are gone, and everything else."""

    lost: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.lost and not self.damage


def cut(recording: Recording, seed: int, count: int) -> list[Verdict]:
    """`count` power losses at random moments, each with another part of what was not synced on the disk."""
    random = Random(seed)
    moments = sorted(random.randrange(len(recording.log) + 1) for _ in range(count))
    platter, acknowledged, verdicts, played = Platter(), [], [], 0
    with tempfile.TemporaryDirectory(prefix="router-proof-", dir=memory_folder()) as folder:
        for number, moment in enumerate(moments):
            for one in recording.log[played:moment]:
                if isinstance(one, Acknowledged):
                    acknowledged.append(one.key)
                else:
                    platter.play(one)
            played = moment
            image = Path(folder) / str(number)
            image.mkdir()
            write_files(image, platter.after_power_loss(random))
            verdicts.append(judge(image / DATABASE, acknowledged, recording))
            _remove(image)
    return verdicts


def judge(path: Path, acknowledged: Sequence[str], recording: Recording) -> Verdict:
    """Open what was left as a server would, and compare it with what is known to have been written."""
    try:
        store = SqliteStore(path)
    except Exception as error:
        return Verdict(damage=(f"does not open: {error}",))
    try:
        return _compare(store, acknowledged, recording)
    except Exception as error:
        return Verdict(damage=(f"does not read: {error}",))
    finally:
        store.close()


def _compare(store: SqliteStore, acknowledged: Sequence[str], recording: Recording) -> Verdict:
    found, head = store.find_outcomes(acknowledged), store.head()
    damage = [str(row[0]) for row in store._writer.execute("PRAGMA integrity_check") if row[0] != "ok"]
    damage += Queries(store).ledger.audit().faults
    if head.batch_number and recording.heads.get(head.batch_number) != head.hash:
        damage.append(f"batch {head.batch_number} is not the one that was written")
    written = [key for number in range(1, head.batch_number + 1) for key in recording.keys.get(number, ())]
    if len(store.find_outcomes(written)) < len(written):
        damage.append("a batch is there without the outcomes of its requests")
    events = [event.position for event in store.list_events(0, 10_000, None)]
    if events != list(range(1, head.event_position + 1)):
        damage.append("events have gaps")
    damage += [f"{key} has another outcome" for key in found if recording.bodies.get(key) != found[key].body]
    lost = tuple(key for key in acknowledged if key not in found and key in recording.bodies)
    return Verdict(lost=lost, damage=tuple(damage))


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
