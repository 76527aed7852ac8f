"""The engine: its queue, its batches, how it stops and what it does when a commit fails."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from msgspec import structs

from router.app.answers.answer import Answered
from router.app.engine.queue import QueueLimits
from router.app.ports.store import CommitFailed
from router.app.records.commit import Commit
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.routing.decision import Decision
from router.routing.world import CapacityView, OrderToRoute, StockView, World
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import (
    Shop,
    StandingClock,
    a_shop,
    a_snapshot,
    adjust_stock,
    order_for,
    put_network,
    put_products,
    route_orders,
)
from tests.app.first_come import first_come
from tests.routing.builders import MONDAY_TEN

STOCK = {"lyon": {"RED-CLOCK": 10}}


class Recorder:
    """Decides by `first_come` and remembers how many orders came together."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(
        self, requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
    ) -> Sequence[Decision]:
        self.sizes.append(len(requests))
        return first_come(requests, world, stock, capacity)


class BrokenDisk(MemoryStore):
    """Fails the commit with this number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def commit(self, commit: Commit) -> None:
        if commit.batch.number == self.number:
            raise CommitFailed("the disk is gone")
        super().commit(commit)


class Untidy(MemoryStore):
    """Says whether answers had left when it was told to tidy up."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Future[Answered]] = []
        self.were_answered: list[bool] = []

    def tidy(self) -> None:
        self.were_answered.append(all(one.done() for one in self.waiting))


def a_stopped_shop(**settings: Any) -> Shop:
    """Its network, products and stock are booked; what is submitted waits until the engine starts."""
    with a_shop(stock=STOCK, route=first_come) as shop:
        store = shop.store
    return Shop(store, **{"route": first_come, **settings})


def reason_of(future: "Future[Answered]") -> Reason:
    error = future.exception(60)
    assert isinstance(error, RouterError)
    return error.reason


def test_orders_that_wait_together_are_decided_together() -> None:
    route = Recorder()
    shop = a_stopped_shop(route=route)
    before = shop.store.head().batch_number
    routed = [
        shop.engine.submit(route_orders(order_for("RED-CLOCK", 1, f"order-{n}"), key=f"{n}"))
        for n in range(8)
    ]
    adjusted = shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", 1, key="adjust"))
    more = [
        shop.engine.submit(route_orders(order_for("RED-CLOCK", 1, f"more-{n}"), key=f"m{n}"))
        for n in range(3)
    ]
    shop.engine.start()
    shop.engine.stop()

    assert route.sizes == [8, 3]
    assert shop.store.head().batch_number == before + 1
    decisions = [future.result().answer.results[0].decision_id for future in routed + more]  # type: ignore[union-attr]
    assert decisions == sorted(decisions)
    assert adjusted.result().answer.row.reserved == 8  # type: ignore[union-attr]
    assert shop.faults() == ()


def test_an_order_that_cannot_be_decided_fails_alone() -> None:
    def stumbling(
        requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
    ) -> Sequence[Decision]:
        assert all(request.order.id != "order-3" for request in requests), "a bug"
        return first_come(requests, world, stock, capacity)

    shop = a_stopped_shop(route=stumbling)
    routed = [
        shop.engine.submit(route_orders(order_for("RED-CLOCK", 1, f"order-{n}"), key=f"{n}"))
        for n in range(6)
    ]
    shop.engine.start()
    shop.engine.stop()

    assert [future.exception() is None for future in routed] == [True, True, True, False, True, True]
    assert isinstance(routed[3].exception(), AssertionError)
    assert shop.store.find_outcomes(["3"]) == {}
    assert shop.faults() == ()


def test_a_decision_that_promises_a_unit_twice_is_not_booked() -> None:
    def careless(
        requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
    ) -> Sequence[Decision]:
        return [decision for one in requests for decision in first_come([one], world, stock, capacity)]

    shop = a_stopped_shop(route=careless)
    orders = [order_for("RED-CLOCK", 6, f"order-{n}") for n in range(2)]
    refused = shop.engine.submit(route_orders(*orders, key="both"))
    shop.engine.start()
    shop.engine.stop()

    assert "would promise 2 units that are not free" in str(refused.exception())
    assert shop.store.head().position == 1


