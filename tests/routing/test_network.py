"""The prepared network: who reaches which destination in which zone, and canonical bytes."""

from random import Random

import numpy as np
import pytest

from router.domain.carrier import Lane, Tariff
from router.domain.identifiers import NodeId
from router.domain.network import Network
from router.domain.order import Destination
from router.domain.place import Point, distance_km
from router.routing.network import prepared as network_module
from router.routing.network.prepared import (
    PreparedNetwork,
    digest_of,
    pack_network,
    prepare,
    unpack_network,
)
from router.routing.network.reaching import DISTANCE_UNKNOWN_KM
from router.solver.tables import NO_ROW
from tests.routing.builders import (
    NICE,
    PARIS,
    a_network,
    a_node,
    a_product,
    a_service,
    a_zone,
    an_express,
    day,
    instant,
)
from tests.routing.random_worlds import random_point

PARIS_75 = Destination(country="FR", postal_code="75001", point=PARIS)


def rows(prepared: PreparedNetwork, destination: Destination) -> list[list[int]]:
    return prepared.reach(destination).row.tolist()


def with_lanes(*lanes: Lane, by_distance: bool = True) -> PreparedNetwork:
    zones = tuple(a_zone(up_to_km=2_000, days=number, price=500) for number in range(4))
    level = a_service(tariff=Tariff(zones=zones, lanes=lanes, zones_by_distance=by_distance))
    return prepare(a_network(a_node("lille"), a_node("lyon"), services=[level]))


def a_lane(place: str, prefix: str, zone: int, country: str = "FR") -> Lane:
    return Lane(node_id=NodeId(place), country=country, postal_prefix=prefix, zone=zone)


def test_nodes_and_service_levels_are_numbered_by_id():
    prepared = prepare(a_network(a_node("nice"), a_node("Lille"), a_node("lyon")))

    assert [node.id for node in prepared.nodes] == ["Lille", "lyon", "nice"]
    assert [level.id for level in prepared.services] == ["CHRONO/13", "POSTE/COLIS"]


def test_the_zone_follows_the_distance():
    # Lille is 204 km from Paris, Lyon 391 and Nice 686; rows are CHRONO/13 and the two zones of POSTE/COLIS.
    assert rows(prepare(a_network()), PARIS_75) == [[0, 1], [0, 2], [0, 2]]


def test_a_destination_beyond_the_last_zone_is_not_served():
    prepared = prepare(a_network())

    assert rows(prepared, Destination(country="FR", point=Point(0, 0))) == [[NO_ROW, NO_ROW]] * 3


def test_a_country_that_the_service_does_not_name_is_not_served():
    assert rows(prepare(a_network()), Destination(country="BE", point=PARIS)) == [[NO_ROW, NO_ROW]] * 3


def test_a_node_sends_only_by_its_service_levels():
    prepared = prepare(a_network(a_node("lille", service_level_ids=("CHRONO/13",)), a_node("lyon")))

    assert rows(prepared, PARIS_75) == [[0, NO_ROW], [0, 2]]


def test_a_service_level_without_pickup_days_carries_nothing():
    prepared = prepare(a_network(a_node("lille"), services=[a_service(pickup_weekdays=0), an_express()]))

    assert rows(prepared, PARIS_75) == [[0, NO_ROW]]


def test_the_most_specific_lane_gives_the_zone():
    prepared = with_lanes(
        a_lane("lille", "75", 2),
        a_lane("lille", "", 1),
        a_lane("lille", "7500", 3),
        a_lane("lille", "7501", 1),
    )

    assert rows(prepared, PARIS_75) == [[3], [0]]


def test_a_shorter_lane_of_another_node_counts_too():
    prepared = with_lanes(a_lane("lille", "750", 2), a_lane("lyon", "7", 1))

    assert rows(prepared, PARIS_75) == [[2], [1]]


def test_a_lane_of_another_country_does_not_count():
    assert rows(with_lanes(a_lane("lille", "", 2, country="BE")), PARIS_75) == [[0], [0]]


def test_without_zones_by_distance_only_lanes_are_served():
    assert rows(with_lanes(a_lane("lyon", "75", 1), by_distance=False), PARIS_75) == [[NO_ROW], [1]]


def test_postal_codes_are_read_without_spaces_and_in_capitals():
    prepared = with_lanes(a_lane("lyon", "SW1A", 3))

    assert rows(prepared, Destination(country="FR", postal_code="sw 1a 2aa", point=PARIS)) == [[0], [3]]


