"""Seeded random retailers with too little of everything: stock, slots, days."""

from dataclasses import replace
from random import Random

from router.domain.carrier import Bracket, Tariff, Zone
from router.domain.identifiers import LineId, NodeId, OrderId, ServiceLevelId, Sku
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Point
from router.domain.transfer_lane import TransferLane
from router.routing.decision import NO_PRICES, Prices
from router.routing.world import OrderToRoute, World
from tests.routing.builders import MONDAY_TEN, Shelf, a_node, a_product, a_service, a_world, day, rules_from

SKUS = ("BEANS", "CLOCK", "DESK", "ELIXIR", "LAMP")
SERVICES = ("CHRONO/13", "GELS/COLD", "POSTE/COLIS")

RULES = """\
kind: RuleSet/v1
id: shop
revision: "1"
owner: planning
priority: 10
currency: EUR
applies: dest.country == "FR"
filters:
  - {id: not-from-far, when: order.channel == "store", keep: pair.distance < km(500)}
constraints:
  - {id: elixir-by-road, when: line.hazmat == "AEROSOL", ban: service.mode == "AIR"}
  - {id: on-time, when: order.tier == "GOLD", ban: lane.late_days > days(0)}
  - {id: light-from-stores, when: line.weight > kg(9), ban: node.kind == "STORE"}
scores:
  - {id: near, weight: 10, value: 1.0 - pair.distance / km(2000)}
costs:
  - {id: late, per: late_day, amount: eur(1.5)}
  - {id: slow, when: pair.ship_days > days(0), per: shipment, amount: eur(0.75)}
  - {id: store-box, when: node.kind == "STORE", per: parcel, amount: eur(0.4)}
  - {id: desk, when: line.sku == "DESK", per: line, amount: eur(2)}
  - {id: store-unit, when: node.kind == "STORE", per: unit, amount: eur(0.2)}
splits:
  - {id: gold, when: order.tier == "GOLD", max_shipments: 2, extra_box: eur(1), units: always}
  - {id: store, when: order.channel == "store", max_shipments: 2, units: never, complete: true}
  - {id: default, max_shipments: 3, min_value: eur(5), extra_box: eur(0.5), units: when_short}
backorder:
  - {id: beans, when: line.sku == "BEANS", do: CANCEL, penalty: eur(9)}
  - {id: default, do: BACKORDER, penalty: eur(30)}
objective: {point_value: eur(0.05)}
"""

RULES_ABOUT_STOCK = """\
kind: RuleSet/v1
id: stock
revision: "1"
owner: planning
priority: 5
currency: EUR
applies: dest.country == "FR"
costs:
  - {id: keep-the-last, when: stock.available < 4, per: unit, amount: eur(3)}
"""

RULES_OF_ALL_KINDS = """\
kind: RuleSet/v1
id: all
revision: "1"
owner: planning
priority: 3
currency: EUR
timezone: Europe/Paris
attributes: {order.attr.gift: bool, line.attr.fragile: int, node.attr.docks: int}
applies: dest.country == "FR"
holds:
  - {id: dear, when: order.total > eur(150) && order.channel == "web"}
together:
  - {id: cold, when: line.temperature == "CHILLED"}
  - id: gifts
    when: default(order.attr.gift, false) && line.sku in ["LAMP", "CLOCK"]
safety_stock:
  - {id: stores-keep-one, when: node.kind == "STORE", keep: 1}
  - {id: keep-desks, when: line.sku == "DESK", keep: 2}
stock_caps:
  - {id: half, when: order.channel == "store", share: 0.5}
  - {id: few-beans, when: line.sku == "BEANS", units: 3}
constraints:
  - id: busy
    when: default(pair.free_slots, 9) < 2 && order.tier == "GOLD"
    ban: service.mode == "AIR"
  - {id: soft, ban: lane.delivery_days > days(4), soften: {cost: eur(2), per: shipment}}
carriers:
  - {id: heavy, when: shipment.weight > kg(8), use: [POSTE/COLIS, GELS/COLD]}
  - {id: mixed, when: shipment.has_hazmat && shipment.line_count > 1, use: [POSTE/COLIS]}
  - {id: default, use: [POSTE/COLIS, GELS/COLD, CHRONO/13]}
costs:
  - {id: bulky, when: shipment.weight > kg(2) && node.kind == "STORE", per: shipment, amount: eur(1)}
  - {id: many, when: shipment.unit_count >= 4, per: shipment, amount: eur(0.6)}
  - {id: cold-late, when: shipment.has_cold, per: late_day, amount: eur(0.5)}
  - {id: crowd, when: pair.booked > 1, per: shipment, amount: eur(0.3)}
objective: {tiers: TIERS, ties: TIES}
"""
RULES_OF_SUBSTITUTES = """\
kind: RuleSet/v1
id: swap
revision: "1"
owner: planning
priority: 2
currency: EUR
applies: dest.country == "FR"
substitutes:
  - {id: lamps, when: line.sku == "CLOCK" && order.tier != "SILVER", offer: [LAMP, ELIXIR], penalty: eur(0.7)}
  - {id: beans, when: line.sku == "BEANS", offer: [CLOCK], penalty: eur(0.2), only_short: true, consent: assumed}
  - {id: many, when: line.quantity > 1, offer: [BEANS], penalty: eur(1.1)}
"""
LEVELS = ("unshipped_units", "late_days", "shipments", "distance", "delivery_days")


