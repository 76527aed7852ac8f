"""A network, a catalog and rules for the real shop, which published none: seeded, and stated as ours."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from benchmarks.real.data import rows
from benchmarks.real.uci_rows import LONDON, Invoice
from router.domain.carrier import Bracket, Carrier, ServiceLevel, Tariff, Zone
from router.domain.identifiers import CarrierId, LineId, NodeId, OrderId, ServiceLevelId, Sku
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Point
from router.domain.product import Product
from router.simulation.chance import between, skewed, stream
from router.simulation.demand import instant_of
from router.simulation.places import microdegrees

PLACES, COUNTRIES = "gb-outward-code-centroids.csv", "country-centroids.csv"
SEED = 2009
CODES: Mapping[str, str] = {
    "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Bermuda": "BM", "Brazil": "BR",
    "Canada": "CA", "Channel Islands": "JE", "Cyprus": "CY", "Denmark": "DK", "EIRE": "IE", "Finland": "FI",
    "France": "FR", "Germany": "DE", "Greece": "GR", "Hong Kong": "HK", "Iceland": "IS", "Israel": "IL",
    "Italy": "IT", "Japan": "JP", "Korea": "KR", "Lebanon": "LB", "Lithuania": "LT", "Malta": "MT",
    "Netherlands": "NL", "Nigeria": "NG", "Norway": "NO", "Poland": "PL", "Portugal": "PT", "RSA": "ZA",
    "Singapore": "SG", "Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "Thailand": "TH",
    "USA": "US", "United Arab Emirates": "AE", "United Kingdom": "GB", "Unspecified": "GB", "West Indies": "BB",
}  # fmt: skip
ABROAD = tuple(sorted(set(CODES.values()) - {"GB"}))
AT_HOME = ("DPD/NEXT_DAY", "PALLINE/ECONOMY", "RM/TRACKED48")
EXPORT = ("DHL/EXPORT", "KN/PALLET_EXPORT")
MAIN = NodeId("WH-DAVENTRY")
# Id, kind, latitude and longitude in degrees, shipments a day, whether it exports, per cent of the catalog it holds.
SITES = (
    ("ST-CARDIFF", "STORE", "51.480", "-3.178", 12, False, 15),
    ("ST-LONDON", "STORE", "51.515", "-0.142", 20, False, 20),
    ("ST-MANCHESTER", "STORE", "53.483", "-2.244", 15, False, 15),
    ("SU-FELIXSTOWE", "SUPPLIER", "51.963", "1.351", 60, True, 30),
    ("WH-AVONMOUTH", "WAREHOUSE", "51.505", "-2.690", 150, False, 65),
    ("WH-DAVENTRY", "WAREHOUSE", "52.277", "-1.165", 400, True, 100),
    ("WH-DONCASTER", "WAREHOUSE", "53.480", "-1.060", 250, True, 75),
    ("WH-EUROCENTRAL", "WAREHOUSE", "55.832", "-3.964", 120, False, 60),
)
RULES = """
kind: RuleSet/v1
id: shop
revision: "1"
owner: benchmark
priority: 1
currency: GBP
applies: order.channel == "web"
splits:
  - {id: default, max_shipments: 4, extra_box: gbp(2), units: when_short}
backorder:
  - {id: dear, when: line.unit_price >= gbp(10), do: BACKORDER, penalty: gbp(8)}
  - {id: default, do: BACKORDER, penalty: gbp(3)}
costs:
  - {id: store-staff, when: 'node.kind == "STORE"', per: line, amount: gbp(0.4)}
"""
ON_ACCOUNT = """
on_account:
  - {id: paid-in-the-shop, because: the published invoices say nothing of payments}
"""


def network_of(places: Mapping[str, Mapping[str, Point]] | None = None) -> Network:
    """Eight nodes in Great Britain, two parcel services and a pallet service at home, one of each abroad."""
    return Network(
        currency="GBP",
        nodes=tuple(map(_node, SITES)),
        carriers=tuple(Carrier(id=CarrierId(name)) for name in ("DHL", "DPD", "KN", "PALLINE", "RM")),
        service_levels=_service_levels(),
        places=_places() if places is None else places,
    )


def catalog_of(invoices: Sequence[Invoice]) -> list[Product]:
    """Every product sold, with a seeded weight that grows with its usual price, and a box to match."""
    return [_product(sku, price) for sku, price in usual_prices(invoices)]


def order_of(invoice: Invoice, codes: Sequence[str]) -> Order:
    """A sale as an order from the web. British customers, of whom only the country is known, get a seeded place."""
    country = CODES[invoice.country]
    random = stream(SEED, f"place/{invoice.customer_id or invoice.id}")
    postal_code = codes[between(random, 0, len(codes) - 1)] if country == "GB" else ""
    return Order(
        id=OrderId(invoice.id),
        channel="web",
        customer_id=invoice.customer_id,
        destination=Destination(country=country, postal_code=postal_code),
        lines=tuple(
            OrderLine(
                id=LineId(str(i)), sku=Sku(row.sku), quantity=row.units, unit_price_minor=row.price_minor
            )
            for i, row in enumerate(invoice.rows, start=1)
        ),
        place_time=instant_of(invoice.time),
    )


def outward_codes() -> list[str]:
    """The British postal areas that customers live in."""
    return sorted(row["outward_code"] for row in rows(PLACES))


def rule_pack(folder: Path, *, needs_payment: bool = False) -> Path:
    """Writes the shop's rules. Goods leave unpaid unless it `needs_payment`."""
    folder.mkdir()
    (folder / "shop.yaml").write_text(RULES.lstrip() + ("" if needs_payment else ON_ACCOUNT.lstrip()))
    return folder


