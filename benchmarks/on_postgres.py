"""Engines on one private PostgreSQL database: what the figures of PostgreSQL share."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from benchmarks.booking import drive
from router.app.engine.engine import Engine, deciding_ahead
from router.app.engine.queue import QueueLimits
from router.stores.postgres import PostgresStore
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


def orders_per_second_of(database: str, names: tuple[str, ...], count: int, *, is_hot: bool) -> float:
    """Of as many processes as there are names, all beginning at once; until the last has its last answer."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.on_postgres", database, name, str(count), str(int(is_hot))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", "the engine did not come up"
        start = time.perf_counter()
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "done\n", "the engine did not finish"
        return count * len(names) / (time.perf_counter() - start)
    finally:
        for process in processes:
            process.communicate()


def main(database: str, name: str, count: str, is_hot: str) -> None:
    with an_engine(database) as engine:
        drive(engine, orders(100, f"{name}-warm", is_hot=is_hot == "1"), CLIENTS)
        commands = orders(int(count), name, is_hot=is_hot == "1")
        print("ready", flush=True)
        sys.stdin.readline()
        drive(engine, commands, CLIENTS)
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
