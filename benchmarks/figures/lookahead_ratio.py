"""What the look-ahead policy costs over the linear program of expected orders, which no policy can beat in the mean.

The published policies on the same streams are listed beside it, with the same ratios, also to the weaker program over
items and boxes that publications use. Draws benchmarks/pictures/look-ahead.svg.
"""

from typing import Any

import numpy as np

from benchmarks.quality.stream_picture import draw_policies
from benchmarks.quality.stream_runs import LOOK_AHEAD, run_all


def measure(full: bool) -> dict[str, Any]:
    """The mean ratio over 15 instances, one stream of each or four."""
    instances, places = run_all(full=full)
    draw_policies(instances, places)
    ratios = [one.ratio(LOOK_AHEAD) for one in instances]
    policies = list(instances[0].cost_milli)
    return {
        "figure": "lookahead_ratio",
        "value": round(float(np.mean(ratios)), 4),
        "unit": "cost over the linear program of whole plans",
        "runs": len(instances),
        "min": round(min(ratios), 4),
        "max": round(max(ratios), 4),
        "goal": 1.02,
        "places": places,
        "all": {one: round(float(np.mean([i.ratio(one) for i in instances])), 4) for one in policies},
        "all_over_items_program": {
            one: round(float(np.mean([i.ratio_over_items(one) for i in instances])), 4) for one in policies
        },
    }
