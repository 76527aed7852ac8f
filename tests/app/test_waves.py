"""Waves beside the engine: everybody else is answered while one is searched for, and no unit is promised twice."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Event
from typing import Any

import pytest

from router.app.answers.answer import Answered
from router.app.commands.deciding import RouteWave
from router.app.engine.deciders import deciding_waves
from router.app.engine.wave_searches import SEARCHES_MAX
from router.app.ports.store import CommitFailed
from router.app.records.commit import Commit
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError
from router.routing.wave.wave import Progress, Standing, WaveDecision
from router.routing.world import CapacityView, OrderToRoute, StockView, World
from router.solver.wave.patience import TimeUsed
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, digest, order_for

STOCK = {"lyon": {"RED-CLOCK": 1, "TIN-LAMP": 9}, "lille": {"RED-CLOCK": 1}}


class HeldSearch:
    """The true joint decision, which begins only once it is let go; `patience` is what it was told then."""

    def __init__(self) -> None:
        self.has_begun, self.may_go_on = Event(), Event()
        self.patience: list[bool] = []
        self.error: Exception | None = None

    def __call__(
        self,
        requests: Sequence[OrderToRoute],
        world: World,
        stock: StockView,
        capacity: CapacityView,
        *,
        progress: Progress,
        time_used: TimeUsed,
    ) -> WaveDecision:
        self.has_begun.set()
        assert self.may_go_on.wait(60), "the test lets it go"
        self.patience.append(time_used() < 1.0)
        if self.error is not None:
            raise self.error
        return deciding_waves()(requests, world, stock, capacity, progress=progress, time_used=time_used)


@pytest.fixture
def search() -> Iterator[HeldSearch]:
    held = HeldSearch()
    yield held
    held.may_go_on.set()


@pytest.fixture
def shop(search: HeldSearch) -> Iterator[Shop]:
    with a_shop(MemoryStore(), STOCK, decide_wave=search) as shop:
        yield shop
        search.may_go_on.set()


def a_wave(*orders: Order, key: str = "wave", **changes: Any) -> RouteWave:
    return RouteWave(request_id=key, body_digest=digest(orders), orders=orders, **changes)


def begin(
    shop: Shop, search: HeldSearch, wave: RouteWave, deadline: float | None = None
) -> "Future[Answered]":
    asked = shop.engine.submit(wave, deadline)
    assert search.has_begun.wait(60)
    return asked


def finish(search: HeldSearch, asked: "Future[Answered]") -> Any:
    search.may_go_on.set()
    return asked.result(60).answer


def nodes_of(result: Any) -> list[str]:
    return [shipment.node_id for shipment in result.plan.shipments]


def test_an_order_is_answered_while_a_wave_is_searched_for(shop: Shop, search: HeldSearch) -> None:
    asked = begin(shop, search, a_wave(order_for("RED-CLOCK", 1, "w-1"), order_for("RED-CLOCK", 1, "w-2")))

    single = shop.route(order_for("TIN-LAMP", 1, "single"))

    assert nodes_of(single.results[0]) == ["lyon"]
    assert not asked.done()
    answer = finish(search, asked)
    assert sorted(nodes_of(answer.results[0]) + nodes_of(answer.results[1])) == ["lille", "lyon"]
    assert (answer.joint_count, answer.redecided_count, answer.is_cut) == (2, 0, False)
    assert shop.faults() == ()


def test_who_lost_a_unit_during_the_search_gets_another(shop: Shop, search: HeldSearch) -> None:
    wave = a_wave(order_for("RED-CLOCK", 1, "w-1"), order_for("TIN-LAMP", 1, "w-2"))
    asked = begin(shop, search, wave)

    (taken,) = nodes_of(shop.route(order_for("RED-CLOCK", 1, "single")).results[0])

    answer = finish(search, asked)
    assert {taken, *nodes_of(answer.results[0])} == {"lille", "lyon"}
    assert nodes_of(answer.results[1]) == ["lyon"]
    assert answer.redecided_count == 1
    assert shop.faults() == ()


def test_stock_that_came_during_the_search_is_used(shop: Shop, search: HeldSearch) -> None:
    asked = begin(shop, search, a_wave(order_for("OAK-CHAIR", 2, "w-1")))

    shop.adjust("lille", "OAK-CHAIR", 2)

    answer = finish(search, asked)
    assert nodes_of(answer.results[0]) == ["lille"]
    assert answer.redecided_count == 1
    assert shop.faults() == ()


def test_an_order_of_the_wave_that_was_routed_meanwhile_is_refused(shop: Shop, search: HeldSearch) -> None:
    asked = begin(shop, search, a_wave(order_for("RED-CLOCK", 1, "w-1"), order_for("RED-CLOCK", 1, "w-2")))

    shop.route(order_for("RED-CLOCK", 1, "w-1"))

    first, second = finish(search, asked).results
    assert first.reason == "ORDER_ALREADY_ROUTED"
    assert len(nodes_of(second)) == 1
    assert shop.faults() == ()


def test_a_wave_that_nobody_waits_for_is_not_booked(shop: Shop, search: HeldSearch) -> None:
    listeners = ["somebody"]
    wave = a_wave(order_for("RED-CLOCK", 2, "w-1"), is_wanted=lambda: bool(listeners))
    asked = begin(shop, search, wave)

    listeners.clear()
    search.may_go_on.set()

    with pytest.raises(RouterError, match="nobody waits for the wave; nothing was done"):
        asked.result(60)
    assert search.patience == [False]
    assert shop.figures("RED-CLOCK", "lyon") == (1, 0, 1)


@pytest.mark.parametrize(
    ("seconds_max", "deadline", "passed", "goes_on"),
    [
        (0, None, 500, True),
        (9, None, 8, True),
        (9, None, 10, False),
        (0, 100.0, 69, True),
        (0, 100.0, 71, False),
    ],
)
def test_a_search_ends_in_time(
    shop: Shop, search: HeldSearch, seconds_max: int, deadline: float | None, passed: int, goes_on: bool
) -> None:
    wave = a_wave(order_for("RED-CLOCK", 1, "w-1"), search_seconds_max=seconds_max)
    asked = begin(shop, search, wave, None if deadline is None else shop.clock.seconds + deadline)

    shop.clock.go_on(passed)
    answer = finish(search, asked)

    assert search.patience == [goes_on]
    assert len(nodes_of(answer.results[0])) == 1


def test_a_stop_ends_the_search_and_books_what_was_found(shop: Shop, search: HeldSearch) -> None:
    asked = begin(shop, search, a_wave(order_for("RED-CLOCK", 1, "w-1")))

    shop.engine.drain()
    search.may_go_on.set()
    shop.engine.stop()

    answer: Any = asked.result(0).answer
    assert search.patience == [False]
    assert len(nodes_of(answer.results[0])) == 1


def test_a_wave_sent_again_during_its_search_is_booked_once(shop: Shop, search: HeldSearch) -> None:
    wave = a_wave(order_for("RED-CLOCK", 1, "w-1"))
    first = begin(shop, search, wave)
    second = shop.engine.submit(wave)

    finish(search, first)

    assert (first.result(60).replayed, second.result(60).replayed) == (False, True)
    assert second.result().answer == first.result().answer
    assert shop.faults() == ()


def test_a_search_that_fails_fails_alone(shop: Shop, search: HeldSearch) -> None:
    asked = begin(shop, search, a_wave(order_for("RED-CLOCK", 1, "w-1")))

    search.error = ValueError("a bug")
    search.may_go_on.set()

    with pytest.raises(ValueError, match="a bug"):
        asked.result(60)
    assert len(nodes_of(shop.route(order_for("RED-CLOCK", 1, "single")).results[0])) == 1


def test_so_many_waves_are_searched_for_and_no_more(shop: Shop, search: HeldSearch) -> None:
    waves = [a_wave(order_for("TIN-LAMP", 1, f"w-{n}"), key=f"wave-{n}") for n in range(SEARCHES_MAX + 1)]
    asked = [shop.engine.submit(wave) for wave in waves]

    error = asked[-1].exception(60)
    assert isinstance(error, RouterError)
    assert error.reason is Reason.QUEUE_FULL
    search.may_go_on.set()
    assert all(len(nodes_of(one.result(60).answer.results[0])) == 1 for one in asked[:-1])  # type: ignore[union-attr]
    assert finish(search, shop.engine.submit(waves[-1])).results[0].order_id == "w-8"


def test_a_wave_that_waits_for_another_says_so(shop: Shop, search: HeldSearch) -> None:
    heard: SimpleQueue[Standing] = SimpleQueue()
    first = begin(shop, search, a_wave(order_for("TIN-LAMP", 1, "w-1"), key="first"))
    second = shop.engine.submit(
        a_wave(order_for("TIN-LAMP", 1, "w-2"), key="second", progress=heard.put_nowait)
    )

    assert heard.get(timeout=60).phase == "WAIT"
    search.may_go_on.set()
    assert all(len(nodes_of(one.result(60).answer.results[0])) == 1 for one in (first, second))  # type: ignore[union-attr]
    assert heard.get(timeout=60).phase == "PREPARE"


class LostDisk(MemoryStore):
    """Fails every commit once it is told to."""

    is_lost = False

    def commit(self, commit: Commit) -> None:
        if self.is_lost:
            raise CommitFailed("the disk is gone")
        super().commit(commit)


def test_an_engine_that_stops_tells_those_whose_wave_is_searched_for(search: HeldSearch) -> None:
    store = LostDisk()
    with a_shop(store, STOCK, decide_wave=search) as shop:
        asked = begin(shop, search, a_wave(order_for("RED-CLOCK", 1, "w-1")))
        store.is_lost = True
        with pytest.raises(RouterError):
            shop.adjust("lyon", "RED-CLOCK", 1)
        search.may_go_on.set()

        error = asked.exception(60)
    assert isinstance(error, RouterError)
    assert error.reason is Reason.DRAINING


def test_the_caller_hears_where_the_search_stands(shop: Shop, search: HeldSearch) -> None:
    heard: list[Standing] = []
    orders = [order_for("RED-CLOCK", 2 + n % 2, f"w-{n}") for n in range(4)]
    asked = begin(shop, search, a_wave(*orders, progress=heard.append))

    finish(search, asked)

    assert [heard[0].phase, heard[-1].phase] == ["PREPARE", "BOOK"]
    assert all(0 <= one.bound_milli <= one.objective_milli for one in heard)
