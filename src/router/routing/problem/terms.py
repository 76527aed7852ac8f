"""What rules say of shipments by what is in them: the solver's terms, and what a shipment measures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from router.domain.plan import METRICS, ShipmentMetric
from router.routing.batch.batch import Batch
from router.routing.problem.options import look_up
from router.rules.verdicts import ANY_SHIPMENT, Box, Per, Verdicts
from router.solver.problem import Bools, Ints
from router.solver.tables import Choices

COLD = ("CHILLED", "FROZEN")


@dataclass(frozen=True, slots=True)
class Terms:
    """Rising by option [T], the options of all orders one after another; see `OrderProblem`."""

    option: Ints
    low: Ints
    high: Ints
    milli: Ints
    forbids: Bools


NO_TERMS = Terms(
    np.zeros(0, np.int64), np.zeros((0, len(METRICS)), np.int64), np.zeros((0, len(METRICS)), np.int64),
    np.zeros(0, np.int64), np.zeros(0, np.bool_),
)  # fmt: skip
"""Most rules ask nothing of what is in a shipment."""


def find_terms(batch: Batch, verdicts: Verdicts, choices: Choices) -> Terms:
    """Every removal and charge with a box, at every option that it speaks of."""
    asked = [one.box for one in verdicts.removals] + [one.box for one in verdicts.charges]
    if all(box == ANY_SHIPMENT for box in asked):
        return NO_TERMS
    is_option = np.zeros((len(choices.stop_order), len(batch.network.services)), np.bool_)
    is_option[choices.option_stop, choices.option_service] = True
    number = np.cumsum(is_option.ravel()).reshape(is_option.shape) - 1
    pieces = [
        (number[where], box, amounts[where], forbids)
        for box, amounts, forbids in boxed(batch, verdicts, choices)
        if (where := is_option & (amounts != 0)).any()
    ]
    sizes = [len(options) for options, _, _, _ in pieces]
    option = np.concatenate([np.zeros(0, np.int64), *(options for options, _, _, _ in pieces)])
    order = np.argsort(option, kind="stable")
    boxes = np.array([(box.low, box.high) for _, box, _, _ in pieces], np.int64).reshape(-1, 2, len(METRICS))
    spread = np.repeat(boxes, sizes, axis=0)[order]
    forbids = np.repeat(np.array([forbids for _, _, _, forbids in pieces], np.bool_), sizes)[order]
    milli = np.concatenate([np.zeros(0, np.int64), *(amounts for _, _, amounts, _ in pieces)])[order]
    return Terms(option[order], spread[:, 0], spread[:, 1], np.where(forbids, 0, milli), forbids)


def boxed(batch: Batch, verdicts: Verdicts, choices: Choices) -> Iterator[tuple[Box, Ints, bool]]:
    """Box, amount by stop and service level (1 where a removal holds) and whether it forbids, of each with a box."""
    order, node = choices.stop_order, choices.stop_node
    shape = len(order), len(batch.network.services)
    for removal in verdicts.removals:
        if removal.box != ANY_SHIPMENT:
            mask = look_up(removal.mask, order, node)
            yield removal.box, np.broadcast_to(mask, shape).astype(np.int64), True
    for charge in verdicts.charges:
        if charge.box != ANY_SHIPMENT:
            amounts = np.broadcast_to(look_up(charge.amount_milli, order, node), shape)
            if charge.per is Per.LATE_DAY:
                amounts = amounts * batch.late_days[order, node]
            yield charge.box, amounts, False


def measure_bundles(batch: Batch) -> Ints:
    """What one of each bundle adds to a shipment that carries it [G, M]; LINES counts however many there are."""
    bundles = batch.bundles
    one = np.ones(len(batch.lines), np.int64)
    hazmat = np.array([line.product.hazmat != "" for line in batch.lines], np.int64)
    cold = np.array([line.product.temperature in COLD for line in batch.lines], np.int64)
    measured: Mapping[ShipmentMetric, Ints] = {
        ShipmentMetric.WEIGHT: bundles.sum(batch.unit_weight),
        ShipmentMetric.VOLUME: bundles.sum(batch.unit_volume),
        ShipmentMetric.VALUE: unit_values(batch),
        ShipmentMetric.UNITS: bundles.sum(one),
        ShipmentMetric.LINES: bundles.sum_lines(one),
        ShipmentMetric.HAZMAT_UNITS: bundles.sum(hazmat),
        ShipmentMetric.HAZMAT_WEIGHT: bundles.sum(hazmat * batch.unit_weight),
        ShipmentMetric.COLD_UNITS: bundles.sum(cold),
    }
    return np.stack([measured[metric] for metric in METRICS], axis=1)


def unit_values(batch: Batch) -> Ints:
    """Minor units that one of each bundle is worth [G]: the mean over its units, rounded down."""
    mean: Ints = batch.bundles.sum_lines(batch.value_minor) // batch.bundles.quantity
    return mean


def measure_shipment(metric: Ints, units: Mapping[int, int]) -> tuple[int, ...]:
    """The metrics, in the order of METRICS, of so many units of each of an order's bundles; `metric` is [L, M]."""
    return tuple(
        sum(
            int(metric[line, column]) * (1 if name is ShipmentMetric.LINES else count)
            for line, count in units.items()
        )
        for column, name in enumerate(METRICS)
    )


def holds(box: Box, measured: tuple[int, ...]) -> bool:
    """Whether a shipment with these metrics is in the box."""
    return all(low <= value <= high for low, value, high in zip(box.low, measured, box.high, strict=True))