def substitute_world(random: Random) -> World:
    """A random world in which rules offer substitutes too."""
    world = random_world(random)
    rules = rules_from(swap=RULES_OF_SUBSTITUTES, **random_rules(random))
    return replace(world, rules=rules)


def random_rules(random: Random) -> dict[str, str]:
    """Always the shop's rules; by chance also some that read stock, and some of every other kind."""
    rules = {"shop": RULES}
    if random.random() < 0.5:
        rules["stock"] = RULES_ABOUT_STOCK
    if random.random() < 0.6:
        levels = random.sample(LEVELS, 4)
        count = random.randint(0, 2)
        tiers, ties = f"[{', '.join(levels[:count])}]", f"[{', '.join(levels[count:])}]"
        rules["all"] = RULES_OF_ALL_KINDS.replace("TIERS", tiers).replace("TIES", ties)
    return rules


def random_world(random: Random) -> World:
    """Up to six nodes, three service levels, five products, rules of all kinds, and maybe prices."""
    nodes = [random_node(random, f"node-{number}") for number in range(random.randint(1, 6))]
    services = [
        a_service(
            name,
            mode=mode,
            tariff=random_tariff(random),
            pickup_weekdays=random.choice((0b0011111, 0b1111111, 0b0010101)),
            delivery_weekdays=random.choice((0b0011111, 0b0111111)),
            temperatures_accepted=temperatures,
            hazmat_accepted=("AEROSOL",),
            parcel_weight_grams_max=random.choice((8_000, 30_000)),
            dim_mm3_per_gram=random.choice((0, 5_000)),
        )
        for name, mode, temperatures in zip(
            SERVICES, ("AIR", "COLD", "GROUND"), (("AMBIENT",), ("CHILLED", "AMBIENT"), ("AMBIENT",))
        )
    ]
    products = (
        a_product("BEANS", weight_grams=400, temperature=random.choice(("AMBIENT", "CHILLED"))),
        a_product("CLOCK"),
        a_product("DESK", weight_grams=7_000, length_mm=500, width_mm=400),
        a_product("ELIXIR", weight_grams=200, hazmat="AEROSOL"),
        a_product("LAMP", weight_grams=1_200, length_mm=400, width_mm=300, height_mm=300),
    )
    network = Network(currency="EUR", nodes=tuple(nodes), service_levels=tuple(services))
    return a_world(network, products, rules_from(**random_rules(random)), random_prices(random, nodes))


def with_random_lanes(random: Random, world: World) -> World:
    """The same world with transfer lanes between some of its nodes, most of them cheap."""
    ends = [node.id for node in world.network.nodes]
    lanes = [
        TransferLane(
            from_node_id=begin,
            to_node_id=end,
            lead_days=random.randint(0, 3),
            departure_weekdays=random.choice((0b1111111, 0b0011111, 0b0010010)),
            cost_minor=random.choice((0, 0, 20, 300)),
            unit_minor=random.choice((0, 0, 15)),
            kilogram_minor=random.choice((0, 0, 10)),
        )
        for begin in ends
        for end in ends
        if begin != end and random.random() < 0.8
    ]
    network = replace(world.network.network, transfer_lanes=tuple(lanes))
    return a_world(network, tuple(world.products.values()), world.rules, world.prices)


