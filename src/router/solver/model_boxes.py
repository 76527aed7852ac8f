"""What the OR-Tools model knows of terms: the bounds of their boxes that some shipment of an option breaks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from router.domain.plan import METRICS, ShipmentMetric
from router.solver.problem import Opened, OrderProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A term that some shipment of its option may meet, with the bounds that not every shipment keeps."""

    amount_milli: int
    """Zero if it forbids."""
    forbids: bool
    at_least: dict[ShipmentMetric, int]
    at_most: dict[ShipmentMetric, int]


def boxes_of(problem: OrderProblem, option: int, units_max: Mapping[int, int]) -> Iterator[Box]:
    """The boxes of an option that can carry `units_max` by line."""
    once = dict.fromkeys(units_max, 1)
    most = {metric: measure(problem, metric, units_max, once) for metric in METRICS}
    for term in range(len(problem.term_option)):
        if problem.term_option[term] != option:
            continue
        low = dict(zip(METRICS, problem.term_low[term].tolist()))
        high = dict(zip(METRICS, problem.term_high[term].tolist()))
        if all(low[metric] <= most[metric] and high[metric] >= max(0, low[metric]) for metric in METRICS):
            yield Box(
                amount_milli=0 if problem.term_forbids[term] else int(problem.term_milli[term]),
                forbids=bool(problem.term_forbids[term]),
                at_least={metric: bound for metric, bound in low.items() if bound > 0},
                at_most={metric: bound for metric, bound in high.items() if bound < most[metric]},
            )


def measure(
    problem: OrderProblem, metric: ShipmentMetric, units: Mapping[int, Any], used: Mapping[int, Any]
) -> Any:
    """What a shipment of so many `units` of each line measures; `used` is 1 for each line that it has any of."""
    column = METRICS.index(metric)
    counts = used if metric is ShipmentMetric.LINES else units
    return sum(int(problem.metric[line, column]) * count for line, count in counts.items())


def largest_measure(problem: OrderProblem, boxes: Sequence[Box], units_max: Mapping[int, int]) -> int:
    """The largest number in the conditions of the boxes."""
    once = dict.fromkeys(units_max, 1)
    metrics = {metric for box in boxes for metric in (*box.at_least, *box.at_most)}
    return max((int(measure(problem, metric, units_max, once)) for metric in metrics), default=0)


def terms_milli(problem: OrderProblem, opened: Opened) -> int:
    """What the terms of a shipment's option add to it. No term may forbid it."""
    units = dict(opened.units)
    once = dict.fromkeys(units, 1)
    measured = [measure(problem, metric, units, once) for metric in METRICS]
    is_inside = (problem.term_low <= measured).all(axis=1) & (problem.term_high >= measured).all(axis=1)
    is_due = is_inside & (problem.term_option == opened.option) & ~problem.term_forbids
    return sum(problem.term_milli[is_due].tolist())
