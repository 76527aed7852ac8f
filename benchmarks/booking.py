"""Orders booked without routing worth the name, on a disk of known speed: what the ledger's figures share."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import apsw

from router.app.commands.command import Command
from router.app.engine.engine import Engine
from router.app.engine.queue import QueueLimits
from router.app.records.commit import Commit
from router.collector import spare_what_lives_long
from router.domain.order import Order
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import StandingClock, adjust_stock, put_network, put_products, route_orders
from tests.app.first_come import first_come
from tests.routing.builders import an_order

GOODS = tuple(f"GOOD-{number:03}" for number in range(200))
NODES = ("lille", "lyon")
LINES = 3
SYNC_SECONDS = 0.001
"""How long the modelled disk takes for a sync, whatever the machine's own one would take."""


def orders(count: int, name: str) -> list[Command]:
    """One order of three lines in each command, over all goods in turn."""
    return [
        route_orders(order, key=f"{name}-{number}") for number, order in enumerate(some_orders(count, name))
    ]


def some_orders(count: int, name: str) -> Iterator[Order]:
    """Orders of three lines, over all goods in turn."""
    for number in range(count):
        skus = (GOODS[(number * LINES + line) % len(GOODS)] for line in range(LINES))
        yield an_order(f"order-{name}-{number}", lines=dict.fromkeys(skus, 1))


def fill(engine: Engine) -> None:
    """A network, the goods, and more of each at both nodes than anybody orders."""
    ask(engine, [put_network(), put_products(*GOODS)])
    ask(engine, [adjust_stock(node, sku, 10**8, key=f"{node}/{sku}") for node in NODES for sku in GOODS])


def ask(engine: Engine, commands: Sequence[Command]) -> None:
    """Send all, wait for all; refusals are raised."""
    for future in [engine.submit(command) for command in commands]:
        future.result(300)


def drive(engine: Engine, commands: Sequence[Command], clients: int) -> float:
    """Seconds until all are answered when each of `clients` sends its next one as soon as it has an answer."""
    left, waiting, done = iter(commands), len(commands), Event()

    def send_next(answered: "Future[Any] | None" = None) -> None:
        nonlocal waiting
        if answered is not None:
            answered.result()
            waiting -= 1
            if not waiting:
                done.set()
        if (command := next(left, None)) is not None:
            engine.submit(command).add_done_callback(send_next)

    start = time.perf_counter()
    for _ in range(min(clients, len(commands))):
        send_next()
    assert done.wait(600), "not all were answered"
    return time.perf_counter() - start


class _SlowFile(apsw.VFSFile):
    """Nothing but a sync passes Python: watching each write would take longer than writing it."""

    def xSync(self, flags: int) -> None:
        time.sleep(SYNC_SECONDS)
        super().xSync(flags)


class _SlowDisk(apsw.VFS):
    """The machine's own file system, made the default one of this process."""

    def __init__(self) -> None:
        self._base = apsw.vfs_names()[0]
        super().__init__("slow", self._base, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _SlowFile(self._base, name, flags)


@contextmanager
def on_modelled_disk() -> Iterator[Path]:
    """A folder of the machine's own memory where there is one; every sync takes SYNC_SECONDS."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    disk = _SlowDisk()
    try:
        with tempfile.TemporaryDirectory(prefix="router-bench-", dir=memory) as folder:
            yield Path(folder)
    finally:
        disk.unregister()


@contextmanager
def an_engine(
    path: Path, limits: QueueLimits | None = None, on_commit: Callable[[Commit], None] | None = None
) -> Iterator[Engine]:
    """Books on the file at `path`, filled; garbage is collected as in a server."""
    store = SqliteStore(path)
    engine = Engine(store, StandingClock(), route=first_come, limits=limits, on_commit=on_commit)
    engine.start()
    try:
        fill(engine)
        spare_what_lives_long()
        yield engine
    finally:
        engine.stop()
        store.close()
