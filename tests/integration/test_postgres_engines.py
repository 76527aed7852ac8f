"""Engines on one PostgreSQL database: races, cuts, kills and restarts, and the same journal as everywhere else."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from router.app.engine.deciders import deciding_ahead
from router.app.ports.store import Store
from router.app.records.filters import OrderFilter
from router.domain.reasons import RouterError
from router.ledger.orders import OrderAccount
from router.stores.memory.store import MemoryStore
from router.stores.postgres.store import PostgresStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, order_for, route_orders
from tests.app.first_come import first_come
from tests.app.test_histories import History, journal_of
from tests.app.test_transfer_histories import live
from tests.app.test_turns import decisions_not_on_their_stock
from tests.integration.postgres import Cluster
from tests.integration.test_postgres_store import cut_connections, query
from tests.routing.builders import an_order

pytestmark = pytest.mark.integration

WHERE = OrderFilter()
ROOT = Path(__file__).parents[2]


def number_of(order: OrderAccount) -> int:
    return order.number


@contextmanager
def a_second_shop(database: str, **settings: Any) -> Iterator[Shop]:
    with closing(PostgresStore(database)) as store:
        shop = Shop(store, make_ahead=deciding_ahead(), **settings)
        shop._count = 1_000_000
        shop.engine.start()
        yield shop
        shop.engine.stop()


@pytest.fixture
def shop(database: str) -> Iterator[Shop]:
    stock = {"lyon": {"RED-CLOCK": 10, "TIN-LAMP": 50}, "lille": {"TIN-LAMP": 20}}
    with closing(PostgresStore(database)) as store, a_shop(store, stock, make_ahead=deciding_ahead()) as shop:
        yield shop


@pytest.fixture
def other(shop: Shop, database: str) -> Iterator[Shop]:
    with a_second_shop(database) as other:
        yield other


def test_all_stores_write_the_same_journal_to_the_last_hash(database: str, tmp_path: Path) -> None:
    def all_of(store: Store) -> Any:
        journal = journal_of(store)
        return (
            journal,
            store.list_events(0, 10_000, None),
            sorted(store.read_orders(), key=number_of),
            store.head(),
        )

    with closing(PostgresStore(database)) as on_postgres, closing(SqliteStore(tmp_path / "a")) as on_disk:
        found = all_of(on_postgres)
        assert found == all_of(on_disk) == all_of(MemoryStore())
    assert len(found[0]) == 2 + 43
    assert len(found[1]) > 150


@pytest.mark.parametrize("seed", [300, 301])
def test_a_life_with_real_decisions(seed: int, database: str) -> None:
    History(seed, lambda: PostgresStore(database), None).live()


@pytest.mark.parametrize("seed", [31_000, 31_002])
def test_a_life_of_orders_whose_units_move_first_is_the_same_as_in_memory(seed: int, database: str) -> None:
    with closing(PostgresStore(database)) as store:
        done = live(seed, store)

    assert done["sent"] > 2
    assert done == live(seed)


def test_two_engines_race_for_the_last_units(shop: Shop, other: Shop) -> None:
    def buy(shop: Shop, name: str) -> list[str]:
        waiting = [
            shop.engine.submit(
                route_orders(order_for("RED-CLOCK", 1, f"{name}-{n}"), key=f"key of {name}-{n}")
            )
            for n in range(15)
        ]
        answers: list[Any] = [one.result(60).answer for one in waiting]
        return [one.results[0].order_id for one in answers if one.results[0].plan.shipments]

    with ThreadPoolExecutor(2) as pool:
        sold = list(pool.map(buy, (shop, other), ("a", "b")))

    assert sum(map(len, sold)) == 10
    assert shop.figures("RED-CLOCK", "lyon") == other.figures("RED-CLOCK", "lyon") == (10, 10, 0)
    assert shop.faults() == ()
    assert decisions_not_on_their_stock(shop.store, shop) == []


def test_a_key_has_one_effect_when_both_engines_get_it_at_once(shop: Shop, other: Shop) -> None:
    for number in range(10):
        command = route_orders(order_for("TIN-LAMP", 1, f"order-{number}"), key=f"key {number}")
        both = [one.engine.submit(command) for one in (shop, other)]
        answered = [one.result(60) for one in both]
        assert answered[0].answer == answered[1].answer
        assert sorted(one.replayed for one in answered) == [False, True]

    assert len(list(shop.store.read_orders())) == 10
    assert shop.faults() == ()


def test_what_one_engine_learns_the_other_knows(shop: Shop, other: Shop) -> None:
    shop.route(order_for("TIN-LAMP", 50, "order-1"))
    assert other.figures("TIN-LAMP", "lyon")[2] + other.figures("TIN-LAMP", "lille")[2] == 20
    other.cancel("order-1")
    shop.route(order_for("TIN-LAMP", 3, "order-2"))
    other.dispatch("order-2/1")
    reservation = shop.reserve(("lyon", "RED-CLOCK", 4))
    other.void(reservation.id)

    assert shop.figures("RED-CLOCK", "lyon") == other.figures("RED-CLOCK", "lyon") == (10, 0, 10)
    assert shop.queries.get_order("order-2").state == "DISPATCHED"
    assert shop.faults() == ()


def test_orders_are_answered_while_connections_are_cut(shop: Shop, other: Shop, database: str) -> None:
    answered = 0
    for number in range(20):
        waiting = [
            one.engine.submit(
                route_orders(order_for("TIN-LAMP", 1, f"order-{number}-{name}"), key=f"{number}-{name}")
            )
            for one, name in ((shop, "a"), (other, "b"))
        ]
        cut_connections(database)
        answered += len([one.result(60) for one in waiting])

    assert answered == len(list(shop.queries.list_orders(100, "", WHERE).items)) == 40
    assert shop.faults() == ()


def test_after_a_power_cut_of_the_database_everything_acknowledged_is_there(
    cluster: Cluster, shop: Shop, other: Shop
) -> None:
    """A client that repeats its requests gets every order routed once."""

    def book(shop: Shop, name: str) -> list[str]:
        ids = []
        for number in range(40):
            id = f"{name}-{number}"
            command = route_orders(order_for("TIN-LAMP", 1, id), key=f"key of {id}")
            while True:
                try:
                    answer: Any = shop.engine.submit(command).result(60).answer
                except RouterError:
                    shop.clock.seconds += 2
                    time.sleep(0.05)
                    continue
                break
            ids.append(answer.results[0].order_id)
        return ids

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(book, one, name) for one, name in ((shop, "a"), (other, "b"))]
        time.sleep(0.3)
        cluster.stop("immediate")
        time.sleep(0.3)
        cluster.start()
        booked = [id for one in running for id in one.result(120)]

    page = shop.queries.list_orders(200, "", WHERE)
    assert sorted(one.order.id for one in page.items) == sorted(booked)
    assert len(booked) == 80
    assert shop.faults() == ()


BOOKING_FOR_EVER = """\
import sys

