"""Kits of an order: lines that stay together after their decision, too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import gcd

from router.domain.identifiers import LineId
from router.domain.order import Order, OrderLine


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
