"""Clean rule packs from a seed, and defects to plant in them: what the linter is measured by.

A defect names the finding that it must cause and the rule that must be named. Half of the kinds need a proof: several
rules together, arithmetic, or what always holds between facts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

HEADER = """kind: RuleSet/v1
id: {id}
owner: benchmarks
priority: {priority}
currency: USD
timezone: America/New_York
applies: dest.country == "US"
"""

CATEGORIES = ("apparel", "books", "electronics", "furniture", "garden", "grocery", "toys", "sports")


@dataclass(slots=True)
class Draft:
    """A pack while it is written: rules by block, each a YAML mapping in one line, without `default`."""

    lists: dict[str, str]
    blocks: dict[str, list[str]]
    more: list[str] = field(default_factory=list)

    def files(self) -> dict[str, bytes]:
        text = HEADER.format(id="main", priority=20) + "objective: {point_value: usd(0.02)}\nlists:\n"
        text += "".join(f"  {name}: [{words}]\n" for name, words in self.lists.items())
        for block, rules in self.blocks.items():
            text += f"{block}:\n" + "".join(
                f"  - {{{rule}}}\n" for rule in (*rules, *DEFAULTS.get(block, ()))
            )
        files = {"main.yaml": text.encode()}
        for number, body in enumerate(self.more):
            files[f"more-{number}.yaml"] = (
                HEADER.format(id=f"more-{number}", priority=10 - number) + body
            ).encode()
        return files


DEFAULTS = {
    "carriers": ("id: default, use: [UPS/GROUND, FEDEX/HOME, USPS/PRIORITY]",),
    "splits": ("id: default, max_shipments: 3",),
    "backorder": ("id: default, do: BACKORDER, penalty: usd(20)",),
}


def clean(random: Random) -> Draft:
    """A pack in which every rule decides something and no two rules get in each other's way."""
    few, many = random.randrange(2, 6), random.randrange(8, 20)
    heavy, near = random.randrange(15, 30), random.randrange(6, 20) * 100
    waited = random.sample(CATEGORIES, 4)
    return Draft(
        lists={"cold": "CHILLED, FROZEN", "grounded": "AEROSOL, LITHIUM"},
        blocks={
            "filters": [
                "id: open, keep: node.is_open",
                f"id: stores-near, when: 'node.kind == \"STORE\"', keep: 'pair.distance <= km({near})'",
            ],
            "constraints": [
                f"id: heavy, when: 'line.unit_weight > kg({heavy})', ban: 'node.kind == \"STORE\"', because: no lift",
                "id: grounded, when: line.hazmat in lists.grounded, ban: 'service.mode == \"AIR\"', because: the law",
                "id: cold, when: line.temperature in lists.cold, ban: 'lane.transit_days > days(2)', because: ice",
                f"id: late, when: 'order.tier == \"GOLD\"', ban: 'lane.late_days > days({few})', "
                "because: promised, soften: {cost: usd(8), per: late_day}",
            ],
            "scores": [
                f"id: close, weight: {random.randrange(5, 40)}, value: 1.0 - pair.distance / km({near * 3})",
                f"id: deep, weight: {random.randrange(5, 40)}, value: float(stock.available) / {many}.0",
            ],
            "costs": [
                "id: store-handling, when: 'node.kind == \"STORE\"', per: shipment, amount: usd(1.25)",
                f"id: bulky, when: 'line.unit_volume > liters({many * 5})', per: unit, amount: usd(0.75)",
            ],
            "carriers": [
                f"id: freight, when: 'shipment.weight > kg({heavy * 3})', use: [ESTES/LTL], overrides: [hazardous]",
                "id: hazardous, when: shipment.has_hazmat, use: [UPS/GROUND, FEDEX/HOME]",
            ],
            "splits": [
                f"id: few, when: 'order.unit_count <= {few}', max_shipments: 1",
                f"id: some, when: 'order.unit_count > {few} && order.unit_count <= {many}', max_shipments: 2",
                f"id: trade, when: 'order.tier == \"TRADE\" && order.unit_count > {many}', max_shipments: 5",
            ],
            "backorder": [
                f"id: wait-{word}, when: 'line.category == \"{word}\"', do: BACKORDER, penalty: usd({10 + place})"
                for place, word in enumerate(waited)
            ],
        },
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """`plant` adds the defect to a draft and gives the id that the finding `code` must name."""

    code: str
    by_proof: bool
    plant: Callable[[Draft, Random], str]


def bands_together(draft: Draft, random: Random) -> str:
    low, high = random.randrange(20, 40), random.randrange(50, 90)
    draft.blocks["splits"] = [
        f"id: light, when: 'order.weight <= kg({high})', max_shipments: 2",
        f"id: heavy-load, when: 'order.weight > kg({low})', max_shipments: 2",
        "id: gold, when: 'order.tier == \"GOLD\"', max_shipments: 4",
    ]
    return "gold"


def words_together(draft: Draft, random: Random) -> str:
    draft.blocks["backorder"] = [
        *(
            f"id: wait-{word.lower()}, when: 'line.temperature == \"{word}\"', do: CANCEL"
            for word in ("FROZEN", "CHILLED")
        ),
        "id: wait-ambient, when: 'line.temperature == \"AMBIENT\" && !line.is_preorder', do: HOLD",
        "id: wait-preorder, when: line.is_preorder, do: BACKORDER, until: release",
        f"id: dear, when: 'line.unit_price > usd({random.randrange(50, 500)})', do: HOLD, penalty: usd(60)",
    ]
    return "dear"


def sum_of_bounds(draft: Draft, random: Random) -> str:
    units, lines = random.randrange(10, 30), random.randrange(3, 9)
    draft.blocks["splits"] = [
        f"id: units, when: 'order.unit_count > {units}', max_shipments: 2, overrides: [lines]",
        f"id: lines, when: 'order.line_count > {lines}', max_shipments: 3",
        f"id: large, when: 'order.unit_count + order.line_count > {units + lines}', max_shipments: 4",
    ]
    return "large"


def hidden_rule_set(draft: Draft, random: Random) -> str:
    tier = random.choice(("GOLD", "SILVER", "TRADE"))
    draft.more.append(
        f"splits:\n  - {{id: hidden, when: 'order.tier == \"{tier}\"', max_shipments: 2}}\n"
        "  - {id: default, max_shipments: 2}\n"
    )
    return "hidden"


def impossible_product(draft: Draft, random: Random) -> str:
    unit, count = random.randrange(2, 9), random.randrange(4, 12)
    draft.blocks["costs"].append(
        f"id: planted, when: 'line.unit_weight >= kg({unit}) && line.quantity >= {count} "
        f"&& line.weight < kg({unit * count})', per: unit, amount: usd(1)"
    )
    return "planted"


def order_below_its_line(draft: Draft, random: Random) -> str:
    amount = random.randrange(50, 300)
    draft.blocks["costs"].append(
        f"id: planted, when: 'order.total < usd({amount}) && line.unit_price >= usd({amount})', "
        "per: line, amount: usd(1)"
    )
    return "planted"


def no_kind_of_node(draft: Draft, random: Random) -> str:
    word = random.choice(CATEGORIES)
    draft.blocks["constraints"] += [
        "id: own-only, when: 'order.tier == \"GOLD\"', ban: 'node.kind == \"SUPPLIER\"', because: service",
        f"id: not-stored, when: 'line.category == \"{word}\"', ban: 'node.kind == \"WAREHOUSE\"', because: no room",
    ]
    return "not-stored"


def no_country(draft: Draft, random: Random) -> str:
    draft.blocks["filters"].append("id: domestic, keep: node.country == dest.country")
    draft.blocks["constraints"].append(
        f"id: imported, when: 'line.category == \"{random.choice(CATEGORIES)}\"', ban: 'node.country == \"US\"', "
        "because: comes from abroad"
    )
    return "imported"


def no_service(draft: Draft, random: Random) -> str:
    carrier = random.choice(("USPS", "DHL", "ONTRAC"))
    draft.blocks["constraints"].append(
        f"id: by-contract, when: 'line.hazmat == \"LITHIUM\"', "
        f"ban: 'service.carrier != \"{carrier}\"', because: contract"
    )
    return "hazardous"


def narrower_by_arithmetic(draft: Draft, random: Random) -> str:
    unit, count = random.randrange(31, 40), random.randrange(2, 6)
    draft.blocks["constraints"].append(
        f"id: planted, when: 'line.weight > kg({unit * count}) && line.quantity <= {count}', "
        "ban: 'node.kind == \"STORE\"', because: too heavy"
    )
    return "planted"


def behind_a_wider_one(draft: Draft, random: Random) -> str:
    word = random.choice(CATEGORIES)
    draft.blocks["backorder"] = [
        f'id: wide, when: \'line.category in ["{word}", "music"]\', do: CANCEL',
        f"id: narrow, when: 'line.category == \"{word}\" && line.is_preorder', do: HOLD",
    ]
    return "narrow"


def two_words(draft: Draft, random: Random) -> str:
    one, other = random.sample(CATEGORIES, 2)
    draft.blocks["costs"].append(
        f'id: planted, when: \'line.category == "{one}" && line.category == "{other}"\', per: unit, amount: usd(1)'
    )
    return "planted"


def always(draft: Draft, random: Random) -> str:
    one, other = random.sample(CATEGORIES, 2)
    draft.blocks["costs"].append(
        f'id: planted, when: \'line.category != "{one}" || line.category != "{other}"\', per: unit, amount: usd(1)'
    )
    return "planted"


def ban_inside(draft: Draft, random: Random) -> str:
    weight = random.randrange(40, 90)
    draft.blocks["constraints"].append(
        f"id: planted, when: 'line.unit_weight > kg({weight}) && order.is_pickup', "
        "ban: 'node.kind == \"STORE\"', because: b"
    )
    return "planted"


def crossing(draft: Draft, random: Random) -> str:
    draft.blocks["splits"] = [
        "id: gold, when: 'order.tier == \"GOLD\"', max_shipments: 2",
        f"id: large, when: 'order.unit_count > {random.randrange(5, 50)}', max_shipments: 4",
    ]
    return "gold"


def crack(draft: Draft, random: Random) -> str:
    weight = random.randrange(10, 60)
    draft.blocks["splits"] = [
        f"id: light, when: 'order.weight < kg({weight})', max_shipments: 2",
        f"id: weighty, when: 'order.weight > kg({weight})', max_shipments: 4",
    ]
    return "weighty"


def faint_score(draft: Draft, random: Random) -> str:
    draft.blocks["scores"].append(
        f"id: planted, weight: 0.{random.randrange(1, 5)}, value: 1.0 - pair.distance / km(900)"
    )
    return "planted"


def dated_fence(draft: Draft, random: Random) -> str:
    day = random.randrange(10, 28)
    draft.blocks["constraints"].append(
        f"id: planted, when: order.is_pickup, ban: 'node.kind == \"SUPPLIER\"', because: b, "
        f"effective: {{from: '2026-12-{day}', to: '2027-03-01'}}"
    )
    return "planted"


def expired(draft: Draft, random: Random) -> str:
    draft.blocks["costs"].append(
        f"id: planted, when: order.is_pickup, per: shipment, amount: usd(1), "
        f"effective: {{from: '2026-01-01', to: '2026-0{random.randrange(2, 9)}-01'}}"
    )
    return "planted"


def unused_list(draft: Draft, random: Random) -> str:
    name = f"old_{random.randrange(100)}"
    draft.lists[name] = "A, B"
    return name


KINDS: Mapping[str, Kind] = {
    "bands together": Kind("L201", True, bands_together),
    "words together": Kind("L201", True, words_together),
    "sum of bounds": Kind("L201", True, sum_of_bounds),
    "hidden rule set": Kind("L201", True, hidden_rule_set),
    "impossible product": Kind("L202", True, impossible_product),
    "order below its line": Kind("L202", True, order_below_its_line),
    "no kind of node": Kind("L206", True, no_kind_of_node),
    "no country": Kind("L206", True, no_country),
    "no service": Kind("L207", True, no_service),
    "narrower by arithmetic": Kind("L204", True, narrower_by_arithmetic),
    "behind a wider one": Kind("L201", False, behind_a_wider_one),
    "two words": Kind("L202", False, two_words),
    "always": Kind("L203", False, always),
    "ban inside": Kind("L204", False, ban_inside),
    "crossing": Kind("L205", False, crossing),
    "crack": Kind("L208", False, crack),
    "faint score": Kind("L209", False, faint_score),
    "dated fence": Kind("L210", False, dated_fence),
    "expired": Kind("L301", False, expired),
    "unused list": Kind("L304", False, unused_list),
}
