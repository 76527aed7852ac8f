"""Cuts: what parts of plans can exceed and whole plans never do; with them the linear program is nearer to the optimum.

A cut sums some rows of one site (what one node has) and the condition "one plan" of some orders, multiplies by
numerator / denominator < 1 and rounds down. With two orders that want both units of a row of three, for example, the
linear program serves one and a half; half of the row, rounded down, says that only one plan can take two.

    sum over columns of floor((units of the rows + 1 if of a member) * numerator / denominator) x chosen
        <= floor((limits of the rows + number of members) * numerator / denominator)

All rows of a cut lie at one site, so its price is a toll on what one node ships to an order (`tolls.py`), and the exact
pricing of orders remains exact: the bound that it proves holds for any prices of any cuts.

SOURCE: Gomory 1958 and Chvatal 1973 for the rounding; Jepsen, Petersen, Spoorendonk and Pisinger 2008 for cuts over few
rows of a master problem.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from router.solver.problem import Ints
from router.solver.records import compiled
from router.solver.wave.field import Field
from router.solver.wave.parts import least_labels
from router.solver.wave.pool import Columns
from router.solver.wave.tolls import Tolls


class Cut(NamedTuple):
    """The rows and members, both rising, and the factor."""

    rows: tuple[int, ...]
    members: tuple[int, ...]
    numerator: int
    denominator: int

    def limit(self, limit: Ints) -> int:
        """What whole plans count at most, where the rows have these limits."""
        total = sum(int(limit[row]) for row in self.rows) + len(self.members)
        return total * self.numerator // self.denominator


def find_sites(field: Field) -> Ints:
    """The site [R] of each row: equal for rows that one node of an order draws on; -1 for rows without.

    Rows that two nodes of one order draw on have none either, nor have those at the same site.
    """
    orders, rows = field.records.orders, len(field.limit)
    order_of_cell = np.repeat(np.arange(len(orders)), orders["line_count"] * orders["node_count"])
    place = np.arange(len(order_of_cell)) - orders["usable_start"][order_of_cell]
    node_of_cell = orders["node_start"][order_of_cell] + place % orders["node_count"][order_of_cell]
    draws = np.diff(field.draw_start)
    node, order = np.repeat(node_of_cell, draws), np.repeat(order_of_cell, draws)
    site = least_labels(field.draw_row, node, rows, len(field.slot_row))
    pairs = np.unique(np.stack((site[field.draw_row], order, node)), axis=1)
    repeated = (pairs[:2, 1:] == pairs[:2, :-1]).all(axis=0)
    is_drawn = np.zeros(rows, np.bool_)
    is_drawn[field.draw_row] = True
    site[np.isin(site, pairs[0, 1:][repeated]) | ~is_drawn] = -1
    return site


def with_cuts(tolls: Tolls, cuts: Sequence[Cut], price: Ints | None = None) -> Tolls:
    """These cuts in place of those before, at no price unless given."""
    by_row = sorted((row, at) for at, cut in enumerate(cuts) for row in cut.rows)
    by_member = sorted((order, at) for at, cut in enumerate(cuts) for order in cut.members)
    row_count, order_count = len(tolls.row_start) - 1, len(tolls.member_start) - 1
    return tolls._replace(
        row_start=starts_of([row for row, _ in by_row], row_count),
        cut_of_row=np.array([at for _, at in by_row], np.int64),
        member_start=starts_of([order for order, _ in by_member], order_count),
        cut_of_member=np.array([at for _, at in by_member], np.int64),
        numerator=np.array([cut.numerator for cut in cuts], np.int64),
        denominator=np.array([cut.denominator for cut in cuts], np.int64),
        price=np.zeros(len(cuts), np.int64) if price is None else price,
    )


def starts_of(numbers: list[int], count: int) -> Ints:
    sizes = np.bincount(np.array(numbers, np.int64), minlength=count)
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def widen(columns: Columns, tolls: Tolls) -> Columns:
    """The columns with what they count in each cut as takings of further rows, numbered after all others."""
    start, cut, counted = count_columns(columns, tolls)
    column = np.repeat(np.arange(len(columns)), np.diff(columns.take_start))
    further = np.repeat(np.arange(len(columns)), np.diff(start))
    sequence = np.argsort(np.concatenate((column, further)), kind="stable")
    row_count = len(tolls.row_start) - 1
    return Columns(
        columns.order, columns.cost_milli, columns.entry_start, columns.cell, columns.units,
        columns.take_start + start,
        np.concatenate((columns.row, row_count + cut))[sequence],
        np.concatenate((columns.amount, counted))[sequence],
    )  # fmt: skip


@compiled
def count_columns(columns: Columns, tolls: Tolls) -> tuple[Ints, Ints, Ints]:
    """What each column counts in which cuts: starts [C + 1], cuts, counts above nothing."""
    cut_count = len(tolls.numerator)
    taken, met = np.zeros(cut_count, np.int64), np.empty(cut_count, np.int64)
    start = np.zeros(len(columns.order) + 1, np.int64)
    cuts, counts = np.empty(1_024, np.int64), np.empty(1_024, np.int64)
    end = 0
    for place in range(len(columns.order)):
        count = 0
        for take in range(columns.take_start[place], columns.take_start[place + 1]):
            row = columns.row[take]
            for at in range(tolls.row_start[row], tolls.row_start[row + 1]):
                cut = tolls.cut_of_row[at]
                if taken[cut] == 0:
                    met[count] = cut
                    count += 1
                taken[cut] += columns.amount[take]
        order = columns.order[place]
        for at in range(tolls.member_start[order], tolls.member_start[order + 1]):
            if taken[tolls.cut_of_member[at]] > 0:
                taken[tolls.cut_of_member[at]] += 1
        if end + count > len(cuts):
            cuts, counts = _twice(cuts, count), _twice(counts, count)
        for at in range(count):
            cut = met[at]
            counted = taken[cut] * tolls.numerator[cut] // tolls.denominator[cut]
            taken[cut] = 0
            if counted > 0:
                cuts[end], counts[end] = cut, counted
                end += 1
        start[place + 1] = end
    return start, cuts[:end].copy(), counts[:end].copy()


@compiled
def _twice(array: Ints, more: int) -> Ints:
    longer = np.empty(2 * len(array) + more, np.int64)
    longer[: len(array)] = array
    return longer
