"""The books once more, as simple as can be: every unit by itself, nothing shared with the code under test."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.proof.lot_shelf import LotShelf

Place = tuple[str, str]
"""A node and a SKU."""


@dataclass
class ModelOrder:
    skus: dict[str, str]
    ordered: dict[str, int]
    waiting: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    canceled: Counter[str] = field(default_factory=Counter)
    held: dict[int, Counter[str]] = field(default_factory=dict)
    """By shipment number: units of each line still reserved for it."""
    nodes: dict[int, str] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)
    """Shipments that were dispatched."""

    def units_left(self, line_id: str) -> int:
        return self.waiting[line_id] + sum(units[line_id] for units in self.held.values())

    def parts(self, line_id: str) -> tuple[int, int, int, int]:
        """Reserved, dispatched, waiting, canceled."""
        reserved = sum(units[line_id] for units in self.held.values())
        return reserved, self.gone[line_id], self.waiting[line_id], self.canceled[line_id]

    def state(self) -> str:
        reserved = any(units.total() for units in self.held.values())
        if reserved:
            return "PARTIALLY_ALLOCATED" if self.waiting.total() else "ALLOCATED"
        if self.waiting.total():
            return "BACKORDERED"
        return "DISPATCHED" if self.gone.total() else "CANCELED"


@dataclass
class ModelReservation:
    places: dict[str, Place]
    held: Counter[str]
    posted: Counter[str] = field(default_factory=Counter)
    limit: int | None = None
    state: str = "HELD"


@dataclass
class Model:
    on_hand: Counter[Place] = field(default_factory=Counter)
    reserved: Counter[Place] = field(default_factory=Counter)
    orders: dict[str, ModelOrder] = field(default_factory=dict)
    reservations: dict[str, ModelReservation] = field(default_factory=dict)
    quarantined: Counter[Place] = field(default_factory=Counter)
    marks: Counter[Place] = field(default_factory=Counter)
    """Up to which sequence the feed has counted a place."""
    shelves: dict[Place, LotShelf] = field(default_factory=dict)
    """Where goods have lots."""

    def free(self, place: Place) -> int:
        if (shelf := self.shelves.get(place)) is not None:
            return shelf.free()
        return max(0, self.on_hand[place] - self.reserved[place])

    def share_out(self, wanted: list[tuple[Place, int]]) -> list[int]:
        """Units that each line of a reservation could have, one line after another."""
        taken: Counter[Place] = Counter()
        units = []
        for place, quantity in wanted:
            units.append(min(quantity, self.free(place) - taken[place]))
            taken[place] += units[-1]
        return units

    def reserve(self, id: str, lines: list[tuple[Place, int]], limit: int | None) -> None:
        places = {str(n): place for n, (place, _) in enumerate(lines, start=1)}
        held = Counter({str(n): quantity for n, (_, quantity) in enumerate(lines, start=1)})
        self.reservations[id] = ModelReservation(places, held, limit=limit)
        for line_id, place in places.items():
            self.reserved[place] += held[line_id]
            if (shelf := self.shelves.get(place)) is not None:
                shelf.hold((id, line_id), held[line_id])

    def give_back(self, id: str, lines: dict[str, int], state: str) -> None:
        mine = self.reservations[id]
        for line_id, quantity in lines.items():
            if (shelf := self.shelves.get(mine.places[line_id])) is not None:
                shelf.give_back((id, line_id), quantity)
        self._resolve(id, lines, state)

    def _resolve(self, id: str, lines: dict[str, int], state: str) -> None:
        mine = self.reservations[id]
        for line_id, quantity in lines.items():
            mine.held[line_id] -= quantity
            self.reserved[mine.places[line_id]] -= quantity
        if not mine.held.total():
            mine.state = state

    def post(self, id: str, lines: dict[str, int]) -> None:
        mine = self.reservations[id]
        for line_id, quantity in lines.items():
            place = mine.places[line_id]
            mine.posted[line_id] += quantity
            self.on_hand[place] -= quantity
            if (shelf := self.shelves.get(place)) is not None:
                shelf.send((id, line_id), quantity)
        self._resolve(id, lines, "POSTED")

    def let_time_pass(self, now: int) -> None:
        """Whatever ran out of time by now is given back."""
        for id, mine in self.reservations.items():
            if mine.state == "HELD" and mine.limit is not None and mine.limit <= now:
                self.give_back(id, dict(mine.held), "EXPIRED")

    def route(self, routed: Any, order: Any) -> None:
        """Believe the plan, but for what it may not do."""
        skus = {line.id: line.sku for line in order.lines}
        ordered = {line.id: line.quantity for line in order.lines}
        mine = self.orders[order.id] = ModelOrder(skus, ordered)
        for number, shipment in enumerate(routed.plan.shipments, start=1):
            mine.held[number], mine.nodes[number] = Counter(), shipment.node_id
            for line_id, quantity in shipment.quantities().items():
                place = (shipment.node_id, skus[line_id])
                assert quantity <= self.free(place), (
                    f"{quantity} units of {place} promised, {self.free(place)} free"
                )
                self.reserved[place] += quantity
                mine.held[number][line_id] += quantity
        for unshipped in routed.plan.unshipped:
            count = mine.canceled if unshipped.action == "CANCEL" else mine.waiting
            count[unshipped.line_id] += unshipped.quantity

    def cancel(self, order_id: str, lines: dict[str, int]) -> int:
        """Unit by unit: one that waits, else one of the youngest shipment. Gives how many were reserved."""
        mine = self.orders[order_id]
        released = 0
        for line_id in lines or mine.ordered:
            for _ in range(lines.get(line_id, mine.units_left(line_id))):
                mine.canceled[line_id] += 1
                if mine.waiting[line_id]:
                    mine.waiting[line_id] -= 1
                    continue
                youngest = max(number for number, units in mine.held.items() if units[line_id])
                mine.held[youngest][line_id] -= 1
                self.reserved[mine.nodes[youngest], mine.skus[line_id]] -= 1
                released += 1
        return released

    def dispatch(self, order_id: str, number: int) -> None:
        mine = self.orders[order_id]
        for line_id, quantity in mine.held[number].items():
            place = (mine.nodes[number], mine.skus[line_id])
            self.on_hand[place] -= quantity
            self.reserved[place] -= quantity
            mine.gone[line_id] += quantity
        mine.held[number] = Counter()
        mine.left.add(number)
