"""Lines below an option's freight: a + b * load <= freight of every load, however the units fall into parcels.

The load of an option is measured in grams, or where that says more in dimensional grams or in volume. Points below
the charge of one parcel, two for each bracket, span a lower convex hull. If all that the option could ever ship is
one parcel, lines on that hull support the freight. Else several parcels may be sent: hull points count only up to the
least charge per load, from there the line through the origin supports any number of parcels (a sum of parcels
costs at least the sum of its lines, and up to that point a line has a >= 0 and counts once).

Bounds are floating-point sums, their error stays below the slack of their size (`slack_of`), and costs are whole
numbers: a bound above `cost - 1 + slack` proves that nothing cheaper exists.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from router.domain.plan import METRICS
from router.solver.records import Array, Tariffs, compiled, inlined

Floats = NDArray[np.float64]

SLACK = 0.25
"""More than the rounding error of any bound up to EXACT_MAGNITUDE_MAX, in thousandths of a minor unit."""

EXACT_MAGNITUDE_MAX = 2.0**43


@inlined
def slack_of(magnitude: float) -> float:
    """More than the rounding error of a bound whose partial sums stay within `magnitude`: some thousand roundings."""
    return SLACK if magnitude <= EXACT_MAGNITUDE_MAX else magnitude / EXACT_MAGNITUDE_MAX


HULL = np.dtype(
    [
        ("count", np.int64),
        ("many", np.int64),
        ("load_max", np.float64),
        ("floor_milli", np.int64),
        ("over_milli", np.int64),
        ("caps", np.int64, (len(METRICS),)),
        ("free", np.int64, (len(METRICS),)),
    ],
    align=True,
)
"""Of an option: its hull points, whether several parcels are possible, and the load if it got all it can ship.

