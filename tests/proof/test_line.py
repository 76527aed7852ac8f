"""32 clients at once on 20 goods: what they saw is what one after another would have seen, in the journal's order."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import structs

from router.app.commands.questions import GetAvailability
from router.app.engine.engine import Engine
from router.app.ports.store import Store
from router.domain.identifiers import LineId, NodeId, Sku
from router.domain.order import Order, OrderLine
from router.domain.reasons import RouterError
from router.ledger.entries import Entry
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import (
    StandingClock,
    adjust_stock,
    cancel_order,
    put_network,
    put_products,
    route_orders,
)
from tests.app.first_come import first_come_unpaid
from tests.proof.disk import memory_folder
from tests.proof.line import Seen, faults_of
from tests.proving import FULL, rounds
from tests.routing.builders import an_order

CLIENTS = 32
SKUS = [f"HOT-{number:02}" for number in range(20)]
NODES = ("lille", "lyon")
OPERATIONS_FEW = 100
OPERATIONS = 2_000 if FULL else OPERATIONS_FEW
"""Of each client."""
LINES = range(rounds(1, 1))
"""In the long form one after another, each with clients of its own: what all saw is held in memory."""


@pytest.fixture
def open_stores() -> Iterator[dict[str, Callable[[], Store]]]:
    with tempfile.TemporaryDirectory(prefix="router-proof-", dir=memory_folder()) as folder:
        yield {"memory": MemoryStore, "sqlite": lambda: SqliteStore(Path(folder) / "router.sqlite")}


class Client:
    """One after another: orders, cancellations of its own orders, adjustments, looks."""

    def __init__(self, number: int, engine: Engine, line: int) -> None:
        self.name = f"c{number}"
        self.random = Random(f"{line}/{number}")
        self.engine = engine
        self.mine: list[str] = []

    def live(self, operations: int) -> list[Seen]:
        return [self._do(f"{self.name}-{number}") for number in range(operations)]

    def _do(self, key: str) -> Seen:
        command = self._command(key)
        invoked = time.monotonic_ns()
        try:
            outcome: Any = self.engine.submit(command).result(60).answer
        except RouterError as refused:
            outcome = refused
        return Seen(command, invoked, time.monotonic_ns(), outcome)

    def _command(self, key: str) -> Any:
        chance, sku = self.random.random(), self.random.choice(SKUS)
        if chance < 0.4:
            return route_orders(self._order(key), key=key)
        if chance < 0.55 and self.mine:
            return cancel_order(self.mine.pop(self.random.randrange(len(self.mine))), None, key=key)
        if chance < 0.8:
            return adjust_stock(
                self.random.choice(NODES), sku, self.random.choice((-5, -2, 1, 3, 5)), key=key
            )
        return GetAvailability(skus=(Sku(sku),), node_ids=tuple(map(NodeId, NODES)))

    def _order(self, key: str) -> Order:
        lines = tuple(
            OrderLine(id=LineId(str(n)), sku=Sku(sku), quantity=self.random.randint(1, 3))
            for n, sku in enumerate(self.random.sample(SKUS, self.random.randint(1, 2)))
        )
        self.mine.append(f"order-{key}")
        return structs.replace(an_order(f"order-{key}", lines={"HOT-00": 1}), lines=lines)


def live_at(engines: Sequence[Engine], operations: int, line: int = 0) -> list[Seen]:
    """What all clients saw; they are spread over the engines."""
    clients = [Client(number, engines[number % len(engines)], line) for number in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as threads:
        lives = list(threads.map(lambda client: client.live(operations), clients))
    return [seen for life in lives for seen in life]


def observed(store: Store, operations: int, line: int = 0) -> tuple[list[Seen], list[Entry]]:
    engine = Engine(store, StandingClock(), route=first_come_unpaid)
    engine.start()
    engine.submit(put_network()).result(60)
    engine.submit(put_products(*SKUS)).result(60)
    seen = live_at([engine], operations, line)
    engine.stop()
    return seen, list(store.list_entries(None, 10_000_000, ""))


@pytest.mark.long
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_concurrent_clients_see_one_line_of_events(
    kind: str, line: int, open_stores: dict[str, Callable[[], Store]]
) -> None:
    store = open_stores[kind]()
    operations, journal = observed(store, OPERATIONS, line)
    store.close()

    assert len(operations) == CLIENTS * OPERATIONS
    assert faults_of(operations, journal, NODES) == []
    refused = [one for one in operations if isinstance(one.outcome, RouterError)]
    assert {one.outcome.reason.value for one in refused} == {"INSUFFICIENT_STOCK"}


def test_a_stale_read_a_double_promise_and_a_swapped_order_are_seen() -> None:
    operations, journal = observed(MemoryStore(), OPERATIONS_FEW)
    end = journal[-1].position
    look, seen = next(
        (place, one)
        for place, one in enumerate(operations)
        if isinstance(one.command, GetAvailability) and one.outcome.ledger_position < end
    )
    swapped = [*operations]
    swapped[look] = replace(seen, invoked=1 << 62, returned=1 << 62)
    wrong = [*operations]
    wrong[look] = replace(seen, outcome=replace(seen.outcome, ledger_position=end))
    doubled = [one for one in operations if not hasattr(one.command, "order_id")]

    assert faults_of(operations, journal, NODES) == []
    assert faults_of(wrong, journal, NODES) != []
    assert faults_of(doubled, journal, NODES) != []
    assert faults_of(swapped, journal, NODES) != []
