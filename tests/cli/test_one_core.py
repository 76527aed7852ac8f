"""The threads that take turns share a core, undisturbed; those that compute beside them do not; and it gives way."""

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest

from router.api.v1 import ledger_pb2
from router.app.cores import ALLOWED
from router.simulation.client import RouterClient
from router.simulation.server_process import ServerProcess, running_server
from router.wiring.seat import Seat, quieter, used_seconds

needs_two = pytest.mark.skipif(len(ALLOWED) < 2, reason="there is only one core")


def cores_of_threads(server: ServerProcess) -> Counter[frozenset[int]]:
    """How many threads may run on which cores."""
    threads = [int(one.name) for one in Path(f"/proc/{server.process.pid}/task").iterdir()]
    return Counter(frozenset(os.sched_getaffinity(thread)) for thread in threads)


@needs_two
def test_those_who_take_turns_share_a_core_and_those_who_read_do_not(tmp_path: Path) -> None:
    with running_server(tmp_path / "ledger.sqlite", None) as server, RouterClient(server.address) as client:
        before = cores_of_threads(server)
        client.ledger.ListEntries(ledger_pb2.ListEntriesRequest())
        after = cores_of_threads(server)

        seat = frozenset(os.sched_getaffinity(server.process.pid))

    assert len(seat) == 1
    # The loop, the engine, and what gRPC polls with.
    assert before[seat] >= 3
    assert set(after) == {seat, ALLOWED}
    assert after[ALLOWED] == before[ALLOWED] + 1


def test_those_who_bring_calls_interrupt_nobody(tmp_path: Path) -> None:
    with running_server(tmp_path / "ledger.sqlite", None) as server, RouterClient(server.address) as client:
        client.ledger.ListEntries(ledger_pb2.ListEntriesRequest())
        tasks = list(Path(f"/proc/{server.process.pid}/task").iterdir())
        policies = {int(one.name): os.sched_getscheduler(int(one.name)) for one in tasks}
        names = {int(one.name): (one / "comm").read_text() for one in tasks}

    bringing = {thread for thread, policy in policies.items() if policy == os.SCHED_BATCH}
    assert {thread for thread, name in names.items() if name.startswith("event_engine")} & bringing
    # A thread of Python's brings their news to the loop.
    assert sum(not names[thread].startswith("event_engine") for thread in bringing) >= 1
    assert policies[server.process.pid] == os.SCHED_OTHER
    assert sum(policy == os.SCHED_OTHER for policy in policies.values()) >= 3


@needs_two
def test_threads_run_wherever_the_system_likes_if_they_are_to(tmp_path: Path) -> None:
    with running_server(tmp_path / "ledger.sqlite", None, flags=["--no-one-core"]) as server:
        assert set(cores_of_threads(server)) == {ALLOWED}


@needs_two
def test_a_seat_is_changed_with_all_who_sit_there() -> None:
    mine = os.sched_getaffinity(0)
    try:
        seat = Seat([])
        (other, *_) = ALLOWED - {seat.core}
        assert os.sched_getaffinity(0) == {seat.core}

        seat.change(other)

        assert (seat.core, os.sched_getaffinity(0)) == (other, {other})
    finally:
        os.sched_setaffinity(0, mine)


@needs_two
def test_whoever_sits_looks_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = os.sched_getaffinity(0)
    seat = Seat([])
    first = seat.core
    looks: list[int] = []

    def used() -> dict[int, float]:
        """Others use all of the first core; from the third look on it is not there any more."""
        looks.append(len(looks))
        known = dict.fromkeys(ALLOWED, 0.0) | {first: float(len(looks))}
        return known if len(looks) < 3 else {core: used for core, used in known.items() if core != first}

    monkeypatch.setattr("router.wiring.seat.LOOK_SECONDS", 0.01)
    monkeypatch.setattr("router.wiring.seat.used_seconds", used)

    async def sit() -> None:
        keeping = asyncio.ensure_future(seat.keep())
        while len(looks) < 5 and not keeping.done():
            await asyncio.sleep(0.01)
        assert not keeping.done()
        keeping.cancel()

    try:
        asyncio.run(sit())
    finally:
        os.sched_setaffinity(0, mine)

    assert seat.core != first


@needs_two
def test_neighbors_begin_on_different_cores() -> None:
    mine = os.sched_getaffinity(0)
    try:
        cores = [Seat([], place).core for place in range(len(ALLOWED))]
    finally:
        os.sched_setaffinity(0, mine)

    assert set(cores) == ALLOWED


def test_a_core_that_others_want_is_left_for_a_quieter_one() -> None:
    assert quieter({0: 1.0, 1: 0.1}, own=0.5, here=0) == 1
    assert quieter({0: 1.0, 1: 0.9}, own=0.5, here=0) == 0, "the other one is no better"
    assert quieter({0: 0.9, 1: 0.0}, own=0.9, here=0) == 0, "nobody else is here"
    assert quieter({0: 0.75, 1: 0.0}, own=0.5, here=0) == 0, "a little is no reason to move"


@pytest.mark.skipif(not ALLOWED, reason="the system does not say")
def test_what_is_used_of_a_core_is_told() -> None:
    used = used_seconds()

    assert used.keys() >= ALLOWED
    assert min(used.values()) >= 0.0
