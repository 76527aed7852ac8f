"""Kits of an order: lines that stay together after their decision, too."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import gcd

from router.domain.identifiers import LineId
from router.domain.order import Order, OrderLine
from router.ledger.reservations import Reservation


@dataclass(frozen=True, slots=True)
class Kit:
    """`each` is how many units of its lines one kit has."""

    id: str
    each: Mapping[LineId, int]

    def whole_in(self, units: Mapping[LineId, int]) -> int:
        """How many whole kits there are among so many units of each line."""
        return min(units[line_id] // count for line_id, count in self.each.items())

    def torn_in(self, units: Mapping[LineId, int]) -> dict[LineId, int]:
        """The units that are of no whole kit, by line."""
        whole = self.whole_in(units)
        over = {line_id: units[line_id] - whole * count for line_id, count in self.each.items()}
        return {line_id: count for line_id, count in over.items() if count}


def kits_of(order: Order) -> Iterator[Kit]:
    """In the order of their first lines."""
    members: dict[str, list[OrderLine]] = {}
    for line in order.lines:
        if line.kit_id:
            members.setdefault(line.kit_id, []).append(line)
    for kit_id, lines in members.items():
        count = gcd(*(line.quantity for line in lines))
        yield Kit(kit_id, {line.id: line.quantity // count for line in lines})


def choose_torn(
    order: Order, parts: Sequence[Reservation], lines: AbstractSet[LineId], gone: Mapping[int, int]
) -> list[tuple[Reservation, int]]:
    """What is left in a shipment, whose `parts` lose the units of `gone` by position, of kits that are not whole any
    more: units that were promised last first. Kits with any of `lines` are looked at.
    """
    left: Counter[LineId] = Counter()
    for part in parts:
        left[part.line_id] += part.left - gone.get(part.position, 0)
    wanted: Counter[LineId] = Counter()
    for kit in kits_of(order):
        if not lines.isdisjoint(kit.each):
            wanted.update(kit.torn_in(left))
    chosen = []
    for part in reversed(parts):
        units = min(wanted[part.line_id], part.left - gone.get(part.position, 0))
        wanted[part.line_id] -= units
        if units:
            chosen.append((part, units))
    return chosen