from router.stores.postgres.store import PostgresStore
from tests.app.booking import book_for_ever

book_for_ever(PostgresStore(sys.argv[1]), sys.argv[2])
"""


def start_booking(database: str, name: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    return subprocess.Popen(
        [sys.executable, "-c", BOOKING_FOR_EVER, database, name],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def read_lines(process: "subprocess.Popen[str]", count: int) -> list[str]:
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(count)]
    assert all(lines), "the booking process ended by itself"
    return [line.strip() for line in lines]


def test_a_killed_process_leaves_nothing_locked_and_loses_nothing(database: str) -> None:
    """Two processes book as fast as they can; one is killed, twice; the other goes on."""
    with start_booking(database, "stays") as stays:
        acknowledged = read_lines(stays, 20)
        for cycle in range(2):
            with start_booking(database, f"dies-{cycle}") as dies:
                acknowledged += read_lines(dies, 40)
                time.sleep(0.02 * cycle)
                dies.send_signal(signal.SIGKILL)
                assert dies.stdout is not None
                acknowledged += [line.strip() for line in dies.stdout.readlines() if line.endswith("\n")]
            acknowledged += read_lines(stays, 20)
        stays.send_signal(signal.SIGKILL)
        assert stays.stdout is not None
        acknowledged += [line.strip() for line in stays.stdout.readlines() if line.endswith("\n")]

    with closing(PostgresStore(database)) as store:
        shop = Shop(store, route=first_come)
        booked = [
            f"{line.split()[0]} {shop.queries.get_decision(order_id=line.split()[0]).routed.decision_id}"
            for line in acknowledged
        ]
        assert booked == acknowledged
        assert shop.faults() == ()
    assert query(database, "SELECT count(*) FROM news")[0][0] <= 1_000


def test_disjoint_and_hot_goods_from_two_engines_keep_the_law_of_batches(shop: Shop, other: Shop) -> None:
    shop.count({"lyon": {"OAK-CHAIR": 60}}, sequence=2)

    def sell(shop: Shop, sku: str, name: str) -> None:
        for step in range(8):
            orders = [
                an_order(f"{name}-{step}-{n}", lines={sku: 1 + n % 2, "OAK-CHAIR": 1}) for n in range(5)
            ]
            for future in [shop.engine.submit(route_orders(one, key=f"key of {one.id}")) for one in orders]:
                future.result(60)

    with ThreadPoolExecutor(2) as pool:
        both = (pool.submit(sell, shop, "TIN-LAMP", "a"), pool.submit(sell, other, "RED-CLOCK", "b"))
        for one in both:
            one.result()

    assert shop.faults() == ()
    assert decisions_not_on_their_stock(shop.store, shop) == []
    assert len(list(shop.store.read_orders())) == 80
