"""Goods with lots at one place, as the model knows them: what is there, what is promised to whom, what has gone off."""

from collections import Counter
from dataclasses import dataclass, field

Line = tuple[str, str]
"""A reservation and a line of it."""


@dataclass
class LotShelf:
    """What expires first leaves first, of equals by name. `today` None: nobody knows what day it is."""

    today: int | None = None
    expiry_day: dict[str, int] = field(default_factory=dict)
    on_hand: Counter[str] = field(default_factory=Counter)
    promised: Counter[str] = field(default_factory=Counter)
    held: dict[Line, Counter[str]] = field(default_factory=dict)
    quarantined: Counter[str] = field(default_factory=Counter)

    def lots(self) -> list[str]:
        return sorted(self.expiry_day, key=lambda lot: (self.expiry_day[lot], lot))

    def is_over(self, lot: str) -> bool:
        return self.today is not None and self.expiry_day[lot] < self.today

    def unpromised(self, lot: str) -> int:
        return self.on_hand[lot] - self.promised[lot]

    def free(self) -> int:
        """What can be promised: nothing of what has gone off, but what is owed of that others must give."""
        units = (
            min(0, n) if self.is_over(lot) else n for lot in self.expiry_day for n in [self.unpromised(lot)]
        )
        return max(0, sum(units))

    def is_restless(self) -> bool:
        """Whether units have gone off that nobody has put aside yet."""
        return any(self.is_over(lot) and self.unpromised(lot) > 0 for lot in self.expiry_day)

    def put_aside(self) -> int:
        """Into quarantine with what has gone off and is not promised; gives how many units."""
        units = Counter(
            {lot: n for lot in self.expiry_day if self.is_over(lot) and (n := self.unpromised(lot)) > 0}
        )
        self.on_hand.subtract(units)
        self.quarantined.update(units)
        return units.total()

    def hold(self, line: Line, quantity: int) -> None:
        held = self.held.setdefault(line, Counter())
        for lot in self.lots():
            units = 0 if self.is_over(lot) else min(quantity, max(0, self.unpromised(lot)))
            held[lot] += units
            self.promised[lot] += units
            quantity -= units
        assert not quantity, "the model promises what there is not"

    def send(self, line: Line, quantity: int) -> None:
        """The promise is kept: what expires first leaves."""
        for lot, units in self._taken(line, quantity, self.lots()):
            self.on_hand[lot] -= units

    def give_back(self, line: Line, quantity: int) -> None:
        """The promise is given back: what expires last is free again."""
        self._taken(line, quantity, self.lots()[::-1])

    def _taken(self, line: Line, quantity: int, lots: list[str]) -> list[tuple[str, int]]:
        held, taken = self.held[line], []
        for lot in lots:
            taken.append((lot, min(quantity, held[lot])))
            quantity -= taken[-1][1]
        for lot, units in taken:
            held[lot] -= units
            self.promised[lot] -= units
        return taken
