"""The network and the catalog as documents, the inverse of what `from_proto` reads."""

from router.api.messages.orders import point_message
from router.api.messages.times import date_text
from router.api.v1 import network_pb2
from router.domain.carrier import Bracket, Emission, Lane, ServiceLevel, Tariff, Zone
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.domain.product import Product
from router.domain.transfer_lane import TransferLane


def network_message(network: Network) -> network_pb2.Network:
    return network_pb2.Network(
        currency=network.currency,
        nodes=[_node_message(node) for node in network.nodes],
        carriers=[network_pb2.Carrier(carrier_id=one.id, name=one.name) for one in network.carriers],
        service_levels=[_service_level_message(one) for one in network.service_levels],
        places=[
            network_pb2.PostalPlace(country=country, postal_prefix=prefix, point=point_message(point))
            for country, prefixes in sorted(network.places.items())
            for prefix, point in sorted(prefixes.items())
        ],
        transfer_lanes=[_transfer_lane_message(lane) for lane in network.transfer_lanes or ()],
    )


def _transfer_lane_message(lane: TransferLane) -> network_pb2.TransferLane:
    return network_pb2.TransferLane(
        from_node_id=lane.from_node_id,
        to_node_id=lane.to_node_id,
        lead_days=lane.lead_days,
        departure_weekdays=_weekdays(lane.departure_weekdays),
        cost_minor=lane.cost_minor,
        unit_minor=lane.unit_minor,
        kilogram_minor=lane.kilogram_minor,
    )


def product_message(product: Product) -> network_pb2.Product:
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
        attributes=product.attributes,
        release_date="" if product.release_day is None else date_text(product.release_day),
    )


def _node_message(node: Node) -> network_pb2.Node:
    return network_pb2.Node(
        node_id=node.id,
        name=node.name,
        kind=node.kind,
        closed=not node.is_open,
        country=node.country,
        region=node.region,
        postal_code=node.postal_code,
        point=point_message(node.point),
        calendar=_calendar_message(node.calendar),
        service_level_ids=node.service_level_ids,
        shipments_per_day=node.shipments_per_day,
        handling_minor=node.handling_minor,
        pick_line_minor=node.pick_line_minor,
        pick_unit_minor=node.pick_unit_minor,
        packaging_minor=node.packaging_minor,
        attributes=node.attributes,
    )


def _calendar_message(calendar: NodeCalendar) -> network_pb2.NodeCalendar:
    return network_pb2.NodeCalendar(
        time_zone=calendar.time_zone,
        working_days=[
            network_pb2.WorkingDay(weekday=weekday, cut_off_minute=minute)
            for weekday, minute in enumerate(calendar.cut_off_minutes, start=1)
            if minute is not None
        ],
        closed_dates=[date_text(day) for day in calendar.closed_days],
        processing_days=calendar.processing_days,
    )


def _service_level_message(service_level: ServiceLevel) -> network_pb2.ServiceLevel:
    return network_pb2.ServiceLevel(
        service_level_id=service_level.id,
        carrier_id=service_level.carrier_id,
        name=service_level.name,
        mode=service_level.mode,
        countries=service_level.countries,
        pickup_weekdays=_weekdays(service_level.pickup_weekdays),
        delivery_weekdays=_weekdays(service_level.delivery_weekdays),
        parcel_weight_grams_max=service_level.parcel_weight_grams_max,
        parcel_volume_mm3_max=service_level.parcel_volume_mm3_max,
        item_length_mm_max=service_level.item_length_mm_max,
        dim_mm3_per_gram=service_level.dim_mm3_per_gram,
        dim_volume_mm3_min=service_level.dim_volume_mm3_min,
        hazmat_accepted=service_level.hazmat_accepted,
        temperatures_accepted=service_level.temperatures_accepted,
        tariff=_tariff_message(service_level.tariff),
    )


def _emission_message(emission: Emission) -> network_pb2.Emission:
    return network_pb2.Emission(
        co2e_grams_per_tonne_km=emission.co2e_grams_per_tonne_km, source=emission.source
    )


def _weekdays(bits: int) -> list[int]:
    return [weekday for weekday in range(1, 8) if bits >> (weekday - 1) & 1]


def _tariff_message(tariff: Tariff) -> network_pb2.Tariff:
    return network_pb2.Tariff(
        zones=[_zone_message(zone) for zone in tariff.zones],
        lanes=[_lane_message(lane) for lane in tariff.lanes],
        zones_by_distance=tariff.zones_by_distance,
        surcharge_minor=tariff.surcharge_minor,
        emission=_emission_message(tariff.emission) if tariff.emission else None,
    )


def _zone_message(zone: Zone) -> network_pb2.Zone:
    return network_pb2.Zone(
        distance_km_max=zone.distance_km_max,
        transit_days=zone.transit_days,
        minimum_minor=zone.minimum_minor,
        brackets=[_bracket_message(bracket) for bracket in zone.brackets],
    )


def _bracket_message(bracket: Bracket) -> network_pb2.Bracket:
    return network_pb2.Bracket(
        weight_grams_max=bracket.weight_grams_max,
        price_minor=bracket.price_minor,
        rate_micro=bracket.rate_micro,
    )


def _lane_message(lane: Lane) -> network_pb2.Lane:
    return network_pb2.Lane(
        node_id=lane.node_id, country=lane.country, postal_prefix=lane.postal_prefix, zone=lane.zone
    )
