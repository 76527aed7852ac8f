"""The share of routing time that goes into keeping what explanations need.

An explanation is made when it is asked for, from what the decision was made from. So what is kept for it are the inputs
of each decision, and why units stay behind. Cost parts are part of every answer and not counted, nor is lining up the
shipments that plans are made of; the pass that writes down which stock each order sees in its turn is, with all else
that it does. `without_settling`: the share without it.
"""

import time
from statistics import median
from typing import Any

from benchmarks.many_orders import random_batch
from benchmarks.runs import figure_of
from benchmarks.stopwatch import watched
from router.routing import route as route_module
from router.routing.plan import plans as plans_module
from router.routing.route import route

GOAL_SHARE = 0.05
SETTLING = ((route_module, "stock_in_turn"),)
KEEPING = (
    (route_module, "inputs_in_turn"),
    (route_module, "inputs_of"),
    (plans_module, "reason_of"),
)


def measure(full: bool) -> dict[str, Any]:
    """Processor time of keeping over that of the whole batch, median of several batches of 1,000 orders."""
    shares, without = [], []
    for seed in range(21 if full else 7):
        requests, world, shelf = random_batch(seed)
        if seed == 0:
            route(requests[:50], world, shelf, shelf)  # The kernels are loaded once.
        with watched(KEEPING) as keeping, watched(SETTLING) as settling:
            start = time.process_time()
            route(requests, world, shelf, shelf)
            whole = time.process_time() - start
        shares.append((keeping.seconds + settling.seconds) / whole)
        without.append(keeping.seconds / whole)
    return figure_of(
        "explain_overhead",
        shares,
        "share of routing time",
        GOAL_SHARE,
        without_settling=round(median(without), 3),
    )
