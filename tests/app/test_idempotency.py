"""A key has one effect and one answer, however often, however concurrently and however late it is repeated."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from router.app.answers.answer import Answered
from router.app.commands.command import Command
from router.app.ports.store import Store
from router.domain.identifiers import Instant
from router.domain.reasons import Reason, RouterError
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import (
    Shop,
    a_shop,
    a_snapshot,
    adjust_stock,
    cancel_order,
    order_for,
    put_network,
    route_orders,
)
from tests.app.first_come import first_come

STOCK = {"lyon": {"RED-CLOCK": 50}}


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "router.sqlite")
    yield store
    store.close()


def commands() -> list[Command]:
    """One of each kind that leaves something behind, and two that are refused."""
    return [
        route_orders(order_for("RED-CLOCK", 2), order_for("NO-SUCH", 1, "order-2"), key="route"),
        adjust_stock("lyon", "RED-CLOCK", 7, key="adjust"),
        adjust_stock("lyon", "RED-CLOCK", -700, key="too much"),
        a_snapshot({"lyon": {"RED-CLOCK": 40}}, sequence=2, key="snapshot"),
        cancel_order("order-1", {"1": 1}, key="cancel"),
        cancel_order("order-9", None, key="no such order"),
        put_network(key="network"),
    ]


def outcome(shop: Shop, command: Command) -> tuple[Any, bool]:
    """The answer or what was refused, and whether it is a recorded one."""
    try:
        answered = shop.ask(command)
    except RouterError as refused:
        return (refused.reason, refused.message, refused.violations, refused.facts), False
    return answered.answer, answered.replayed


def test_a_repeat_gets_the_recorded_answer_and_changes_nothing(store: Store) -> None:
    with a_shop(store, STOCK, rules="", route=first_come) as shop:
        first = [outcome(shop, command) for command in commands()]
        head = shop.queries.head()
        again = [outcome(shop, command) for command in commands()]
        third = [outcome(shop, command) for command in commands()]

        assert [answer for answer, _ in again] == [answer for answer, _ in first]
        assert [replayed for _, replayed in first] == [False] * 7
        assert [replayed for _, replayed in again] == [True, True, False, True, True, False, True]
        assert third == again
        assert shop.queries.head() == head
        assert shop.faults() == ()


def test_a_repeat_after_a_restart_gets_the_same_answer(store: Store) -> None:
    with a_shop(store, STOCK, rules="", route=first_come) as shop:
        first = [outcome(shop, command)[0] for command in commands()]
    with a_shop(store, STOCK, rules="", route=first_come) as restarted:
        assert [outcome(restarted, command)[0] for command in commands()] == first
        assert restarted.faults() == ()


def test_a_refusal_is_final_even_when_a_retry_could_succeed(store: Store) -> None:
    wish = adjust_stock("lyon", "RED-CLOCK", -60, key="wish")
    with a_shop(store, STOCK, rules="", route=first_come) as shop:
        refused = outcome(shop, wish)
        shop.adjust("lyon", "RED-CLOCK", 100)

        assert outcome(shop, wish) == refused
        assert refused[0][0] is Reason.INSUFFICIENT_STOCK
        assert shop.figures("RED-CLOCK", "lyon") == (150, 0, 150)


def test_a_key_with_another_body_is_refused(store: Store) -> None:
    with a_shop(store, STOCK, rules="", route=first_come) as shop:
        shop.ask(adjust_stock("lyon", "RED-CLOCK", 1, key="one"))
        with pytest.raises(RouterError) as refused:
            shop.ask(adjust_stock("lyon", "RED-CLOCK", 2, key="one"))
        with pytest.raises(RouterError) as another_kind:
            shop.ask(route_orders(order_for("RED-CLOCK", 1), key="one"))

        assert refused.value.reason is another_kind.value.reason is Reason.IDEMPOTENCY_KEY_REUSED
        assert shop.ask(adjust_stock("lyon", "RED-CLOCK", 1, key="one")).replayed
        assert shop.figures("RED-CLOCK", "lyon") == (51, 0, 51)


def test_one_batch_may_hold_a_key_several_times(store: Store) -> None:
    shop = Shop(store, route=first_come)
    with a_shop(store, STOCK, rules="", route=first_come):
        pass
    shop = Shop(store, route=first_come)
    same = [shop.engine.submit(route_orders(order_for("RED-CLOCK", 2), key="once")) for _ in range(5)]
    other = shop.engine.submit(route_orders(order_for("RED-CLOCK", 3), key="once"))
    adjusted = [shop.engine.submit(adjust_stock("lyon", "RED-CLOCK", 1, key="plus")) for _ in range(5)]
    shop.engine.start()
    answers = [future.result(60) for future in same]
    shop.engine.stop()

    assert [answer.replayed for answer in answers] == [False, True, True, True, True]
    assert len({answer.answer.results[0].decision_id for answer in answers}) == 1  # type: ignore[union-attr]
    assert isinstance(other.exception(), RouterError)
    assert [future.result().replayed for future in adjusted] == [False, True, True, True, True]
    assert shop.queries.head().batch_number == 4
    assert shop.faults() == ()


def test_concurrent_repeats_have_one_effect(store: Store) -> None:
    with a_shop(store, STOCK, rules="", route=first_come) as shop, ThreadPoolExecutor(16) as threads:

        def send(number: int) -> Answered:
            return shop.ask(adjust_stock("lyon", "RED-CLOCK", 1, key=f"key {number % 40}"))

        answered = list(threads.map(send, range(200)))

        assert sum(not one.replayed for one in answered) == 40
        assert shop.figures("RED-CLOCK", "lyon") == (90, 0, 90)
        assert shop.faults() == ()


def test_a_clock_that_leaps_ahead_makes_no_key_forgotten() -> None:
    eight_days = 8 * 86_400
    with a_shop(stock=STOCK, route=first_come) as shop:

        def is_kept() -> bool:
            return "first" in shop.store.find_outcomes(["first"])

        shop.adjust("lyon", "RED-CLOCK", 1, key="first")
        shop.clock.instant = Instant(shop.clock.instant + eight_days * 1_000_000)
        shop.adjust("lyon", "RED-CLOCK", 1)
        assert is_kept(), "the clock is in doubt"

        shop.clock.instant = Instant(shop.clock.instant - eight_days * 1_000_000)
        shop.adjust("lyon", "RED-CLOCK", 1)
        assert is_kept(), "the ledger's time stays ahead, the clock is right again"

        shop.clock.go_on(eight_days)
        shop.adjust("lyon", "RED-CLOCK", 1)
        assert not is_kept(), "the days have passed"
