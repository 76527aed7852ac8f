"""The seat: the one core of the event loop, the engine and the threads of gRPC."""

import asyncio
import logging
import os
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from random import Random

from router.app.cores import ALLOWED

log = logging.getLogger("router")

LOOK_SECONDS = 2.0
MARGIN = 0.3
"""So much more of this core must be used by others than is used of another one in all before it is left."""


class Seat:
    """Taken by the thread that makes it and by the `others`; threads that these start have it too.

    It gives way: two servers can choose the same core, and neither the system nor they know. Those of neighboring
    `place` under one supervisor begin on different cores if there are any.
    """

    def __init__(self, others: Collection[int], place: int | None = None) -> None:
        self._allowed = sorted(ALLOWED)
        self._random = Random(os.getpid())
        counted = self._random if place is None else Random(os.getppid())
        first = counted.randrange(len(self._allowed))
        self.core = self._allowed[(first + (place or 0)) % len(self._allowed)]
        for thread in (0, *others):
            os.sched_setaffinity(thread, {self.core})

    async def keep(self) -> None:
        """Change to a quieter core whenever others want this one, for ever."""
        used, own = used_seconds(), time.process_time()
        while True:
            # Two who sit on the same one do not look at the same instant.
            seconds = LOOK_SECONDS * (0.5 + self._random.random())
            await asyncio.sleep(seconds)
            before, own_before = used, own
            used, own = used_seconds(), time.process_time()
            # A core can be taken from the machine; the system then moves who sat there.
            there = [core for core in self._allowed if core in used and core in before]
            shares = {core: (used[core] - before[core]) / seconds for core in there}
            if self.core in shares:
                self.change(quieter(shares, (own - own_before) / seconds, self.core))

    def change(self, core: int) -> None:
        """Move, with every thread that sits here."""
        here, self.core = self.core, core
        if core == here:
            return
        log.debug("changed cores", extra={"from": here, "to": core})
        for thread in map(int, os.listdir("/proc/self/task")):
            with suppress(OSError):  # It has just ended.
                if os.sched_getaffinity(thread) == {here}:
                    os.sched_setaffinity(thread, {core})


def seat_for(engine_thread: int | None, place: int | None) -> Seat | None:
    """The seat of this thread and the engine's; None where there is nothing to choose, or the system lets nobody."""
    if len(ALLOWED) < 2 or engine_thread is None:
        return None
    try:
        if not used_seconds().keys() >= ALLOWED:
            return None
        return Seat([engine_thread], place)
    except OSError as error:
        log.info("threads stay wherever the system likes", extra={"cause": str(error)})
        return None


def quieter(shares: Mapping[int, float], own: float, here: int) -> int:
    """Where to sit: how much of each core is used, and how much of one by this process."""
    quietest = min(shares, key=lambda core: shares[core])
    return quietest if shares[here] - own > shares[quietest] + MARGIN else here


def used_seconds() -> dict[int, float]:
    """What was used of each core since the machine began, by whomever. Raises OSError where nobody tells."""
    tick = os.sysconf("SC_CLK_TCK")
    used: dict[int, float] = {}
    for line in Path("/proc/stat").read_text().splitlines():
        name, *counts = line.split()
        if name.startswith("cpu") and name != "cpu":
            user, nice, system, _, _, *rest = map(int, counts)
            used[int(name[3:])] = (user + nice + system + sum(rest[:3])) / tick
    return used
