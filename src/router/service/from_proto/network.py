"""Nodes, carriers, places and the network as a whole."""

from router.api.v1 import network_pb2
from router.app.commands.documents import PutNetwork, PutNodes, PutServiceLevels
from router.domain.carrier import EVERY_DAY, Carrier, ServiceLevel
from router.domain.identifiers import CarrierId, Day, NodeId, ServiceLevelId
from router.domain.limits import (
    AMOUNT_MINOR_MAX,
    CARRIERS_MAX,
    CLOSED_DATES_MAX,
    KILOGRAM_MINOR_MAX,
    LANE_LEAD_DAYS_MAX,
    NODES_MAX,
    PLACES_MAX,
    PROCESSING_DAYS_MAX,
    SERVICE_LEVELS_MAX,
    STOCK_MAX,
    TRANSFER_LANES_MAX,
)
from router.domain.network import Network
from router.domain.node import Node, NodeCalendar
from router.domain.place import Point
from router.domain.transfer_lane import TransferLane
from router.service.faults import Faults, shown
from router.service.from_proto.carriers import service_level, weekdays
from router.service.from_proto.destinations import point_of
from router.service.from_proto.keys import request_id_of
from router.service.parse import digest_of
from router.service.time_zones import is_time_zone

NODE_KINDS = ("WAREHOUSE", "STORE", "SUPPLIER")


def put_network(request: network_pb2.PutNetworkRequest) -> PutNetwork:
    """The command to replace the network; everything in it comes out sorted by id."""
    faults = Faults()
    if not request.HasField("network"):
        faults.missing("", "network")
    message = request.network
    if request.HasField("network") and not is_currency(message.currency):
        faults.add(
            "network.currency",
            "UNKNOWN_CURRENCY",
            f"currency is {shown(message.currency)}, must be an ISO 4217 code such as USD",
        )
    at = "network."
    network = Network(
        currency=message.currency,
        nodes=nodes(message, at, 0, faults),
        carriers=carriers(message, at, faults),
        service_levels=service_levels(message, at, 0, faults),
        places=places(message, at, faults),
        transfer_lanes=transfer_lanes(message, at, faults),
    )
    command = PutNetwork(
        request_id=request_id_of(request.request_id, faults), body_digest=digest_of(request), network=network
    )
    faults.raise_if_any()
    return command


def put_nodes(request: network_pb2.PutNodesRequest) -> PutNodes:
    """The command to add or replace single nodes."""
    faults = Faults()
    command = PutNodes(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        nodes=nodes(request, "", 1, faults),
    )
    faults.raise_if_any()
    return command


def put_service_levels(request: network_pb2.PutServiceLevelsRequest) -> PutServiceLevels:
    """The command to add or replace single service levels, with their carriers where those are new."""
    faults = Faults()
    command = PutServiceLevels(
        request_id=request_id_of(request.request_id, faults),
        body_digest=digest_of(request),
        service_levels=service_levels(request, "", 1, faults),
        carriers=carriers(request, "", faults),
    )
    faults.raise_if_any()
    return command


def is_currency(code: str) -> bool:
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()


def nodes(
    message: network_pb2.Network | network_pb2.PutNodesRequest, at: str, count_min: int, faults: Faults
) -> tuple[Node, ...]:
    if not faults.count_of(message.nodes, at, "nodes", count_min, NODES_MAX):
        return ()
    faults.unique([one.node_id for one in message.nodes], at, "nodes", "node_id")
    converted = (node(one, f"{at}nodes[{index}].", faults) for index, one in enumerate(message.nodes))
    return tuple(sorted(converted, key=lambda one: one.id))


