"""Several engines on one store: whoever books, all of them know it, and each order is decided on the true books."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from router.app.books.books import Books
from router.app.engine import turns as turns_module
from router.app.engine.deciders import deciding_ahead
from router.app.engine.lookout import Lookout
from router.app.orders import drafts as drafts_module
from router.app.ports.store import StoreUnreachable, TurnLost
from router.app.records.filters import OrderFilter
from router.domain.identifiers import OrderId
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Account, Balance, Bucket
from router.ledger.balances import fold
from router.routing.replay import pack_decision, pack_plan, replay, unpack_decision
from router.stores.memory.store import MemoryStore
from tests.app.builders import SKUS, Shop, a_shop, adjust_stock, order_for, route_orders
from tests.app.feed_builders import (
    a_dispatch,
    a_lagging_snapshot,
    a_movement,
    receive,
    send,
    told,
    told_by_nobody,
)
from tests.app.first_come import first_come
from tests.app.shared import SharedMemory, SharedStore
from tests.app.test_histories import History
from tests.app.test_lot_histories import LotHistory
from tests.app.test_sinks import settle
from tests.proving import seeds
from tests.routing.builders import an_order

STOCK = {"lyon": {"RED-CLOCK": 10, "TIN-LAMP": 5}, "lille": {"RED-CLOCK": 3}}


@pytest.fixture
def shared() -> SharedMemory:
    return SharedMemory()


@pytest.fixture
def shops(shared: SharedMemory) -> Iterator[tuple[Shop, Shop]]:
    """Two engines that are up to date; the stock is counted in by the first."""
    other = Shop(SharedStore(shared), make_ahead=deciding_ahead())
    other._count = 1_000
    with a_shop(SharedStore(shared), STOCK, make_ahead=deciding_ahead()) as shop:
        other.engine.start()
        yield shop, other
        other.engine.stop()


KEPT_READY = {
    *("_reader", "clock", "_orders", "_touched", "stock_reservations", "network", "rules", "lots"),
    *("transits", "_unknown", "_table"),
}
"""What books only keep ready, or hold as something that is compared by what it says."""


def state_of(books: Books) -> dict[str, Any]:
    """Everything that books hold, but for what they only keep ready."""
    parts = {name: value for name, value in vars(books).items() if name not in KEPT_READY}
    network, lots = books.network, books.lots
    return {name: parts_of(value) for name, value in parts.items()} | {
        "network": network and network.digest,
        "rules": books.rules.digest,
        "next limit": books.stock_reservations.next_limit(),
        "lots": (lots._lots, lots._places, lots._time_zones, lots.next_due()),
    }


def parts_of(value: Any) -> Any:
    """A value, or what an object that is not compared by value holds."""
    if type(value).__module__.startswith("router.app") and type(value).__eq__ is object.__eq__:
        return {name: parts_of(part) for name, part in vars(value).items()}
    return value


def a_life_of_feeds(seed: int, store: SharedStore) -> None:
    """Snapshots, movements, transfers and reservations, of which some are still open at the end."""
    with a_shop(store, STOCK, route=first_come) as shop:
        shop.ask(a_lagging_snapshot({"lyon": {"RED-CLOCK": 12}}, key="opening"))
        shop.clock.instant += 100_000_000
        shop.route(order_for("RED-CLOCK", 3 + seed % 3))
        shop.ask(a_dispatch("order-1/1", told_by_nobody(), key="left"))
        shop.ask(a_movement("lyon", "TIN-LAMP", 5, told(30), key="before"))
        shop.ask(a_movement("lyon", "TIN-LAMP", 2, told(40), key="after"))
        shop.count({"lyon": {"TIN-LAMP": 9}}, sequence=35)
        arrived = send(shop, {"RED-CLOCK": 1}, key="first")
        send(shop, {"RED-CLOCK": 2, "TIN-LAMP": 1}, key="second")
        shop.ask(receive(arrived.id, key="arrived"))
        shop.reserve(("lyon", "TIN-LAMP", 1))
        shop.void(shop.reserve(("lyon", "TIN-LAMP", 1), seconds=300).id)


LIVES: Mapping[str, Callable[[int, SharedStore], None]] = {
    "orders": lambda seed, store: History(seed, lambda: store, None).live(),
    "lots": lambda seed, store: LotHistory(seed).live(store),
    "feeds": a_life_of_feeds,
}


def test_a_relay_s_report_is_booked_and_known_to_the_other_engine(shops: tuple[Shop, Shop]) -> None:
    shop, other = shops
    mine = settle(shop, 1, holder="one")
    theirs = settle(other, 1, holder="two")
    again = settle(other, 2, holder="one")

    assert [one.is_accepted for one in (mine, theirs, again)] == [True, False, True]
    assert [(one.record.holder, one.record.cursor) for one in other.queries.sinks.list_sinks()[0]] == [
        ("one", 2)
    ]


@pytest.mark.parametrize("life", LIVES)
@pytest.mark.parametrize("seed", seeds(0, 6))
def test_books_that_follow_are_those_that_are_read_anew(life: str, seed: int, shared: SharedMemory) -> None:
    store = SharedStore(shared)
    followed = Books(store)
    LIVES[life](seed, store)
    for commit in store.read_news(0) or ():
        followed.follow([commit])

    assert state_of(followed) == state_of(Books(store))


def test_what_one_engine_books_the_other_decides_on(shops: tuple[Shop, Shop]) -> None:
    first, second = shops
    first.route(order_for("RED-CLOCK", 10, "order-1"))
    assert second.figures("RED-CLOCK", "lyon") == (10, 10, 0)

    routed: Any = second.route(order_for("RED-CLOCK", 5, "order-2"))
    shipped = {one.node_id: sum(one.quantities().values()) for one in routed.results[0].plan.shipments}
    assert shipped == {"lille": 3}
    second.cancel("order-1")
    first.dispatch("order-2/1")
    assert first.figures("RED-CLOCK", "lyon") == (10, 0, 10)
    assert second.figures("RED-CLOCK", "lille") == (0, 0, 0)
    with pytest.raises(RouterError, match="is routed already"):
        raise RouterError(
            Reason.ORDER_ALREADY_ROUTED, second.route(order_for("RED-CLOCK", 1)).results[0].message
        )
    assert first.faults() == ()


def test_a_reservation_made_at_one_engine_becomes_an_order_at_the_other(shops: tuple[Shop, Shop]) -> None:
    first, second = shops
    first.reserve(("lyon", "RED-CLOCK", 8), reservation_id="cart-1")
    waiting = [
        second.engine.submit(route_orders(order_for("RED-CLOCK", 2, "order-2"), key="before")),
        second.engine.submit(
            route_orders(order_for("RED-CLOCK", 8, "order-1"), key="mine", reservation_id="cart-1")
        ),
        second.engine.submit(route_orders(order_for("RED-CLOCK", 9, "order-3"), key="after")),
    ]
    answers: Any = [one.result(60).answer for one in waiting]
    units = [
        sum(sum(shipment.quantities().values()) for shipment in answer.results[0].plan.shipments)
        for answer in answers
    ]

    assert units == [2, 8, 3]
    assert first.queries.get_reservation("cart-1").order_id == "order-1"
    with pytest.raises(RouterError, match="is ORDERED to order `order-1`"):
        first.post("cart-1")
    assert decisions_not_on_their_stock(first.store, first) == []
    assert first.faults() == second.faults() == ()
    assert second.figures("RED-CLOCK", "lyon")[2] == first.figures("RED-CLOCK", "lyon")[2]


def test_a_key_has_one_effect_at_whichever_engine_it_is_used(shops: tuple[Shop, Shop]) -> None:
    first, second = shops
    command = route_orders(order_for("TIN-LAMP", 2), key="once")
    answered = [shop.engine.submit(command).result(60) for shop in (first, second, first, second)]

    assert [one.replayed for one in answered] == [False, True, True, True]
    assert all(one.answer == answered[0].answer for one in answered)
    assert first.figures("TIN-LAMP", "lyon") == (5, 2, 3)
    with pytest.raises(RouterError) as refused:
        second.answer(route_orders(order_for("TIN-LAMP", 3), key="once"))
    assert refused.value.reason is Reason.IDEMPOTENCY_KEY_REUSED


def test_an_engine_that_is_too_far_behind_reads_everything_again(shared: SharedMemory) -> None:
    with a_shop(SharedStore(shared), STOCK) as shop:
        late = Shop(SharedStore(shared, news_kept=2))
        late.engine.start()
        for number in range(4):
            shop.adjust("lyon", "RED-CLOCK", 1, key=f"more {number}")
        assert late.figures("RED-CLOCK", "lyon") == (14, 0, 14)
        late.engine.stop()


@pytest.mark.parametrize("seed", seeds(0, 6))
def test_every_decision_of_a_race_is_the_one_on_the_stock_of_its_position(
    seed: int, shared: SharedMemory, shops: tuple[Shop, Shop]
) -> None:
    """The law of batches, told from the journal: nobody sees stock that another engine has taken before."""

    def live(shop: Shop, name: str) -> None:
        rng = Random(f"{seed} {name}")
        for step in range(12):
            waiting = [
                shop.engine.submit(
                    route_orders(
                        an_order(f"{name}-{step}-{n}", lines={rng.choice(SKUS): rng.randint(1, 3)}),
                        key=f"{name}-{step}-{n}",
                    )
                )
                for n in range(rng.randint(1, 6))
            ]
            waiting.append(
                shop.engine.submit(
                    adjust_stock(
                        rng.choice(("lyon", "lille", "nice")), rng.choice(SKUS), 2, key=f"{name}-{step}"
                    )
                )
            )
            for one in waiting:
                one.result(60)
            if rng.random() < 0.3:
                shop.cancel(f"{name}-{step}-0")

    with ThreadPoolExecutor(2) as pool:
        for running in [pool.submit(live, shop, name) for shop, name in zip(shops, ("a", "b"), strict=True)]:
            running.result()

    assert shops[0].faults() == ()
    assert decisions_not_on_their_stock(shared.store, shops[0]) == []


def decisions_not_on_their_stock(store: Any, shop: Shop) -> list[str]:
    """Ids of orders whose decision saw another stock than the journal had at its position, or cannot be repeated."""
    balances: dict[Account, Balance] = {}
    entries = store.list_entries(None, 1_000_000, "")
    counted, odd = 0, []
    for booked in store.list_decisions(0, 1_000_000):
        position = booked.decision.ledger_position
        fold(entries[counted:position], balances)
        counted = position
        decision = unpack_decision(booked.decision.body)
        true = {
            sku: {
                account.node_id: balance.free
                for account, balance in balances.items()
                if account.sku == sku and account.bucket is Bucket.ON_HAND and balance.free > 0
            }
            for sku in decision.inputs.stock
        }
        network, rules = shop.queries.documents.versions_of(decision)
        if decision.inputs.stock != true or replay(decision, network, rules) != decision:
            odd.append(booked.decision.order_id)
    return odd


def test_an_order_that_was_looked_for_is_known_once_another_engine_has_routed_it(
    shops: tuple[Shop, Shop], shared: SharedMemory
) -> None:
    first, _ = shops
    store = SharedStore(shared)
    books = Books(store)
    ids = [OrderId("order-1"), OrderId("order-2")]
    before = books.known_orders(ids)
    first.route(order_for("TIN-LAMP", 2))
    books.follow(store.read_news(books.head.batch_number) or ())

    assert before == set()
    assert books.known_orders(ids) == {"order-1"}


def test_the_store_is_asked_for_a_new_order_once(shops: tuple[Shop, Shop], monkeypatch: Any) -> None:
    """Before the turn: in it counts what was heard since."""
    asked: list[str] = []
    find = MemoryStore.find_orders

    def noting(self: Any, order_ids: Any) -> Any:
        asked.extend(order_ids)
        return find(self, order_ids)

    monkeypatch.setattr(MemoryStore, "find_orders", noting)
    first, _ = shops
    first.route(order_for("TIN-LAMP", 1, id="early"))

    assert asked == ["early"]


def test_what_is_booked_in_turn_is_what_was_drafted_before_it(
    shops: tuple[Shop, Shop], monkeypatch: Any
) -> None:
    drafted: list[str] = []
    draft = drafts_module.draft
    monkeypatch.setattr(
        drafts_module,
        "draft",
        lambda order, plan, network: drafted.append(order.id) or draft(order, plan, network),
    )
    first, _ = shops
    (routed,) = first.route(order_for("TIN-LAMP", 2)).results
    stored = first.queries.get_decision(order_id="order-1")

    assert drafted == []
    assert stored.routed == routed
    assert pack_decision(stored.decision, pack_plan(routed.plan)) == pack_decision(stored.decision)


def test_a_batch_whose_turn_is_lost_is_worked_on_again(shops: tuple[Shop, Shop], monkeypatch: Any) -> None:
    first, _ = shops
    lost = iter((True, True, False))
    commit = SharedStore.commit

    def sometimes(self: SharedStore, one: Any) -> None:
        if next(lost, False):
            raise TurnLost("cut")
        commit(self, one)

    monkeypatch.setattr(SharedStore, "commit", sometimes)
    first.route(order_for("TIN-LAMP", 2))

    assert first.figures("TIN-LAMP", "lyon") == (5, 2, 3)
    assert len(first.store.list_orders(None, 9, OrderFilter())) == 1


def test_a_store_that_cannot_be_reached_is_tried_until_it_can(
    shops: tuple[Shop, Shop], monkeypatch: Any
) -> None:
    first, _ = shops
    is_there = [False]

    def turn_or_not(before: Callable[..., Any]) -> Callable[..., Any]:
        def asked(self: SharedStore) -> Any:
            if not is_there[0]:
                raise StoreUnreachable("the database cannot be reached")
            return before(self)

        return asked

    for name in ("look", "turn"):
        monkeypatch.setattr(SharedStore, name, turn_or_not(getattr(SharedStore, name)))
    monkeypatch.setattr(SharedStore, "probe", turn_or_not(lambda self: None), raising=False)
    with pytest.raises(RouterError, match="the database cannot be reached; nothing was done") as refused:
        first.route(order_for("TIN-LAMP", 2), key="k")
    assert refused.value.reason is Reason.READ_ONLY
    is_there[0] = True
    first.clock.seconds += 2
    first.route(order_for("TIN-LAMP", 2), key="k")

    assert first.figures("TIN-LAMP", "lyon") == (5, 2, 3)


def test_orders_are_decided_before_the_turn(
    shops: tuple[Shop, Shop], shared: SharedMemory, monkeypatch: Any
) -> None:
    """While another engine has the turn, this one decides; only booking waits."""
    first, second = shops
    decided: list[int] = []
    decide_ahead = turns_module.OrdersAhead.decide

    def noting(self: Any, commands: Any, now: Any) -> None:
        decide_ahead(self, commands, now)
        decided.append(len(commands))

    monkeypatch.setattr(turns_module.OrdersAhead, "decide", noting)
    monkeypatch.setattr(SharedStore, "look", lambda self: self._shared.store.reader())
    with shared.lock:
        waiting = second.engine.submit(route_orders(order_for("TIN-LAMP", 2), key="k"))
        deadline = time.monotonic() + 60
        while not decided and time.monotonic() < deadline:
            time.sleep(0.005)
        assert decided == [1]
        assert not waiting.done()
    assert waiting.result(60).replayed is False
    assert first.figures("TIN-LAMP", "lyon") == (5, 2, 3)


def test_the_lookout_calls_when_somebody_else_has_committed(shops: tuple[Shop, Shop]) -> None:
    first, second = shops
    called: list[int] = []
    lookout = Lookout(second.store, second.engine, look_seconds=0.01)
    lookout.on_news.append(lambda: called.append(1))
    lookout.start()
    before = len(called)
    first.adjust("lyon", "RED-CLOCK", 1)
    deadline = time.monotonic() + 30
    while len(called) <= before and time.monotonic() < deadline:
        time.sleep(0.005)
    lookout.stop()

    assert len(called) > before
