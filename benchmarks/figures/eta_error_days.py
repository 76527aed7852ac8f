"""How far the day that is estimated at hand-over is from the day of delivery, on real orders of a marketplace."""

from datetime import datetime, timedelta
from statistics import fmean, median
from typing import Any

from benchmarks.real.data import leave_if_absent
from benchmarks.real.olist_trips import FILES, Delivery, deliveries
from router.routing.network.transit import TransitTimes, learn

TRIPS_BEFORE = 200
"""So many deliveries are learned from before the first one is estimated."""


def measure(full: bool) -> dict[str, Any]:
    """Median absolute error in days; the goal is that of the shop's own date.

    Each month knows only what was delivered before it began.
    """
    leave_if_absent(*FILES)
    every = list(deliveries())
    own, shop, covered, late, foreseen, false = [], [], 0, 0, 0, 0
    times: TransitTimes | None = None
    month = None
    for one in every:
        if (one.left.year, one.left.month) != month:
            month = (one.left.year, one.left.month)
            times = times_before(every, datetime(*month, 1))
        estimate = times.estimate(one.trip.groups, one.trip.weekday) if times else None
        if estimate is None:
            continue
        days, came = one.trip.days, one.came.date()
        own.append(abs(estimate.likely - days))
        shop.append(abs((one.promised - came).days))
        covered += estimate.low <= days <= estimate.high
        expects_late = one.left.date() + timedelta(estimate.likely) > one.promised
        late += came > one.promised
        foreseen += expects_late and came > one.promised
        false += expects_late and came <= one.promised
    return {
        "figure": "eta_error_days",
        "value": median(own),
        "unit": "days",
        "runs": len(own),
        "min": min(own),
        "max": max(own),
        "goal": median(shop),
        "mean": round(fmean(own), 2),
        "shop_date_median": median(shop),
        "shop_date_mean": round(fmean(shop), 2),
        "within_bounds_percent": round(100 * covered / len(own), 1),
        "late": late,
        "late_foreseen_at_hand_over": foreseen,
        "foreseen_and_in_time": false,
    }


def times_before(every: list[Delivery], moment: datetime) -> TransitTimes | None:
    """What was known then: deliveries that had come."""
    known = [one.trip for one in every if one.came < moment]
    return learn(known) if len(known) >= TRIPS_BEFORE else None
