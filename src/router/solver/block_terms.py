"""What groups and terms make of the prices of blocks."""

from typing import Any, NamedTuple

import numpy as np

from router.solver.blocks import lowest_bit
from router.solver.problem import Bools, Ints
from router.solver.records import LINES_METRIC, UNREACHED, Array, Records, compiled
from router.solver.terms import terms_cost


class Traits(NamedTuple):
    """The metrics [2 ** L, M] of each set of lines, and whether it tears a group [2 ** L].

    Either is empty where the order has no terms, or no groups.
    """

    metrics: Ints
    torn: Bools


@compiled
def measure_traits(order: Any, lines: Array) -> Traits:
    """Look at every set of lines; bit i stands for line i."""
    return Traits(
        _measure_metrics(lines) if order.term_count else np.empty((0, 0), np.int64),
        _find_torn(lines) if order.has_groups else np.empty(0, np.bool_),
    )


@compiled
def _measure_metrics(lines: Array) -> Ints:
    count = len(lines[0].metric)
    metrics = np.zeros((1 << len(lines), count), np.int64)
    for mask in range(1, 1 << len(lines)):
        line, rest = lines[lowest_bit(mask)], mask & (mask - 1)
        for metric in range(count):
            units = 1 if metric == LINES_METRIC else line.quantity
            metrics[mask, metric] = metrics[rest, metric] + units * line.metric[metric]
    return metrics


@compiled
def _find_torn(lines: Array) -> Bools:
    torn = np.zeros(1 << len(lines), np.bool_)
    for bit in range(len(lines)):
        leader = lines[bit].leader
        if leader >= 0:
            for mask in range(len(torn)):
                torn[mask] |= (mask >> bit & 1) != (mask >> leader & 1)
    return torn


@compiled
def judge_blocks(records: Records, order: Any, column: int, traits: Traits, prices: Ints) -> None:
    """Add the option's terms to the prices of its blocks; UNREACHED where one forbids the block, or a group is torn."""
    option = records.options[order.option_start + column]
    for block in range(1, len(prices)):
        if prices[block] == UNREACHED:
            continue
        if order.has_groups and traits.torn[block]:
            prices[block] = UNREACHED
        elif option.term_end > option.term_first:
            due = terms_cost(option, records.terms, traits.metrics[block])
            prices[block] = UNREACHED if due == UNREACHED else prices[block] + due
