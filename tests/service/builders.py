"""A small company in messages: two nodes in France, one carrier, two products."""

from collections.abc import Mapping

from google.protobuf.timestamp_pb2 import Timestamp

from router.api.v1 import inventory_pb2, network_pb2, order_pb2, routing_pb2

MONDAY_NOON = Timestamp(seconds=1_794_830_400)
"""2026-11-16T12:00:00Z."""


ON_ACCOUNT = """\
kind: RuleSet/v1
id: paid
owner: finance
priority: -1
currency: EUR
applies: true
on_account:
  - {id: elsewhere, when: WHEN, because: what these orders cost is paid outside of the router}
"""


def on_account(when: str = "true") -> str:
    """Rules under which goods of the orders that meet a condition leave unpaid, of all by themselves."""
    return ON_ACCOUNT.replace("WHEN", when)


def a_point(latitude: float, longitude: float) -> order_pb2.Point:
    return order_pb2.Point(
        latitude_microdegrees=round(latitude * 1_000_000), longitude_microdegrees=round(longitude * 1_000_000)
    )


def a_node(node_id: str, latitude: float, longitude: float) -> network_pb2.Node:
    return network_pb2.Node(
        node_id=node_id,
        kind="WAREHOUSE",
        country="FR",
        point=a_point(latitude, longitude),
        calendar=network_pb2.NodeCalendar(
            time_zone="Europe/Paris",
            working_days=[network_pb2.WorkingDay(weekday=day, cut_off_minute=1020) for day in range(1, 6)],
        ),
        service_level_ids=["POSTE/GROUND"],
        handling_minor=100,
    )


def a_service_level() -> network_pb2.ServiceLevel:
    brackets = [network_pb2.Bracket(weight_grams_max=30_000, price_minor=400, rate_micro=100_000)]
    zones = [
        network_pb2.Zone(distance_km_max=300, transit_days=1, brackets=brackets),
        network_pb2.Zone(distance_km_max=2_000, transit_days=2, minimum_minor=700, brackets=brackets),
    ]
    return network_pb2.ServiceLevel(
        service_level_id="POSTE/GROUND",
        carrier_id="POSTE",
        mode="GROUND",
        countries=["FR"],
        pickup_weekdays=range(1, 6),
        delivery_weekdays=range(1, 7),
        parcel_weight_grams_max=30_000,
        tariff=network_pb2.Tariff(zones=zones, zones_by_distance=True),
    )


def a_network() -> network_pb2.Network:
    return network_pb2.Network(
        currency="EUR",
        nodes=[a_node("LYON", 45.76, 4.84), a_node("LILLE", 50.63, 3.06)],
        carriers=[network_pb2.Carrier(carrier_id="POSTE")],
        service_levels=[a_service_level()],
        places=[
            network_pb2.PostalPlace(country="FR", postal_prefix="75", point=a_point(48.86, 2.35)),
            network_pb2.PostalPlace(country="FR", postal_prefix="69", point=a_point(45.75, 4.85)),
        ],
    )


def products(*skus: str) -> list[network_pb2.Product]:
    return [network_pb2.Product(sku=sku, weight_grams=500) for sku in skus]


def an_order(
    order_id: str, lines: Mapping[str, int] | None = None, postal_code: str = "69001"
) -> order_pb2.Order:
    """One line a SKU, numbered from 1."""
    wanted = {"RED-CLOCK": 1} if lines is None else lines
    return order_pb2.Order(
        order_id=order_id,
        channel="web",
        destination=order_pb2.Destination(country="FR", postal_code=postal_code),
        lines=[
            order_pb2.OrderLine(line_id=str(number), sku=sku, quantity=quantity, unit_price_minor=1_999)
            for number, (sku, quantity) in enumerate(wanted.items(), start=1)
        ],
    )


def a_route_request(
    order_id: str, lines: Mapping[str, int] | None = None, request_id: str = "", reservation_id: str = ""
) -> routing_pb2.RouteOrderRequest:
    return routing_pb2.RouteOrderRequest(
        order=an_order(order_id, lines),
        request_id=request_id or f"route {order_id}",
        decision_time=MONDAY_NOON,
        reservation_id=reservation_id,
    )


def a_snapshot(
    stock: Mapping[str, Mapping[str, int]], sequence: int = 1, request_id: str = ""
) -> list[inventory_pb2.UploadStockSnapshotRequest]:
    """The messages of a snapshot's stream: the header, then a chunk a node."""
    header = inventory_pb2.SnapshotHeader(
        request_id=request_id or f"snapshot {sequence}",
        feed_id="wms",
        sequence=sequence,
        basis=inventory_pb2.SNAPSHOT_BASIS_PHYSICAL,
        scope=inventory_pb2.SNAPSHOT_SCOPE_PARTIAL,
        row_count=sum(map(len, stock.values())),
    )
    chunks = [
        inventory_pb2.SnapshotChunk(node_id=node_id, skus=list(rows), quantities=list(rows.values()))
        for node_id, rows in stock.items()
    ]
    return [
        inventory_pb2.UploadStockSnapshotRequest(header=header),
        *(inventory_pb2.UploadStockSnapshotRequest(chunk=chunk) for chunk in chunks),
    ]
