"""Engines on one private PostgreSQL database: what the figures of PostgreSQL share."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from benchmarks.booking import drive
from router.app.engine.deciders import deciding_ahead
from router.app.engine.engine import Engine
from router.app.engine.queue import QueueLimits
from router.stores.postgres.store import PostgresStore
from tests.app.builders import StandingClock, adjust_stock, put_network, put_products, route_orders
from tests.integration.postgres import Cluster, running_cluster
from tests.routing.builders import an_order

HOT = "HOT-GOOD"
PLACES = ("lille", "lyon", "nice")
CLIENTS = 64
"""Calls under way at an engine."""

SMALL_BATCHES = QueueLimits(batch_commands_max=256)


@contextmanager
def a_filled_database() -> Iterator[tuple[Cluster, str]]:
    """A database with a network and more of some goods at three nodes than anybody orders."""
    with running_cluster() as cluster:
        database = cluster.create_database()
        with an_engine(database) as engine:
            skus = (HOT, *(f"{name}-{number}" for name in ("one", "two") for number in range(50)))
            for command in (put_network(), put_products(*skus)):
                engine.submit(command).result(300)
            stock: list[Any] = [
                adjust_stock(place, sku, 10**6, key=f"{place}/{sku}") for place in PLACES for sku in skus
            ]
            drive(engine, stock, CLIENTS)
        yield cluster, database


@contextmanager
def an_engine(database: str, limits: QueueLimits = SMALL_BATCHES, **settings: Any) -> Iterator[Engine]:
    """An engine that decides as a server does, unless told otherwise."""
    with closing(PostgresStore(database)) as store:
        engine = Engine(
            store,
            StandingClock(),
            make_ahead=None if "route" in settings else deciding_ahead(),
            limits=limits,
            **settings,
        )
        engine.start()
        yield engine
        engine.stop()


def orders(count: int, name: str, *, is_hot: bool) -> list[Any]:
    """Orders of one line: of the one good that everybody wants, or of goods that only `name` sells."""
    kind = name.partition("-")[0]
    return [
        route_orders(
            an_order(f"{name}-{number}", lines={HOT if is_hot else f"{kind}-{number % 50}": 1}),
            key=f"key of {name}-{number}",
        )
        for number in range(count)
    ]


@contextmanager
def engine_processes(database: str, names: Sequence[str]) -> Iterator[list["EngineProcess"]]:
    """A process for each name, with its engine up; `names` are those of goods that only it sells."""
    processes = [EngineProcess(database, name) for name in names]
    try:
        for process in processes:
            process.hear("up")
        yield processes
    finally:
        for process in processes:
            process.end()


class EngineProcess:
    """Does as it is told by lines: it makes orders, says that it is ready, and at the next line routes them."""

    def __init__(self, database: str, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.on_postgres", database, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def hear(self, line: str) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == f"{line}\n", f"the engine did not say that it is {line}"

    def end(self) -> None:
        self._process.communicate()


def orders_per_second_of(processes: Sequence[EngineProcess], run: str, count: int, *, is_hot: bool) -> float:
    """Of all `processes` together, each routing `count` orders; from their start at once to the last answer of all."""
    for process in processes:
        process.say(f"{run} {count} {int(is_hot)}")
    for process in processes:
        process.hear("ready")
    start = time.perf_counter()
    for process in processes:
        process.say("go")
    for process in processes:
        process.hear("done")
    return count * len(processes) / (time.perf_counter() - start)


def main(database: str, name: str) -> None:
    with an_engine(database) as engine:
        print("up", flush=True)
        for line in sys.stdin:
            run, count, is_hot = line.split()
            warming, commands = (
                orders(number, f"{name}-{run}-{kind}", is_hot=is_hot == "1")
                for kind, number in (("warm", 100), ("run", int(count)))
            )
            drive(engine, warming, CLIENTS)
            print("ready", flush=True)
            sys.stdin.readline()
            drive(engine, commands, CLIENTS)
            print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
