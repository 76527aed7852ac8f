"""A small retailer for tests: three nodes, two carriers, a few goods; builders default what a test is not about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from router.domain.carrier import Bracket, ServiceLevel, Tariff, Zone
from router.domain.identifiers import CarrierId, Day, Instant, LineId, NodeId, OrderId, ServiceLevelId, Sku
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Point
from router.domain.product import Product
from router.routing.decision import NO_PRICES, Decision, Prices
from router.routing.network.prepared import prepare
from router.routing.route import route
from router.routing.world import OrderToRoute, World
from router.rules.ruleset import CompiledRules, compile_rules, no_rules

LYON = Point(45_764_000, 4_835_700)
LILLE = Point(50_629_200, 3_057_300)
NICE = Point(43_710_200, 7_262_000)
PARIS = Point(48_856_600, 2_352_200)
PLACES = {"lyon": LYON, "lille": LILLE, "nice": NICE, "paris": PARIS}

NOTHING_BOOKED: Mapping[str, Mapping[int, int]] = MappingProxyType({})
ALWAYS_OPEN = NodeCalendar(cut_off_minutes=(1020,) * 7)


def instant(text: str) -> Instant:
    """`2026-03-02T10:00` in UTC."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Instant(round(moment.timestamp()) * 1_000_000)


def day(text: str) -> Day:
    """`2026-03-02`."""
    return Day(datetime.fromisoformat(text).toordinal())


MONDAY_TEN = instant("2026-03-02T10:00")


def a_node(place: str, **changes: Any) -> Node:
    settings = {
        "id": NodeId(place),
        "country": "FR",
        "point": PLACES.get(place, PARIS),
        "calendar": NodeCalendar(),
        "service_level_ids": (ServiceLevelId("POSTE/COLIS"), ServiceLevelId("CHRONO/13")),
    }
    return Node(**{**settings, **changes})


def a_zone(*, up_to_km: int, days: int, price: int, **changes: Any) -> Zone:
    settings = {
        "distance_km_max": up_to_km,
        "transit_days": days,
        "brackets": (
            Bracket(weight_grams_max=2_000, price_minor=price),
            Bracket(weight_grams_max=30_000, price_minor=2 * price),
        ),
    }
    return Zone(**{**settings, **changes})


def a_service(id: str = "POSTE/COLIS", **changes: Any) -> ServiceLevel:
    settings = {
        "id": ServiceLevelId(id),
        "carrier_id": CarrierId(id.split("/")[0]),
        "countries": ("FR",),
        "parcel_weight_grams_max": 30_000,
        "tariff": Tariff(
            zones=(a_zone(up_to_km=300, days=1, price=500), a_zone(up_to_km=2_000, days=2, price=800))
        ),
    }
    return ServiceLevel(**{**settings, **changes})


def an_express(**changes: Any) -> ServiceLevel:
    settings = {"mode": "AIR", "tariff": Tariff(zones=(a_zone(up_to_km=2_000, days=1, price=1_500),))}
    return a_service("CHRONO/13", **{**settings, **changes})


def a_network(*nodes: Node, services: Sequence[ServiceLevel] | None = None, **changes: Any) -> Network:
    """Nodes Lille, Lyon and Nice unless said otherwise, with a cheap ground and a dear express service level."""
    return Network(
        currency="EUR",
        nodes=nodes or (a_node("lille"), a_node("lyon"), a_node("nice")),
        service_levels=tuple(services) if services is not None else (a_service(), an_express()),
        **changes,
    )


def a_product(sku: str, **changes: Any) -> Product:
    settings = {"weight_grams": 500, "length_mm": 100, "width_mm": 100, "height_mm": 100}
    return Product(sku=Sku(sku), **{**settings, **changes})


def a_line(id: int, sku: str, quantity: int = 1, **changes: Any) -> OrderLine:
    return OrderLine(
        **{"id": LineId(str(id)), "sku": Sku(sku), "quantity": quantity, "unit_price_minor": 2_000, **changes}
    )


