"""The supply chain in the router's terms: nodes, service levels with lanes, consignments, stock and a rule pack."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from benchmarks.real.logistics_input import HistoricalOrder, Input, Rate
from router.domain.carrier import EVERY_DAY, Bracket, Carrier, Lane, ServiceLevel, Tariff, Zone
from router.domain.identifiers import CarrierId, LineId, NodeId, OrderId, ServiceLevelId, Sku
from router.domain.limits import AMOUNT_MINOR_MAX, WEIGHT_GRAMS_MAX
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.domain.order import Destination, Order, OrderLine
from router.domain.place import Point
from router.domain.product import Product
from router.simulation.demand import instant_of

DAY_MICROS = 86_400_000_000
COUNTRY = "US"
"""The data is anonymous; some country has to be named, and all distances are left out of the tariffs."""
NOWHERE = Point(0, 0)
COLLECTED = ServiceLevelId("V44_3/CRF")
ALL_WEEK = (1_439,) * 7
ORDER_DAY = instant_of(datetime(2013, 5, 26, tzinfo=UTC))


def service_level_id(rate: Rate) -> ServiceLevelId:
    """One service level for each price list."""
    return ServiceLevelId(f"{rate.carrier}/{rate.service}-{rate.port}-{rate.mode}-{rate.transit_days}")


def network_of(data: Input) -> Network:
    """Plants, carriers and price lists."""
    lists: dict[ServiceLevelId, list[Rate]] = {}
    for rate in data.rates:
        lists.setdefault(service_level_id(rate), []).append(rate)
    levels = [_service_level(level_id, rates, data) for level_id, rates in lists.items()]
    levels.append(_collected(data))
    levels = [level for level in levels if level.tariff.lanes]
    return Network(
        currency="USD",
        nodes=tuple(_node(plant, data, levels) for plant in sorted(data.plants)),
        carriers=tuple(Carrier(id=carrier) for carrier in sorted({level.carrier_id for level in levels})),
        service_levels=tuple(sorted(levels, key=lambda level: level.id)),
    )


def consignments(data: Input) -> list[Product]:
    """One product for each order: its goods as they travel."""
    return [
        Product(sku=_sku(order), category=order.service, weight_grams=order.weight_grams)
        for order in data.orders
    ]


def stock_of(data: Input) -> Mapping[NodeId, Mapping[Sku, int]]:
    """One unit of each consignment at every plant that supplies the product."""
    return {
        NodeId(plant): {_sku(order): 1 for order in data.orders if plant in data.supplied[order.product_id]}
        for plant in sorted(data.plants)
    }


def order_of(order: HistoricalOrder) -> Order:
    """The order as sent on the first day. Its price says the units: one cent each, which the storage rules read."""
    line = OrderLine(id=LineId("1"), sku=_sku(order), quantity=1, unit_price_minor=order.units)
    return Order(
        id=OrderId(order.id),
        channel=order.service,
        customer_id=order.customer,
        destination=Destination(country=COUNTRY, point=NOWHERE),
        lines=(line,),
        place_time=ORDER_DAY,
    )


def rule_pack(data: Input, folder: Path) -> Path:
    """Writes the rules of the supply chain into `folder`: who may serve whom, terms, storage, no next day."""
    folder.mkdir()
    lines = [
        "kind: RuleSet/v1", "id: logistics", 'revision: "1"', "owner: benchmark", "priority: 1", "currency: USD",
        f'applies: dest.country == "{COUNTRY}"',
        "lists:",
        *(f"  {plant.lower()}: [{', '.join(sorted(who))}]" for plant, who in data.only_customers.items()),
        "filters:",
        "  - {id: today, keep: pair.ship_days == days(0), because: the plant has no shipment left today}",
        *(
            f"  - {{id: {plant.lower()}-customers, when: 'node.id == \"{plant}\"', "
            f"keep: order.customer_id in lists.{plant.lower()}, because: the plant serves its own customers only}}"
            for plant in data.only_customers
        ),
        "constraints:",
        *(
            f"  - {{id: terms-{terms.lower()}, when: 'order.channel == \"{terms}\"', "
            f"ban: 'service.mode != \"{terms}\"', because: the terms of the order}}"
            for terms in ("CRF", "DTD", "DTP")
        ),
        "costs:",
        *(
            f"  - {{id: storage-{plant.lower()}, when: 'node.id == \"{plant}\"', per: line, "
            f"amount: line.value * {cents}.0}}"
            for plant, cents in sorted(data.storage_minor_per_unit.items())
        ),
        "splits:",
        "  - {id: default, max_shipments: 1, units: never, complete: true}",
        "backorder:",
        f"  - {{id: default, do: BACKORDER, penalty: usd({AMOUNT_MINOR_MAX // 100})}}",
    ]  # fmt: skip
    (folder / "logistics.yaml").write_text("\n".join(lines) + "\n")
    return folder


def envelope(rates: Sequence[Rate]) -> tuple[Bracket, ...]:
    """The cheapest charge of the rows of one price list at each weight, as rising brackets; exact to the cent."""
    limits = sorted({rate.weight_grams_max for rate in rates})
    bands = [(max([0, *(x for x in limits if x <= r.weight_grams_min)]), r) for r in rates]
    # Between two of these weights no row changes from minimum to rate and no two charges cross.
    turns = {
        r.minimum_minor * 1_000_000 // other.rate_micro for r in rates for other in rates if other.rate_micro
    }
    last = min(limits[-1], WEIGHT_GRAMS_MAX)
    ends = sorted({last, *(weight for weight in (*limits, *turns) if 0 < weight < last)})
    brackets: list[Bracket] = []
    for low, high in pairwise([0, *ends]):
        row = min((r for start, r in bands if start <= low and high <= r.weight_grams_max),
                  key=lambda r: (r.charge_minor(high), r.charge_minor(low + 1)))  # fmt: skip
        is_minimum = row.rate_micro * high <= row.minimum_minor * 1_000_000
        price, rate = (row.minimum_minor, 0) if is_minimum else (0, row.rate_micro)
        if brackets and (brackets[-1].price_minor, brackets[-1].rate_micro) == (price, rate):
            brackets.pop()
        brackets.append(Bracket(weight_grams_max=high, price_minor=price, rate_micro=rate))
    return tuple(brackets)


def _service_level(level_id: ServiceLevelId, rates: Sequence[Rate], data: Input) -> ServiceLevel:
    first, brackets = rates[0], envelope(rates)
    return ServiceLevel(
        id=level_id,
        carrier_id=CarrierId(first.carrier),
        mode=first.service,
        countries=(COUNTRY,),
        pickup_weekdays=EVERY_DAY,
        delivery_weekdays=EVERY_DAY,
        parcel_weight_grams_max=brackets[-1].weight_grams_max,
        tariff=Tariff(
            zones=(Zone(transit_days=first.transit_days, brackets=brackets),),
            lanes=_lanes(plant for plant in data.plants if first.port in data.ports[plant]),
            zones_by_distance=False,
        ),
    )


def _collected(data: Input) -> ServiceLevel:
    free = Bracket(weight_grams_max=WEIGHT_GRAMS_MAX, price_minor=0)
    return ServiceLevel(
        id=COLLECTED,
        carrier_id=CarrierId("V44_3"),
        mode="CRF",
        countries=(COUNTRY,),
        pickup_weekdays=EVERY_DAY,
        delivery_weekdays=EVERY_DAY,
        parcel_weight_grams_max=free.weight_grams_max,
        tariff=Tariff(
            zones=(Zone(transit_days=0, brackets=(free,)),),
            lanes=_lanes(data.plants),
            zones_by_distance=False,
        ),
    )


def _lanes(plants: Iterable[str]) -> tuple[Lane, ...]:
    return tuple(Lane(node_id=NodeId(plant), country=COUNTRY, zone=0) for plant in sorted(plants))


def _node(plant: str, data: Input, levels: Sequence[ServiceLevel]) -> Node:
    here = sorted(level.id for level in levels if any(lane.node_id == plant for lane in level.tariff.lanes))
    return Node(
        id=NodeId(plant),
        country=COUNTRY,
        point=NOWHERE,
        calendar=NodeCalendar(time_zone="UTC", cut_off_minutes=ALL_WEEK),
        service_level_ids=tuple(here),
        shipments_per_day=data.plants[plant],
    )


def _sku(order: HistoricalOrder) -> Sku:
    return Sku(f"{order.product_id}-{order.id}")