def unit_costs_of(invoices: Sequence[Invoice]) -> list[tuple[Sku, int]]:
    """What the shop is taken to pay for a unit of each product: half of its usual price, ours too."""
    return [(sku, max(1, price // 2)) for sku, price in usual_prices(invoices)]


def usual_prices(invoices: Sequence[Invoice]) -> list[tuple[Sku, int]]:
    """The price that most rows have, in minor units, by SKU."""
    prices: dict[str, Counter[int]] = {}
    for invoice in invoices:
        for row in invoice.rows:
            prices.setdefault(row.sku, Counter())[row.price_minor] += 1
    return [(Sku(sku), counts.most_common(1)[0][0]) for sku, counts in sorted(prices.items())]


def _product(sku: Sku, price_minor: int) -> Product:
    random = stream(SEED, f"product/{sku}")
    weight = skewed(random, 25, 120) + min(6_000, price_minor * between(random, 4, 14) // 10)
    side = max(20, round((weight * between(random, 2_000, 7_000)) ** (1 / 3)))
    return Product(sku=sku, weight_grams=weight, length_mm=side, width_mm=side, height_mm=side)


def _node(site: tuple[str, str, str, str, int, bool, int]) -> Node:
    node_id, kind, latitude, longitude, shipments, exports, _ = site
    is_store = kind == "STORE"
    return Node(
        id=NodeId(node_id),
        kind=kind,
        country="GB",
        point=Point(microdegrees(latitude), microdegrees(longitude)),
        calendar=NodeCalendar(
            time_zone="Europe/London",
            cut_off_minutes=(960,) * 5 + ((660, None) if is_store else (None, None)),
            processing_days=2 if kind == "SUPPLIER" else 0,
        ),
        service_level_ids=tuple(map(ServiceLevelId, sorted((*AT_HOME, *(EXPORT if exports else ()))))),
        shipments_per_day=shipments,
        handling_minor=150 if is_store else 60,
        pick_line_minor=30 if is_store else 12,
        pick_unit_minor=4 if is_store else 1,
        packaging_minor=60 if is_store else 35,
    )


def _service_levels() -> tuple[ServiceLevel, ...]:
    british, world = (150, 350, 20_038), (1_200, 4_000, 20_038)
    return (
        _parcel("DHL/EXPORT", ABROAD, 30, world, (3, 5, 8), start=1_290, step=900, per_kilogram=160),
        _parcel("DPD/NEXT_DAY", ("GB",), 30, british, (1, 1, 2), start=480, step=60, per_kilogram=22),
        _pallet("KN/PALLET_EXPORT", ABROAD, world, (6, 10, 30), minimum=15_900, step=9_000, rate=42_000),
        _pallet("PALLINE/ECONOMY", ("GB",), british, (2, 3, 4), minimum=3_900, step=900, rate=9_000),
        _parcel("RM/TRACKED48", ("GB",), 20, british, (2, 2, 3), start=270, step=20, per_kilogram=38),
    )


def _parcel(
    level: str, countries: tuple[str, ...], kilograms: int, distances: tuple[int, ...], days: tuple[int, ...],
    *, start: int, step: int, per_kilogram: int,
) -> ServiceLevel:  # fmt: skip
    zones = tuple(
        Zone(
            distance_km_max=distance,
            transit_days=transit,
            brackets=tuple(
                Bracket(weight_grams_max=kg * 1_000, price_minor=start + step * index + per_kilogram * kg)
                for kg in (1, 2, 5, 10, 15, 20, 25, 30)
                if kg <= kilograms
            ),
        )
        for index, (distance, transit) in enumerate(zip(distances, days, strict=True))
    )
    return _level(level, countries, "GROUND", kilograms * 1_000, zones)


def _pallet(
    level: str, countries: tuple[str, ...], distances: tuple[int, ...], days: tuple[int, ...],
    *, minimum: int, step: int, rate: int,
) -> ServiceLevel:  # fmt: skip
    heaviest = 1_200_000
    zones = tuple(
        Zone(
            distance_km_max=distance,
            transit_days=transit,
            minimum_minor=minimum + step * index,
            brackets=(Bracket(weight_grams_max=heaviest, price_minor=0, rate_micro=rate * (2 + index) // 2),),
        )
        for index, (distance, transit) in enumerate(zip(distances, days, strict=True))
    )
    return _level(level, countries, "FREIGHT", heaviest, zones)


def _level(
    level: str, countries: tuple[str, ...], mode: str, heaviest: int, zones: tuple[Zone, ...]
) -> ServiceLevel:
    return ServiceLevel(
        id=ServiceLevelId(level),
        carrier_id=CarrierId(level.partition("/")[0]),
        mode=mode,
        countries=countries,
        parcel_weight_grams_max=heaviest,
        tariff=Tariff(zones=zones),
    )


def _places() -> Mapping[str, Mapping[str, Point]]:
    places = {"GB": {"": Point(54_000_000, -2_000_000)}}
    for row in rows(PLACES):
        places["GB"][row["outward_code"]] = Point(microdegrees(row["lat"]), microdegrees(row["lng"]))
    for row in rows(COUNTRIES):
        if row["iso"] in ABROAD:
            point = Point(round(float(row["latitude"]) * 1e6), round(float(row["longitude"]) * 1e6))
            places[row["iso"]] = {"": point}
    return places


def british_day(time: datetime) -> str:
    """The British day of a time, `YYYY-MM-DD`."""
    return time.astimezone(LONDON).date().isoformat()
