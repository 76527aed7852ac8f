"""One condition of four parts over a batch of 10,000 orders: processor time for each order, columns given."""

import time
from typing import Any

import numpy as np

from benchmarks.runs import figure_of
from router.rules.expressions.forms import Forms
from router.rules.expressions.grid import Batch
from router.rules.vocabulary import Column, Facts
from tests.rules.expressions import a_term

GOAL_NANOSECONDS = 5.0
ORDERS = 10_000
LOOPS = 50
CONDITION = " && ".join(
    (
        'order.channel == "web"',
        "order.total > usd(100)",
        'dest.country in ["US", "CA"]',
        "line.unit_weight < kg(20)",
    )
)


def measure(full: bool) -> dict[str, Any]:
    """Nanoseconds an order, median of runs of 50 batches each; every batch starts without known values."""
    term, facts = a_term(CONDITION), some_facts()
    forms = Forms([term])
    hits = int(Batch(facts, forms).grid(term).bools.sum())
    runs = []
    for _ in range(101 if full else 31):
        begin = time.process_time_ns()
        for _ in range(LOOPS):
            Batch(facts, forms).grid(term)
        runs.append((time.process_time_ns() - begin) / LOOPS / ORDERS)
    return figure_of("rule_vector_ns", runs, "ns CPU", GOAL_NANOSECONDS, hits=hits)


def some_facts() -> Facts:
    """Orders of one line each; one in eight meets the condition."""
    random = np.random.default_rng(7)
    channels, countries = ("web", "app", "store"), ("US", "CA", "MX", "DE", "FR")
    columns = {
        "order.channel": Column(random.integers(0, len(channels), ORDERS), channels),
        "order.total": Column(random.integers(0, 50_000_000, ORDERS)),
        "dest.country": Column(random.integers(0, len(countries), ORDERS), countries),
        "line.unit_weight": Column(random.integers(0, 21_000, ORDERS)),
    }
    return Facts(
        order_count=ORDERS, node_count=20, service_count=3, line_order=np.arange(ORDERS), columns=columns
    )
