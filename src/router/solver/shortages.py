"""What sets of options must leave or pay for at least, where terms cap what one shipment may measure.

SOURCE: the relaxation of every line for itself is convex in the units shipped, so taking less of one metric than it
ships costs at least the difference times the cheapest price, over the lines, of leaving one unit of that metric.
"""

import numpy as np

from router.solver.problem import UNLIMITED, Ints
from router.solver.records import Array, compiled
from router.solver.relaxation import IMPOSSIBLE, Case
from router.solver.supports import Floats


@compiled
def price_caps(
    case: Case, options: Ints, units: Ints, rate: Floats, is_chosen: Array, is_open: Array, size: int
) -> float:
    """What caps add at least to a filling `units` [J, L] of the J options, at `rate` [L, J].

    It bounds all sets of `size` options that are chosen and others that are open: either no shipment exceeds what
    nothing charges for, and the rest stays; or one does, and pays.
    """
    hard, free = np.zeros(len(case.lines[0].metric)), np.zeros(len(case.lines[0].metric))
    for metric in range(len(hard)):
        widest_hard, widest_free, others = 0, 0, size
        for j in range(len(options)):
            hull = case.hulls[options[j]]
            if is_chosen[j]:
                hard[metric] += hull.caps[metric]
                free[metric] += hull.free[metric]
                others -= 1
            elif is_open[j]:
                widest_hard = max(widest_hard, hull.caps[metric])
                widest_free = max(widest_free, hull.free[metric])
        hard[metric] += float(others) * widest_hard
        free[metric] += float(others) * widest_free
    least = IMPOSSIBLE
    for j in range(len(options)):
        if is_open[j]:
            least = min(least, float(case.hulls[options[j]].over_milli))
    return max(
        _price_shortage(case, options, units, rate, hard),
        min(least, _price_shortage(case, options, units, rate, free)),
    )


@compiled
def _price_shortage(case: Case, members: Ints, units: Ints, rate: Floats, limit: Floats) -> float:
    """What it adds at least that no metric may exceed its `limit` over all members."""
    price = 0.0
    for metric in range(len(limit)):
        if limit[metric] >= UNLIMITED:
            continue
        total, least = 0.0, np.inf
        for line in range(len(case.lines)):
            record = case.lines[line]
            if record.leader < 0 or record.leader == line:
                shipped, left_out = _weigh(case, members, units, rate, line, metric)
                total += shipped
                if shipped > 0:
                    least = min(least, left_out)
        if total > limit[metric]:
            if case.order[0].ship_complete:
                return IMPOSSIBLE
            price = max(price, (total - limit[metric]) * max(0.0, least))
    return price


@compiled
def _weigh(
    case: Case, members: Ints, units: Ints, rate: Floats, leader: int, metric: int
) -> tuple[float, float]:
    """What a line or group measures as filled, and what it costs at least to leave so much of it that it measures 1."""
    shipped, saved, dearest = 0.0, 0.0, -np.inf
    record = case.lines[leader]
    for line in range(leader, len(case.lines)):
        if line != leader and (record.leader < 0 or case.lines[line].leader != leader):
            continue
        other = case.lines[line]
        for j in range(len(members)):
            if units[j, line] > 0:
                shipped += float(units[j, line]) * other.metric[metric]
                saved += units[j, line] * (other.backorder_milli - rate[line, j])
                dearest = max(dearest, rate[line, j])
    if shipped == 0.0:
        return 0.0, np.inf
    if record.leader < 0:
        return shipped, (record.backorder_milli - dearest) / record.metric[metric]
    return shipped, saved / shipped
