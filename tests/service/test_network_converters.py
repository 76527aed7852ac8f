"""Networks as messages and as values: there and back, and what is refused."""

from typing import Any

import pytest

from router.api.messages.network import network_message
from router.api.v1 import network_pb2, order_pb2
from router.domain.identifiers import Day
from router.domain.node import NodeCalendar
from router.service.from_proto.network import put_network, put_nodes, put_service_levels
from tests.service.builders import a_network, a_node, a_service_level
from tests.service.violations import violations_of


def test_a_network_survives_the_way_there_and_back_sorted_by_id() -> None:
    message = a_network()
    message.service_levels[0].tariff.lanes.add(node_id="LYON", country="FR", postal_prefix="20", zone=1)
    message.service_levels[0].hazmat_accepted.append("AEROSOL")
    message.service_levels[0].temperatures_accepted.append("AMBIENT")
    message.nodes[0].calendar.closed_dates.append("2026-12-25")
    message.nodes[0].attributes["dock"] = "7"

    made = put_network(network_pb2.PutNetworkRequest(network=message, request_id="n")).network

    assert [node.id for node in made.nodes] == ["LILLE", "LYON"]
    assert made.nodes[1].calendar == NodeCalendar(
        time_zone="Europe/Paris",
        cut_off_minutes=(1020, 1020, 1020, 1020, 1020, None, None),
        closed_days=(Day(739_975),),
    )
    message.nodes.sort(key=lambda node: node.node_id)
    message.places.sort(key=lambda place: place.postal_prefix)
    assert network_message(made) == message


def test_a_place_is_found_however_its_prefix_is_written() -> None:
    message = a_network()
    message.places.add(country="GB", postal_prefix="ec1 a", point=order_pb2.Point())

    made = put_network(network_pb2.PutNetworkRequest(network=message, request_id="n")).network

    assert list(made.places["GB"]) == ["EC1A"]


NODE_FAULTS = [
    ({"node_id": ""}, {"nodes[0].node_id": "REQUIRED"}),
    ({"kind": "SHED"}, {"nodes[0].kind": "UNKNOWN_VALUE"}),
    ({"country": "XX"}, {"nodes[0].country": "UNKNOWN_COUNTRY"}),
    ({"handling_minor": -1}, {"nodes[0].handling_minor": "OUT_OF_RANGE"}),
    ({"shipments_per_day": -1}, {"nodes[0].shipments_per_day": "OUT_OF_RANGE"}),
    ({"service_level_ids": ["POSTE/GROUND"] * 2}, {"nodes[0].service_level_ids[1]": "DUPLICATE"}),
]
CALENDAR_FAULTS = [
    ({"time_zone": "Europe"}, {"nodes[0].calendar.time_zone": "UNKNOWN_TIME_ZONE"}),
    ({"time_zone": "../../etc/passwd"}, {"nodes[0].calendar.time_zone": "UNKNOWN_TIME_ZONE"}),
    ({"time_zone": ""}, {"nodes[0].calendar.time_zone": "UNKNOWN_TIME_ZONE"}),
    ({"working_days": []}, {"nodes[0].calendar.working_days": "WRONG_COUNT"}),
    (
        {"working_days": [{"weekday": 8, "cut_off_minute": 1_440}]},
        {
            "nodes[0].calendar.working_days[0].weekday": "OUT_OF_RANGE",
            "nodes[0].calendar.working_days[0].cut_off_minute": "OUT_OF_RANGE",
        },
    ),
    (
        {"working_days": [{"weekday": 1}, {"weekday": 1}]},
        {"nodes[0].calendar.working_days[1].weekday": "DUPLICATE"},
    ),
    ({"closed_dates": ["2026-13-01"]}, {"nodes[0].calendar.closed_dates[0]": "NOT_A_DATE"}),
    ({"processing_days": 31}, {"nodes[0].calendar.processing_days": "OUT_OF_RANGE"}),
]


def changed(message: Any, changes: dict[str, Any]) -> Any:
    """`message` with some fields replaced, lists as a whole."""
    for name in changes:
        message.ClearField(name)
    message.MergeFrom(type(message)(**changes))
    return message


@pytest.mark.parametrize(("changes", "violations"), NODE_FAULTS)
def test_a_bad_node_is_refused_at_the_field(changes: dict[str, Any], violations: dict[str, str]) -> None:
    node = changed(a_node("LYON", 45.76, 4.84), changes)

    assert violations_of(put_nodes, network_pb2.PutNodesRequest(nodes=[node], request_id="k")) == violations


