"""The plans that the restricted masters choose from: columns, without repeats, and what each takes of the rows."""

from typing import NamedTuple

import numpy as np

from router.solver.problem import Ints
from router.solver.records import compiled
from router.solver.wave.field import Field, Plans, is_first_of_option
from router.solver.wave.problem import NO_ROW


class Columns(NamedTuple):
    """C columns: each has the entries from its entry start on, and the takings from its take start on."""

    order: Ints
    cost_milli: Ints
    entry_start: Ints
    cell: Ints
    units: Ints
    take_start: Ints
    row: Ints
    amount: Ints

    def __len__(self) -> int:
        return len(self.order)


def no_columns() -> Columns:
    empty, start = np.zeros(0, np.int64), np.zeros(1, np.int64)
    return Columns(empty, empty, start, empty, empty, start, empty, empty)


class Pool:
    """Columns of all rounds; each plan of an order is kept once."""

    def __init__(self) -> None:
        self._parts: list[Columns] = []
        self._seen: set[int] = set()

    def __len__(self) -> int:
        return sum(len(part.order) for part in self._parts)

    def add(self, field: Field, orders: Ints, plans: Plans) -> int:
        """Add the plans of these orders that are new; returns how many."""
        marks = mark_plans(field, orders, plans).tolist()
        fresh = []
        for place, mark in enumerate(marks):
            if mark not in self._seen:
                self._seen.add(mark)
                fresh.append(place)
        if fresh:
            self._parts.append(read_columns(field, orders[np.array(fresh)], plans))
        return len(fresh)

    def columns(self) -> Columns:
        """All of them."""
        if len(self._parts) != 1:
            self._parts = [join(self._parts)]
        return self._parts[0]


def join(parts: list[Columns]) -> Columns:
    if not parts:
        return no_columns()

    def starts(name: str) -> Ints:
        sizes = np.concatenate([np.diff(getattr(part, name)) for part in parts])
        return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)

    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("order", "cost_milli", "cell", "units", "row", "amount")
    }
    return Columns(entry_start=starts("entry_start"), take_start=starts("take_start"), **joined)


def pick(columns: Columns, chosen: Ints) -> Columns:
    """Some of the columns."""
    entry, entry_start = _slices(columns.entry_start, chosen)
    take, take_start = _slices(columns.take_start, chosen)
    return Columns(
        order=columns.order[chosen],
        cost_milli=columns.cost_milli[chosen],
        entry_start=entry_start,
        cell=columns.cell[entry],
        units=columns.units[entry],
        take_start=take_start,
        row=columns.row[take],
        amount=columns.amount[take],
    )


def column_worth(columns: Columns, price: Ints) -> Ints:
    """What each column's takings are worth."""
    running = np.concatenate(([0], np.cumsum(columns.amount * price[columns.row])))
    worth: Ints = running[columns.take_start[1:]] - running[columns.take_start[:-1]]
    return worth


def _slices(start: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    sizes = np.diff(start)[chosen]
    new_start = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    place = np.arange(new_start[-1]) + np.repeat(start[chosen] - new_start[:-1], sizes)
    return place, new_start


@compiled
def mark_plans(field: Field, orders: Ints, plans: Plans) -> Ints:
    """A number for each plan, the same for the same entries in any order, and hardly ever for others."""
    marks = np.empty(len(orders), np.int64)
    for place in range(len(orders)):
        number = orders[place]
        first = field.entry_start[number]
        mark = np.uint64(number) * np.uint64(0x9E3779B97F4A7C15)
        for entry in range(first, first + plans.size[number]):
            one = np.uint64(plans.cell[entry] * 1_000_003 + plans.units[entry]) + np.uint64(
                0x632BE59BD9B4E019
            )
            one = (one ^ (one >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            one = (one ^ (one >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mark += one ^ (one >> np.uint64(31))
        marks[place] = np.int64(mark >> np.uint64(1))
    return marks


@compiled
def read_columns(field: Field, orders: Ints, plans: Plans) -> Columns:
    """The plans of these orders as columns."""
    count = entries = 0
    for number in orders:
        count += 1
        entries += plans.size[number]
    draws_max = 1
    for usable in range(len(field.draw_start) - 1):
        draws_max = max(draws_max, field.draw_start[usable + 1] - field.draw_start[usable])
    size = entries * (draws_max + 1)
    entry_start, take_start = np.zeros(count + 1, np.int64), np.zeros(count + 1, np.int64)
    cost, cell, units = np.empty(count, np.int64), np.empty(entries, np.int64), np.empty(entries, np.int64)
    row, amount = np.empty(size, np.int64), np.empty(size, np.int64)
    at = takes = 0
    for place in range(count):
        number = orders[place]
        order = field.records.orders[number]
        first, begin = field.entry_start[number], takes
        cost[place] = plans.cost_milli[number]
        for entry in range(first, first + plans.size[number]):
            cell[at], units[at] = plans.cell[entry], plans.units[entry]
            at += 1
            line, column = divmod(plans.cell[entry], order.option_count)
            node = field.records.options[order.option_start + column].node
            usable = order.usable_start + line * order.node_count + node
            for draw in range(field.draw_start[usable], field.draw_start[usable + 1]):
                takes = _add(
                    row,
                    amount,
                    begin,
                    takes,
                    field.draw_row[draw],
                    plans.units[entry] * field.draw_units[draw],
                )
            slot = field.slot_row[order.node_start + node]
            if slot != NO_ROW and is_first_of_option(order.option_count, plans, first, entry):
                takes = _add(row, amount, begin, takes, slot, 1)
        entry_start[place + 1], take_start[place + 1] = at, takes
    return Columns(
        orders.copy(), cost, entry_start, cell, units, take_start, row[:takes].copy(), amount[:takes].copy()
    )


@compiled
def _add(row: Ints, amount: Ints, begin: int, end: int, wanted: int, units: int) -> int:
    """Add to the taking of a row; returns the end of the list."""
    for take in range(begin, end):
        if row[take] == wanted:
            amount[take] += units
            return end
    row[end], amount[end] = wanted, units
    return end + 1
