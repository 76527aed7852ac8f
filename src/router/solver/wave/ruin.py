"""Ruin and recreate: take the plans of a few orders that want the same scarce rows back, and give them out again.

Which orders: a seed that pays much more than its share of the bound, and others that want a row that it wants. They are
given new plans one after another from what is left, at part of the rows' prices; the whole is kept if it got cheaper,
and at first also where it got a little dearer. As soon as that cannot be any more the rest of the step is left out.
Swaps of orders and exchanges of SKUs between them are special cases.

SOURCE: Schrimpf et al. 2000; the moves contain those of Xu, Allgor and Graves 2009.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.solver.problem import Ints
from router.solver.records import compiled
from router.solver.wave.field import Field, Plans, take
from router.solver.wave.insertion import insert_order
from router.solver.wave.problem import NO_ROW

RUINED_MIN, RUINED_MAX = 2, 14
"""How many orders one step takes back."""

FACTORS_IN_TENTHS = np.array([0, 3, 6, 8, 9, 10])
"""Parts of the rows' prices at which orders are given new plans."""

Marks = NDArray[np.uint64]


class Wanting(NamedTuple):
    """Which orders could take from each row: row r has order[start[r] : start[r + 1]]."""

    start: Ints
    order: Ints


class Course(NamedTuple):
    """Where a search stands: the present plans and what they leave, the best plans, and the state of chance."""

    plans: Plans
    left: Ints
    best: Plans
    total: Ints  # [2] cost of the present and of the best plans
    chance: Marks  # [1]


@compiled
def find_wanting(field: Field, row_count: int) -> Wanting:
    """Look at every order's cells."""
    records = field.records
    count = np.zeros(row_count + 1, np.int64)
    start, orders = np.zeros(row_count + 1, np.int64), np.empty(0, np.int64)
    for fill in range(2):
        if fill:
            start[1:] = np.cumsum(count[:-1])
            orders = np.empty(start[-1], np.int64)
            count[:] = 0
        last = np.full(row_count, -1, np.int64)
        for number in range(len(records.orders)):
            order = records.orders[number]
            cells = order.line_count * order.node_count
            for usable in range(order.usable_start, order.usable_start + cells):
                if field.usable[usable] <= 0:
                    continue
                for draw in range(field.draw_start[usable], field.draw_start[usable + 1]):
                    _want(field.draw_row[draw], number, fill == 1, start, orders, count, last)
            for node in range(order.node_start, order.node_start + order.node_count):
                if field.slot_row[node] != NO_ROW:
                    _want(field.slot_row[node], number, fill == 1, start, orders, count, last)
    return Wanting(start, orders)


@compiled
def _want(
    row: int, number: int, is_filling: bool, start: Ints, orders: Ints, count: Ints, last: Ints
) -> None:
    """Count an order at a row once, or write it there."""
    if last[row] == number:
        return
    last[row] = number
    if is_filling:
        orders[start[row] + count[row]] = number
    count[row] += 1


@compiled
def begin_course(field: Field, plans: Plans, left: Ints, seed: int) -> Course:
    """From plans that leave `left`; both are changed by the search."""
    total = np.sum(plans.cost_milli)
    best = Plans(plans.cell.copy(), plans.units.copy(), plans.size.copy(), plans.cost_milli.copy())
    chance = np.array([np.uint64(seed) * np.uint64(2654435761) + np.uint64(88172645463325252)])
    return Course(plans, left, best, np.array([total, total]), chance)


