"""A batch for figures of routing alone: 1,000 orders of three lines, 20 nodes, 3 service levels, 50 rules."""

from dataclasses import dataclass
from random import Random

from router.domain.carrier import Bracket, ServiceLevel, Tariff, Zone
from router.domain.identifiers import CarrierId, Instant, LineId, NodeId, OrderId, ServiceLevelId, Sku
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Point
from router.domain.product import Product
from router.routing.network.prepared import prepare
from router.routing.world import OrderToRoute, World
from router.rules.ruleset import CompiledRules, compile_rules

ORDER_COUNT = 1_000
NODE_COUNT = 20
RULE_COUNT = 50
NOON = Instant(1_772_452_800_000_000)
SERVICES = ("CHRONO/13", "GELS/COLD", "POSTE/COLIS")
CATEGORIES = ("grocery", "home", "phones", "toys")
REGIONS = ("ARA", "BRE", "IDF", "PAC")
SKU_COUNT = 200


HEADER = """\
kind: RuleSet/v1
id: many
revision: "1"
owner: planning
priority: 1
currency: EUR
applies: dest.country == "FR"
objective: {point_value: eur(0.01)}
"""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Stock by SKU and node; nothing is booked."""

    stock: dict[Sku, dict[NodeId, int]]

    def available(self, sku: Sku) -> dict[NodeId, int]:
        return self.stock[sku]

    def shipments_booked(self, node_id: NodeId) -> dict[int, int]:
        return {}


def random_batch(
    seed: int, node_count: int = NODE_COUNT, holder_count: int | None = None
) -> tuple[list[OrderToRoute], World, Shelf]:
    """Plenty of stock at so many nodes (else at every one), so that orders do not wait for each other."""
    random = Random(seed)
    nodes = [random_node(random, number) for number in range(node_count)]
    network = Network(currency="EUR", nodes=tuple(nodes), service_levels=tuple(map(service, SERVICES)))
    products = {
        Sku(f"sku-{number}"): Product(
            sku=Sku(f"sku-{number}"),
            category=CATEGORIES[number % len(CATEGORIES)],
            weight_grams=random.randint(100, 5_000),
        )
        for number in range(SKU_COUNT)
    }
    holders = nodes[:holder_count]
    shelf = Shelf({sku: {node.id: 100_000 for node in holders} for sku in products})
    world = World(network=prepare(network), products=products, rules=rules())
    return (
        [OrderToRoute(order=order(random, n), decision_time=NOON) for n in range(ORDER_COUNT)],
        world,
        shelf,
    )


def random_node(random: Random, number: int) -> Node:
    return Node(
        id=NodeId(f"node-{number:04}"),
        kind="STORE" if number % 2 else "WAREHOUSE",
        country="FR",
        region=REGIONS[number % len(REGIONS)],
        point=random_point(random),
        calendar=NodeCalendar(cut_off_minutes=(1020,) * 7),
        service_level_ids=tuple(map(ServiceLevelId, SERVICES)),
        handling_minor=random.randint(50, 200),
    )


def random_point(random: Random) -> Point:
    return Point(random.randint(43_000_000, 50_000_000), random.randint(-1_000_000, 7_000_000))


def service(name: str) -> ServiceLevel:
    zones = [
        Zone(
            distance_km_max=reach,
            transit_days=days,
            brackets=(Bracket(weight_grams_max=30_000, price_minor=price, rate_micro=90_000),),
        )
        for reach, days, price in ((200, 1, 500), (600, 2, 650), (2_000, 3, 800))
    ]
    return ServiceLevel(
        id=ServiceLevelId(name),
        carrier_id=CarrierId(name.split("/")[0]),
        mode={"CHRONO/13": "AIR", "GELS/COLD": "COLD"}.get(name, "GROUND"),
        countries=("FR",),
        parcel_weight_grams_max=30_000,
        tariff=Tariff(zones=tuple(zones)),
    )


def order(random: Random, number: int) -> Order:
    skus = random.sample(range(SKU_COUNT), 3)
    return Order(
        id=OrderId(f"order-{number}"),
        channel=random.choice(("web", "app", "store", "marketplace")),
        tier=random.choice(("", "GOLD")),
        destination=Destination(country="FR", region=random.choice(REGIONS), point=random_point(random)),
        lines=tuple(
            OrderLine(
                id=LineId(str(line)),
                sku=Sku(f"sku-{sku}"),
                quantity=random.choice((1, 1, 2)),
                unit_price_minor=random.randint(500, 30_000),
            )
            for line, sku in enumerate(skus, start=1)
        ),
        place_time=NOON,
    )


def rules() -> CompiledRules:
    """Fifty rules that read facts of every scope."""
    compiled = compile_rules({"many.yaml": rules_text().encode()}).rules
    assert compiled is not None
    assert compiled.rule_count == RULE_COUNT
    return compiled


def rules_text() -> str:
    """The same as a planner would write them."""
    blocks = {
        "filters": [
            rule(f"far-{n}", when=f'order.channel == "{channel}"', keep=f"pair.distance < km({900 + 50 * n})")
            for n, channel in enumerate(("web", "app", "store", "marketplace", "edi"))
        ],
        "constraints": [
            rule(
                f"heavy-{n}",
                when=f'line.category == "{CATEGORIES[n % 4]}" && line.weight > kg({8 + n})',
                ban='service.mode == "AIR"',
            )
            for n in range(9)
        ]
        + [
            rule(
                f"slow-{n}",
                when=f'dest.region == "{REGIONS[n % 4]}"',
                ban=f"lane.transit_days > days({3 + n})",
            )
            for n in range(7)
        ],
        "scores": [
            rule(f"near-{n}", weight=n + 1, value=f"1.0 - pair.distance / km({1000 + 100 * n})")
            for n in range(5)
        ],
        "costs": [
            rule(
                f"store-{n}",
                when=f'node.kind == "STORE" && order.total > eur({10 * n})',
                per="shipment",
                amount=f"eur(0.{n + 10})",
            )
            for n in range(8)
        ]
        + [
            rule(
                f"unit-{n}",
                when=f"line.unit_price >= eur({20 * n + 5})",
                per="unit",
                amount=f"eur(0.0{n + 1})",
            )
            for n in range(6)
        ],
        "splits": [
            rule(f"gold-{n}", when=f'order.tier == "GOLD" && order.line_count > {8 - n}', max_shipments=2)
            for n in range(4)
        ]
        + [rule("default", max_shipments=3, units="when_short")],
        "backorder": [
            rule(f"wait-{n}", when=f'line.category == "{name}"', do="BACKORDER", penalty=f"eur({30 + n})")
            for n, name in enumerate(CATEGORIES)
        ]
        + [rule("default", do="BACKORDER", penalty="eur(30)")],
    }
    return HEADER + "".join(f"{block}:\n{''.join(rules)}" for block, rules in blocks.items())


def rule(id: str, **fields: object) -> str:
    return f"  - id: {id}\n" + "".join(f"    {key}: {value}\n" for key, value in fields.items())
