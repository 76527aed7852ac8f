"""One history of a warehouse and a router that hears of it late, twice, in the wrong order, in part or not at all."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import pytest

from router.api.v1 import inventory_pb2
from router.app.commands.command import Command
from router.app.commands.feeds import RecordSnapshot
from router.app.commands.fulfillment import DispatchShipment
from router.app.ports.store import Store
from router.domain.reasons import Reason, RouterError
from router.service.from_proto.snapshots import SnapshotAssembly
from router.stores.memory.store import MemoryStore
from tests.app.builders import Shop, StandingClock, a_shop, cancel_order, order_for
from tests.app.first_come import first_come
from tests.feeds.policies import LAG_MAX, BySequence, Overwriting
from tests.feeds.world import NODES, PLACES, SKUS, Happened, World
from tests.service.builders import a_snapshot

STEPS = 60
SECOND = 1_000_000


@dataclass
class Outcome:
    """Steps after which more could be promised than was free, orders that were promised in vain, and units not used."""

    overstated: int = 0
    oversold: int = 0
    understated_units: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class Told:
    """What the router was told of one place, and took in: the newest snapshot, and movements by their marks."""

    mark: tuple[int, int] = (0, 0)
    value: int = 0
    movements: dict[tuple[int, int], int] = field(default_factory=dict)

    def on_hand(self) -> int:
        return self.value + sum(units for mark, units in self.movements.items() if mark > self.mark)


class History:
    """`live` runs it. With a policy that has marks the figures are checked to the unit after every message."""

    def __init__(self, seed: int, policy: BySequence, open_store: Callable[[], Store] | None = None) -> None:
        self.random = Random(seed)
        self.policy = policy
        self.world = World(self.random)
        self.outcome = Outcome()
        self.told = {place: Told() for place in PLACES}
        self.waiting: list[tuple[int, Command, Any]] = []
        in_memory = MemoryStore()
        self.open_store = open_store or (lambda: in_memory)
        self.clock = StandingClock()
        self.step = 0
        self.keys = 0

    @property
    def has_marks(self) -> bool:
        return self.policy.name in ("sequence", "time")

    def live(self) -> Outcome:
        while self.step < STEPS:
            with self.router() as shop:
                for _ in range(self.random.randint(15, STEPS)):
                    self.tick(shop)
        with self.router() as shop:
            self.settle(shop)
            self.outcome.wrong += shop.faults()
        self.outcome.oversold = self.world.oversold
        return self.outcome

    @contextmanager
    def router(self) -> Iterator[Shop]:
        """The router, started anew on what it has written."""
        with closing(self.open_store()) as store, a_shop(store, route=first_come, clock=self.clock) as shop:
            yield shop

    def tick(self, shop: Shop) -> None:
        self.step += 1
        self.clock.instant += SECOND
        for _ in range(self.random.randint(0, 2)):
            self.happen(shop)
        if self.random.random() < 0.35:
            self.say_snapshot()
        if self.random.random() < 0.02 and self.policy.name != "overwrite":
            self.world.restart()
            self.say_snapshot(restarts=True)
        self.deliver(shop)
        self.compare(shop)

    def happen(self, shop: Shop) -> None:
        """Something in the warehouse, or an order."""
        what = self.random.random()
        if what < 0.4:
            self.order(shop)
        elif what < 0.65:
            self.say(self.world.receive())
        elif what < 0.93:
            if (happened := self.world.ship()) is not None:
                self.say(happened)
        elif order_id := self.world.cancel():
            shop.ask(cancel_order(order_id, None, key=self.key()))

    def order(self, shop: Shop) -> None:
        sku, id = self.random.choice(SKUS), f"order-{self.keys}"
        (routed,) = shop.route(order_for(sku, self.random.randint(1, 4), id), key=self.key()).results
        for number, shipment in enumerate(routed.plan.shipments, start=1):
            units = shipment.quantities()["1"]
            self.world.promise(f"{id}/{number}", (shipment.node_id, sku), units)

    def say(self, happened: Happened) -> None:
        """Tell a movement: late, perhaps twice, perhaps never."""
        if self.random.random() < 0.08:
            return
        command = self.policy.movement(happened, self.clock.instant, self.key())
        self.post(command, happened)
        if self.random.random() < 0.15:
            self.post(replace(command, request_id=self.key()), happened)

    def say_snapshot(self, *, restarts: bool = False) -> None:
        """What is on the shelves now, of all or of some places; half a file never leaves the assembly."""
        is_full = restarts or self.random.random() < 0.4
        nodes = NODES if restarts else self.random.sample(NODES, self.random.randint(1, 2))
        skus = SKUS if is_full else self.random.sample(SKUS, 1)
        rows = {
            node: {
                sku: self.world.shelf[node, sku] for sku in skus if not is_full or self.world.shelf[node, sku]
            }
            for node in nodes
        }
        if self.random.random() < 0.1:
            refuse_half_of(rows)
        command = self.policy.snapshot(
            rows,
            epoch=self.world.epoch,
            sequence=self.world.sequence,
            now=self.clock.instant,
            key=self.key(),
            is_full=is_full,
            restarts=restarts,
        )
        counted = {(node, sku): self.world.shelf[node, sku] for node in nodes for sku in skus}
        self.post(command, counted)
        if self.random.random() < 0.1:
            self.post(replace(command, request_id=self.key()), counted)

    def post(self, command: Command, meaning: Any) -> None:
        self.waiting.append((self.step + self.random.randint(0, LAG_MAX), command, meaning))

    def deliver(self, shop: Shop) -> None:
        """Messages whose time has come, in any order."""
        due = [one for one in self.waiting if one[0] <= self.step]
        self.waiting = [one for one in self.waiting if one[0] > self.step]
        self.random.shuffle(due)
        for _, command, meaning in due:
            self.take(shop, command, meaning)

    def take(self, shop: Shop, command: Command, meaning: Any) -> None:
        if isinstance(self.policy, Overwriting) and isinstance(command, RecordSnapshot):
            command = replace(command, mark=self.policy.arrived())
        try:
            shop.ask(command)
        except RouterError as refused:
            if refused.reason is Reason.FEED_EPOCH_UNKNOWN:
                # Whoever is told so sends it again, until the restart is known.
                self.waiting.append((self.step + 1, command, meaning))
            elif not (isinstance(command, DispatchShipment) and refused.reason is Reason.ORDER_STATE_FORBIDS):
                self.outcome.wrong.append(refused.message)
            return
        self.note(command, meaning)

    def note(self, command: Command, meaning: Any) -> None:
        """What the router should know by now."""
        if isinstance(command, RecordSnapshot):
            for place, units in meaning.items():
                told = self.told[place]
                if command.mark > told.mark:
                    told.mark, told.value = tuple(command.mark), units
        else:
            mark = self.policy.mark(meaning.epoch, meaning.sequence, self.clock.instant)
            if mark is not None:
                self.told[meaning.place].movements[tuple(mark.mark)] = meaning.units

    def compare(self, shop: Shop) -> None:
        figures = shop.all_figures(*SKUS)
        for place in PLACES:
            on_hand, _, available = figures[place]
            free = max(0, self.world.free(place))
            self.outcome.overstated += available > free
            self.outcome.understated_units += max(0, free - available)
            if self.has_marks and on_hand != self.told[place].on_hand():
                self.outcome.wrong.append(
                    f"step {self.step}: {place} has {on_hand}, was told {self.told[place].on_hand()}"
                )

    def settle(self, shop: Shop) -> None:
        """Everything arrives, and a last snapshot tells all: then all figures are those of the shelves."""
        self.step += LAG_MAX + 2
        self.clock.instant += 10 * LAG_MAX * SECOND
        self.deliver(shop)
        while self.waiting:
            self.step += 1
            self.deliver(shop)
        rows = {node: {sku: self.world.shelf[node, sku] for sku in SKUS} for node in NODES}
        last = self.policy.snapshot(
            rows,
            epoch=self.world.epoch + 1,
            sequence=1,
            now=self.clock.instant,
            key=self.key(),
            is_full=True,
            restarts=True,
        )
        self.clock.instant += 10 * LAG_MAX * SECOND
        self.take(shop, last, dict.fromkeys(PLACES, 0))
        figures = shop.all_figures(*SKUS)
        found = Counter({place: figures[place][0] for place in PLACES})
        if found != self.world.shelf:
            self.outcome.wrong.append(f"in the end the router has {found}, the shelves {self.world.shelf}")

    def key(self) -> str:
        self.keys += 1
        return f"history {self.keys}"


def refuse_half_of(rows: Mapping[str, Mapping[str, int]]) -> None:
    """A full snapshot that breaks off never becomes a command: what was not sent is not taken for zero."""
    announced = a_snapshot({**rows, "last": {"RED-CLOCK": 1}}, sequence=1)
    announced[0].header.scope = inventory_pb2.SNAPSHOT_SCOPE_FULL
    assembly = SnapshotAssembly()
    for message in announced[:-1]:
        assembly.add(message)
    with pytest.raises(RouterError) as refused:
        assembly.finish()
    assert refused.value.reason is Reason.SNAPSHOT_INCOMPLETE
