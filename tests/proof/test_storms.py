"""Every request is sent up to five times at once, again after a restart, and once with another body: one effect."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from router.app.commands.command import Command
from router.app.engine.engine import Engine
from router.app.engine.outcomes import NEVER_PINNED
from router.app.queries import Queries
from router.domain.reasons import Reason, RouterError
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import StandingClock, digest
from tests.app.first_come import first_come_unpaid
from tests.proof.clerk import Clerk
from tests.proof.disk import memory_folder
from tests.proof.traffic import Traffic
from tests.proving import seeds, under_seed

REQUESTS = 100
SENT_MAX = 5
SENDERS = 8


@pytest.fixture
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="router-proof-", dir=memory_folder()) as folder:
        yield Path(folder) / "router.sqlite"


class Storm:
    """Opens the router anew for every wave of requests, and keeps what each key was told."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clerk = Clerk()
        self.faults: list[str] = []
        self.told: dict[str, list[Any]] = defaultdict(list)
        self.firsts: dict[str, int] = defaultdict(int)

    def send(self, commands: Sequence[Command]) -> None:
        with closing(SqliteStore(self.path)) as store:
            engine = Engine(store, StandingClock(), route=first_come_unpaid, on_commit=self._check)
            engine.start()
            with ThreadPoolExecutor(SENDERS) as senders:
                list(senders.map(lambda command: self._ask(engine, command), commands))
            engine.stop()
            self.faults += Queries(store).ledger.audit().faults

    def _check(self, commit: Any) -> None:
        try:
            self.clerk.check(commit)
        except AssertionError as fault:
            self.faults.append(str(fault))

    def _ask(self, engine: Engine, command: Any) -> None:
        try:
            answered = engine.submit(command).result(60)
        except RouterError as refused:
            self.told[command.request_id].append((refused.reason, refused.message))
        else:
            self.told[command.request_id].append(answered.answer)
            self.firsts[command.request_id] += not answered.replayed


def copies(random: Random, commands: Sequence[Command]) -> list[Command]:
    """Each one to five times, all mixed up."""
    sent = [command for command in commands for _ in range(random.randint(1, SENT_MAX))]
    random.shuffle(sent)
    return sent


@pytest.mark.parametrize("seed", seeds(0, 10, 200))
def test_a_request_has_one_effect_and_one_answer_however_often_it_is_sent(seed: int, path: Path) -> None:
    with under_seed("however_often_it_is_sent", seed):
        traffic = Traffic(seed)
        storm = Storm(path)
        storm.send(traffic.opening())
        commands: list[Any] = [traffic.command() for _ in range(REQUESTS)]
        storm.send(copies(traffic.random, commands[: REQUESTS * 2 // 3]))
        storm.send(copies(traffic.random, commands))
        answers = {key: list(told) for key, told in storm.told.items()}
        storm.send([replace(command, body_digest=digest("another", command)) for command in commands])
        reused = [storm.told[command.request_id][-1] for command in commands]

    assert storm.faults == []
    assert [key for key, told in answers.items() if any(one != told[0] for one in told)] == []
    assert [key for key, count in storm.firsts.items() if count > 1] == []
    assert {reason for reason, _ in reused} == {Reason.IDEMPOTENCY_KEY_REUSED}
    assert storm.clerk.keys == set(answers)
    assert not any(isinstance(told[0], tuple) and told[0][0] in NEVER_PINNED for told in answers.values())
