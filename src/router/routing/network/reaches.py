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
    """What is known of each destination, from the same nodes: half the memory of what is handed out."""

    def __init__(self) -> None:
        self._numbers: dict[Target, int] = {}
        self._distance_km: NDArray[np.int32] = np.zeros((0, 0), np.int32)
        self._row: NDArray[np.int32] = np.zeros((0, 0, 0), np.int32)

    def __len__(self) -> int:
        return len(self._numbers)

    def clear(self) -> None:
        self._numbers.clear()

    def missing(self, targets: Sequence[Target]) -> list[Target]:
        """Those that nobody asked for yet, each once."""
        known = list(map(self._numbers.get, targets))
        if None not in known:
            return []
        return list(dict.fromkeys([one for one, number in zip(targets, known) if number is None]))

    def add(self, targets: Sequence[Target], reaches: Iterable[Reaches]) -> None:
        """Remember destinations that are missing."""
        end = len(self._numbers)
        for some in reaches:
            first, end = end, end + len(some.row)
            if end > len(self._row) or self._row.shape[1:] != some.row.shape[1:]:
                self._distance_km = _grown(self._distance_km, first, end, some.distance_km)
                self._row = _grown(self._row, first, end, some.row)
            self._distance_km[first:end], self._row[first:end] = some
        self._numbers.update(zip(targets, range(len(self._numbers), end), strict=True))

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
