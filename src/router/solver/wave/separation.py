"""Which cuts the linear program violates: halves of a few rows of one site with the members that fit best, and thirds.

Let rows with the limits b be halved, and x be how much of each column is taken. A column that counts t there loses a
half where t is odd; of a member, which counts one more, where t is even. So the cut is violated by half of

    1 - (what is not used of the rows) - sum over orders of (what is taken odd of others, and even of members)

if b and the members together are odd. Hence the best members of given rows are the orders that take more odd than even;
where the sum is even then, the order for which it makes the least difference changes sides. Rows are added one by one,
each wanted by an order that wants one before it: other rows would only add what they lose.

SOURCE: Caprara and Fischetti 1996 for cuts by halves; Koster, Zymolka and Kutschka 2009 for looking for them by parity.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.solver.problem import Ints
from router.solver.records import compiled
from router.solver.wave.cuts import Cut
from router.solver.wave.pool import Columns, pick

ROW_LIMIT_MAX = 24
"""Rows with more units gain little from rounding."""

ROWS_MAX = 4
"""Most rows of a cut."""

SETS_MAX = 20_000
"""Of more sets of so many rows those nearest to a violated cut are looked at."""

VIOLATION_MIN = 0.03
MOST_LOST = 1 - 2 * VIOLATION_MIN
CUTS_PER_ROUND = 1_000

CUTS_PER_ROW = 6
"""Cuts over the same rows say nearly the same."""

Floats = NDArray[np.float64]


class Takings(NamedTuple):
    """Rows that cuts may have, and what is taken of them: of row r by column[start[r] : start[r + 1]] so much each."""

    row: Ints  # numbers in the problem
    site: Ints
    limit: Ints
    slack: Floats
    start: Ints
    column: Ints
    amount: Ints
    order: Ints  # [C] numbered from 0
    taken: Floats  # [C]


class Found(NamedTuple):
    """A violated cut without its members: rows by their number among the takings."""

    violation: float
    rows: tuple[int, ...]
    numerator: int
    denominator: int


def find_cuts(columns: Columns, taken: Floats, limit: Ints, site: Ints, present: list[Cut]) -> list[Cut]:
    """Cuts not yet present that what the linear program takes of the columns violates, the most violated first."""
    used = np.flatnonzero(taken > 1e-4)
    part = pick(columns, used)
    takings = read_takings(part, taken[used], limit, site)
    orders = np.unique(part.order)
    known, times = set(present), Counter[int]()
    cuts: list[Cut] = []
    for found in sorted(
        [*find_halves(takings), *find_thirds(takings)], key=lambda one: (-one.violation, one)
    ):
        if len(cuts) == CUTS_PER_ROUND:
            break
        if any(times[row] == CUTS_PER_ROW for row in found.rows):
            continue
        members = best_members(takings, found.rows) if found.denominator == 2 else ()
        rows = takings.row[list(found.rows)].tolist()
        cut = Cut(tuple(rows), tuple(orders[list(members)].tolist()), found.numerator, found.denominator)
        if cut not in known:
            times.update(found.rows)
            cuts.append(cut)
    return cuts


def read_takings(columns: Columns, taken: Floats, limit: Ints, site: Ints) -> Takings:
    can_be_cut = (site >= 0) & (limit >= 0) & (limit <= ROW_LIMIT_MAX)
    column = np.repeat(np.arange(len(columns)), np.diff(columns.take_start))
    keep = can_be_cut[columns.row]
    column, amount = column[keep], columns.amount[keep]
    row, place = np.unique(columns.row[keep], return_inverse=True)
    by_row = np.argsort(place, kind="stable")
    return Takings(
        row=row,
        site=site[row],
        limit=limit[row],
        slack=limit[row].astype(np.float64)
        - np.bincount(place, weights=amount * taken[column], minlength=len(row)),
        start=np.searchsorted(place[by_row], np.arange(len(row) + 1)),
        column=column[by_row],
        amount=amount[by_row],
        order=np.unique(columns.order, return_inverse=True)[1],
        taken=taken,
    )


def find_halves(takings: Takings) -> Iterator[Found]:
    """Violated cuts of up to `ROWS_MAX` rows, with the members that fit best."""
    beside = find_neighbors(takings)
    sets = np.arange(len(takings.row))[:, None]
    for _ in range(ROWS_MAX):
        sets = sets[takings.slack[sets].sum(axis=1) < MOST_LOST]
        lost = lose_by_halves(takings, sets)
        nearest = np.argsort(lost, kind="stable")[:SETS_MAX]
        sets, lost = sets[nearest], lost[nearest]
        count = int(np.searchsorted(lost, MOST_LOST))
        for rows, one in zip(sets[:count].tolist(), lost[:count].tolist(), strict=True):
            yield Found(round((1 - one) / 2, 6), tuple(rows), 1, 2)
        sets = grow(sets, *beside)


def find_thirds(takings: Takings) -> Iterator[Found]:
    """Violated cuts of single rows by a third and by two, without members."""
    row = np.repeat(np.arange(len(takings.row)), np.diff(takings.start))
    for numerator in (1, 2):
        counted = takings.amount * numerator // 3 * takings.taken[takings.column]
        excess = (
            np.bincount(row, weights=counted, minlength=len(takings.row)) - takings.limit * numerator // 3
        )
        for one in np.flatnonzero(excess > VIOLATION_MIN).tolist():
            yield Found(round(float(excess[one]), 6), (one,), numerator, 3)


def find_neighbors(takings: Takings) -> tuple[Ints, Ints]:
    """The rows of its site that an order takes of besides each row, if in another plan: starts, and rows that rise."""
    row = np.repeat(np.arange(len(takings.row)), np.diff(takings.start))
    order, site, row = np.unique(np.stack((takings.order[takings.column], takings.site[row], row)), axis=1)
    pairs = [np.zeros((2, 0), np.int64)]
    for apart in range(1, len(row)):
        # Of each order and site the rows are one run; all pairs of a run are neighbors.
        together = (order[:-apart] == order[apart:]) & (site[:-apart] == site[apart:])
        if not together.any():
            break
        one, other = row[:-apart][together], row[apart:][together]
        pairs += [np.stack((one, other)), np.stack((other, one))]
    found = np.unique(np.concatenate(pairs, axis=1), axis=1)
    return np.searchsorted(found[0], np.arange(len(takings.row) + 1)), found[1]


def grow(sets: Ints, start: Ints, neighbor: Ints) -> Ints:
    """All sets with one neighbor more of one of their rows; each once, its rows rising."""
    sizes = np.diff(start)[sets]
    which, first = (
        np.repeat(np.arange(len(sets)), sizes.sum(axis=1)),
        np.repeat(start[sets].ravel(), sizes.ravel()),
    )
    ends = np.cumsum(sizes.ravel())
    place = np.arange(len(which)) - np.repeat(ends - sizes.ravel(), sizes.ravel())
    added = neighbor[first + place]
    is_new = (sets[which] != added[:, None]).all(axis=1)
    larger = np.sort(np.column_stack((sets[which][is_new], added[is_new])), axis=1)
    larger = larger[np.lexsort(larger.T[::-1])]
    is_first = np.ones(len(larger), np.bool_)
    is_first[1:] = (larger[1:] != larger[:-1]).any(axis=1)
    return larger[is_first]


def best_members(takings: Takings, rows: tuple[int, ...]) -> list[int]:
    """The orders whose membership makes the half of these rows the most violated."""
    entries = np.concatenate([np.arange(takings.start[row], takings.start[row + 1]) for row in rows])
    column, place = np.unique(takings.column[entries], return_inverse=True)
    is_odd = np.bincount(place, weights=takings.amount[entries]).astype(np.int64) % 2 == 1
    order, place = np.unique(takings.order[column[is_odd]], return_inverse=True)
    odd = np.bincount(place, weights=takings.taken[column[is_odd]], minlength=len(order))
    is_member = odd > 0.5
    if len(order) and (takings.limit[list(rows)].sum() + is_member.sum()) % 2 == 0:
        nearest = np.argmin(np.abs(1 - 2 * odd))
        is_member[nearest] = not is_member[nearest]
    members: list[int] = order[is_member].tolist()
    return members


@compiled
def lose_by_halves(takings: Takings, sets: Ints) -> Floats:
    """What each set of rows, with its best members, loses of the one by half of which it would be violated."""
    lost = np.empty(len(sets))
    count, met = np.zeros(len(takings.taken), np.int64), np.empty(len(takings.taken), np.int64)
    odd, seen = np.zeros(len(takings.taken)), np.empty(len(takings.taken), np.int64)
    for place in range(len(sets)):
        columns, orders, total = 0, 0, 0
        lost[place] = 0.0
        for row in sets[place]:
            total += takings.limit[row]
            lost[place] += takings.slack[row]
            for at in range(takings.start[row], takings.start[row + 1]):
                column = takings.column[at]
                if count[column] == 0:
                    met[columns] = column
                    columns += 1
                count[column] += takings.amount[at]
        for at in range(columns):
            column = met[at]
            if count[column] % 2 == 1:
                order = takings.order[column]
                if odd[order] == 0.0:
                    seen[orders] = order
                    orders += 1
                odd[order] += takings.taken[column]
            count[column] = 0
        turned = 1.0
        for at in range(orders):
            part = odd[seen[at]]
            odd[seen[at]] = 0.0
            lost[place] += min(part, 1.0 - part)
            total += 1 if part > 0.5 else 0
            turned = min(turned, abs(1.0 - 2.0 * part))
        if total % 2 == 0:
            lost[place] += turned
    return lost
