"""Random lives of orders whose units move first: whatever comes between, the audit is clean after every step."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from router.app.commands.deciding import RejectShipment
from router.app.ports.store import Store
from router.domain.reasons import RouterError
from tests.app.builders import Shop, a_shop, digest, put_network
from tests.app.feed_builders import receive, take_back
from tests.app.fulfillment_builders import leave, release
from tests.app.test_planned_transfers import sent
from tests.proving import seeds, under_seed
from tests.routing.builders import an_order
from tests.routing.test_gatherings import a_lane

SKUS = ("RED-CLOCK", "TIN-LAMP", "OAK-CHAIR")
PLACES = ("lille", "lyon", "nice")
STEPS = 60


class Life:
    """A shop with cheap lanes both ways, its orders and the transfers that were sent for them."""

    def __init__(self, shop: Shop, random: Random) -> None:
        self.shop, self.random = shop, random
        self.orders = 0
        self.transfers: list[Any] = []
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        deed: Callable[[], object] = self.random.choice(
            (self.order, self.order, self.send, self.send, self.send, self.arrive, self.arrive, self.take_back,
             self.cancel, self.reroute, self.leave, self.leave, self.reject, self.adjust)
        )  # fmt: skip
        try:
            deed()
        except RouterError:
            self.done["refused"] += 1
        else:
            self.done[deed.__name__] += 1

    def order(self) -> None:
        self.orders += 1
        skus = self.random.sample(SKUS, self.random.randint(1, 3))
        lines = {sku: self.random.choice((1, 1, 2, 4)) for sku in skus}
        self.shop.route(an_order(f"order-{self.orders}", lines=lines, to=self.random.choice(PLACES)))

    def an_id(self) -> str:
        return f"order-{self.random.randint(1, max(1, self.orders))}"

    def a_shipment(self) -> str:
        return f"{self.an_id()}/{self.random.randint(1, 2)}"

    def send(self) -> None:
        awaited = [
            (f"order-{number}/{shipment}", transfer.from_node_id)
            for number in range(1, self.orders + 1)
            for record in [self.shop.queries.get_order(f"order-{number}")]
            for shipment, planned in zip(record.shipment_numbers, record.plan.shipments, strict=True)
            for transfer in planned.transfers or ()
        ]
        if awaited:
            self.transfers.append(sent(self.shop, *self.random.choice(awaited)))
            self.done["sent"] += 1

    def a_transfer(self) -> Any:
        return self.random.choice(self.transfers) if self.transfers else self.order()

    def arrive(self) -> None:
        transfer = self.a_transfer()
        if transfer is None:
            return
        how = self.random.random()
        parts = {
            line.sku: (self.random.randint(0, line.sent), self.random.randint(0, 1))
            for line in transfer.lines
        }
        some = {sku: pair for sku, pair in parts.items() if any(pair)}
        lines = {} if how < 0.5 or not some else some
        closes = 0.4 < how < 0.5 or how > 0.8
        self.shop.answer(receive(transfer.id, lines, key=self.shop.key(), closes=closes))

    def take_back(self) -> None:
        if (transfer := self.a_transfer()) is not None:
            self.shop.answer(take_back(transfer.id, key=self.shop.key()))

    def cancel(self) -> None:
        self.shop.cancel(self.an_id(), self.random.choice((None, {"1": 1})))

    def reroute(self) -> None:
        self.shop.reroute(self.an_id())

    def leave(self) -> None:
        shipment = self.a_shipment()
        if self.random.random() < 0.5:
            release(self.shop, shipment)
        leave(self.shop, shipment)

    def reject(self) -> None:
        shipment = self.a_shipment()
        self.shop.answer(
            RejectShipment(
                request_id=self.shop.key(), body_digest=digest(shipment), shipment_id=shipment, reason_code="NO_STAFF",
                missing={}, cool_off_seconds=0, move_milli=0,
            )
        )  # fmt: skip

    def adjust(self) -> None:
        self.shop.adjust(
            self.random.choice(PLACES), self.random.choice(SKUS), self.random.choice((-2, -1, 1, 3))
        )


def live(seed: int, store: Store | None = None) -> Counter[str]:
    """What was done in one life, whose books were clean after every step; in memory unless another store is given."""
    random = Random(seed)
    stock = {
        place: {sku: random.randint(6, 12) if sku == own else random.randint(0, 1) for sku in SKUS}
        for place, own in zip(PLACES, SKUS, strict=True)
    }
    lanes = tuple(
        a_lane(begin, end, lead_days=random.randint(0, 2), cost_minor=random.choice((0, 30)))
        for begin in PLACES
        for end in PLACES
        if begin != end
    )
    with a_shop(store, stock=stock) as shop:
        shop.ask(put_network(key="lanes", transfer_lanes=lanes))
        life = Life(shop, random)
        for _ in range(STEPS):
            life.step()
            assert shop.queries.ledger.audit().faults == (), life.done
    return life.done


@pytest.mark.parametrize("seed", seeds(31_000, sample=30))
def test_random_lives_of_orders_whose_units_move_keep_the_books_clean(seed):
    with under_seed("keep_the_books_clean", seed):
        assert live(seed).total() >= STEPS


def test_the_random_lives_send_what_moves_and_receive_it():
    done = sum((live(seed) for seed in (31_000, 31_001, 31_002)), Counter[str]())

    assert done["sent"] > 9
    assert done["arrive"] > 3