def test_the_place_table_gives_the_point():
    prepared = prepare(a_network(places={"FR": {"06": NICE}}))

    assert prepared.reach(Destination(country="FR", postal_code="06300")).distance_km.tolist() == [
        832,
        298,
        0,
    ]


def test_a_destination_without_a_point_is_served_by_lanes_only():
    prepared = with_lanes(a_lane("lyon", "75", 1))
    reach = prepared.reach(Destination(country="FR", postal_code="75001"))

    assert reach.row.tolist() == [[NO_ROW], [1]]
    assert reach.distance_km.tolist() == [DISTANCE_UNKNOWN_KM] * 2


@pytest.mark.parametrize("seed", range(5))
def test_distances_are_those_of_the_points(seed):
    random = Random(seed)
    prepared = prepare(a_network())
    points = [random_point(random) for _ in range(50)]

    assert [
        prepared.reach(Destination(country="FR", point=point)).distance_km.tolist() for point in points
    ] == [[distance_km(node.point, point) for node in prepared.nodes] for point in points]


def test_the_day_turns_at_midnight_to_the_microsecond():
    prepared = prepare(a_network())
    midnight = instant("2026-03-03T00:00")

    days = [
        int(prepared.local_days(at, np.zeros(1, np.int64)).today[0])
        for at in (midnight - 1, midnight, midnight + 1)
    ]

    assert days == [day("2026-03-02"), day("2026-03-03"), day("2026-03-03")]


@pytest.mark.parametrize("found_by", ["ready_day", "local_day"])
def test_two_threads_that_ask_for_one_instant_get_both_days(found_by, monkeypatch):
    prepared, now, calendars = prepare(a_network()), instant("2026-03-02T10:00"), np.zeros(1, np.int64)
    finds, seen_by_another = getattr(network_module, found_by), []

    def while_another_asks(*asked):
        monkeypatch.undo()
        days = prepared.local_days(now, calendars)
        seen_by_another.append((int(days.today[0]), int(days.ready[0])))
        return finds(*asked)

    monkeypatch.setattr(network_module, found_by, while_another_asks)
    prepared.local_days(now, calendars)

    assert seen_by_another == [(day("2026-03-02"), day("2026-03-02"))]


def test_the_cut_off_falls_between_two_microseconds():
    prepared = prepare(a_network())
    cut_off = instant("2026-03-02T17:00")

    days = [
        int(prepared.local_days(at, np.zeros(1, np.int64)).ready[0])
        for at in (cut_off - 1, cut_off, cut_off + 1)
    ]

    assert days == [day("2026-03-02"), day("2026-03-02"), day("2026-03-03")]


def test_goods_of_a_class_need_a_service_level_that_takes_them():
    prepared = prepare(a_network(services=[a_service(hazmat_accepted=("AEROSOL",)), an_express()]))

    assert prepared.accepts(a_product("SPRAY", hazmat="AEROSOL")).tolist() == [False, True]


def test_cold_goods_need_a_service_level_that_takes_them():
    prepared = prepare(a_network(services=[a_service(temperatures_accepted=("CHILLED",)), an_express()]))

    assert prepared.accepts(a_product("MILK", temperature="CHILLED")).tolist() == [False, True]
    assert prepared.accepts(a_product("CLOCK")).tolist() == [True, False]


def test_a_network_comes_back_from_its_bytes():
    network = a_network(services=[an_express(), a_service()], places={"FR": {"06": NICE, "75": PARIS}})

    assert unpack_network(pack_network(network)) == network


def test_equal_networks_have_one_digest_whatever_their_order():
    forth = a_network(a_node("lille"), a_node("lyon"), places={"FR": {"06": NICE, "75": PARIS}})
    back = a_network(
        a_node("lyon"),
        a_node("lille"),
        services=[an_express(), a_service()],
        places={"FR": {"75": PARIS, "06": NICE}},
    )

    assert digest_of(forth) == digest_of(back)


def test_one_cent_changes_the_digest():
    assert digest_of(a_network(a_node("lille"))) != digest_of(a_network(a_node("lille", handling_minor=1)))


def test_an_empty_network_can_be_prepared():
    assert prepare(Network()).reach(PARIS_75).row.shape == (0, 0)
