"""How destinations are reached: worked out once for each, and remembered in columns."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.domain.place import Point
from router.solver.problem import Ints

Target = tuple[str, str, Point | None]
"""All of a destination that its distances and rate rows depend on: country, longest prefix with lanes, point."""


class Reaches(NamedTuple):
    """Kilometres from nodes to destinations [D, N], and the rate row of each lane [D, N, S] (NO_ROW = not served)."""

    distance_km: Ints
    row: Ints

    def at(self, column: Ints) -> "Reaches":
        """From the nodes of these columns alone."""
        if np.array_equal(column, np.arange(self.row.shape[1])):
            return self
        return Reaches(self.distance_km.take(column, axis=1), self.row.take(column, axis=1))


class KnownReaches:
    """What is known of each destination, from the same nodes: half the memory of what is handed out.

    Threads may share it, without a lock: it only grows, rows before their numbers, so whoever finds a number finds its
    row; and one adds at a time, while others keep nothing.
    """

    def __init__(self) -> None:
        self._turns = [1]
        """Whoever takes it out may add."""
        self._numbers: dict[Target, int] = {}
        self._used = 0
        self._distance_km: NDArray[np.int32] = np.zeros((0, 0), np.int32)
        self._row: NDArray[np.int32] = np.zeros((0, 0, 0), np.int32)

    def __len__(self) -> int:
        """Rows that are taken: more than destinations where two threads worked out the same one after the other."""
        return self._used

    def missing(self, targets: Sequence[Target]) -> list[Target]:
        """Those that nobody asked for yet, each once."""
        known = list(map(self._numbers.get, targets))
        if None not in known:
            return []
        return list(dict.fromkeys([one for one, number in zip(targets, known) if number is None]))

    def add(self, targets: Sequence[Target], reaches: Iterable[Reaches]) -> bool:
        """Remember destinations that were missing; False, and nothing is kept, while another thread does."""
        try:
            turn = self._turns.pop()
        except IndexError:
            return False
        try:
            begin = end = self._used
            for some in reaches:
                first, end = end, end + len(some.row)
                if end > len(self._row) or self._row.shape[1:] != some.row.shape[1:]:
                    self._distance_km = _grown(self._distance_km, first, end, some.distance_km)
                    self._row = _grown(self._row, first, end, some.row)
                self._distance_km[first:end], self._row[first:end] = some
            self._used = end
            self._numbers.update(zip(targets, range(begin, end), strict=True))
        finally:
            self._turns.append(turn)
        return True

    def to(self, targets: Sequence[Target]) -> Reaches:
        """To each destination; none may be missing."""
        number = np.array(list(map(self._numbers.__getitem__, targets)), np.int64)
        return Reaches(
            self._distance_km.take(number, axis=0).astype(np.int64),
            self._row.take(number, axis=0).astype(np.int64),
        )


def _grown(array: NDArray[np.int32], used: int, needed: int, like: Ints) -> NDArray[np.int32]:
    """Room for twice as many rows, the used ones kept."""
    grown = np.empty((max(needed, 2 * len(array)), *like.shape[1:]), np.int32)
    if used:
        grown[:used] = array[:used]
    return grown
