"""A disk without room: surely nothing happened, reading goes on, and writing too as soon as there is room."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from router.app.answers.decided import RoutedOrders
from router.app.books.books import Books
from router.app.commands.questions import GetAvailability
from router.app.engine import read_only
from router.app.engine.engine import Engine
from router.app.ports.store import CommitRefused
from router.app.queries import Queries
from router.app.records.commit import Commit
from router.domain.identifiers import Sku
from router.domain.reasons import Reason, RouterError
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, a_shop, adjust_stock, order_for, route_orders
from tests.app.first_come import first_come
from tests.proving import rounds
from tests.stores.failing_disk import a_failing_disk

STOCK = {"lyon": {"RED-CLOCK": 10_000}}


class NarrowStore(MemoryStore):
    """Refuses every commit while it is told that it has no room."""

    def __init__(self) -> None:
        super().__init__()
        self.has_room = True

    def commit(self, commit: Commit) -> None:
        self._refuse_when_full()
        super().commit(commit)

    def probe(self) -> None:
        self._refuse_when_full()

    def _refuse_when_full(self) -> None:
        if not self.has_room:
            raise CommitRefused("the disk of the ledger is full")


@pytest.fixture
def narrow() -> NarrowStore:
    return NarrowStore()


@pytest.fixture
def told() -> list[bool]:
    return []


@pytest.fixture
def shop(narrow: NarrowStore, told: list[bool]) -> Iterator[Shop]:
    with a_shop(narrow, STOCK, route=first_come, on_writable=told.append) as shop:
        yield shop


def refusal_of(shop: Shop, command: Any) -> Reason:
    with pytest.raises(RouterError) as refused:
        shop.ask(command)
    return refused.value.reason


def facts_of(books: Books) -> tuple[object, ...]:
    """All that is in the books but for orders kept ready and what is derived from documents."""
    return (
        books.head,
        books.balances,
        books.products,
        books.feeds.feeds,
        books.versions,
        {sku: books.available(sku) for sku in books.products},
        books._booked,
        books.network and books.network.digest,
        books.rules.digest,
    )


def wait_until_writable(engine: Engine) -> None:
    deadline = time.monotonic() + 30
    while engine.read_only is not None and time.monotonic() < deadline:
        time.sleep(0.005)


def test_a_refused_commit_leaves_nothing_in_the_books(narrow: NarrowStore, shop: Shop) -> None:
    before = facts_of(Books(narrow))
    narrow.has_room = False
    reason = refusal_of(shop, route_orders(order_for("RED-CLOCK", 7), key="k"))

    assert reason is Reason.READ_ONLY
    assert facts_of(shop.engine._up_to_date.books) == before == facts_of(Books(narrow))
    assert shop.figures("RED-CLOCK", "lyon") == (10_000, 0, 10_000)


def test_while_it_is_full_what_only_reads_is_answered_and_known_keys_get_their_answer(
    narrow: NarrowStore, shop: Shop, told: list[bool]
) -> None:
    first = shop.ask(route_orders(order_for("RED-CLOCK", 7), key="known"))
    narrow.has_room = False
    refused = [refusal_of(shop, adjust_stock("lyon", "RED-CLOCK", n, key=f"a{n}")) for n in (1, 2)]
    again = shop.ask(route_orders(order_for("RED-CLOCK", 7), key="known"))
    tried: Any = shop.route(order_for("RED-CLOCK", 1, "order-2"), validate_only=True)

    assert refused == [Reason.READ_ONLY, Reason.READ_ONLY]
    assert (again.answer, again.replayed) == (first.answer, True)
    assert tried.results[0].plan.shipments[0].node_id == "lyon"
    assert shop.engine.read_only is not None
    assert shop.engine.read_only.because == "the disk of the ledger is full"
    assert told == [False]


def test_reads_of_the_batch_that_failed_do_not_see_what_was_not_booked(narrow: NarrowStore) -> None:
    with a_shop(narrow, STOCK, route=first_come):
        pass
    shop = Shop(narrow, route=first_come)
    narrow.has_room = False
    write = shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", -4, key="k"))
    read = shop.engine.submit(GetAvailability(skus=(Sku("RED-CLOCK"),)))
    twin = shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", -4, key="k"))
    shop.engine.start()
    found: Any = read.result(60).answer
    shop.engine.stop()

    assert [one.on_hand for one in found.rows] == [10_000]
    assert [one.exception(60).reason for one in (write, twin)] == [Reason.READ_ONLY] * 2  # type: ignore[union-attr]


def test_with_room_again_the_same_keys_are_worked_on_without_a_restart(
    narrow: NarrowStore, shop: Shop, told: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_only, "PROBE_SECONDS", 0.01)
    narrow.has_room = False
    refusal_of(shop, route_orders(order_for("RED-CLOCK", 7), key="k"))
    narrow.has_room = True
    shop.clock.seconds += 5
    wait_until_writable(shop.engine)
    answer = shop.route(order_for("RED-CLOCK", 7), key="k")

    assert answer.results[0].order_id == "order-1"
    assert told == [False, True]
    assert shop.faults() == ()
    assert facts_of(shop.engine._up_to_date.books) == facts_of(Books(narrow))


def test_it_is_tried_at_most_once_in_a_while_however_many_ask(
    narrow: NarrowStore, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []
    narrow.has_room = False
    refusal_of(shop, adjust_stock("lyon", "RED-CLOCK", 1, key="k"))
    monkeypatch.setattr(narrow, "probe", lambda: tries.append(shop.clock.seconds))
    reasons = {refusal_of(shop, adjust_stock("lyon", "RED-CLOCK", 1, key=f"k{n}")) for n in range(20)}
    narrow.has_room = True
    shop.clock.seconds += 5
    shop.adjust("lyon", "RED-CLOCK", 1, key="after")

    assert reasons == {Reason.READ_ONLY}
    assert tries == [shop.clock.seconds]


@pytest.mark.parametrize("room", range(0, 60_000, 60_000 // rounds(12, 240)))
def test_a_disk_that_fills_up_anywhere_in_a_commit_loses_and_doubles_nothing(
    tmp_path: Path, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_only, "PROBE_SECONDS", 0.005)
    path = tmp_path / "router.sqlite"
    answered: dict[str, object] = {}
    refused: set[Reason] = set()
    commands = [route_orders(order_for("RED-CLOCK", 1 + n % 3, f"order-{n}"), key=f"k{n}") for n in range(30)]
    with a_failing_disk() as disk:
        store = SqliteStore(path)
        with closing(store), a_shop(store, STOCK, route=first_come) as shop:
            disk.room = room
            for command in commands:
                error = (future := shop.engine.submit(command)).exception(60)
                if error is None:
                    answered[command.request_id] = future.result().answer
                else:
                    assert isinstance(error, RouterError)
                    refused.add(error.reason)
            assert facts_of(shop.engine._up_to_date.books) == facts_of(Books(store))
            disk.room = None
            shop.clock.seconds += 5
            wait_until_writable(shop.engine)
            repeated = {one.request_id: shop.answer(one) for one in commands}
            on_hand, reserved, _ = shop.figures("RED-CLOCK", "lyon")
            faults = shop.faults()
    with closing(SqliteStore(path)) as store:
        kept = Queries(store).ledger.audit()

    assert refused <= {Reason.READ_ONLY}
    assert {key: repeated[key] for key in answered} == answered
    assert all(isinstance(one, RoutedOrders) for one in repeated.values())
    assert (on_hand, reserved) == (10_000, sum(1 + n % 3 for n in range(30)))
    assert (faults, kept.faults) == ((), ())


def test_an_error_of_the_disk_at_a_commit_leaves_doubt_and_the_key_tells_after_a_restart(
    tmp_path: Path,
) -> None:
    path = tmp_path / "router.sqlite"
    failures: list[Exception] = []
    command = route_orders(order_for("RED-CLOCK", 3), key="k")
    with a_failing_disk() as disk:
        store = SqliteStore(path)
        with closing(store), a_shop(store, STOCK, route=first_come, on_failure=failures.append) as shop:
            disk.syncs = 0
            reason = refusal_of(shop, command)
            after = refusal_of(shop, adjust_stock("lyon", "RED-CLOCK", 1, key="later"))
            disk.syncs = None
    with closing(SqliteStore(path)) as store:
        was_there = bool(store.find_outcomes(["k"]))
        with a_shop(store, route=first_come) as shop:
            told = shop.ask(command)
            figures = shop.figures("RED-CLOCK", "lyon")

    assert (reason, after) == (Reason.COMMIT_INDETERMINATE, Reason.DRAINING)
    assert [type(failure).__name__ for failure in failures] == ["CommitFailed"]
    assert told.replayed == was_there
    assert figures == (10_000, 3, 9_997)