def test_sixty_four_threads_race_for_the_last_ten_units(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "router.sqlite")
    with a_shop(store, STOCK) as shop, ThreadPoolExecutor(64) as threads:
        start = Event()

        def order_one(number: int) -> int:
            start.wait()
            (routed,) = shop.route(order_for("RED-CLOCK", 1, f"order-{number}"), key=f"race-{number}").results
            return len(routed.plan.shipments)

        racing = [threads.submit(order_one, number) for number in range(64)]
        start.set()
        winners = sum(future.result() for future in racing)

        assert winners == 10
        assert shop.figures("RED-CLOCK", "lyon") == (10, 10, 0)
        assert shop.faults() == ()
    store.close()


def test_a_full_queue_refuses_and_says_when_to_come_back() -> None:
    shop = a_stopped_shop(limits=QueueLimits(commands_max=3, rows_max=1_000))
    for number in range(3):
        shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", 1, key=f"{number}"))
    with pytest.raises(RouterError) as refused:
        shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", 1, key="3"))

    assert refused.value.reason is Reason.QUEUE_FULL
    assert refused.value.facts == {"retry_milliseconds": "100", "commands_waiting": "3", "rows_waiting": "3"}
    shop.engine.start()
    shop.engine.stop()
    assert shop.store.find_outcomes(["3"]) == {}
    assert shop.store.head().position == 4


def test_large_commands_fill_the_queue_sooner_but_one_always_fits() -> None:
    shop = a_stopped_shop(limits=QueueLimits(rows_max=10))
    many = {"lyon": {f"SKU-{n}": 1 for n in range(50)}}
    shop.engine.submit(a_snapshot(many, sequence=2, key="large"))
    with pytest.raises(RouterError) as refused:
        shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", 1, key="small"))

    assert refused.value.reason is Reason.QUEUE_FULL


def test_nothing_happens_to_a_command_whose_deadline_passed() -> None:
    clock = StandingClock()
    shop = a_stopped_shop(clock=clock)
    late = shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", 1, key="late"), deadline=clock.seconds + 1)
    early = shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", 5, key="early"), deadline=clock.seconds + 9)
    clock.seconds += 2
    shop.engine.start()

    assert reason_of(late) is Reason.DEADLINE_PASSED
    assert early.result(60).answer.row.on_hand == 15  # type: ignore[union-attr]
    # The late one was not judged, so its key is still good.
    assert shop.adjust("lyon", "RED-CLOCK", 1, key="late").row.on_hand == 16
    shop.engine.stop()


def test_nothing_happens_to_a_command_that_was_called_off() -> None:
    shop = a_stopped_shop()
    called_off = shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", 1, key="off"))
    assert called_off.cancel()
    shop.engine.start()
    shop.engine.stop()

    assert shop.store.head().position == 1


def test_a_store_tidies_up_when_the_answers_of_a_commit_have_left() -> None:
    store = Untidy()
    shop = Shop(store, route=first_come)
    store.waiting = [shop.engine.submit(one) for one in (put_network(), put_products())]
    shop.engine.start()
    shop.engine.stop()

    assert store.were_answered == [True]


