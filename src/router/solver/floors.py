"""What terms leave of an option: the least they add to its shipments, and the most its shipments may measure.

Also how much more they add once part of a shipment is known.
"""

from typing import Any, NamedTuple

import numpy as np

from router.solver.problem import UNLIMITED, Ints
from router.solver.records import LINES_METRIC, Array, compiled
from router.solver.rooms import has_no_ceiling


class Floors(NamedTuple):
    """`of_term[t]` is the least that term t adds to any shipment of its option, `of_option[p]` their sum.

    `caps` [P, M] is the most of each metric that no term forbids, UNLIMITED without one; `free` [P, M] the most that no
    term charges for either, and `over` [P] the least that it costs to have more. No rows if nothing is capped.
    """

    of_term: Ints
    of_option: Ints
    caps: Ints
    free: Ints
    over: Ints


@compiled
def find_floors(options: Array, terms: Array, lines: Array, cells: Array) -> Floors:
    """The floors of P options, their cells being [L, P]."""
    of_term, of_option = np.zeros(len(terms), np.int64), np.zeros(len(options), np.int64)
    caps = np.full((len(options), len(lines[0].metric)), UNLIMITED)
    free, over = caps.copy(), np.full(len(options), UNLIMITED)
    is_capped = False
    for p in range(len(options)):
        option = options[p]
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
                of_term[number] = term.milli if is_certain else min(0, term.milli)
                of_option[p] += of_term[number]
            metric = _capped_metric(term, least) if is_possible else -1
            if metric >= 0 and (term.forbids or term.milli > 0):
                is_capped = True
                free[p, metric] = min(free[p, metric], term.low[metric] - 1)
                if term.forbids:
                    caps[p, metric] = min(caps[p, metric], term.low[metric] - 1)
                else:
                    over[p] = min(over[p], term.milli)
    if not is_capped:
        caps, free, over = caps[:0], free[:0], over[:0]
    return Floors(of_term, of_option, caps, free, over)


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
def rise_above_floor(option: Any, terms: Array, floors: Floors, metrics: Ints) -> int:
    """What terms add at least, beyond their floors, to every shipment that measures `metrics` or more; or FORBIDDEN."""
    rise = 0
    for number in range(option.term_first, option.term_end):
        term = terms[number]
        is_below, is_above = False, False
        for metric in range(len(metrics)):
            is_below |= metrics[metric] < term.low[metric]
            is_above |= metrics[metric] > term.high[metric]
        if is_above:
            rise -= min(0, floors.of_term[number])
        elif not is_below and has_no_ceiling(term):
            if term.forbids:
                return FORBIDDEN
            rise += term.milli - floors.of_term[number]
    return rise
