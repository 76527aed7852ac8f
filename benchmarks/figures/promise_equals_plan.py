"""How often an order gets another plan than the one promised a moment before, on the same stock. The goal is never.

Random carts of the tests at random retailers (rules of every kind), each quoted by every service level and then placed
with it, through the engine and its ledger.
"""

from itertools import count, islice
from typing import Any

from tests.app.promises import promised_and_placed

CARTS = 40


def measure(full: bool) -> dict[str, Any]:
    """The figure over 100,000 promises, or over 2,000."""
    pairs = (pair for seed in count() for pair in promised_and_placed(seed, CARTS))
    total = different = shipping = 0
    for promised, placed in islice(pairs, 100_000 if full else 2_000):
        total += 1
        different += promised != placed
        shipping += bool(placed.shipments)
    return {
        "figure": "promise_equals_plan",
        "value": different,
        "unit": "orders that got another plan than promised",
        "runs": total,
        "min": different,
        "max": different,
        "goal": 0,
        "orders_that_ship": shipping,
    }
