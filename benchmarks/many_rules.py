"""A rule file as a large company might have it: hundreds of rules of all blocks, from a seed."""

from random import Random

HEADER = """kind: RuleSet/v1
id: many
owner: benchmarks
priority: 10
currency: USD
timezone: America/New_York
applies: order.channel in ["web", "app", "store"] && dest.country in ["US", "CA", "MX"]
objective: {point_value: usd(0.01)}
lists:
  north: [AK, ID, ME, MI, MN, MT, ND, NH, NY, OR, SD, VT, WA, WI, WY]
  bulky: [furniture, garden, appliances, tires]
"""

CHANNELS = ("web", "app", "store", "marketplace")
TIERS = ("GOLD", "SILVER", "STANDARD", "TRADE")
REGIONS = ("AK", "CA", "FL", "HI", "NY", "OR", "TX", "WA")
CATEGORIES = ("apparel", "books", "electronics", "furniture", "garden", "grocery", "toys")
HAZMAT = ("aerosol", "battery_loose", "paint", "perfume")
KINDS = ("WAREHOUSE", "STORE", "SUPPLIER")
MODES = ("GROUND", "AIR", "FREIGHT")


def many_rules(count: int, seed: int = 0) -> bytes:
    """One rule file with `count` rules: half bans, the others costs, scores, filters and carrier choices."""
    random = Random(seed)
    parts = {"constraints": count // 2, "costs": count // 5, "scores": count // 10, "filters": count // 10}
    parts["carriers"] = count - sum(parts.values())
    makers = {
        "constraints": _ban,
        "costs": _cost,
        "scores": _score,
        "filters": _filter,
        "carriers": _carriers,
    }
    body = HEADER
    for block, rules in parts.items():
        body += f"{block}:\n"
        body += "".join(
            makers[block](random, f"{block}-{number}") for number in range(rules - (block == "carriers"))
        )
    return (body + "  - {id: default, use: [USPS/GROUND, UPS/GROUND, FEDEX/HOME]}\n").encode()


def condition(random: Random) -> str:
    """What an order and one of its lines must be, in two to four parts."""
    parts = [
        f'order.channel == "{random.choice(CHANNELS)}"',
        f'order.tier != "{random.choice(TIERS)}"',
        f"order.total > usd({random.randrange(10, 500)})",
        f'dest.region in ["{random.choice(REGIONS)}", "{random.choice(REGIONS)}"]',
        "dest.region in lists.north",
        f"order.line_count >= {random.randrange(1, 9)}",
        f"order.weight <= kg({random.randrange(1, 80)}.5)",
    ]
    return " && ".join(random.sample(parts, random.randrange(2, 5)))


def _ban(random: Random, name: str) -> str:
    ban = random.choice(
        (
            f'line.hazmat == "{random.choice(HAZMAT)}" && service.mode == "{random.choice(MODES)}"',
            f'node.kind == "{random.choice(KINDS)}" && line.unit_weight > kg({random.randrange(5, 60)})',
            f"pair.distance > km({random.randrange(200, 4_000)})",
            f"lane.late_days > days({random.randrange(1, 4)}) || lane.transit_days > days({random.randrange(5, 9)})",
            f'line.category == "{random.choice(CATEGORIES)}" && node.id.startsWith("store-{random.randrange(99)}")',
        )
    )
    return (
        f"  - id: {name}\n    when: {condition(random)}\n    ban: {ban}\n"
        f"    because: agreed with operations, see note {random.randrange(999)}\n"
    )


def _cost(random: Random, name: str) -> str:
    amount = random.choice(
        (f"usd({random.randrange(1, 900) / 100})", f"order.total * 0.0{random.randrange(1, 9)}")
    )
    return f"  - id: {name}\n    when: {condition(random)}\n    per: shipment\n    amount: {amount}\n"


def _score(random: Random, name: str) -> str:
    value = f"1.0 - pair.distance / km({random.randrange(500, 5_000)})"
    return f"  - id: {name}\n    when: {condition(random)}\n    weight: {random.randrange(1, 50)}\n    value: {value}\n"


def _filter(random: Random, name: str) -> str:
    return f'  - id: {name}\n    when: {condition(random)}\n    keep: node.kind != "{random.choice(KINDS)}"\n'


def _carriers(random: Random, name: str) -> str:
    return (
        f'  - id: {name}\n    when: {condition(random)} && line.category == "{random.choice(CATEGORIES)}"\n'
        f"    use: [UPS/GROUND, FEDEX/HOME]\n"
    )