def carriers(
    message: network_pb2.Network | network_pb2.PutServiceLevelsRequest, at: str, faults: Faults
) -> tuple[Carrier, ...]:
    if not faults.count_of(message.carriers, at, "carriers", 0, CARRIERS_MAX):
        return ()
    faults.unique([one.carrier_id for one in message.carriers], at, "carriers", "carrier_id")
    converted = (
        Carrier(
            id=CarrierId(faults.identifier(one.carrier_id, f"{at}carriers[{index}].", "carrier_id")),
            name=faults.text(one.name, f"{at}carriers[{index}].", "name"),
        )
        for index, one in enumerate(message.carriers)
    )
    return tuple(sorted(converted, key=lambda one: one.id))


def service_levels(
    message: network_pb2.Network | network_pb2.PutServiceLevelsRequest,
    at: str,
    count_min: int,
    faults: Faults,
) -> tuple[ServiceLevel, ...]:
    if not faults.count_of(message.service_levels, at, "service_levels", count_min, SERVICE_LEVELS_MAX):
        return ()
    ids = [one.service_level_id for one in message.service_levels]
    faults.unique(ids, at, "service_levels", "service_level_id")
    converted = (
        service_level(one, f"{at}service_levels[{index}].", faults)
        for index, one in enumerate(message.service_levels)
    )
    return tuple(sorted(converted, key=lambda one: one.id))


def transfer_lanes(message: network_pb2.Network, at: str, faults: Faults) -> tuple[TransferLane, ...]:
    if not faults.count_of(message.transfer_lanes, at, "transfer_lanes", 0, TRANSFER_LANES_MAX):
        return ()
    known: set[tuple[str, str]] = set()
    for index, lane in enumerate(message.transfer_lanes):
        here, ends = f"{at}transfer_lanes[{index}].to_node_id", (lane.from_node_id, lane.to_node_id)
        if lane.to_node_id and lane.from_node_id == lane.to_node_id:
            faults.add(here, "OUT_OF_RANGE", f"to_node_id is {shown(lane.to_node_id)}, must be another node")
        elif ends in known:
            said = f"the lane from {shown(lane.from_node_id)} to {shown(lane.to_node_id)} is given twice"
            faults.add(here, "DUPLICATE", said)
        known.add(ends)
    converted = (
        transfer_lane(one, f"{at}transfer_lanes[{index}].", faults)
        for index, one in enumerate(message.transfer_lanes)
    )
    return tuple(sorted(converted, key=lambda lane: (lane.to_node_id, lane.from_node_id)))


def transfer_lane(message: network_pb2.TransferLane, at: str, faults: Faults) -> TransferLane:
    return TransferLane(
        from_node_id=NodeId(faults.identifier(message.from_node_id, at, "from_node_id")),
        to_node_id=NodeId(faults.identifier(message.to_node_id, at, "to_node_id")),
        lead_days=faults.whole(message.lead_days, at, "lead_days", 0, LANE_LEAD_DAYS_MAX),
        departure_weekdays=weekdays(message.departure_weekdays, at, "departure_weekdays", faults)
        if message.departure_weekdays
        else EVERY_DAY,
        cost_minor=faults.whole(message.cost_minor, at, "cost_minor", 0, AMOUNT_MINOR_MAX),
        unit_minor=faults.whole(message.unit_minor, at, "unit_minor", 0, AMOUNT_MINOR_MAX),
        kilogram_minor=faults.whole(message.kilogram_minor, at, "kilogram_minor", 0, KILOGRAM_MINOR_MAX),
    )


def places(message: network_pb2.Network, at: str, faults: Faults) -> dict[str, dict[str, Point]]:
    """Postal prefixes as `Network.find_point` looks for them: without blanks, in capitals."""
    table: dict[str, dict[str, Point]] = {}
    if not faults.count_of(message.places, at, "places", 0, PLACES_MAX):
        return table
    for index, place in enumerate(message.places):
        here = f"{at}places[{index}]."
        country = faults.country(place.country, here, "country")
        faults.postal_code(place.postal_prefix, here, "postal_prefix")
        prefix = place.postal_prefix.replace(" ", "").upper()
        if not place.HasField("point"):
            faults.missing(here, "point")
        if prefix in table.setdefault(country, {}):
            faults.add(
                here + "postal_prefix",
                "DUPLICATE",
                f"postal_prefix is {shown(place.postal_prefix)}, given twice for {shown(country)}",
            )
        table[country][prefix] = point_of(place.point, here + "point.", faults)
    return {country: dict(sorted(prefixes.items())) for country, prefixes in sorted(table.items())}


