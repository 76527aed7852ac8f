"""Long random lives of a router beside the model: operations come in bursts, each answer is foretold in its turn."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

from router.app.answers import Refused
from router.app.commands import DispatchShipment, GetAvailability
from router.app.ports import Store
from router.app.reading.queries import Queries
from router.domain.identifiers import LineId, NodeId, Sku
from router.domain.order import Order, OrderLine
from router.domain.reasons import RouterError
from tests.app.builders import (
    SKUS,
    Shop,
    StandingClock,
    a_snapshot,
    adjust_stock,
    cancel_order,
    digest,
    put_network,
    put_products,
    route_orders,
)
from tests.app.first_come import SHIP_DAY, first_come
from tests.app.model import Model
from tests.proof.clerk import Clerk
from tests.proof.operations import PLACES, Operation, Outcome, answer_of, is_forgettable, reason_of
from tests.proof.stock_life import StockLife
from tests.routing.builders import an_order

KEPT_FOR_REPEATS = 50


class LongLife:
    """`live` goes on for a number of operations; every commit goes past the clerk."""

    def __init__(self, random: Random, store: Store, clock: StandingClock | None = None) -> None:
        self.random = random
        self.store = store
        self.clock = clock or StandingClock()
        self.model = Model()
        self.stock = StockLife(random, self.model)
        self.clerk = Clerk()
        self.orders: list[Order] = []
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
        """Each opening reads the books anew from the store."""
        shop = Shop(self.store, route=first_come, on_commit=self._on_commit, clock=self.clock)
        shop.engine.start()
        try:
            shop.ask(put_network())
            shop.ask(put_products(*SKUS))
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

    def before_burst(self) -> None:
        """For those who want something to happen to the router between its operations."""

    def _burst(self, shop: Shop) -> None:
        self.before_burst()
        operations = [self._operation() for _ in range(self.random.choice((1, 1, 2, 4, 8)))]
        waiting = [shop.engine.submit(one.command) for one in operations]
        for one, future in zip(operations, waiting, strict=True):
            refusal = future.exception(60)
            assert refusal is None or isinstance(refusal, RouterError), refusal
            outcome = refusal or future.result()
            one.expect(outcome)
            self._remember(one.command, outcome)
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
                self.order,
                self.adjust,
                self.snapshot,
                self.cancel,
                self.dispatch,
                self.look,
                self.repeat,
                self.reuse,
                self.stock.reserve,
                self.stock.settle,
                self.stock.send,
                self.stock.arrive,
                self.stock.call_back,
                self.stock.receive,
                self.stock.correct,
            ),
            (30, 15, 8, 14, 14, 8, 8, 3, 8, 8, 5, 5, 2, 4, 4),
        )
        return kind(f"k{self.count}")

    def order(self, key: str) -> Operation:
        orders = [self._an_order(f"{key}-{number}") for number in range(self.random.randint(1, 3))]
        if self.orders and self.random.random() < 0.05:
            orders[0] = self.random.choice(self.orders)
        self.orders.extend(order for order in orders if order.id.startswith(f"order-{key}"))

        def expect(outcome: Outcome) -> None:
            answer: Any = answer_of(outcome)
            for order, result in zip(orders, answer.results, strict=True):
                assert isinstance(result, Refused) == (order.id in self.model.orders)
                if not isinstance(result, Refused):
                    self.model.route(result, order)

        return Operation(route_orders(*orders, key=key), expect)

    def _an_order(self, id: str) -> Order:
        random = self.random
        lines = tuple(
            OrderLine(id=LineId(str(n)), sku=Sku(random.choice(SKUS)), quantity=random.randint(1, 4))
            for n in range(random.randint(1, 3))
        )
        action = random.choice(("BACKORDER", "CANCEL", "HOLD"))
        order = an_order(f"order-{id}", lines={"RED-CLOCK": 1}, attributes={"unshipped": action})
        return replace(order, lines=lines)

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

    def cancel(self, key: str) -> Operation:
        if not self.orders:
            return self.look(key)
        order = self._a_late_order()
        lines = {
            str(line.id): self.random.randint(1, line.quantity)
            for line in order.lines
            if self.random.random() < 0.5
        }

        def expect(outcome: Outcome) -> None:
            mine = self.model.orders[order.id]
            too_many = any(units > mine.units_left(line_id) for line_id, units in lines.items())
            if mine.state() in ("DISPATCHED", "CANCELED") or too_many:
                assert reason_of(outcome) == "ORDER_STATE_FORBIDS"
                return
            answer = answer_of(outcome)
            assert answer.released_quantity == self.model.cancel(order.id, lines)
            assert answer.record.state == mine.state()

        return Operation(cancel_order(order.id, lines, key=key), expect)

    def dispatch(self, key: str) -> Operation:
        if not self.orders:
            return self.look(key)
        order, number = self._a_late_order(), self.random.choice((1, 1, 2, 3))
        shipment_id = f"{order.id}/{number}"

        def expect(outcome: Outcome) -> None:
            mine = self.model.orders[order.id]
            if number not in mine.held:
                assert reason_of(outcome) == "ORDER_NOT_FOUND"
            elif not mine.held[number].total():
                assert reason_of(outcome) == "ORDER_STATE_FORBIDS"
            else:
                self.model.dispatch(order.id, number)
                assert answer_of(outcome).record.state == mine.state()

        command = DispatchShipment(request_id=key, body_digest=digest(shipment_id), shipment_id=shipment_id)
        return Operation(command, expect)

    def _a_late_order(self) -> Order:
        """More often one of the last, which still have something to cancel or dispatch."""
        return self.random.choice(self.orders[-12:] if self.random.random() < 0.8 else self.orders)

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
        queries = Queries(self.store)
        report = queries.audit()
        assert report.faults == ()
        assert report.head_hash == self.clerk.hash
        for place in PLACES:
            for sku in SKUS:
                where = (place, sku)
                expected = (self.model.on_hand[where], self.model.reserved[where], self.model.free(where))
                assert shop.figures(sku, place) == expected, where
        self.stock.compare(shop)
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
