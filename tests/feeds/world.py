"""A warehouse as it really is: shelves, a log of what happened, and promises that were made against its stock."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

Place = tuple[str, str]
"""A node and a SKU."""

NODES, SKUS = ("lyon", "nice"), ("RED-CLOCK", "TIN-LAMP")
PLACES = tuple((node, sku) for node in NODES for sku in SKUS)


@dataclass(frozen=True)
class Happened:
    """One line of the warehouse's log: units that came to a place, or left for a shipment."""

    epoch: int
    sequence: int
    place: Place
    units: int
    shipment_id: str = ""


@dataclass
class World:
    """`outstanding` are promised units that have not left; with more of them than units on a shelf it is oversold."""

    random: Random
    shelf: Counter[Place] = field(default_factory=Counter)
    outstanding: dict[str, tuple[Place, int]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    epoch: int = 0
    sequence: int = 0
    oversold: int = 0

    def receive(self) -> Happened:
        """A delivery is put on a shelf."""
        place, units = self.random.choice(PLACES), self.random.randint(1, 6)
        self.shelf[place] += units
        return self._log(place, units)

    def promise(self, shipment_id: str, place: Place, units: int) -> None:
        self.outstanding[shipment_id] = (place, units)
        self.oversold += self.free(place) < 0

    def ship(self) -> Happened | None:
        """A shipment leaves, if there is one and its units are there."""
        ready = [id for id, (place, units) in self.outstanding.items() if self.shelf[place] >= units]
        if not ready:
            return None
        shipment_id = self.random.choice(ready)
        place, units = self.outstanding.pop(shipment_id)
        self.begun.add(order_of(shipment_id))
        self.shelf[place] -= units
        return self._log(place, -units, shipment_id)

    def cancel(self) -> str:
        """An order of which nothing has left is given up; empty if there is none."""
        whole = sorted({order_of(id) for id in self.outstanding} - self.begun)
        if not whole:
            return ""
        order_id = self.random.choice(whole)
        self.outstanding = {id: one for id, one in self.outstanding.items() if order_of(id) != order_id}
        return order_id

    def restart(self) -> None:
        """The log begins anew."""
        self.epoch += 1
        self.sequence = 0

    def free(self, place: Place) -> int:
        """Units on the shelf that nobody was promised; less than 0 when it is oversold."""
        promised = sum(units for where, units in self.outstanding.values() if where == place)
        return self.shelf[place] - promised

    def _log(self, place: Place, units: int, shipment_id: str = "") -> Happened:
        self.sequence += 1
        return Happened(self.epoch, self.sequence, place, units, shipment_id)


def order_of(shipment_id: str) -> str:
    return shipment_id.rpartition("/")[0]
