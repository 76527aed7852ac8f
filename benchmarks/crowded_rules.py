"""A first-match block of hundreds of rules that get in each other's way: most are never reached."""

from random import Random

from benchmarks.many_rules import CATEGORIES, CHANNELS, HAZMAT, HEADER, TIERS


def crowded_rules(count: int, seed: int = 0) -> bytes:
    """One rule file whose `backorder` has `count` rules of two to four comparisons each."""
    random = Random(seed)
    body = HEADER + "backorder:\n"
    for number in range(count - 1):
        condition = " && ".join(random.sample(_comparisons(random), random.randrange(2, 5)))
        action = random.choice(("BACKORDER", "CANCEL", "HOLD"))
        body += f"  - {{id: rule-{number}, when: '{condition}', do: {action}, penalty: usd({random.randrange(5)})}}\n"
    return (body + "  - {id: default, do: CANCEL}\n").encode()


def _comparisons(random: Random) -> list[str]:
    return [
        f'order.channel == "{random.choice(CHANNELS[:3])}"',
        f'order.tier != "{random.choice(TIERS)}"',
        f"order.total > usd({random.randrange(10, 500)})",
        f"order.total <= usd({random.randrange(10, 500)})",
        f'line.category in ["{random.choice(CATEGORIES)}", "{random.choice(CATEGORIES)}"]',
        f"line.quantity >= {random.randrange(1, 9)}",
        f"line.quantity < {random.randrange(1, 9)}",
        f'line.hazmat == "{random.choice(HAZMAT)}"',
        f"line.unit_weight <= kg({random.randrange(1, 80)})",
        "line.is_preorder",
        "!line.is_preorder",
        f"order.line_count > {random.randrange(1, 9)}",
    ]
