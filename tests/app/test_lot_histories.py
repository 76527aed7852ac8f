"""Long random lives of goods that go off, each unit by itself in the model, audited after every step."""

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from router.app.ports.store import Store
from router.domain.identifiers import Day
from router.routing.network.dates import local_day
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from tests.app.builders import Shop, StandingClock, a_shop
from tests.app.first_come import first_come
from tests.app.test_lots import LYON, MILK, lots, quarantined
from tests.proving import seeds

STEPS = 40
EVER = 10_000_000


@dataclass
class Unit:
    expiry_day: int
    lot: str
    holder: str = ""
    end: str = ""
    """`sold`, `lost` or `expired`; empty while it lies on the shelf."""

    @property
    def turn(self) -> tuple[int, bool, str]:
        return self.expiry_day, not self.lot, self.lot


@dataclass
class Shelf:
    units: list[Unit] = field(default_factory=list)

    def lying(self) -> list[Unit]:
        return sorted((unit for unit in self.units if not unit.end), key=lambda unit: unit.turn)

    def free(self) -> list[Unit]:
        return [unit for unit in self.lying() if not unit.holder]

    def held(self, holder: str) -> list[Unit]:
        return [unit for unit in self.lying() if unit.holder == holder]

    def expire(self, today: int) -> None:
        for unit in self.free():
            if unit.expiry_day < today:
                unit.end = "expired"


class LotHistory:
    """Random commands to a shop and the same to the shelf; the shop restarts now and then."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.shelf = Shelf()
        self.clock = StandingClock()
        self.expiry: dict[str, int] = {}
        self.holders: list[str] = []
        self.step = 0

    def live(self, store: Store) -> None:
        while self.step < STEPS:
            with a_shop(store, route=first_come, clock=self.clock) as shop:
                for _ in range(self.random.randint(5, STEPS)):
                    self.step += 1
                    act = self.random.choice(
                        (
                            self.receive,
                            self.receive,
                            self.reserve,
                            self.reserve,
                            self.post,
                            self.void,
                            self.lose,
                        )
                    )
                    act(shop, f"{self.step}")
                    if self.random.random() < 0.2:
                        self.clock.go_on(self.random.choice((3_600, 86_400, 200_000)))
                    self.compare(shop)

    def today(self) -> int:
        return local_day(self.clock.instant, "UTC")

    def receive(self, shop: Shop, key: str) -> None:
        lot = self.random.choice(("", "a", "b", "c", "d", f"lot-{self.step}"))
        quantity = self.random.randint(1, 5)
        if lot and lot not in self.expiry:
            self.expiry[lot] = self.random.choice((EVER, self.today() + self.random.randint(0, 6)))
        day = self.expiry.get(lot, EVER)
        shop.adjust(
            LYON,
            MILK,
            quantity,
            key,
            reason="RECEIPT",
            lot=lot,
            expiry_day=Day(day) if lot and day != EVER else None,
        )
        self.shelf.units += [Unit(day, lot) for _ in range(quantity)]

    def reserve(self, shop: Shop, key: str) -> None:
        free = self.shelf.free()
        if not free:
            return
        quantity = self.random.randint(1, len(free))
        held = shop.reserve((LYON, MILK, quantity), seconds=None, key=key)
        self.holders.append(held.id)
        for unit in free[:quantity]:
            unit.holder = held.id

    def some_held(self) -> tuple[str, list[Unit]]:
        holders = [holder for holder in self.holders if self.shelf.held(holder)]
        holder = self.random.choice(holders) if holders else ""
        return holder, self.shelf.held(holder) if holder else []

    def post(self, shop: Shop, key: str) -> None:
        """First out is what expires first."""
        holder, units = self.some_held()
        if units:
            quantity = self.random.randint(1, len(units))
            shop.post(holder, {"1": quantity}, key, keep_rest=True)
            for unit in units[:quantity]:
                unit.end = "sold"

    def void(self, shop: Shop, key: str) -> None:
        """Given back is what expires last."""
        holder, units = self.some_held()
        if units:
            quantity = self.random.randint(1, len(units))
            shop.void(holder, {"1": quantity}, key)
            for unit in units[-quantity:]:
                unit.holder = ""

    def lose(self, shop: Shop, key: str) -> None:
        free = self.shelf.free()
        if free:
            quantity = self.random.randint(1, len(free))
            shop.adjust(LYON, MILK, -quantity, key, reason="LOSS")
            for unit in free[:quantity]:
                unit.end = "lost"

    def compare(self, shop: Shop) -> None:
        self.shelf.expire(self.today())
        lying, free = self.shelf.lying(), self.shelf.free()
        assert shop.figures(MILK, LYON) == (len(lying), len(lying) - len(free), len(free))
        names = list(dict.fromkeys(unit.lot for unit in lying))
        has_lots = any(unit.lot for unit in self.shelf.units)
        assert lots(shop) == {
            lot: (
                sum(unit.lot == lot for unit in lying),
                sum(unit.lot == lot and unit.holder != "" for unit in lying),
            )
            for lot in names
            if has_lots
        }
        assert list(lots(shop)) == (names if has_lots else [])
        expired = [unit.lot for unit in self.shelf.units if unit.end == "expired"]
        assert quarantined(shop) == {lot: expired.count(lot) for lot in dict.fromkeys(expired)}
        assert shop.faults() == ()


@pytest.mark.parametrize("seed", seeds(300, 20))
def test_a_life_of_goods_that_go_off(seed: int) -> None:
    LotHistory(seed).live(MemoryStore())


@pytest.mark.parametrize("seed", seeds(400, 4))
def test_a_life_of_goods_that_go_off_on_disk(seed: int, tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "router.sqlite")) as store:
        LotHistory(seed).live(store)
