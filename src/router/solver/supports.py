"""Lines below an option's freight: a + b * load <= freight of every load, however the units fall into parcels.

The load of an option is measured in grams, or where that says more in dimensional grams or in volume. Points below
the charge of one parcel, two for each bracket, span a lower convex hull. If all that the option could ever ship is
one parcel, lines on that hull support the freight. Else several parcels may be sent: hull points count only up to the
least charge per load, from there the line through the origin supports any number of parcels (a sum of parcels
costs at least the sum of its lines, and up to that point a line has a >= 0 and counts once).

Bounds are floating-point sums below 2**43, so their error stays below SLACK, and costs are whole numbers: a bound
above `cost - 1 + SLACK` proves that nothing cheaper exists.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from router.solver.problem import Ints
from router.solver.records import Array, Records, Tariffs, compiled, inlined

Floats = NDArray[np.float64]

SLACK = 0.25
"""More than the rounding error of any bound, in thousandths of a minor unit."""


class Supports(NamedTuple):
    """Per option p: hull points x[p, i], y[p, i], i < count[p]; load of one unit of each line; all it could get.

    `many[p]` says that several parcels are possible: the last hull point is then the least charge per load.
    """

    x: Floats
    y: Floats
    count: Ints
    many: Array
    load: Floats
    load_max: Floats


@compiled
def build_supports(records: Records, order: Any, lines: Array, columns: Ints, room: Ints) -> Supports:
    """The supports of the options `columns`, of which `room[line, p]` units can be shipped."""
    options, brackets = len(columns), 0
    for column in columns:
        option = records.options[order.option_start + column]
        brackets = max(brackets, option.bracket_last - option.bracket_first + 1)
    supports = Supports(
        np.zeros((options, 2 * brackets)),
        np.zeros((options, 2 * brackets)),
        np.zeros(options, np.int64),
        np.zeros(options, np.bool_),
        np.zeros((len(lines), options)),
        np.zeros(options),
    )
    for p in range(options):
        option = records.options[order.option_start + columns[p]]
        _support_option(option, records.tariffs, lines, room[:, p], supports, p)
    return supports


@compiled
def _support_option(
    option: Any, tariffs: Tariffs, lines: Array, room: Ints, supports: Supports, p: int
) -> None:
    weight = volume = units = 0
    for line in range(len(lines)):
        weight += room[line] * lines[line].unit_weight
        volume += room[line] * lines[line].unit_volume
        units += room[line]
    many = weight > option.weight_max or volume > option.volume_max
    always_dimensional = option.dim_divisor > 0 and option.dim_volume_min == 0
    best, best_measure = -np.inf, 0.0
    for measure in (0.0, float(option.dim_divisor) if always_dimensional else np.inf, np.inf):
        # The measure is cubic millimetres per unit of load: none for grams, infinite for plain volume.
        load = _load(weight, volume, measure)
        x, y = _parcel_points(option, tariffs, lines, room, measure, load, many)
        count = _lower_hull(x, y, many, units)
        a, b = line_at(x, y, count, many, load)
        value = a + b * load
        if value > best:
            best, best_measure = value, measure
            supports.x[p, :count], supports.y[p, :count] = x[:count], y[:count]
            supports.count[p], supports.many[p], supports.load_max[p] = count, many, load
    for line in range(len(lines)):
        supports.load[line, p] = _load(lines[line].unit_weight, lines[line].unit_volume, best_measure)


@compiled
def _load(weight: int, volume: int, measure: float) -> float:
    if measure == 0.0:
        return float(weight)
    return float(volume) if measure == np.inf else volume / measure


@compiled
def _parcel_points(
    option: Any, tariffs: Tariffs, lines: Array, room: Ints, measure: float, load_max: float, many: bool
) -> tuple[Floats, Floats]:
    """Points (load, cost) on or below the cost of one parcel, between which lines stay below it."""
    low = load_max
    for line in range(len(lines)):
        if room[line] > 0:
            units = 1 if many or lines[line].divisible else room[line]
            low = min(low, _load(lines[line].unit_weight, lines[line].unit_volume, measure) * units)
    if many:
        load_max = min(load_max, _load(option.weight_max, option.volume_max, measure))
    if measure == np.inf:
        return np.array([low, load_max]), np.full(2, _least_cost(option, tariffs))
    brackets = option.bracket_last - option.bracket_first + 1
    x, y = np.empty(2 * brackets), np.empty(2 * brackets)
    start, least = 2 * brackets, np.inf
    for bracket in range(option.bracket_last, option.bracket_first - 1, -1):
        first, edge = _bracket_edges(option, tariffs, bracket)
        # A dimensional load of more than edge - 1 and at most edge grams is billed as edge grams.
        left = max(low, float(first if measure == 0.0 else max(first - 1, 0)))
        right = min(load_max, float(edge))
        for load in (max(right, left), left):
            cost = _bracket_cost(tariffs, bracket, load)
            if option.dim_divisor > 0:
                # The billable weight may exceed this load: take the least cost from here on.
                least = min(least, min(cost, _bracket_cost(tariffs, bracket, float(edge))))
                cost = least
            if left <= right:
                start -= 1
                x[start], y[start] = load, cost + option.parcel_milli
    return x[start:], y[start:]


@inlined
def _bracket_edges(option: Any, tariffs: Tariffs, bracket: int) -> tuple[int, int]:
    first = 0 if bracket == option.bracket_first else tariffs.weight_max[bracket - 1] + 1
    return first, tariffs.weight_max[bracket]


@inlined
def _bracket_cost(tariffs: Tariffs, bracket: int, billable: float) -> float:
    """The charge before it is rounded up."""
    return tariffs.base_milli[bracket] + tariffs.rate_micro[bracket] / 1000.0 * billable


@compiled
def _least_cost(option: Any, tariffs: Tariffs) -> float:
    """The least that a parcel may cost."""
    least = np.inf
    for bracket in range(option.bracket_first, option.bracket_last + 1):
        first, edge = _bracket_edges(option, tariffs, bracket)
        cost = min(
            _bracket_cost(tariffs, bracket, float(first)), _bracket_cost(tariffs, bracket, float(edge))
        )
        least = min(least, cost)
    return least + option.parcel_milli


@compiled
def _lower_hull(x: Floats, y: Floats, many: bool, units: int) -> int:
    """Move the lower hull of the points, x rising, to the front; returns its length."""
    if many and np.min(y) < 0:
        # Parcels that pay: no more of them than units.
        x[0], y[0] = 0.0, np.min(y) * units
        return 1
    count = 0
    for i in range(len(x)):
        if count > 0 and x[i] == x[count - 1]:
            if y[i] >= y[count - 1]:
                continue
            count -= 1
        while count > 1 and (y[count - 1] - y[count - 2]) * (x[i] - x[count - 2]) >= (y[i] - y[count - 2]) * (
            x[count - 1] - x[count - 2]
        ):
            count -= 1
        x[count], y[count] = x[i], y[i]
        count += 1
    if many:
        least = 0
        for i in range(1, count):
            if x[least] == 0.0 or y[i] * x[least] < y[least] * x[i]:
                least = i
        count = least + 1
    return count


@compiled
def line_at(x: Floats, y: Floats, count: int, many: bool, load: float) -> tuple[float, float]:
    """The supporting line (a, b) that is highest at `load`."""
    last = count - 1
    if many and y[last] >= 0 and x[last] > 0 and (load > x[last] or count == 1):
        return 0.0, y[last] / x[last]
    if count == 1:
        return y[0], 0.0
    i = 1
    while i < last and x[i] < load:
        i += 1
    slope = (y[i] - y[i - 1]) / (x[i] - x[i - 1])
    return y[i] - slope * x[i], slope
