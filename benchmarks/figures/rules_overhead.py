"""The share of routing time that rules take: 50 rules, 20 nodes, batches of 1,000 orders of three lines."""

import time
from typing import Any

from benchmarks.many_orders import random_batch
from benchmarks.runs import figure_of
from benchmarks.stopwatch import watched
from router.routing.round import round as round_module
from router.routing.route import route
from router.rules.ruleset import CompiledRules

GOAL_SHARE = 0.25
RULES = ((round_module, "facts_of"), (CompiledRules, "evaluate"))
"""Building the facts that rules read counts as theirs."""


def measure(full: bool) -> dict[str, Any]:
    """Processor time of facts and evaluation over that of the whole batch, median of several batches."""
    shares, microseconds = [], []
    for seed in range(21 if full else 7):
        requests, world, shelf = random_batch(seed)
        if seed == 0:
            route(requests[:50], world, shelf, shelf)  # The kernels are loaded once.
        with watched(RULES) as rules:
            start = time.process_time()
            route(requests, world, shelf, shelf)
            whole = time.process_time() - start
        shares.append(rules.seconds / whole)
        microseconds.append(whole * 1e6 / len(requests))
    return figure_of(
        "rules_overhead",
        shares,
        "share of routing time",
        GOAL_SHARE,
        routing_microseconds_per_order=round(sorted(microseconds)[len(microseconds) // 2], 1),
    )