Where `many`, the last hull point is the least charge per load. The rest is what its terms leave: the least they add to
a shipment, the most of each metric that they do not forbid (`caps`), the most they do not charge for either (`free`),
and the least that it costs to exceed that.
"""

OPEN_CELL = np.dtype(
    [("room", np.int64), ("line_milli", np.int64), ("unit_milli", np.int64), ("load", np.float64)], align=True
)
"""Of a line in an option: units it can take, its costs, and the load of one unit."""


@compiled
def support_option(
    option: Any, tariffs: Tariffs, lines: Array, cells: Array, hulls: Array, points: Floats, p: int
) -> None:
    """Fill in `hulls[p]`, its points (load, cost) in `points[p]` and the loads of column p of `cells`."""
    weight = volume = units = 0
    for line in range(len(lines)):
        weight += cells[line, p].room * lines[line].unit_weight
        volume += cells[line, p].room * lines[line].unit_volume
        units += cells[line, p].room
    hull = hulls[p]
    many = weight > option.weight_max or volume > option.volume_max
    hull.many = many
    always_dimensional = option.dim_divisor > 0 and option.dim_volume_min == 0
    best, best_measure = -np.inf, 0.0
    for measure in (0.0, float(option.dim_divisor) if always_dimensional else np.inf, np.inf):
        # The measure is cubic millimetres per unit of load: none for grams, infinite for plain volume.
        load = load_of(weight, volume, measure)
        low = _least_load(lines, cells, p, measure, many)
        candidate = _parcel_points(option, tariffs, low, load, measure, many)
        count = _lower_hull(candidate, many, units)
        a, b = line_at(candidate, count, many, load)
        if a + b * load > best:
            best, best_measure = a + b * load, measure
            hull.count, hull.load_max = count, load
            points[p, :count] = candidate[:count]
    for line in range(len(lines)):
        cells[line, p].load = load_of(lines[line].unit_weight, lines[line].unit_volume, best_measure)


@inlined
def load_of(weight: int, volume: int, measure: float) -> float:
    """The load of goods in one measure."""
    if measure == 0.0:
        return float(weight)
    return float(volume) if measure == np.inf else volume / measure


@compiled
def _least_load(lines: Array, cells: Array, p: int, measure: float, many: bool) -> float:
    """The least load of a parcel with anything in it."""
    least = np.inf
    for line in range(len(lines)):
        room = cells[line, p].room
        if room > 0:
            units = 1 if many or lines[line].divisible else room
            least = min(least, load_of(lines[line].unit_weight, lines[line].unit_volume, measure) * units)
    return least


@compiled
def _parcel_points(
    option: Any, tariffs: Tariffs, low: float, load_max: float, measure: float, many: bool
) -> Floats:
    """Points (load, cost), loads rising, on or below the cost of one parcel, as lines between them are."""
    if many:
        load_max = min(load_max, load_of(option.weight_max, option.volume_max, measure))
    low = min(low, load_max)  # Rounding must not leave a gap between them.
    if measure == np.inf:
        least = _least_cost(option, tariffs)
        return np.array([[low, least], [load_max, least]])
    count = 2 * (option.bracket_last - option.bracket_first + 1)
    points = np.empty((count, 2))
    start, least = count, np.inf
    for bracket in range(option.bracket_last, option.bracket_first - 1, -1):
        first, edge = _bracket_edges(option, tariffs, bracket)
        # A dimensional load of more than edge - 1 and at most edge grams is billed as edge grams.
        left = max(low, float(first if measure == 0.0 else max(first - 1, 0)))
        right = min(load_max, float(edge))
        for load in (max(right, left), left):
            cost = _bracket_cost(option, tariffs, bracket, load)
            if option.dim_divisor > 0:
                # The billable weight may exceed this load: take the least cost from here on.
                least = min(least, min(cost, _bracket_cost(option, tariffs, bracket, float(edge))))
                cost = least
            if left <= right:
                start -= 1
                points[start, 0], points[start, 1] = load, cost + option.parcel_milli
    return points[start:]


@inlined
def _bracket_edges(option: Any, tariffs: Tariffs, bracket: int) -> tuple[int, int]:
    first = 0 if bracket == option.bracket_first else tariffs.weight_max[bracket - 1] + 1
    return first, tariffs.weight_max[bracket]


@inlined
def _bracket_cost(option: Any, tariffs: Tariffs, bracket: int, billable: float) -> float:
    """The charge before it is rounded up, times what money counts."""
    charge = tariffs.base_milli[bracket] + tariffs.rate_micro[bracket] / 1000.0 * billable
    return float(option.money_weight * charge)


@compiled
def _least_cost(option: Any, tariffs: Tariffs) -> float:
    """The least that a parcel may cost."""
    least = np.inf
    for bracket in range(option.bracket_first, option.bracket_last + 1):
        first, edge = _bracket_edges(option, tariffs, bracket)
        cost = min(
            _bracket_cost(option, tariffs, bracket, float(first)),
            _bracket_cost(option, tariffs, bracket, float(edge)),
        )
        least = min(least, cost)
    return least + float(option.parcel_milli)


@compiled
def _lower_hull(points: Floats, many: bool, units: int) -> int:
    """Move the lower hull of the points to the front; returns its length."""
    if many:
        least = np.inf
        for i in range(len(points)):
            least = min(least, points[i, 1])
        if least < 0:
            # Parcels that pay: no more of them than units.
            points[0, 0], points[0, 1] = 0.0, least * units
            return 1
    count = 0
    for i in range(len(points)):
        x, y = points[i, 0], points[i, 1]
        if count > 0 and x == points[count - 1, 0]:
            if y >= points[count - 1, 1]:
                continue
            count -= 1
        while count > 1 and _is_above(points, count - 1, x, y):
            count -= 1
        points[count, 0], points[count, 1] = x, y
        count += 1
    if many:
        least_at = 0
        for i in range(1, count):
            if points[least_at, 0] == 0.0 or (
                points[i, 1] * points[least_at, 0] < points[least_at, 1] * points[i, 0]
            ):
                least_at = i
        count = least_at + 1
    return count


@inlined
def _is_above(points: Floats, i: int, x: float, y: float) -> bool:
    """Whether point i lies on or above the line from its predecessor to (x, y)."""
    before_x, before_y = points[i - 1, 0], points[i - 1, 1]
    return bool((points[i, 1] - before_y) * (x - before_x) >= (y - before_y) * (points[i, 0] - before_x))


@inlined
def line_at(points: Floats, count: int, many: bool, load: float) -> tuple[float, float]:
    """The supporting line (a, b) that is highest at `load`."""
    last = count - 1
    if many and points[last, 1] >= 0 and points[last, 0] > 0 and (load > points[last, 0] or count == 1):
        return 0.0, points[last, 1] / points[last, 0]
    if count == 1:
        return points[0, 1], 0.0
    i = 1
    while i < last and points[i, 0] < load:
        i += 1
    slope = (points[i, 1] - points[i - 1, 1]) / (points[i, 0] - points[i - 1, 0])
    return points[i, 1] - slope * points[i, 0], slope
