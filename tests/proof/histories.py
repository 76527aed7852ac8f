"""Long random lives of a router beside the model: operations come in bursts, each answer is foretold in its turn."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

from router.app.commands.questions import GetAvailability
from router.app.ports.store import Store
from router.app.queries import Queries
from router.domain.identifiers import NodeId, Sku
from router.domain.reasons import RouterError
from router.routing.network.dates import local_day
from tests.app.builders import (
    SKUS,
    Shop,
    StandingClock,
    a_snapshot,
    adjust_stock,
    digest,
    put_network,
    put_products,
)
from tests.app.first_come import SHIP_DAY, first_come_unpaid
from tests.app.model import Model
from tests.proof.clerk import Clerk
from tests.proof.lot_life import CELLAR, LotLife
from tests.proof.lot_shelf import LotShelf
from tests.proof.model_watch import ModelWatch
from tests.proof.operations import PLACES, Operation, Outcome, answer_of, is_forgettable, reason_of
from tests.proof.order_life import OrderLife
from tests.proof.reservation_life import ReservationLife
from tests.proof.stock_life import StockLife
from tests.routing.builders import MONDAY_TEN, a_node

KEPT_FOR_REPEATS = 50
DAY_SECONDS = 86_400


class LongLife:
    """`live` goes on for a number of operations; every commit goes past the clerk."""

    def __init__(self, random: Random, store: Store, clock: StandingClock | None = None) -> None:
        self.random = random
        self.store = store
        self.clock = clock or StandingClock()
        self.model = Model()
        self.watch = ModelWatch(self.clock)
        self.stock = StockLife(random, self.model)
        shelf = self.model.shelves[CELLAR] = LotShelf()
        self.lots = LotLife(random, self.model, shelf)
        shelves = [(place, sku) for place in PLACES for sku in SKUS]
        self.reservations = ReservationLife(random, self.model, self.clock, [*shelves, *[CELLAR] * 9])
        self.orders = OrderLife(random, self.model, self.reservations)
        self.clerk = Clerk()
        self.past: list[tuple[Any, Outcome]] = []
        self.count = 0
        self.faults: list[str] = []

    def live(self, operations: int) -> None:
        while self.count < operations:
            with self._open() as shop:
                until = self.count + self.random.randint(1, operations)
                while self.count < min(until, operations):
                    self._burst(shop)
                self.compare(shop)

    @contextmanager
    def _open(self) -> Iterator[Shop]:
        """Each opening reads the books anew from the store; the night before, time passes."""
        self.before_opening()
        self.watch.trust()
        self._let_time_pass()
        shop = Shop(self.store, route=first_come_unpaid, on_commit=self._on_commit, clock=self.clock)
        shop.engine.start()
        try:
            shop.ask(put_network(*map(a_node, (*PLACES, CELLAR[0]))))
            shop.ask(put_products(*SKUS, CELLAR[1]))
            self.lots.settle(shop)
            if not self.model.marks:
                self._open_stock(shop)
            yield shop
        finally:
            shop.engine.stop()

    def _open_stock(self, shop: Shop) -> None:
        """Every place holds everything once: a full count speaks of all that a place ever held."""
        shop.count({place: dict.fromkeys(SKUS, 5) for place in PLACES}, sequence=1, key="opening-stock")
        for place in PLACES:
            for sku in SKUS:
                self.model.on_hand[place, sku], self.model.marks[place, sku] = 5, 1

    def _on_commit(self, commit: Any) -> None:
        """From the engine's thread, which must not fail: the first fault is kept for the next burst to raise."""
        try:
            self.clerk.check(commit)
        except AssertionError as fault:
            self.faults.append(str(fault))

    def before_opening(self) -> None:
        """Some days may pass, though not as many as keys are kept."""
        if self.count and self.clock.instant < MONDAY_TEN + 4 * DAY_SECONDS * 1_000_000:
            self.clock.go_on(self.random.choice((0, DAY_SECONDS // 2, DAY_SECONDS, 2 * DAY_SECONDS)))

    def before_burst(self, shop: Shop) -> None:
        """Now and then some time passes, less than a clock may leap."""
        if self.random.random() < 0.3:
            self.clock.go_on(self.random.choice((1, 9, 60, 200)))

    def _let_time_pass(self) -> None:
        """As the router will, with the next batch."""
        now = self.watch.read()
        self.lots.let_time_pass(now)
        if now is not None:
            self.model.let_time_pass(now)

    def _burst(self, shop: Shop) -> None:
        self.before_burst(shop)
        self._let_time_pass()
        operations = [self._operation() for _ in range(self.random.choice((1, 1, 2, 4, 8)))]
        waiting = [shop.engine.submit(one.command) for one in operations]
        for one, future in zip(operations, waiting, strict=True):
            refusal = future.exception(60)
            assert refusal is None or isinstance(refusal, RouterError), refusal
            outcome = refusal or future.result()
            one.expect(outcome)
            self._remember(one.command, outcome)
        self.lots.settle(shop)
        assert self.faults == []

    def _remember(self, command: Any, outcome: Outcome) -> None:
        if isinstance(command, GetAvailability) or is_forgettable(outcome):
            return
        self.past.append((command, outcome))
        if len(self.past) > KEPT_FOR_REPEATS:
            self.past.pop(self.random.randrange(KEPT_FOR_REPEATS))

    def _operation(self) -> Operation:
        self.count += 1
        (kind,) = self.random.choices(
            (
                self.orders.order,
                self.adjust,
                self.snapshot,
                self.orders.cancel,
                self.orders.dispatch,
                self.look,
                self.repeat,
                self.reuse,
                self.reservations.reserve,
                self.reservations.settle,
                self.reservations.prolong,
                self.orders.order_reserved,
                self.receive_lot,
                self.lose_lot,
                self.stock.send,
                self.stock.arrive,
                self.stock.call_back,
                self.stock.receive,
                self.stock.correct,
            ),
            (30, 15, 8, 14, 14, 8, 8, 3, 14, 12, 5, 3, 8, 5, 5, 5, 2, 4, 4),
        )
        return kind(f"k{self.count}")

    def receive_lot(self, key: str) -> Operation:
        return self.lots.receive(key, self._today())

    def lose_lot(self, key: str) -> Operation:
        return self.lots.lose(key, self._today())

    def _today(self) -> int:
        return local_day(self.clock.instant, "UTC")

    def adjust(self, key: str) -> Operation:
        place = (self.random.choice(PLACES), self.random.choice(SKUS))
        delta = self.random.choice((-9, -3, -1, 1, 3, 9, 9))
        expected = self.model.on_hand[place] if self.random.random() < 0.5 else None

        def expect(outcome: Outcome) -> None:
            units = self.model.on_hand[place]
            if expected is not None and expected != units:
                assert reason_of(outcome) == "STOCK_CHANGED"
            elif delta < 0 and units + delta < 0:
                assert reason_of(outcome) == "INSUFFICIENT_STOCK"
            else:
                row = answer_of(outcome).row
                self.model.on_hand[place] += delta
                assert (row.on_hand, row.reserved) == (units + delta, self.model.reserved[place])

        return Operation(adjust_stock(*place, delta, key=key, expected_on_hand=expected), expect)

    def snapshot(self, key: str) -> Operation:
        random = self.random
        rows = {
            place: {sku: random.randint(0, 9) for sku in random.sample(SKUS, random.randint(1, 3))}
            for place in random.sample(PLACES, random.randint(1, 2))
        }
        newest = max(self.model.marks.values(), default=0)
        sequence = random.randint(max(1, newest - 3), newest + 3)
        is_full = random.random() < 0.5

        def expect(outcome: Outcome) -> None:
            self._count(answer_of(outcome), rows, sequence, is_full)

        return Operation(a_snapshot(rows, sequence=sequence, key=key, is_full=is_full), expect)

    def _count(self, answer: Any, rows: dict[str, dict[str, int]], sequence: int, is_full: bool) -> None:
        visited = [(place, sku) for place, counted in rows.items() for sku in (SKUS if is_full else counted)]
        fresh = [where for where in visited if self.model.marks[where] < sequence]
        changed, short = 0, {}
        for where in fresh:
            units = rows[where[0]].get(where[1], 0)
            changed += self.model.on_hand[where] != units
            self.model.on_hand[where], self.model.marks[where] = units, sequence
            if self.model.reserved[where] > units:
                short[where] = self.model.reserved[where] - units
        stale_sent = sum(sku in rows[place] for place, sku in visited if (place, sku) not in fresh)
        assert (answer.stale_ignored, answer.stale_count) == (not fresh, stale_sent)
        assert answer.changed_count == changed
        assert {(one.node_id, one.sku): one.quantity for one in answer.shortfalls} == short

    def look(self, key: str) -> Operation:
        sku = self.random.choice(SKUS)

        def expect(outcome: Outcome) -> None:
            for row in answer_of(outcome).rows:
                place = (row.node_id, row.sku)
                figures = (self.model.on_hand[place], self.model.reserved[place], self.model.free(place))
                assert (row.on_hand, row.reserved, row.available) == figures

        return Operation(GetAvailability(skus=(Sku(sku),), node_ids=tuple(map(NodeId, PLACES))), expect)

    def repeat(self, key: str) -> Operation:
        if not self.past:
            return self.look(key)
        command, before = self.random.choice(self.past)

        def expect(outcome: Outcome) -> None:
            if isinstance(before, RouterError):
                assert isinstance(outcome, RouterError)
                assert (outcome.reason, outcome.message) == (before.reason, before.message)
            else:
                assert answer_of(outcome) == before.answer
                assert outcome.replayed  # type: ignore[union-attr]

        return Operation(command, expect)

    def reuse(self, key: str) -> Operation:
        if not self.past:
            return self.look(key)
        command, _ = self.random.choice(self.past)

        def expect(outcome: Outcome) -> None:
            assert reason_of(outcome) == "IDEMPOTENCY_KEY_REUSED"

        return Operation(replace(command, body_digest=digest("another", key)), expect)

    def compare(self, shop: Shop) -> None:
        """The whole audit, every figure and every order: what is too much after every operation."""
        # Answered after the clerk has seen all commits before: what is asked first can be held against his.
        figures = shop.all_figures(*SKUS)
        queries = Queries(self.store)
        report = queries.ledger.audit()
        assert report.faults == ()
        assert report.head_hash == self.clerk.hash
        for place in PLACES:
            for sku in SKUS:
                where = (place, sku)
                expected = (self.model.on_hand[where], self.model.reserved[where], self.model.free(where))
                assert figures[where] == expected, where
        self.stock.compare(shop)
        self.lots.compare(shop)
        assert +Counter(self.store.list_capacity()) == self._shipments_booked()
        for order_id, mine in self.model.orders.items():
            record = queries.get_order(order_id)
            assert record.state == mine.state()
            for line in record.lines:
                parts = (line.reserved, line.dispatched, line.backordered, line.canceled)
                assert (line.ordered, parts) == (mine.ordered[line.line_id], mine.parts(line.line_id))

    def _shipments_booked(self) -> Counter[tuple[str, int]]:
        """A shipment is booked while it holds units, and for good once units have left in it."""
        return Counter(
            (mine.nodes[number], SHIP_DAY)
            for mine in self.model.orders.values()
            for number, units in mine.held.items()
            if units.total() or number in mine.left
        )