def random_node(random: Random, name: str) -> Node:
    cut_offs = tuple(random.choice((600, 1020)) if random.random() < 0.8 else None for _ in range(7))
    return a_node(
        name,
        id=NodeId(name),
        kind=random.choice(("WAREHOUSE", "STORE")),
        is_open=random.random() < 0.9,
        point=random_point(random),
        calendar=NodeCalendar(
            time_zone=random.choice(("Europe/Paris", "UTC")),
            cut_off_minutes=cut_offs,
            closed_days=(day("2026-03-03"),) if random.random() < 0.3 else (),
            processing_days=random.randint(0, 1),
        ),
        service_level_ids=tuple(ServiceLevelId(name) for name in SERVICES if random.random() < 0.8),
        shipments_per_day=random.choice((None, 0, 1, 2, 3)),
        handling_minor=random.randint(0, 150),
        pick_line_minor=random.randint(0, 30),
        pick_unit_minor=random.randint(0, 10),
        packaging_minor=random.randint(0, 50),
    )


def random_tariff(random: Random) -> Tariff:
    return Tariff(
        zones=tuple(
            Zone(
                distance_km_max=distance,
                transit_days=transit,
                minimum_minor=random.randint(0, 600),
                brackets=(
                    Bracket(weight_grams_max=2_000, price_minor=random.randint(200, 700)),
                    Bracket(weight_grams_max=30_000, price_minor=random.randint(200, 900), rate_micro=50_000),
                ),
            )
            for distance, transit in ((300, 1), (700, random.randint(1, 3)))
        ),
        surcharge_minor=random.choice((0, 45)),
    )


def random_point(random: Random) -> Point:
    return Point(random.randint(43_000_000, 50_000_000), random.randint(-1_000_000, 7_000_000))


def random_prices(random: Random, nodes: list[Node]) -> Prices:
    if random.random() < 0.7:
        return NO_PRICES
    return Prices(
        stock_milli={Sku(sku): {node.id: random.randint(0, 90_000) for node in nodes} for sku in SKUS[:3]},
        capacity_milli={node.id: random.randint(0, 50_000) for node in nodes[:2]},
    )


def random_shelf(random: Random, world: World) -> Shelf:
    """Zero to six units at some of the nodes, and days that are partly booked."""
    nodes = world.network.nodes
    stock = {
        sku: {node.id: random.choice((0, 1, 2, 3, 6, 12)) for node in nodes if random.random() < 0.7}
        for sku in SKUS
        if random.random() < 0.9
    }
    monday = day("2026-03-02")
    booked = {
        node.id: {monday + offset: random.randint(0, 2) for offset in range(random.randint(0, 4))}
        for node in nodes
    }
    return Shelf(stock, booked)


def random_requests(
    random: Random, count: int, quantities: tuple[int, ...] = (1, 1, 2, 5)
) -> list[OrderToRoute]:
    """Orders of one to four lines, decided in the order given, seconds or hours apart."""
    now = MONDAY_TEN
    requests = []
    for number in range(count):
        now += random.choice((0, 1, 3_600_000_000))
        requests.append(
            OrderToRoute(order=random_order(random, f"order-{number}", quantities), decision_time=now)
        )
    return requests


def random_order(random: Random, name: str, quantities: tuple[int, ...]) -> Order:
    lines = tuple(
        OrderLine(
            id=LineId(f"line-{number}"),
            sku=Sku(random.choice(SKUS)),
            quantity=random.choice(quantities),
            unit_price_minor=random.randint(0, 1_500),
            kit_id=random.choice(("", "", "", "kit")),
            together_id=random.choice(("", "", "", "a", "b")),
        )
        for number in range(random.randint(1, 4))
    )
    return Order(
        id=OrderId(name),
        lines=lines,
        place_time=MONDAY_TEN,
        channel=random.choice(("web", "store")),
        tier=random.choice(("", "GOLD")),
        destination=Destination(country="FR", point=random_point(random)),
        promise_day=random.choice((None, day("2026-03-03"), day("2026-03-05"))),
        attributes=random.choice(({}, {"gift": "true"})),
    )
