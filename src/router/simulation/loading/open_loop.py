"""Calls at instants that are fixed beforehand, whether or not the ones before have been answered.

A client that waits for its answer before it calls again goes slower when the server does, and so never sees the wait
that those have whose call falls into a slow moment. Here the wait counts from the instant at which the call was due,
so that a server that stands still for a second is seen to have kept everybody waiting who came in that second.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import grpc

from router.simulation.loading.histogram import Histogram

UNDER_WAY_MAX = 20_000
"""LIMIT: calls without an answer; beyond it the generator itself is what is slow, and calls are counted as not sent."""
SECONDS_AFTER = 60.0
"""How long answers are waited for after the last call."""


@dataclass(slots=True)
class Second:
    """What became of the calls that were due in one second."""

    due: int = 0
    accepted: int = 0
    refused: int = 0
    waits: Histogram = field(default_factory=Histogram)


@dataclass(slots=True, kw_only=True)
class Load:
    """What a run came to. `late` is by how much calls left after they were due: the generator's own fault."""

    rate: float
    seconds: float
    waits: Histogram = field(default_factory=Histogram)
    late: Histogram = field(default_factory=Histogram)
    refused: Counter[str] = field(default_factory=Counter)
    not_sent: int = 0
    by_second: list[Second] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return self.waits.count

    @property
    def due(self) -> int:
        return sum(one.due for one in self.by_second)


def instants(rate: float, seconds: float, seed: int, *, is_steady: bool = False) -> Iterator[float]:
    """Seconds after the start at which calls are due: as independent callers come (Poisson), or `is_steady`."""
    random, at = Random(seed), 0.0
    while True:
        at += 1 / rate if is_steady else random.expovariate(rate)
        if at >= seconds:
            return
        yield at


async def drive(
    call: Callable[[int], Awaitable[Any]],
    rate: float,
    seconds: float,
    seed: int = 0,
    *,
    is_steady: bool = False,
    warm_seconds: float = 0.0,
) -> Load:
    """Make call number n at its instant, for all n; what is due in the first `warm_seconds` is not counted.

    A call that is refused (`grpc.RpcError`) is counted by its status; any other failure ends the run.
    """
    load = Load(rate=rate, seconds=seconds)
    load.by_second = [Second() for _ in range(int(-(-seconds // 1)))]
    under_way: set[asyncio.Task[None]] = set()
    failures: list[BaseException] = []

    def finish(task: "asyncio.Task[None]") -> None:
        under_way.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            failures.append(failure)

    start = time.perf_counter() + 0.05
    for number, after in enumerate(instants(rate, warm_seconds + seconds, seed, is_steady=is_steady)):
        due = start + after
        if (ahead := due - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
        second = load.by_second[int(after - warm_seconds)] if after >= warm_seconds else None
        if len(under_way) >= UNDER_WAY_MAX:
            load.not_sent += second is not None
            continue
        task = asyncio.ensure_future(_one(call, number, due, load, second))
        under_way.add(task)
        task.add_done_callback(finish)
        if failures:
            break
        if number % 64 == 0:
            # Where calls are always due already, nobody else would have a turn.
            await asyncio.sleep(0)
    if under_way:
        _, left = await asyncio.wait(set(under_way), timeout=SECONDS_AFTER)
        for task in left:
            task.cancel()
        if left:
            load.refused["NEVER_ANSWERED"] += len(left)
            await asyncio.wait(left)
    # The callbacks of tasks that ended just now have their turn.
    await asyncio.sleep(0)
    if failures:
        raise failures[0]
    return load


async def _one(
    call: Callable[[int], Awaitable[Any]], number: int, due: float, load: Load, second: Second | None
) -> None:
    left = time.perf_counter()
    try:
        await call(number)
        refusal = ""
    except grpc.RpcError as error:
        refusal = error.code().name
    if second is None:
        return
    wait = round((time.perf_counter() - due) * 1e6)
    second.due += 1
    load.late.add(round((left - due) * 1e6))
    if refusal:
        second.refused += 1
        load.refused[refusal] += 1
    else:
        second.accepted += 1
        second.waits.add(wait)
        load.waits.add(wait)


PERCENTS: Sequence[float] = (50, 90, 95, 99, 99.9)


def load_facts(load: Load) -> dict[str, Any]:
    """The run as plain values, for files and other programs; waits in milliseconds."""
    return {
        "kind": "load",
        "rate": load.rate,
        "seconds": load.seconds,
        "due": load.due + load.not_sent,
        "accepted": load.accepted,
        "accepted_per_second": round(load.accepted / load.seconds, 1),
        "refused": dict(sorted(load.refused.items())),
        "not_sent": load.not_sent,
        "wait_ms": {
            **{f"p{percent:g}": load.waits.percentile(percent) / 1_000 for percent in PERCENTS},
            "max": load.waits.micros_max / 1_000,
        },
        "late_p99_ms": load.late.percentile(99) / 1_000,
        "histogram": [[micros, count] for micros, count in load.waits.buckets()],
        "by_second": [
            [one.due, one.accepted, one.refused, one.waits.percentile(99) / 1_000] for one in load.by_second
        ],
    }