@pytest.mark.parametrize(("changes", "violations"), CALENDAR_FAULTS)
def test_a_bad_calendar_is_refused_at_the_field(changes: dict[str, Any], violations: dict[str, str]) -> None:
    node = a_node("LYON", 45.76, 4.84)
    changed(node.calendar, changes)

    assert violations_of(put_nodes, network_pb2.PutNodesRequest(nodes=[node], request_id="k")) == violations


def test_a_node_without_place_and_calendar_is_refused() -> None:
    node = a_node("LYON", 45.76, 4.84)
    node.ClearField("point")
    node.ClearField("calendar")

    assert violations_of(put_nodes, network_pb2.PutNodesRequest(nodes=[node], request_id="k")) == {
        "nodes[0].point": "REQUIRED",
        "nodes[0].calendar": "REQUIRED",
    }


SERVICE_FAULTS = [
    (
        {"service_level_id": "UPS/GROUND"},
        {"service_levels[0].service_level_id": "NOT_OF_ITS_CARRIER"},
    ),
    ({"mode": ""}, {"service_levels[0].mode": "REQUIRED"}),
    ({"countries": []}, {"service_levels[0].countries": "WRONG_COUNT"}),
    ({"countries": ["FR", "ZZ"]}, {"service_levels[0].countries[1]": "UNKNOWN_COUNTRY"}),
    ({"pickup_weekdays": [0]}, {"service_levels[0].pickup_weekdays[0]": "OUT_OF_RANGE"}),
    ({"delivery_weekdays": [1, 1]}, {"service_levels[0].delivery_weekdays[1]": "DUPLICATE"}),
    ({"temperatures_accepted": ["WARM"]}, {"service_levels[0].temperatures_accepted[0]": "UNKNOWN_VALUE"}),
    ({"parcel_weight_grams_max": -1}, {"service_levels[0].parcel_weight_grams_max": "OUT_OF_RANGE"}),
]
TARIFF_FAULTS = [
    ({"zones": []}, {"service_levels[0].tariff.zones": "WRONG_COUNT"}),
    ({"surcharge_minor": -1}, {"service_levels[0].tariff.surcharge_minor": "OUT_OF_RANGE"}),
    (
        {"lanes": [{"node_id": "LYON", "country": "FR", "zone": 2}]},
        {"service_levels[0].tariff.lanes[0].zone": "OUT_OF_RANGE"},
    ),
    (
        {"lanes": [{"node_id": "LYON", "country": "FR"}, {"node_id": "LYON", "country": "FR"}]},
        {"service_levels[0].tariff.lanes[1].postal_prefix": "DUPLICATE"},
    ),
    (
        {"zones": [{"brackets": [{"weight_grams_max": 500}, {"weight_grams_max": 500}]}]},
        {"service_levels[0].tariff.zones[0].brackets[1].weight_grams_max": "NOT_RISING"},
    ),
    (
        {"zones": [{"transit_days": -1, "distance_km_max": 99_999, "brackets": [{"weight_grams_max": 0}]}]},
        {
            "service_levels[0].tariff.zones[0].brackets[0].weight_grams_max": "OUT_OF_RANGE",
            "service_levels[0].tariff.zones[0].distance_km_max": "OUT_OF_RANGE",
            "service_levels[0].tariff.zones[0].transit_days": "OUT_OF_RANGE",
        },
    ),
]


@pytest.mark.parametrize(("changes", "violations"), SERVICE_FAULTS)
def test_a_bad_service_level_is_refused_at_the_field(
    changes: dict[str, Any], violations: dict[str, str]
) -> None:
    request = network_pb2.PutServiceLevelsRequest(
        service_levels=[changed(a_service_level(), changes)], request_id="k"
    )

    assert violations_of(put_service_levels, request) == violations


@pytest.mark.parametrize(("changes", "violations"), TARIFF_FAULTS)
def test_a_bad_tariff_is_refused_at_the_field(changes: dict[str, Any], violations: dict[str, str]) -> None:
    service_level = a_service_level()
    changed(service_level.tariff, changes)
    request = network_pb2.PutServiceLevelsRequest(service_levels=[service_level], request_id="k")

    assert violations_of(put_service_levels, request) == violations


def test_a_network_names_each_thing_once() -> None:
    message = a_network()
    message.nodes.append(message.nodes[0])
    message.carriers.append(message.carriers[0])
    message.service_levels.append(message.service_levels[0])
    message.places.append(message.places[0])
    message.currency = "eur"

    assert violations_of(put_network, network_pb2.PutNetworkRequest(network=message, request_id="k")) == {
        "network.currency": "UNKNOWN_CURRENCY",
        "network.nodes[2].node_id": "DUPLICATE",
        "network.carriers[1].carrier_id": "DUPLICATE",
        "network.service_levels[1].service_level_id": "DUPLICATE",
        "network.places[2].postal_prefix": "DUPLICATE",
    }