def an_order(
    id: str = "order-1", *, lines: Mapping[str, int] | Sequence[OrderLine], to: str = "paris", **changes: Any
) -> Order:
    """`lines` are lines, or map SKUs to quantities; then the line ids are 1, 2, 3 ..."""
    if isinstance(lines, Mapping):
        lines = [
            a_line(number, sku, quantity) for number, (sku, quantity) in enumerate(lines.items(), start=1)
        ]
    settings = {
        "channel": "web",
        "destination": Destination(country="FR", postal_code="75001", point=PLACES[to]),
        "lines": tuple(lines),
        "place_time": MONDAY_TEN,
    }
    return Order(id=OrderId(id), **{**settings, **changes})


@dataclass(frozen=True)
class Shelf:
    """Stock by SKU and node, shipments booked by node and day: both views of a test."""

    stock: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    booked: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        return self.stock.get(sku, {})

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        return self.booked.get(node_id, {})

    def without(self, decision: Decision) -> "Shelf":
        """What is left after the decision."""
        stock = {sku: dict(nodes) for sku, nodes in self.stock.items()}
        booked = {node_id: dict(days) for node_id, days in self.booked.items()}
        for shipment in decision.plan.shipments:
            days = booked.setdefault(shipment.node_id, {})
            days[shipment.ship_day] = days.get(shipment.ship_day, 0) + 1
            for parcel in shipment.parcels:
                for allocation in parcel.allocations:
                    held = stock[allocation.sku]
                    held[shipment.node_id] = held.get(shipment.node_id, 0) - allocation.quantity
            for transfer in shipment.transfers or ():
                for allocation in transfer.allocations:
                    stock[allocation.sku][shipment.node_id] += allocation.quantity
                    stock[allocation.sku][transfer.from_node_id] -= allocation.quantity
        return Shelf(stock, booked)


def rules_from(**files: str) -> CompiledRules:
    """Rules from YAML texts; they must compile."""
    compilation = compile_rules({f"{name}.yaml": text.encode() for name, text in files.items()})
    assert compilation.rules is not None, compilation.diagnostics
    return compilation.rules


def a_world(
    network: Network | None = None,
    products: Sequence[Product] = (),
    rules: CompiledRules | None = None,
    prices: Prices = NO_PRICES,
) -> World:
    """The products RED-CLOCK, TIN-LAMP and OAK-DESK exist unless others are given."""
    known = products or (
        a_product("RED-CLOCK"),
        a_product("TIN-LAMP"),
        a_product("OAK-DESK", weight_grams=12_000),
    )
    return World(
        network=prepare(network or a_network()),
        products={product.sku: product for product in known},
        rules=rules or no_rules(),
        prices=prices,
    )


def decide(
    order: Order,
    *,
    stock: Mapping[str, Mapping[str, int]],
    world: World | None = None,
    booked: Mapping[str, Mapping[int, int]] = NOTHING_BOOKED,
    at: Instant = MONDAY_TEN,
) -> Decision:
    """The decision on one order; `stock` is by node, then SKU. The independent judge looks on."""
    shelf = Shelf(by_sku(stock), booked)
    request = OrderToRoute(order=order, decision_time=at)
    (decision,) = route([request], world or a_world(), shelf, shelf, verify=True)
    return decision


def by_sku(stock: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Stock by node and SKU, turned to SKU and node."""
    turned: dict[str, dict[str, int]] = {}
    for node_id, skus in stock.items():
        for sku, units in skus.items():
            turned.setdefault(sku, {})[node_id] = units
    return turned


def rules_of(text: str, **header: str) -> CompiledRules:
    """One rule set for orders to France with these blocks; `header` lines come before them."""
    head = {
        "kind": "RuleSet/v1", "id": "shop", "revision": '"1"', "owner": "planning", "priority": "10",
        "currency": "EUR", "applies": 'dest.country == "FR"', **header,
    }  # fmt: skip
    return rules_from(shop="".join(f"{key}: {value}\n" for key, value in head.items()) + text)


def sent_by(decision: Decision) -> list[tuple[str, dict[str, int]]]:
    """Each shipment's node and its units by line."""
    return [(one.node_id, one.quantities()) for one in decision.plan.shipments]


def reasons_of(decision: Decision) -> dict[str, str]:
    """Why units of each line stay behind."""
    return {one.line_id: one.reason for one in decision.plan.unshipped}


def nodes_of(decision: Decision) -> list[str]:
    return [shipment.node_id for shipment in decision.plan.shipments]
