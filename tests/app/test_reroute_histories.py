"""Long random lives with orders decided again: audited after every step, on a store that is read anew now and then."""

from contextlib import suppress
from random import Random

import pytest

from router.app.answers.decided import RerouteOutcome
from router.app.commands.documents import PutNodes
from router.app.commands.fulfillment import ReleaseShipments
from router.domain.identifiers import Day, NodeId, OrderId
from router.domain.reasons import RouterError
from router.ledger.lifecycle import ShipmentState
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, a_shop, digest
from tests.proving import seeds, under_seed
from tests.routing.builders import a_node, an_order, day

PLACES, SKUS = ("lille", "lyon", "nice"), ("RED-CLOCK", "TIN-LAMP", "OAK-CHAIR")
STEPS = 40


class Life:
    """Random commands; what is refused is refused, what is booked must add up."""

    def __init__(self, shop: Shop, random: Random) -> None:
        self.shop = shop
        self.random = random
        self.order_ids: list[str] = []
        self.moved = 0

    def step(self) -> None:
        actions = (self.route, self.receive, self.lose, self.cancel, self.send, self.release, self.turn_node)
        if self.random.random() < 0.4:
            self.reroute()
        else:
            self.random.choice(actions)()
        self.shop.clock.go_on(self.random.randrange(7_200))

    def route(self) -> None:
        order_id = f"order-{len(self.order_ids)}"
        lines = {
            sku: self.random.randint(1, 3) for sku in self.random.sample(SKUS, self.random.randint(1, 3))
        }
        self.shop.route(an_order(order_id, lines=lines))
        self.order_ids.append(order_id)

    def receive(self) -> None:
        place, sku = self.random.choice(PLACES), self.random.choice(SKUS)
        lot = self.random.choice(("", "L-1", "L-2")) if sku == "OAK-CHAIR" else ""
        expiry: Day | None = day("2026-03-20") if lot == "L-1" else None
        self.shop.adjust(place, sku, self.random.randint(1, 6), lot=lot, expiry_day=expiry)

    def lose(self) -> None:
        self.shop.adjust(self.random.choice(PLACES), self.random.choice(SKUS), -1)

    def cancel(self) -> None:
        if self.order_ids:
            order_id = self.random.choice(self.order_ids)
            line_id = self.random.choice(("1", "2", "3"))
            self.shop.cancel(order_id, self.random.choice((None, {line_id: 1})))

    def shipment(self) -> str:
        order_id = self.random.choice(self.order_ids or ["nobody"])
        return f"{order_id}/{self.random.randint(1, 4)}"

    def send(self) -> None:
        self.shop.dispatch(self.shipment())

    def release(self) -> None:
        name = self.shipment()
        self.shop.answer(
            ReleaseShipments(
                request_id=self.shop.key(),
                body_digest=digest(name),
                node_id=NodeId(""),
                shipment_ids=(name,),
            )
        )

    def turn_node(self) -> None:
        node = a_node(self.random.choice(PLACES), is_open=self.random.random() < 0.6)
        self.shop.answer(PutNodes(request_id=self.shop.key(), body_digest=digest(node), nodes=(node,)))

    def reroute(self) -> None:
        order_ids = self.random.sample(self.order_ids, min(len(self.order_ids), 5))
        before = {order_id: self.shop.queries.get_order(order_id) for order_id in order_ids}
        for result in self.shop.reroute(*order_ids, move_milli=self.random.choice((0, 400_000))):
            after = self.shop.queries.get_order(result.order_id)
            if result.outcome is RerouteOutcome.MOVED:
                self.moved += 1
                self.check_moved(result.order_id)
            else:
                assert after == before[result.order_id]

    def check_moved(self, order_id: str) -> None:
        """The plan in force is what is reserved, and what was withdrawn holds nothing."""
        record = self.shop.queries.get_order(order_id)
        shipments = self.shop.store.list_shipments_of(OrderId(order_id))
        waiting = {one.shipment for one in shipments if one.state is ShipmentState.PLANNED}
        assert waiting <= set(record.shipment_numbers)
        assert [one.shipment for one in shipments] == list(range(1, len(shipments) + 1))


@pytest.mark.parametrize("seed", seeds(1, 6))
def test_books_add_up_whatever_is_decided_again(seed: int) -> None:
    random, store = Random(seed), MemoryStore()
    moved = 0
    with under_seed("reroute histories", seed):
        order_ids: list[str] = []
        for part in range(3):
            with a_shop(store) as shop:
                shop.key = lambda part=part, shop=shop: f"{part}-{Shop.key(shop)}"  # type: ignore[method-assign,misc]
                life = Life(shop, random)
                life.order_ids = order_ids
                for _ in range(STEPS):
                    # A random command may be refused; what it did not do is audited too.
                    with suppress(RouterError):
                        life.step()
                    assert shop.faults() == ()
                moved += life.moved
        assert moved, "something moved in every life"