def node(message: network_pb2.Node, at: str, faults: Faults) -> Node:
    for name in ("point", "calendar"):
        if not message.HasField(name):
            faults.missing(at, name)
    if faults.count_of(message.service_level_ids, at, "service_level_ids", 0, SERVICE_LEVELS_MAX):
        faults.unique(message.service_level_ids, at, "service_level_ids")
        for index, service_level_id in enumerate(message.service_level_ids):
            faults.identifier(service_level_id, at, f"service_level_ids[{index}]")
    shipments_per_day = None
    if message.HasField("shipments_per_day"):
        shipments_per_day = faults.whole(message.shipments_per_day, at, "shipments_per_day", 0, STOCK_MAX)
    return Node(
        id=NodeId(faults.identifier(message.node_id, at, "node_id")),
        name=faults.text(message.name, at, "name"),
        kind=faults.choice(message.kind, at, "kind", NODE_KINDS),
        is_open=not message.closed,
        country=faults.country(message.country, at, "country"),
        region=faults.text(message.region, at, "region"),
        postal_code=faults.postal_code(message.postal_code, at, "postal_code"),
        point=point_of(message.point, at + "point.", faults),
        calendar=calendar(message.calendar, at + "calendar.", faults)
        if message.HasField("calendar")
        else NodeCalendar(),
        service_level_ids=tuple(ServiceLevelId(one) for one in sorted(message.service_level_ids)),
        shipments_per_day=shipments_per_day,
        handling_minor=faults.whole(message.handling_minor, at, "handling_minor", 0, AMOUNT_MINOR_MAX),
        pick_line_minor=faults.whole(message.pick_line_minor, at, "pick_line_minor", 0, AMOUNT_MINOR_MAX),
        pick_unit_minor=faults.whole(message.pick_unit_minor, at, "pick_unit_minor", 0, AMOUNT_MINOR_MAX),
        packaging_minor=faults.whole(message.packaging_minor, at, "packaging_minor", 0, AMOUNT_MINOR_MAX),
        attributes=faults.attributes(message.attributes, at),
    )


def calendar(message: network_pb2.NodeCalendar, at: str, faults: Faults) -> NodeCalendar:
    if not is_time_zone(message.time_zone):
        faults.add(
            at + "time_zone",
            "UNKNOWN_TIME_ZONE",
            f"time_zone is {shown(message.time_zone)}, must be an IANA name such as America/Chicago",
        )
    cut_offs: list[int | None] = [None] * 7
    if faults.count_of(message.working_days, at, "working_days", 1, 7):
        for index, working_day in enumerate(message.working_days):
            here = f"{at}working_days[{index}]."
            weekday = faults.whole(working_day.weekday, here, "weekday", 1, 7)
            minute = faults.whole(working_day.cut_off_minute, here, "cut_off_minute", 0, 1_439)
            if 1 <= weekday <= 7:
                if cut_offs[weekday - 1] is not None:
                    faults.add(here + "weekday", "DUPLICATE", f"weekday is {weekday}, already given")
                cut_offs[weekday - 1] = minute
    closed_days: tuple[Day, ...] = ()
    if faults.count_of(message.closed_dates, at, "closed_dates", 0, CLOSED_DATES_MAX):
        days = (
            faults.day(one, at, f"closed_dates[{index}]") for index, one in enumerate(message.closed_dates)
        )
        closed_days = tuple(sorted(set(days)))
    return NodeCalendar(
        time_zone=message.time_zone,
        cut_off_minutes=tuple(cut_offs),
        closed_days=closed_days,
        processing_days=faults.whole(message.processing_days, at, "processing_days", 0, PROCESSING_DAYS_MAX),
    )