@compiled
def draw_number(chance: Marks, below: int) -> int:
    """A pseudo-random number from 0 on (xorshift)."""
    x = chance[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    chance[0] = x
    return int((x >> np.uint64(11)) % np.uint64(below))


@compiled
def search_course(
    field: Field,
    wanting: Wanting,
    course: Course,
    share: Ints,
    alone: Ints,
    prices: Ints,
    orders: Ints,
    heat_milli: int,
    steps: int,
) -> int:
    """Take so many steps among `orders`; returns the work.

    `share` [O] is each order's share of the bound, `alone` [O] what it costs at least in any plan; `prices` [F, R] the
    rows' prices, times each factor. A step that makes the plans dearer by less than a random part of `heat_milli`,
    which falls to nothing, is kept too.
    """
    plans, left, chance = course.plans, course.left, course.chance
    longest = 1
    for number in orders:
        longest = max(longest, field.entry_start[number + 1] - field.entry_start[number])
    ruined = np.empty(RUINED_MAX, np.int64)
    is_ruined = np.zeros(len(plans.size), np.bool_)
    old_cell, old_units = np.empty((RUINED_MAX, longest), np.int64), np.empty((RUINED_MAX, longest), np.int64)
    old_count, old_cost = np.empty(RUINED_MAX, np.int64), np.empty(RUINED_MAX, np.int64)
    work = 0
    for step in range(steps):
        count = _ruin(field, wanting, course, share, orders, ruined, is_ruined)
        before = 0
        for place in range(count):
            number = ruined[place]
            is_ruined[number] = False
            before += plans.cost_milli[number]
            first, size = field.entry_start[number], plans.size[number]
            old_count[place], old_cost[place] = size, plans.cost_milli[number]
            old_cell[place, :size] = plans.cell[first : first + size]
            old_units[place, :size] = plans.units[first : first + size]
            take(field, number, plans, left, -1)
        price = prices[draw_number(chance, len(prices))]
        _arrange(course, share, ruined, count, old_cell, old_units, old_count, old_cost)
        heat = heat_milli * (steps - step) // steps
        most = before + draw_number(chance, heat + 1) * draw_number(chance, 1_000) // 1_000
        least, inserted = np.sum(alone[ruined[:count]]), 0
        while inserted < count and least <= most:
            number = ruined[inserted]
            work += insert_order(field, number, price, left, plans)
            least += plans.cost_milli[number] - alone[number]
            inserted += 1
        if least <= most:
            course.total[0] += least - before
            if course.total[0] < course.total[1]:
                _keep(course)
        else:
            for place in range(inserted):
                take(field, ruined[place], plans, left, -1)
            for place in range(count):
                number, size = ruined[place], old_count[place]
                first = field.entry_start[number]
                plans.size[number], plans.cost_milli[number] = size, old_cost[place]
                plans.cell[first : first + size] = old_cell[place, :size]
                plans.units[first : first + size] = old_units[place, :size]
                take(field, number, plans, left, 1)
    return work


@compiled
def _keep(course: Course) -> None:
    course.total[1] = course.total[0]
    course.best.cell[:] = course.plans.cell
    course.best.units[:] = course.plans.units
    course.best.size[:] = course.plans.size
    course.best.cost_milli[:] = course.plans.cost_milli


@compiled
def _ruin(
    field: Field,
    wanting: Wanting,
    course: Course,
    share: Ints,
    orders: Ints,
    ruined: Ints,
    is_ruined: NDArray[np.bool_],
) -> int:
    """Choose the orders of one step; returns how many."""
    chance, cost = course.chance, course.plans.cost_milli
    seed = orders[draw_number(chance, len(orders))]
    for _ in range(draw_number(chance, 4)):
        other = orders[draw_number(chance, len(orders))]
        if cost[other] - share[other] > cost[seed] - share[seed]:
            seed = other
    wished = RUINED_MIN + draw_number(chance, RUINED_MAX - RUINED_MIN + 1)
    wished = RUINED_MIN + draw_number(chance, wished - RUINED_MIN + 1)
    ruined[0] = seed
    is_ruined[seed] = True
    count = 1
    center = seed
    for _ in range(4 * wished):
        if count >= wished:
            break
        if draw_number(chance, 3) == 0:
            center = ruined[draw_number(chance, count)]
        row = _wanted_row(field, chance, center)
        if row < 0:
            continue
        size = wanting.start[row + 1] - wanting.start[row]
        number = wanting.order[wanting.start[row] + draw_number(chance, size)]
        if not is_ruined[number]:
            is_ruined[number] = True
            ruined[count] = number
            count += 1
    return count


@compiled
def _wanted_row(field: Field, chance: Marks, number: int) -> int:
    """A random row that the order could take from; -1 where the draw missed."""
    order = field.records.orders[number]
    cells = order.line_count * order.node_count
    for _ in range(8):
        if draw_number(chance, 4) == 0:
            slot = field.slot_row[order.node_start + draw_number(chance, order.node_count)]
            if slot != NO_ROW:
                return int(slot)
        usable = order.usable_start + draw_number(chance, cells)
        size = field.draw_start[usable + 1] - field.draw_start[usable]
        if field.usable[usable] > 0 and size > 0:
            return int(field.draw_row[field.draw_start[usable] + draw_number(chance, size)])
    return -1


@compiled
def _arrange(
    course: Course, share: Ints, ruined: Ints, count: int, cells: Ints, units: Ints, counts: Ints, costs: Ints
) -> None:
    """Put the orders taken back into the sequence in which they get new plans: by chance, or the dearest first."""
    is_by_cost = draw_number(course.chance, 3) == 0
    for place in range(count - 1):
        other = place + draw_number(course.chance, count - place)
        if is_by_cost:
            other = place
            for candidate in range(place + 1, count):
                if costs[candidate] - share[ruined[candidate]] > costs[other] - share[ruined[other]]:
                    other = candidate
        if other == place:
            continue
        ruined[place], ruined[other] = ruined[other], ruined[place]
        counts[place], counts[other] = counts[other], counts[place]
        costs[place], costs[other] = costs[other], costs[place]
        for entry in range(cells.shape[1]):
            cells[place, entry], cells[other, entry] = cells[other, entry], cells[place, entry]
            units[place, entry], units[other, entry] = units[other, entry], units[place, entry]
