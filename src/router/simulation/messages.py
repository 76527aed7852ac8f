"""The values of a simulated company as messages of the contract, for a client that knows nothing else."""

from datetime import date

from google.protobuf.timestamp_pb2 import Timestamp

from router.api.v1 import network_pb2, order_pb2
from router.domain.carrier import Carrier, ServiceLevel, Tariff, Zone
from router.domain.identifiers import Day, Instant
from router.domain.network import Network
from router.domain.node import Node
from router.domain.order import Order
from router.domain.place import Point
from router.domain.product import Product


def timestamp_message(instant: Instant) -> Timestamp:
    """Microseconds since 1970 as a timestamp."""
    return Timestamp(seconds=instant // 1_000_000, nanos=instant % 1_000_000 * 1_000)


def date_text(day: Day | None) -> str:
    """`YYYY-MM-DD`, empty for no day."""
    return "" if day is None else date.fromordinal(day).isoformat()


def order_message(order: Order) -> order_pb2.Order:
    """An order as a channel would send it."""
    destination = order.destination
    return order_pb2.Order(
        order_id=order.id,
        channel=order.channel,
        customer_id=order.customer_id,
        tier=order.tier,
        destination=order_pb2.Destination(
            country=destination.country,
            region=destination.region,
            postal_code=destination.postal_code,
            point=None if destination.point is None else _point(destination.point),
        ),
        lines=[
            order_pb2.OrderLine(
                line_id=line.id, sku=line.sku, quantity=line.quantity, unit_price_minor=line.unit_price_minor
            )
            for line in order.lines
        ],
        place_time=timestamp_message(order.place_time),
        promise_date=date_text(order.promise_day),
        attributes=dict(order.attributes),
    )


def product_message(product: Product) -> network_pb2.Product:
    """A product of the catalog."""
    return network_pb2.Product(
        sku=product.sku,
        name=product.name,
        category=product.category,
        weight_grams=product.weight_grams,
        length_mm=product.length_mm,
        width_mm=product.width_mm,
        height_mm=product.height_mm,
        hazmat=product.hazmat,
        temperature=product.temperature,
        attributes=dict(product.attributes),
    )


def network_message(network: Network) -> network_pb2.Network:
    """A network as one document."""
    return network_pb2.Network(
        currency=network.currency,
        nodes=map(_node, network.nodes),
        carriers=map(_carrier, network.carriers),
        service_levels=map(_service_level, network.service_levels),
        places=[
            network_pb2.PostalPlace(country=country, postal_prefix=prefix, point=_point(point))
            for country, prefixes in sorted(network.places.items())
            for prefix, point in sorted(prefixes.items())
        ],
    )


def _point(point: Point) -> order_pb2.Point:
    return order_pb2.Point(
        latitude_microdegrees=point.latitude_microdegrees, longitude_microdegrees=point.longitude_microdegrees
    )


def _node(node: Node) -> network_pb2.Node:
    calendar = node.calendar
    return network_pb2.Node(
        node_id=node.id,
        name=node.name,
        kind=node.kind,
        closed=not node.is_open,
        country=node.country,
        region=node.region,
        postal_code=node.postal_code,
        point=_point(node.point),
        calendar=network_pb2.NodeCalendar(
            time_zone=calendar.time_zone,
            working_days=[
                network_pb2.WorkingDay(weekday=weekday, cut_off_minute=minute)
                for weekday, minute in enumerate(calendar.cut_off_minutes, start=1)
                if minute is not None
            ],
            closed_dates=map(date_text, calendar.closed_days),
            processing_days=calendar.processing_days,
        ),
        service_level_ids=node.service_level_ids,
        shipments_per_day=node.shipments_per_day,
        handling_minor=node.handling_minor,
        pick_line_minor=node.pick_line_minor,
        pick_unit_minor=node.pick_unit_minor,
        packaging_minor=node.packaging_minor,
        attributes=dict(node.attributes),
    )


def _carrier(carrier: Carrier) -> network_pb2.Carrier:
    return network_pb2.Carrier(carrier_id=carrier.id, name=carrier.name)


def _service_level(level: ServiceLevel) -> network_pb2.ServiceLevel:
    return network_pb2.ServiceLevel(
        service_level_id=level.id,
        carrier_id=level.carrier_id,
        name=level.name,
        mode=level.mode,
        countries=level.countries,
        pickup_weekdays=_weekdays(level.pickup_weekdays),
        delivery_weekdays=_weekdays(level.delivery_weekdays),
        parcel_weight_grams_max=level.parcel_weight_grams_max,
        parcel_volume_mm3_max=level.parcel_volume_mm3_max,
        item_length_mm_max=level.item_length_mm_max,
        dim_mm3_per_gram=level.dim_mm3_per_gram,
        dim_volume_mm3_min=level.dim_volume_mm3_min,
        hazmat_accepted=level.hazmat_accepted,
        temperatures_accepted=level.temperatures_accepted,
        tariff=_tariff(level.tariff),
    )


def _weekdays(bits: int) -> list[int]:
    return [weekday for weekday in range(1, 8) if bits >> (weekday - 1) & 1]


def _tariff(tariff: Tariff) -> network_pb2.Tariff:
    return network_pb2.Tariff(
        zones=map(_zone, tariff.zones),
        lanes=[
            network_pb2.Lane(
                node_id=lane.node_id, country=lane.country, postal_prefix=lane.postal_prefix, zone=lane.zone
            )
            for lane in tariff.lanes
        ],
        zones_by_distance=tariff.zones_by_distance,
        surcharge_minor=tariff.surcharge_minor,
    )


def _zone(zone: Zone) -> network_pb2.Zone:
    return network_pb2.Zone(
        distance_km_max=zone.distance_km_max,
        transit_days=zone.transit_days,
        minimum_minor=zone.minimum_minor,
        brackets=[
            network_pb2.Bracket(
                weight_grams_max=bracket.weight_grams_max,
                price_minor=bracket.price_minor,
                rate_micro=bracket.rate_micro,
            )
            for bracket in zone.brackets
        ],
    )
