"""What terms leave of an option: the least they add to its shipments, and the most its shipments may measure.

Also how much more they add once part of a shipment is known.
"""

from typing import Any

import numpy as np

from router.solver.problem import UNLIMITED, Ints
from router.solver.records import LINES_METRIC, Array, compiled
from router.solver.rooms import has_no_ceiling


@compiled
def find_floors(options: Array, terms: Array, lines: Array, cells: Array, hulls: Array) -> bool:
    """Write the floors of terms and options, and what terms leave of these to `hulls`; returns whether any is capped.

    `cells` is [L, P]. `options` count their terms within `terms`.
    """
    is_capped = False
    for p in range(len(options)):
        option, hull = options[p], hulls[p]
        hull.floor_milli, hull.over_milli = 0, UNLIMITED
        for metric in range(len(hull.caps)):
            hull.caps[metric] = hull.free[metric] = UNLIMITED
        if option.term_end == option.term_first:
            continue
        least, most = _range_of_metrics(lines, cells, p)
        for number in range(option.term_first, option.term_end):
            term = terms[number]
            is_possible, is_certain = True, True
            for metric in range(len(least)):
                is_possible &= term.low[metric] <= most[metric] and least[metric] <= term.high[metric]
                is_certain &= term.low[metric] <= least[metric] and most[metric] <= term.high[metric]
            if is_possible and not term.forbids:
                term.floor_milli = term.milli if is_certain else min(0, term.milli)
                hull.floor_milli += term.floor_milli
            metric = _capped_metric(term, least) if is_possible else -1
            if metric >= 0 and (term.forbids or term.milli > 0):
                is_capped = True
                hull.free[metric] = min(hull.free[metric], term.low[metric] - 1)
                if term.forbids:
                    hull.caps[metric] = min(hull.caps[metric], term.low[metric] - 1)
                else:
                    hull.over_milli = min(hull.over_milli, term.milli)
    return is_capped


@compiled
def _capped_metric(term: Any, least: Ints) -> int:
    """The one metric that shipments must have much of to meet the term, or -1. Lines do not add up, so not they."""
    capped = -1
    if not has_no_ceiling(term):
        return -1
    for metric in range(len(least)):
        if term.low[metric] > least[metric]:
            if capped >= 0 or metric == LINES_METRIC:
                return -1
            capped = metric
    return capped


@compiled
def _range_of_metrics(lines: Array, cells: Array, p: int) -> tuple[Ints, Ints]:
    """The least and the most that any shipment of the option measures."""
    count = len(lines[0].metric)
    least, most = np.full(count, np.iinfo(np.int64).max), np.zeros(count, np.int64)
    for line in range(len(lines)):
        room = cells[line, p].room
        if room > 0:
            for metric in range(count):
                each = lines[line].metric[metric]
                counts_once = metric == LINES_METRIC
                units_min = 1 if counts_once or lines[line].divisible else room
                least[metric] = min(least[metric], each * units_min)
                most[metric] += each * (1 if counts_once else room)
    return least, most


FORBIDDEN = -1
"""In place of an amount: whatever is added, the shipment will be of a forbidden kind."""


@compiled
def rise_above_floor(option: Any, terms: Array, metrics: Ints) -> int:
    """What terms add at least, beyond their floors, to every shipment that measures `metrics` or more; or FORBIDDEN."""
    rise = 0
    for number in range(option.term_first, option.term_end):
        term = terms[number]
        is_below, is_above = False, False
        for metric in range(len(metrics)):
            is_below |= metrics[metric] < term.low[metric]
            is_above |= metrics[metric] > term.high[metric]
        if is_above:
            rise -= min(0, term.floor_milli)
        elif not is_below and has_no_ceiling(term):
            if term.forbids:
                return FORBIDDEN
            rise += term.milli - term.floor_milli
    return rise
