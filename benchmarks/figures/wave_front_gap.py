"""How far the points of a wave's front over cost, days, shipments and CO2e lie above their proven least cost.

Draws benchmarks/pictures/wave-front.svg.
"""

import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.wave_front import a_front
from router.simulation.policies.front_picture import Spot, draw_front

TARGET = Path(__file__).resolve().parents[1] / "pictures" / "wave-front.svg"


def measure(full: bool) -> dict[str, Any]:
    """The median gap in percent over the points of one wave: 300 orders and 24 searches, or 100 and 16."""
    order_count, tries = (300, 24) if full else (100, 16)
    begin = time.process_time()
    problem, front = a_front(order_count, tries)
    seconds = time.process_time() - begin
    units = int(problem.orders.quantity.sum())
    spots = [
        Spot(
            cost=point.cost_milli / 100_000,
            bound=point.bound_milli / 100_000,
            measured=(
                point.measured[0] / max(1, units - point.unshipped_units),
                point.measured[1],
                point.measured[2] / 1_000,
            ),
        )
        for point in front.points
    ]
    measures = ("days until a unit arrives, mean", "shipments", "kg of CO2e")
    found = f"{len(front.points)} plans from {len(front.tries)} searches"
    title = f"What a wave of {order_count} orders could have: {found}"
    TARGET.write_text(draw_front(spots, measures, title, "cost"), encoding="utf-8")
    gaps = sorted(100 * (one.cost_milli - one.bound_milli) / one.cost_milli for one in front.points)
    return {
        "figure": "wave_front_gap",
        "value": round(float(np.median(gaps)), 3),
        "unit": "percent of cost above what is proven at the point",
        "runs": len(gaps),
        "min": round(gaps[0], 3),
        "max": round(gaps[-1], 3),
        "goal": 1.0,
        "orders": order_count,
        "searches": len(front.tries),
        "seconds": round(seconds, 1),
    }
