"""Units in the order in which they are served, so that how many stand before one is known without adding up all."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from router.app.reading.pool import Rank

BLOCK_MAX = 512
"""Ranks that stand in one block. A sum adds up the blocks before and part of one."""


@dataclass(slots=True)
class _Block:
    ranks: list[Rank] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    total: int = 0


class RankedUnits:
    """Units by rank, each rank once. INVARIANT: no block is empty, and ranks ascend through all of them."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._firsts: list[Rank] = []
        """The first rank of each block."""

    def __iter__(self) -> Iterator[tuple[Rank, int]]:
        """In the order of ranks."""
        for block in self._blocks:
            yield from zip(block.ranks, block.units, strict=True)

    def put(self, rank: Rank, units: int) -> None:
        """A rank that is not there yet."""
        if not self._blocks:
            self._blocks.append(_Block())
            self._firsts.append(rank)
        number = max(0, bisect_right(self._firsts, rank) - 1)
        block = self._blocks[number]
        place = bisect_left(block.ranks, rank)
        block.ranks.insert(place, rank)
        block.units.insert(place, units)
        block.total += units
        self._firsts[number] = block.ranks[0]
        if len(block.ranks) > BLOCK_MAX:
            self._split(number)

    def remove(self, rank: Rank) -> None:
        """A rank that is there."""
        number = bisect_right(self._firsts, rank) - 1
        block = self._blocks[number]
        place = bisect_left(block.ranks, rank)
        assert block.ranks[place] == rank, "it was put"
        del block.ranks[place]
        block.total -= block.units.pop(place)
        if block.ranks:
            self._firsts[number] = block.ranks[0]
        else:
            del self._blocks[number], self._firsts[number]

    def before(self, rank: Rank) -> int:
        """Units of all smaller ranks."""
        number = bisect_right(self._firsts, rank) - 1
        if number < 0:
            return 0
        block = self._blocks[number]
        return sum(one.total for one in self._blocks[:number]) + sum(
            block.units[: bisect_left(block.ranks, rank)]
        )

    def _split(self, number: int) -> None:
        block, half = self._blocks[number], BLOCK_MAX // 2
        later = _Block(block.ranks[half:], block.units[half:], sum(block.units[half:]))
        del block.ranks[half:], block.units[half:]
        block.total -= later.total
        self._blocks.insert(number + 1, later)
        self._firsts.insert(number + 1, later.ranks[0])
