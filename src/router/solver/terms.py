"""What a shipment measures, and what the terms of its option make of that."""

from typing import Any

import numpy as np

from router.solver.problem import Ints
from router.solver.records import LINES_METRIC, UNREACHED, Array, compiled, inlined


@inlined
def add_line(metrics: Ints, line: Any, units: int) -> None:
    """Add `units` > 0 units of a line, all that the shipment gets of it, to what the shipment measures."""
    for metric in range(len(metrics)):
        metrics[metric] += line.metric[metric] * (1 if metric == LINES_METRIC else units)


@compiled
def measure_load(lines: Array, units: Ints) -> Ints:
    """The metrics of `units[line]` units of every line."""
    metrics = np.zeros(len(lines[0].metric), np.int64)
    for line in range(len(lines)):
        if units[line] > 0:
            add_line(metrics, lines[line], units[line])
    return metrics


@inlined
def holds(term: Any, metrics: Ints) -> bool:
    """Whether a shipment of these metrics lies in the term's box."""
    for metric in range(len(metrics)):
        if metrics[metric] < term.low[metric] or metrics[metric] > term.high[metric]:
            return False
    return True


@compiled
def terms_cost(option: Any, terms: Array, metrics: Ints) -> int:
    """What the option's terms add to a shipment of these metrics; UNREACHED where one forbids it."""
    cost = 0
    for number in range(option.term_first, option.term_end):
        if holds(terms[number], metrics):
            if terms[number].forbids:
                return UNREACHED
            cost += terms[number].milli
    return cost
