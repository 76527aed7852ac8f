"""A Brazilian marketplace in the router's terms: its sellers and, seeded and ours, four warehouses and two carriers."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from benchmarks.real.data import rows
from router.domain.carrier import Bracket, Carrier, ServiceLevel, Tariff, Zone
from router.domain.identifiers import CarrierId, LineId, NodeId, OrderId, ServiceLevelId, Sku
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Point
from router.domain.product import Product
from router.simulation.chance import happens, stream
from router.simulation.demand import instant_of

ORDERS, ITEMS = "olist-orders-to-2018-02.csv.gz", "olist-order-items-to-2018-02.csv.gz"
SELLERS, PRODUCTS, PLACES = "olist-sellers.csv", "olist-products.csv.gz", "br-zip-prefix-centroids.csv.gz"
FILES = (ORDERS, ITEMS, SELLERS, PRODUCTS, PLACES)
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
SEED = 2017
WAREHOUSES = {"WH-CAJAMAR": "07750", "WH-DUQUE-DE-CAXIAS": "25010", "WH-BETIM": "32510", "WH-RECIFE": "50010"}
HELD_PERCENT, UNITS_HELD = 40, 20
LEVELS = (ServiceLevelId("CORREIOS/PAC"), ServiceLevelId("CORREIOS/SEDEX"), ServiceLevelId("JAD/ROAD"))
ANYWHERE = Point(-15_780_000, -47_930_000)
"""For the few postal prefixes that the table lacks."""

RULES = """
kind: RuleSet/v1
id: marketplace
revision: "1"
owner: benchmark
priority: 1
currency: BRL
applies: order.channel == "web"
splits:
  - {id: default, max_shipments: 4, extra_box: brl(3), units: when_short}
backorder:
  - {id: default, do: BACKORDER, penalty: brl(500)}
"""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Units by SKU and node; nothing is booked."""

    stock: dict[Sku, dict[NodeId, int]] = field(default_factory=dict)

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        return self.stock.get(sku, {})

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        return {}


def network_of() -> Network:
    """All sellers, each at its postal prefix, and the warehouses."""
    points = _points()
    nodes = [
        _node(row["seller_id"], "SUPPLIER", row["seller_zip_code_prefix"], points) for row in rows(SELLERS)
    ]
    nodes += [_node(name, "WAREHOUSE", prefix, points) for name, prefix in WAREHOUSES.items()]
    return Network(
        currency="BRL",
        nodes=tuple(sorted(nodes, key=lambda node: node.id)),
        carriers=(Carrier(id=CarrierId("CORREIOS")), Carrier(id=CarrierId("JAD"))),
        service_levels=(
            _level(LEVELS[0], 30, (5, 8, 12, 20), start=1_390, step=520, per_kilogram=260),
            _level(LEVELS[1], 30, (1, 2, 4, 7), start=1_950, step=1_450, per_kilogram=640),
            _level(LEVELS[2], 150, (4, 6, 10, 16), start=3_900, step=900, per_kilogram=120),
        ),
        places={"BR": {"": ANYWHERE, **points}},
    )


def catalog() -> list[Product]:
    """Every product with its weight and its box."""
    return [
        Product(
            sku=Sku(row["product_id"]),
            weight_grams=max(1, round(float(row["product_weight_g"] or 0))),
            length_mm=_millimetres(row["product_length_cm"]),
            width_mm=_millimetres(row["product_width_cm"]),
            height_mm=_millimetres(row["product_height_cm"]),
        )
        for row in rows(PRODUCTS)
    ]


def orders() -> Iterator[Order]:
    """Every order that has items; equal items are one line."""
    items: dict[str, Counter[str]] = {}
    prices: dict[str, int] = {}
    for row in rows(ITEMS):
        items.setdefault(row["order_id"], Counter())[row["product_id"]] += 1
        prices[row["product_id"]] = round(float(row["price"]) * 100)
    for row in rows(ORDERS):
        if row["order_id"] in items:
            time = datetime.fromisoformat(row["order_purchase_timestamp"]).replace(tzinfo=SAO_PAULO)
            yield Order(
                id=OrderId(row["order_id"]),
                channel="web",
                customer_id=row["customer_unique_id"],
                destination=Destination(country="BR", postal_code=row["customer_zip_code_prefix"]),
                lines=tuple(
                    OrderLine(
                        id=LineId(str(number)), sku=Sku(sku), quantity=units, unit_price_minor=prices[sku]
                    )
                    for number, (sku, units) in enumerate(sorted(items[row["order_id"]].items()), start=1)
                ),
                place_time=instant_of(time),
            )


def first_shelf() -> Shelf:
    """What sellers sold they have, warehouses a seeded part of the catalog; enough that no order waits for another."""
    shelf, random = Shelf(), stream(SEED, "shelf")
    for row in rows(ITEMS):
        shelf.stock.setdefault(Sku(row["product_id"]), {})[NodeId(row["seller_id"])] = UNITS_HELD
    for sku in sorted(shelf.stock):
        for name in sorted(WAREHOUSES):
            if happens(random, HELD_PERCENT):
                shelf.stock[sku][NodeId(name)] = UNITS_HELD
    return shelf


def _points() -> dict[str, Point]:
    return {
        row["zip_prefix"]: Point(round(float(row["lat"]) * 1e6), round(float(row["lng"]) * 1e6))
        for row in rows(PLACES)
    }


def _node(name: str, kind: str, prefix: str, points: Mapping[str, Point]) -> Node:
    return Node(
        id=NodeId(name),
        kind=kind,
        country="BR",
        point=points.get(prefix, ANYWHERE),
        calendar=NodeCalendar(time_zone="America/Sao_Paulo", processing_days=2 if kind == "SUPPLIER" else 0),
        service_level_ids=LEVELS,
        handling_minor=250 if kind == "SUPPLIER" else 150,
        pick_unit_minor=20,
        packaging_minor=90,
    )


def _level(
    level: ServiceLevelId, kilograms: int, days: tuple[int, ...], *, start: int, step: int, per_kilogram: int
) -> ServiceLevel:
    tops = [kg for kg in (1, 2, 3, 5, 8, 10, 15, 20, 25, 30, 50, 75, 100, 150) if kg <= kilograms]
    zones = tuple(
        Zone(
            distance_km_max=distance,
            transit_days=transit,
            brackets=tuple(
                Bracket(weight_grams_max=kg * 1_000, price_minor=start + step * index + per_kilogram * kg)
                for kg in tops
            ),
        )
        for index, (distance, transit) in enumerate(zip((150, 600, 1_500, 20_038), days, strict=True))
    )
    return ServiceLevel(
        id=level,
        carrier_id=CarrierId(level.partition("/")[0]),
        countries=("BR",),
        parcel_weight_grams_max=kilograms * 1_000,
        dim_mm3_per_gram=6_000,
        dim_volume_mm3_min=30_000_000,
        tariff=Tariff(zones=zones),
    )


def _millimetres(centimetres: str) -> int:
    return max(1, round(float(centimetres or 0) * 10))
