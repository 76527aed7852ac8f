"""Long random lives of a router, compared with the model and audited after every step."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from router.app.books import stock_books
from router.app.engine.queue import QueueLimits
from router.app.orders.route_orders import Route
from router.app.ports.store import Store
from router.domain.identifiers import LineId, Sku
from router.domain.order import Order, OrderLine
from router.domain.reasons import Reason, RouterError
from router.ledger.chain import Batch
from router.ledger.entries import Entry
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import (
    SKUS,
    Shop,
    StandingClock,
    a_shop,
    a_snapshot,
    adjust_stock,
    cancel_order,
    reserve_stock,
    route_orders,
)
from tests.app.first_come import first_come
from tests.app.model import Model
from tests.proving import seeds
from tests.routing.builders import an_order

PLACES = ("lille", "lyon", "nice")
STEPS = 40


@contextmanager
def told_on_failure(seed: int) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        error.add_note(f"history of seed {seed}")
        raise


class History:
    """Random commands to a shop and the same to the model; the shop restarts now and then."""

    def __init__(self, seed: int, open_store: Callable[[], Store], route: Route | None) -> None:
        self.random = Random(seed)
        self.open_store = open_store
        self.route = route
        self.model = Model()
        self.step = 0
        self.clock = StandingClock()

    def live(self) -> None:
        while self.step < STEPS:
            with (
                closing(self.open_store()) as store,
                a_shop(store, route=self.route, clock=self.clock) as shop,
            ):
                for _ in range(self.random.randint(5, STEPS)):
                    self.step += 1
                    self.random.choice(
                        (
                            self.order,
                            self.order,
                            self.order,
                            self.adjust,
                            self.count,
                            self.cancel,
                            self.dispatch,
                            self.reserve,
                            self.reserve,
                            self.post,
                            self.void,
                            self.extend,
                            self.order_reserved,
                            self.wait,
                        )
                    )(shop)
                    self.compare(shop)

    def order(self, shop: Shop) -> None:
        """Some orders in some calls, sent at once: however the engine groups them, the outcome is the same."""
        calls = [
            [self.an_order(f"{self.step}-{call}-{n}") for n in range(self.random.randint(1, 3))]
            for call in range(self.random.randint(1, 4))
        ]
        waiting = [
            shop.engine.submit(route_orders(*orders, key=f"{self.step}-{call}"))
            for call, orders in enumerate(calls)
        ]
        for orders, future in zip(calls, waiting, strict=True):
            answer: Any = future.result(60).answer
            for order, routed in zip(orders, answer.results, strict=True):
                self.model.route(routed, order)

    def an_order(self, id: str) -> Order:
        lines = tuple(
            OrderLine(
                id=LineId(str(n)), sku=Sku(self.random.choice(SKUS)), quantity=self.random.randint(1, 4)
            )
            for n in range(self.random.randint(1, 3))
        )
        action = self.random.choice(("BACKORDER", "CANCEL", "HOLD"))
        to = self.random.choice(("paris", "nice"))
        order = an_order(f"order-{id}", lines={"RED-CLOCK": 1}, to=to, attributes={"unshipped": action})
        return replace(order, lines=lines)

    def adjust(self, shop: Shop) -> None:
        place = (self.random.choice(PLACES), self.random.choice(SKUS))
        delta = self.random.choice((-9, -3, -1, 1, 3, 9))
        expected = self.model.on_hand[place]
        command = adjust_stock(*place, delta, key=f"{self.step}", expected_on_hand=expected)
        if delta < 0 and expected + delta < 0:
            assert refusal_of(shop, command) is Reason.INSUFFICIENT_STOCK
            return
        shop.answer(command)
        self.model.on_hand[place] += delta

    def count(self, shop: Shop) -> None:
        rows = {
            place: {
                sku: self.random.randint(0, 9) for sku in self.random.sample(SKUS, self.random.randint(1, 3))
            }
            for place in self.random.sample(PLACES, self.random.randint(1, 2))
        }
        is_full = self.random.random() < 0.5
        newest = max(self.model.marks.values(), default=0)
        sequence = self.random.randint(max(1, newest - 3), newest + 3)
        answer: Any = shop.answer(a_snapshot(rows, sequence=sequence, key=f"{self.step}", is_full=is_full))
        visited = [(place, sku) for place, counted in rows.items() for sku in (SKUS if is_full else counted)]
        fresh = [where for where in visited if self.model.marks[where] < sequence]
        # Of goods that were never there, a full snapshot that leaves them out only says up to when that is so.
        heard_of = [
            (place, sku) for place, sku in fresh if sku in rows[place] or (place, sku) in self.model.on_hand
        ]
        changed = 0
        for place, sku in heard_of:
            units = rows[place].get(sku, 0)
            changed += self.model.on_hand[place, sku] != units
            self.model.on_hand[place, sku] = units
        for where in fresh:
            self.model.marks[where] = sequence
        stale_sent = sum(sku in rows[place] for place, sku in visited if (place, sku) not in fresh)
        assert (answer.stale_ignored, answer.stale_count) == (not heard_of, stale_sent)
        assert answer.changed_count == changed
        assert {(one.node_id, one.sku): one.quantity for one in answer.shortfalls} == {
            where: missing
            for where in fresh
            if (missing := self.model.reserved[where] - self.model.on_hand[where]) > 0
        }
        for one in answer.shortfalls:
            assert sum(held.quantity for held in one.reservations) == one.quantity

    def cancel(self, shop: Shop) -> None:
        if not self.model.orders:
            return
        order_id = self.random.choice(sorted(self.model.orders))
        mine = self.model.orders[order_id]
        lines = {
            line_id: self.random.randint(1, quantity)
            for line_id, quantity in mine.ordered.items()
            if self.random.random() < 0.5
        }
        command = cancel_order(order_id, lines, key=f"{self.step}")
        too_many = any(quantity > mine.units_left(line_id) for line_id, quantity in lines.items())
        if mine.state() in ("DISPATCHED", "CANCELED") or too_many:
            assert refusal_of(shop, command) is Reason.ORDER_STATE_FORBIDS
            return
        answer: Any = shop.answer(command)
        assert answer.released_quantity == self.model.cancel(order_id, lines)

    def dispatch(self, shop: Shop) -> None:
        planned = [(order_id, number) for order_id, mine in self.model.orders.items() for number in mine.held]
        if not planned:
            return
        order_id, number = self.random.choice(planned)
        if not self.model.orders[order_id].held[number].total():
            with pytest.raises(RouterError) as refused:
                shop.dispatch(f"{order_id}/{number}", key=f"{self.step}")
            assert refused.value.reason is Reason.ORDER_STATE_FORBIDS
            return
        shop.dispatch(f"{order_id}/{number}", key=f"{self.step}")
        self.model.dispatch(order_id, number)

    def reserve(self, shop: Shop) -> None:
        """Some lines, perhaps of the same goods; all or none, or as much as there is."""
        lines = [
            ((self.random.choice(PLACES), self.random.choice(SKUS)), self.random.randint(1, 4))
            for _ in range(self.random.randint(1, 3))
        ]
        seconds = self.random.choice((None, 10, 60, 600))
        allow_partial = self.random.random() < 0.3
        command = reserve_stock(
            *((*place, quantity) for place, quantity in lines),
            seconds=seconds,
            key=f"{self.step}",
            allow_partial=allow_partial,
        )
        units = self.model.share_out(lines)
        is_short = any(has < wants for has, (_, wants) in zip(units, lines, strict=True))
        if is_short and not (allow_partial and any(units)):
            assert refusal_of(shop, command) is Reason.INSUFFICIENT_STOCK
            return
        limit = None if seconds is None else shop.clock.instant + seconds * 1_000_000
        held = shop.changed(command)
        got = [(place, has) for has, (place, _) in zip(units, lines, strict=True)]
        self.model.reserve(held.id, got, limit)

    def some_of(self, id: str) -> dict[str, int]:
        """Units of lines, sometimes more than are held."""
        held = self.model.reservations[id].held
        return {
            line_id: self.random.randint(1, units + (self.random.random() < 0.1))
            for line_id, units in held.items()
            if units and self.random.random() < 0.7
        }

    def refusal_expected(self, id: str, lines: dict[str, int]) -> Reason | None:
        mine = self.model.reservations[id]
        if mine.state == "EXPIRED":
            return Reason.RESERVATION_EXPIRED
        is_too_much = any(quantity > mine.held[line_id] for line_id, quantity in lines.items())
        return Reason.ALREADY_RESOLVED if mine.state != "HELD" or is_too_much else None

    def post(self, shop: Shop) -> None:
        if not self.model.reservations:
            return
        id = self.random.choice(sorted(self.model.reservations))
        lines, keep_rest = self.some_of(id), self.random.random() < 0.5
        if (expected := self.refusal_expected(id, lines)) is not None:
            with pytest.raises(RouterError) as refused:
                shop.post(id, lines, key=f"{self.step}")
            assert refused.value.reason is expected
            return
        shop.post(id, lines, key=f"{self.step}", keep_rest=keep_rest)
        self.model.post(id, lines or dict(self.model.reservations[id].held))
        if not keep_rest:
            self.model.give_back(id, dict(self.model.reservations[id].held), "POSTED")

    def void(self, shop: Shop) -> None:
        if not self.model.reservations:
            return
        id = self.random.choice(sorted(self.model.reservations))
        lines = self.some_of(id)
        if (expected := self.refusal_expected(id, lines)) is not None:
            with pytest.raises(RouterError) as refused:
                shop.void(id, lines, key=f"{self.step}")
            assert refused.value.reason is expected
            return
        shop.void(id, lines, key=f"{self.step}")
        self.model.give_back(id, lines or dict(self.model.reservations[id].held), "VOIDED")

    def extend(self, shop: Shop) -> None:
        """Give more time to one that may have none left, or make it firm."""
        if not self.model.reservations:
            return
        id = self.random.choice(sorted(self.model.reservations))
        mine, seconds = self.model.reservations[id], self.random.choice((None, 5, 90))
        key = f"{self.step}"
        change = partial(shop.firm, id, key) if seconds is None else partial(shop.extend, id, seconds, key)
        if (expected := self.refusal_expected(id, {})) is not None:
            with pytest.raises(RouterError) as refused:
                change()
            assert refused.value.reason is expected
            return
        if seconds is None or mine.limit is None:
            mine.limit = None
        else:
            mine.limit = max(mine.limit, shop.clock.instant + seconds * 1_000_000)
        assert change().expire_time == mine.limit

    def order_reserved(self, shop: Shop) -> None:
        """An order that names a reservation has its units, whoever else waits for some."""
        if not self.model.reservations:
            return
        id = self.random.choice(sorted(self.model.reservations))
        order = self.an_order(f"{self.step}-reserved")
        command = route_orders(order, key=f"{self.step}", reservation_id=id)
        if (expected := self.refusal_expected(id, {})) is not None:
            assert refusal_of(shop, command) is expected
            return
        answer: Any = shop.answer(command)
        self.model.give_back(id, dict(self.model.reservations[id].held), "ORDERED")
        self.model.route(answer.results[0], order)

    def wait(self, shop: Shop) -> None:
        shop.clock.go_on(self.random.choice((1, 9, 60, 200)))
        self.model.let_time_pass(shop.clock.instant)

    def compare(self, shop: Shop) -> None:
        assert shop.faults() == ()
        figures = shop.all_figures(*SKUS)
        for place in PLACES:
            for sku in SKUS:
                where = (place, sku)
                expected = (self.model.on_hand[where], self.model.reserved[where], self.model.free(where))
                assert figures[where] == expected, where
        for id, reservation in self.model.reservations.items():
            found = shop.queries.get_reservation(id)
            assert found.state.name == reservation.state
            for line in found.lines:
                assert found.left(line.line_id) == reservation.held[line.line_id]
        for order_id, mine in self.model.orders.items():
            record = shop.queries.get_order(order_id)
            assert record.state == mine.state()
            for line in record.lines:
                parts = (line.reserved, line.dispatched, line.backordered, line.canceled)
                assert (line.ordered, parts) == (mine.ordered[line.line_id], mine.parts(line.line_id))


def refusal_of(shop: Shop, command: Any) -> Reason:
    with pytest.raises(RouterError) as refused:
        shop.answer(command)
    return refused.value.reason


@pytest.mark.parametrize("seed", seeds(0, 30))
def test_a_life_in_memory(seed: int) -> None:
    store = MemoryStore()
    with told_on_failure(seed):
        History(seed, lambda: store, first_come).live()


@pytest.mark.parametrize("seed", seeds(100, 10))
def test_a_life_on_disk(seed: int, tmp_path: Path) -> None:
    with told_on_failure(seed):
        History(seed, lambda: SqliteStore(tmp_path / "router.sqlite"), first_come).live()


@pytest.mark.parametrize("many", [1, 15], ids=["stock-in-a-table", "stock-by-sku"])
@pytest.mark.parametrize("seed", seeds(200, 6))
def test_a_life_with_real_decisions(seed: int, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_books, "SKUS_MANY", many)
    store = MemoryStore()
    with told_on_failure(seed):
        History(seed, lambda: store, None).live()


def journal_of(store: Store) -> list[tuple[Batch, Sequence[Entry]]]:
    """What a fixed log of commands, all waiting before the engine starts, leaves in a store."""
    random = Random(7)
    with a_shop(store, rules="", route=first_come):
        pass
    shop = Shop(store, route=first_come, limits=QueueLimits(batch_commands_max=7))
    for number in range(100):
        sku = random.choice(SKUS)
        order = an_order(f"order-{number}", lines={sku: random.randint(1, 3)})
        shop.engine.submit(
            adjust_stock(random.choice(PLACES), sku, random.randint(1, 3), key=f"adjust {number}")
        )
        shop.engine.submit(route_orders(order, key=f"route {number}"))
        shop.engine.submit(cancel_order(f"order-{random.randrange(100)}", None, key=f"cancel {number}"))
    shop.engine.start()
    shop.engine.stop()
    return list(store.read_journal())


def test_both_stores_write_the_same_journal_to_the_last_hash(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "router.sqlite")) as on_disk:
        journal = journal_of(on_disk)

    assert journal == journal_of(MemoryStore())
    assert sum(len(entries) for _, entries in journal) > 200
    assert len(journal) == 2 + 43
