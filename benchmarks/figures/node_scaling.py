"""Time of deciding an order in a network of 2,000 nodes, beside one of 20, when as many of them hold the goods."""

import time
from typing import Any

from benchmarks.many_orders import Shelf, random_batch
from benchmarks.runs import figure_of
from router.routing.route import route
from router.routing.world import OrderToRoute, World

GOAL = 1.5
ORDERS = 100
Case = tuple[list[OrderToRoute], World, Shelf]


def measure(full: bool) -> dict[str, Any]:
    """Batches of 100 orders to new places; `ten_times_holders` (goal 8): 200 nodes hold the goods, beside 20."""
    runs = 9 if full else 5
    cases = [random_batch(1, 20), random_batch(1, 2_000, 20), random_batch(1, 2_000, 200)]
    for case in cases:
        _seconds(case, 0)
    ratios, wide, costs = [], [], []
    for run in range(1, runs + 1):
        few, many, held = (_seconds(case, run) for case in cases)
        ratios.append(many / few)
        wide.append(held / many)
        costs.append(many)
    middle = runs // 2
    return figure_of(
        "node_scaling",
        ratios,
        "times",
        GOAL,
        ten_times_holders=round(sorted(wide)[middle], 2),
        microseconds_per_order=round(sorted(costs)[middle] * 1e6),
    )


def _seconds(case: Case, run: int) -> float:
    """Processor seconds of an order."""
    requests, world, shelf = case
    some = requests[run * ORDERS % len(requests) :][:ORDERS]
    start = time.process_time()
    route(some, world, shelf, shelf)
    return (time.process_time() - start) / len(some)
