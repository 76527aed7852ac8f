"""Bounds of sets of options of one size that are not complete yet."""

from typing import NamedTuple

import numpy as np

from router.solver.problem import Ints
from router.solver.records import Array, compiled
from router.solver.relaxation import Case, fill_lines, fit_lines, rate_lines
from router.solver.shortages import price_caps
from router.solver.supports import Floats


class Level(NamedTuple):
    """Sets of `size` options, built along `options`, the most promising first.

    `entry[i]` is the least cost of opening the i-th of them, `least[i, n]` of opening n from the i-th on; `ranked`
    [L, P] holds each line's options, as places in `options`, by rising `rate` [L, P].
    """

    size: int
    options: Ints
    entry: Floats
    least: Floats
    rate: Floats
    ranked: Ints


@compiled
def open_level(case: Case, options: Ints, size: int) -> Level:
    """The level of one size, its supporting lines at an even share of what each option could get."""
    count = len(options)
    loads = np.empty(count)
    for i in range(count):
        loads[i] = case.hulls[options[i]].load_max / size
    tangent = np.zeros((count, 2))
    fit_lines(case, options, loads, tangent)
    rate = np.zeros((len(case.lines), count))
    ranked = np.zeros((len(case.lines), count), np.int64)
    rate_lines(case, options, tangent, rate, ranked)
    entry = np.empty(count)
    for i in range(count):
        entry[i] = case.options[options[i]].fixed_milli + tangent[i, 0]
    return Level(size, options, entry, _least_entries(entry, size), rate, ranked)


@compiled
def _least_entries(entry: Floats, size: int) -> Floats:
    """Sums of the n least entries from place i on, infinite where there are fewer."""
    count = len(entry)
    least = np.full((count + 1, size + 1), np.inf)
    least[count, 0] = 0.0
    lowest = np.full(size, np.inf)
    for i in range(count - 1, -1, -1):
        value = entry[i]
        for n in range(size):
            if value < lowest[n]:
                value, lowest[n] = lowest[n], value
        least[i, 0] = 0.0
        for n in range(size):
            least[i, n + 1] = least[i, n] + lowest[n]
    return least


@compiled
def bound_from(case: Case, level: Level) -> float:
    """Bound of every plan with at least `level.size` shipments."""
    split = case.order[0].split_milli
    is_open = np.ones(len(level.options), np.bool_)
    bound: float = level.least[0, level.size] + split * (level.size - 1) + _fill(case, level, is_open)
    # A further shipment may pay for itself: count all that might, also those among the cheapest.
    for entry in level.entry:
        bound += min(0.0, entry + split)
    return bound


@compiled
def bound_sets(case: Case, level: Level, is_chosen: Array, chosen: int, start: int) -> float:
    """Bound of all sets of the `chosen` options that are chosen and others from place `start` on."""
    bound: float = case.order[0].split_milli * (level.size - 1) + level.least[start, level.size - chosen]
    is_open = is_chosen.copy()
    for i in range(len(is_open)):
        if is_chosen[i]:
            bound += level.entry[i]
        is_open[i] |= i >= start
    if not case.is_capped:
        return bound + _fill(case, level, is_open)
    units = np.empty((len(is_open), len(case.lines)), np.int64)
    bound += fill_lines(
        case, level.options, level.ranked, level.rate, is_open, np.empty(len(case.lines)), units
    )
    return bound + price_caps(case, level.options, units, level.rate, is_chosen, is_open, level.size)


@compiled
def _fill(case: Case, level: Level, is_open: Array) -> float:
    costs = np.empty(len(case.lines))
    return fill_lines(
        case, level.options, level.ranked, level.rate, is_open, costs, np.empty((0, 0), np.int64)
    )
