"""Orders: routed, with a reservation perhaps, canceled in part, dispatched; the model foretells each answer."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from msgspec import structs

from router.app.answers.decided import Refused
from router.app.commands.fulfillment import DispatchShipment
from router.domain.identifiers import LineId, Sku
from router.domain.order import Order, OrderLine
from tests.app.builders import SKUS, cancel_order, digest, route_orders
from tests.app.model import Model
from tests.proof.operations import Operation, Outcome, answer_of, reason_of
from tests.proof.reservation_life import ReservationLife
from tests.routing.builders import an_order


@dataclass
class OrderLife:
    """Belongs to a longer life. `orders` are those that were sent."""

    random: Random
    model: Model
    reservations: ReservationLife
    orders: list[Order] = field(default_factory=list)

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

    def order_reserved(self, key: str) -> Operation:
        """An order that names a reservation has its units, whoever else waits for some."""
        if not self.model.reservations:
            return self.reservations.reserve(key)
        id, order = self.reservations.some_id(), self._an_order(key)

        def expect(outcome: Outcome) -> None:
            if self.reservations.refused(id, outcome):
                return
            (routed,) = answer_of(outcome).results
            self.model.give_back(id, dict(self.model.reservations[id].held), "ORDERED")
            self.model.route(routed, order)
            self.orders.append(order)

        return Operation(route_orders(order, key=key, reservation_id=id), expect)

    def _an_order(self, id: str) -> Order:
        random = self.random
        lines = tuple(
            OrderLine(id=LineId(str(n)), sku=Sku(random.choice(SKUS)), quantity=random.randint(1, 4))
            for n in range(random.randint(1, 3))
        )
        action = random.choice(("BACKORDER", "CANCEL", "HOLD"))
        order = an_order(f"order-{id}", lines={"RED-CLOCK": 1}, attributes={"unshipped": action})
        return structs.replace(order, lines=lines)

    def cancel(self, key: str) -> Operation:
        if not self.orders:
            return self.order(key)
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
            return self.order(key)
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
