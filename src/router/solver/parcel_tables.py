"""Tables of freight: the least that an option takes for so many grams in whole parcels, each paid at its own weight.

Weights count in steps, rounded up parcel by parcel, so that brackets which end on a step lose nothing.
"""

from typing import Any, NamedTuple

import numpy as np

from router.solver.charges import parcel_cost
from router.solver.problem import Ints
from router.solver.records import UNREACHED, compiled
from router.solver.relaxation import Case

STEPS_MAX = 256
"""Steps into which the weight of an order is divided, at most."""

OPTIONS_MAX = 200
"""Orders with more options get no tables."""


class Grid(NamedTuple):
    """`freight[p, s]`: the least freight of a shipment of option p of more than s - 1 steps, s > 0.

    Rows are filled when they are first asked for: `state[p]` is 0 before, 1 after, -1 where parcels may earn money or
    the option's load is not its weight, so that no table holds.
    """

    step_grams: int
    freight: Ints
    state: Ints


@compiled
def open_grid(case: Case) -> Grid:
    """Steps on which brackets end, unless the order is too heavy for that; no table is filled yet."""
    if len(case.options) > OPTIONS_MAX:
        return Grid(1, np.zeros((0, 0), np.int64), np.full(len(case.options), -1))
    weight: Any = 0
    for line in case.lines:
        weight += line.quantity * line.unit_weight
    step: Any = np.int64(0)
    for option in case.options:
        step = np.gcd(step, option.weight_max)
        for bracket in range(option.bracket_first, option.bracket_last + 1):
            if case.tariffs.weight_max[bracket] < option.weight_max:
                step = np.gcd(step, case.tariffs.weight_max[bracket])
    step = max(1, step)
    while step % 2 == 0 and 2 * weight <= step * STEPS_MAX:
        step //= 2
    step *= max(1, (weight + step * STEPS_MAX - 1) // (step * STEPS_MAX))
    count = max(1, (weight + step - 1) // step)
    return Grid(
        step, np.zeros((len(case.options), count + 1), np.int64), np.zeros(len(case.options), np.int64)
    )


@compiled
def fill_table(case: Case, grid: Grid, p: int) -> None:
    """Fill in the table of one option."""
    steps = grid.freight.shape[1] - 1
    grid.state[p] = 1
    for line in range(len(case.lines)):
        if case.cells[line, p].room > 0 and case.cells[line, p].load != case.lines[line].unit_weight:
            grid.state[p] = -1
            return
    single = np.full(steps + 1, UNREACHED)
    for s in range(1, steps + 1):
        single[s] = _least_charge(case, p, (s - 1) * grid.step_grams + 1, s * grid.step_grams)
        if single[s] < 0:
            grid.state[p] = -1
            return
    single[1] = min(single[1], _least_charge(case, p, 0, 0))
    row = grid.freight[p]
    row[0] = 0
    # From here on: a parcel of at least s steps.
    for s in range(steps - 1, 0, -1):
        single[s] = min(single[s], single[s + 1])
    for s in range(1, steps + 1):
        row[s] = single[s]
        for parcel in range(1, s):
            row[s] = min(row[s], single[parcel] + row[s - parcel])


@compiled
def _least_charge(case: Case, p: int, low: int, high: int) -> int:
    """The least cost of one parcel of `low` to `high` grams; UNREACHED if it is too heavy."""
    option, least = case.options[p], UNREACHED
    high = min(high, option.weight_max)
    for bracket in range(option.bracket_first, option.bracket_last + 1):
        first = max(low, 0 if bracket == option.bracket_first else case.tariffs.weight_max[bracket - 1] + 1)
        last = int(case.tariffs.weight_max[bracket])
        if option.dim_divisor == 0:
            # By volume a parcel may be billed in any later bracket.
            last = min(last, high)
        if low <= high and first <= last:
            least = min(
                least, parcel_cost(option, case.tariffs, first, 0), parcel_cost(option, case.tariffs, last, 0)
            )
    return least
