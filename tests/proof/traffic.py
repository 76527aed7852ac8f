"""Random commands to a shop of three places and three goods, without a model: for proofs that look at what is left."""

from random import Random

from router.app.commands.command import Command
from router.app.commands.fulfillment import DispatchShipment
from tests.app.builders import (
    SKUS,
    a_snapshot,
    adjust_stock,
    cancel_order,
    digest,
    put_network,
    put_products,
    route_orders,
)
from tests.routing.builders import an_order

PLACES = ("lille", "lyon", "nice")
ACTIONS = ("BACKORDER", "CANCEL", "HOLD")


class Traffic:
    """One client's commands from a seed. Keys begin with `name`; a second one with the same seed sends the same."""

    def __init__(self, seed: int, name: str = "t") -> None:
        self.random = Random(seed)
        self.name = name
        self.count = 0
        self.order_ids: list[str] = []

    def opening(self) -> list[Command]:
        """What a router needs before anything else."""
        on_hand = {place: {sku: self.random.randint(3, 9) for sku in SKUS} for place in PLACES}
        return [
            put_network(),
            put_products(*SKUS),
            a_snapshot(on_hand, sequence=1, key="opening-stock"),
        ]

    def burst(self, count_max: int) -> list[Command]:
        """Commands to be sent without waiting in between."""
        return [self.command() for _ in range(self.random.randint(1, count_max))]

    def command(self) -> Command:
        self.count += 1
        kinds = (self.order, self.order, self.order, self.adjust, self.snapshot, self.cancel, self.dispatch)
        return self.random.choice(kinds)(f"{self.name}-{self.count}")

    def order(self, key: str) -> Command:
        orders = []
        for number in range(self.random.randint(1, 2)):
            lines = {
                sku: self.random.randint(1, 4)
                for sku in self.random.sample(SKUS, self.random.randint(1, len(SKUS)))
            }
            id = f"order-{key}-{number}"
            action = self.random.choice(ACTIONS)
            orders.append(an_order(id, lines=lines, attributes={"unshipped": action}))
            self.order_ids.append(id)
        return route_orders(*orders, key=key)

    def adjust(self, key: str) -> Command:
        delta = self.random.choice((-9, -3, -1, 1, 3, 9))
        return adjust_stock(self.random.choice(PLACES), self.random.choice(SKUS), delta, key=key)

    def snapshot(self, key: str) -> Command:
        rows = {sku: self.random.randint(0, 9) for sku in self.random.sample(SKUS, 2)}
        is_full = self.random.random() < 0.3
        sequence = 1 + self.count - self.random.choice((0, 0, 0, 5))
        return a_snapshot({self.random.choice(PLACES): rows}, sequence=sequence, key=key, is_full=is_full)

    def cancel(self, key: str) -> Command:
        lines = {"1": 1} if self.random.random() < 0.5 else None
        return cancel_order(self._an_order_id(), lines, key=key)

    def dispatch(self, key: str) -> Command:
        shipment_id = f"{self._an_order_id()}/{self.random.randint(1, 2)}"
        return DispatchShipment(request_id=key, body_digest=digest(shipment_id), shipment_id=shipment_id)

    def _an_order_id(self) -> str:
        return self.random.choice(self.order_ids) if self.order_ids else "order-never-sent"