def test_a_draining_engine_finishes_what_waits_and_refuses_the_rest() -> None:
    shop = a_stopped_shop()
    waiting = [shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", 1, key=f"{n}")) for n in range(5)]
    shop.engine.drain()
    with pytest.raises(RouterError) as refused:
        shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", 1, key="new"))
    shop.engine.start()
    shop.engine.stop()

    assert refused.value.reason is Reason.DRAINING
    assert [future.result().answer.row.on_hand for future in waiting] == [11, 12, 13, 14, 15]  # type: ignore[union-attr]


def test_a_commit_that_fails_leaves_everybody_in_doubt_and_stops_the_engine() -> None:
    failures: list[Exception] = []
    store = BrokenDisk(number=4)
    shop = Shop(store, route=first_come, on_failure=failures.append, limits=QueueLimits(batch_commands_max=2))
    shop.engine.start()
    shop.ask(put_network())
    shop.ask(put_products("RED-CLOCK"))
    shop.count(STOCK, sequence=1)
    again = Shop(
        store, route=first_come, on_failure=failures.append, limits=QueueLimits(batch_commands_max=2)
    )
    shop.engine.stop()
    orders = [route_orders(order_for("RED-CLOCK", 1, f"order-{n}"), key=f"{n}") for n in range(4)]
    futures = [again.engine.submit(order) for order in orders]
    again.engine.start()

    assert [reason_of(future) for future in futures] == [
        Reason.COMMIT_INDETERMINATE,
        Reason.COMMIT_INDETERMINATE,
        Reason.DRAINING,
        Reason.DRAINING,
    ]
    again.engine.stop()
    assert [str(failure) for failure in failures] == ["the disk is gone"]
    with pytest.raises(RouterError) as refused:
        again.engine.submit(orders[0])
    assert refused.value.reason is Reason.DRAINING
    assert again.faults() == ()


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "router.sqlite"
    store = SqliteStore(path)
    with a_shop(store, STOCK) as shop:
        shop.route(order_for("RED-CLOCK", 4), order_for("RED-CLOCK", 3, "order-2"), key="route")
        shop.cancel("order-1", {"1": 1}, key="cancel")
        head, record = shop.queries.head(), shop.queries.get_order("order-1")
    store.close()
    reopened = SqliteStore(path)
    shop = Shop(reopened)
    shop.engine.start()

    assert shop.queries.head() == head
    assert shop.queries.get_order("order-1") == record
    assert shop.figures("RED-CLOCK", "lyon") == (10, 6, 4)
    assert shop.dispatch("order-2/1", key="dispatch").record.state == "DISPATCHED"
    (late,) = shop.route(order_for("RED-CLOCK", 5, "order-3"), key="late").results
    assert sum(shipment.quantities()["1"] for shipment in late.plan.shipments) == 4
    assert shop.count({"lyon": {"RED-CLOCK": 99}}, sequence=1, key="stale").stale_ignored
    assert shop.faults() == ()
    shop.engine.stop()
    reopened.close()


@pytest.mark.parametrize("jump_seconds", [0, -3_600, -86_400, 86_400])
def test_ledger_time_never_goes_back(jump_seconds: int) -> None:
    clock = StandingClock()
    with a_shop(stock=STOCK, route=first_come, clock=clock) as shop:
        shop.adjust("lyon", "RED-CLOCK", 1)
        before = shop.queries.head().time
        clock.instant = Instant(MONDAY_TEN + jump_seconds * 1_000_000)
        clock.seconds += max(0, jump_seconds)
        shop.adjust("lyon", "RED-CLOCK", 1)
        (routed,) = shop.route(order_for("RED-CLOCK", 1)).results
        after = shop.queries.head().time

        assert after == max(before + 1, clock.instant) + 1
        assert routed.versions.decision_time == clock.instant
        assert shop.faults() == ()


def test_an_order_is_decided_for_the_instant_it_asks_for() -> None:
    with a_shop(stock=STOCK, route=first_come) as shop:
        past = Instant(MONDAY_TEN - 5)
        (routed,) = shop.route(order_for("RED-CLOCK", 1), decision_time=past).results

    assert routed.versions.decision_time == past


def test_a_router_on_a_busy_file_does_not_start(tmp_path: Path) -> None:
    path = tmp_path / "router.sqlite"
    store = SqliteStore(path)
    with a_shop(store, STOCK, route=first_come) as shop:
        with pytest.raises(Exception, match="in use by another server"):
            SqliteStore(path)
        assert shop.adjust("lyon", "RED-CLOCK", 1).row.on_hand == 11
    store.close()


def test_outcomes_are_forgotten_after_seven_days() -> None:
    clock = StandingClock()
    with a_shop(stock=STOCK, route=first_come, clock=clock) as shop:
        shop.adjust("lyon", "RED-CLOCK", 1, key="old")
        clock.go_on(6 * 86_400)
        shop.adjust("lyon", "RED-CLOCK", 1, key="newer")
        assert set(shop.store.find_outcomes(["old", "newer"])) == {"old", "newer"}
        clock.go_on(86_400 + 1)
        shop.adjust("lyon", "RED-CLOCK", 1, key="newest")
        assert set(shop.store.find_outcomes(["old", "newer"])) == {"newer"}


def test_an_order_cache_that_overflows_reads_orders_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.app.books.order_books.ORDERS_KEPT_MAX", 1)
    with a_shop(stock=STOCK, route=first_come) as shop:
        shop.route(*(order_for("RED-CLOCK", 2, f"order-{n}") for n in range(3)))
        canceled = shop.cancel("order-0", {"1": 1})
        dispatched = shop.dispatch("order-0/1")

        assert (canceled.record.state, dispatched.record.state) == ("ALLOCATED", "DISPATCHED")
        assert structs.replace(dispatched.record.lines[0], dispatched=0, canceled=2) == structs.replace(
            canceled.record.lines[0], reserved=0, canceled=2
        )
        assert shop.faults() == ()


def test_a_write_needs_a_key() -> None:
    shop = a_stopped_shop()
    with pytest.raises(RouterError) as refused:
        shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", 1, key=""))

    assert refused.value.reason is Reason.REQUEST_ID_REQUIRED
