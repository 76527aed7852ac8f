"""What travels undivided: one unit of a line, or one kit with all its units; each is one line to the solver.

Axes: O orders, L lines, G bundles of all orders one after another, X parts of all bundles one after another.
"""

from dataclasses import dataclass
from math import gcd
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from router.routing.batch.lines import Goods
from router.routing.batch.slices import sizes, starts
from router.solver.problem import Ints

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles:
    """Order o owns the bundles start[o] : start[o + 1], bundle g the parts part_start[g] : part_start[g + 1].

    A kit has one part for each of its lines: as many kits as the greatest common divisor of their quantities.
    """

    start: Ints  # [O + 1]
    order: Ints  # [G]
    quantity: Ints  # [G]
    part_start: Ints  # [G + 1]
    part_line: Ints  # [X]
    part_count: Ints  # [X] units of the line in one bundle
    are_lines: bool
    """Whether there are no kits, so that bundle number g is line number g."""

    def of_order(self, order: int) -> range:
        return range(self.start.item(order), self.start.item(order + 1))

    def slice_of(self, order: int) -> slice:
        return slice(int(self.start[order]), int(self.start[order + 1]))

    def parts_of(self, bundle: int) -> list[tuple[int, int]]:
        """(line, units of it in one bundle)."""
        if self.are_lines:
            return [(bundle, 1)]
        parts = slice(self.part_start[bundle], self.part_start[bundle + 1])
        return list(zip(self.part_line[parts].tolist(), self.part_count[parts].tolist()))

    def bundle_of_line(self) -> Ints:
        """The bundle that each line is part of [L]."""
        if self.are_lines:
            return np.arange(len(self.order))
        bundles = np.empty(len(self.part_line), np.int64)
        bundles[self.part_line] = np.repeat(np.arange(len(self.order)), sizes(self.part_start))
        return bundles

    def sum(self, per_unit: Ints) -> Ints:
        """What one bundle has of something that each unit of a line has so much of: [L, ...] -> [G, ...]."""
        if self.are_lines:
            return per_unit
        count = self.part_count.reshape(-1, *(1 for _ in per_unit.shape[1:]))
        return _reduced(np.add, per_unit[self.part_line] * count, self.part_start)

    def sum_lines(self, per_line: Ints) -> Ints:
        """The sum over a bundle's lines, however many units: [L, ...] -> [G, ...]."""
        return self._of_lines(np.add, per_line)

    def any(self, of_lines: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """What holds for any line of a bundle: [L, ...] -> [G, ...]."""
        return self._of_lines(np.logical_or, of_lines)

    def all(self, of_lines: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """What holds for all lines of a bundle: [L, ...] -> [G, ...]."""
        return self._of_lines(np.logical_and, of_lines)

    def union(self, bits: Ints) -> Ints:
        """The bits that any line of a bundle has: [L, ...] -> [G, ...]."""
        return self._of_lines(np.bitwise_or, bits)

    def _of_lines(self, how: np.ufunc, values: NDArray[Number]) -> NDArray[Number]:
        return values if self.are_lines else _reduced(how, values[self.part_line], self.part_start)

    def held(self, units: Ints) -> Ints:
        """Whole bundles among so many units of each line: [L, N] -> [G, N]."""
        if self.are_lines:
            return units
        return _reduced(np.minimum, units[self.part_line] // self.part_count[:, None], self.part_start)


def bundle_up(goods: Goods) -> Bundles:
    """The bundles of a batch's goods; bundles stand where their first line does."""
    quantity, order_of_line = goods.quantity, goods.order
    if not goods.has_kits:
        everything = np.arange(len(goods.lines))
        return Bundles(
            start=goods.start, order=order_of_line, quantity=quantity, part_start=np.arange(len(goods.lines) + 1),
            part_line=everything, part_count=np.ones(len(goods.lines), np.int64), are_lines=True,
        )  # fmt: skip
    kits = [line.parts[0].kit_id for line in goods.lines]
    members: dict[tuple[int, str | int], list[int]] = {}
    for line, (order, kit) in enumerate(zip(order_of_line.tolist(), kits)):
        members.setdefault((order, kit or line), []).append(line)
    counts = [gcd(*(int(quantity[line]) for line in lines)) for lines in members.values()]
    line_counts = [len(lines) for lines in members.values()]
    part_line = np.array([line for lines in members.values() for line in lines], np.int64)
    order_of_bundle = np.array([order for order, _ in members], np.int64)
    return Bundles(
        start=np.searchsorted(order_of_bundle, np.arange(len(goods.start))),
        order=order_of_bundle,
        quantity=np.array(counts, np.int64),
        part_start=starts(line_counts),
        part_line=part_line,
        part_count=quantity[part_line] // np.repeat(np.array(counts, np.int64), line_counts),
        are_lines=False,
    )


def _reduced(how: np.ufunc, values: NDArray[Number], start: Ints) -> NDArray[Number]:
    reduced: NDArray[Number] = how.reduceat(values, start[:-1], axis=0)
    return reduced
