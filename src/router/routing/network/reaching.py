"""How destinations are reached that nobody asked for yet: distances and rate rows from some nodes of a network."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np

from router.domain.carrier import ServiceLevel
from router.domain.place import Point
from router.routing.network.distances import Places
from router.routing.network.lanes import NO_ZONE, rate_rows
from router.routing.network.reaches import Reaches, Target
from router.routing.network.tariffs import RateTables
from router.solver.problem import Bools, Ints

DISTANCE_UNKNOWN_KM = 20_015
"""Half the way around the earth: how far a destination without a known point counts."""

ANYWHERE = Point(0, 0)

_CELLS_AT_ONCE_MAX = 500_000


class Ways(Protocol):
    """What of a prepared network says how a place is reached."""

    @property
    def services(self) -> tuple[ServiceLevel, ...]: ...
    @property
    def places(self) -> Places: ...
    @property
    def rates(self) -> RateTables: ...
    @property
    def picks_up(self) -> Bools: ...
    @property
    def lane_zones(self) -> Mapping[str, Mapping[str, tuple[tuple[int, int, int], ...]]]: ...


def reaches_of(ways: Ways, destinations: Sequence[Target], node: Ints) -> Iterator[Reaches]:
    """How the destinations are reached from the nodes of these numbers, some of them at a time."""
    size = max(1, _CELLS_AT_ONCE_MAX // max(1, len(node) * len(ways.services)))
    for first in range(0, len(destinations), size):
        yield _reach_some(ways, destinations[first : first + size], node)


def _reach_some(ways: Ways, destinations: Sequence[Target], node: Ints) -> Reaches:
    rates = ways.rates
    points = [to or ANYWHERE for _, _, to in destinations]
    measured = ways.places.distances_km(node, points)
    is_unknown = np.zeros(len(destinations), np.bool_)
    if unknown := [number for number, (_, _, to) in enumerate(destinations) if to is None]:
        is_unknown[unknown] = True
        measured[is_unknown] = DISTANCE_UNKNOWN_KM
    numbers: dict[str, int] = {}
    country = [numbers.setdefault(country, len(numbers)) for country, _, _ in destinations]
    serves = [[one in level.countries for level in ways.services] for one in numbers]
    row = rate_rows(
        measured,
        is_unknown,
        np.array(serves, np.bool_).reshape(len(numbers), -1).take(country, axis=0),
        ways.picks_up.take(node, axis=0),
        _named_zones(ways, destinations, node),
        rates.zone_reach_km,
        rates.zone_count,
        rates.row_start,
    )
    return Reaches(measured, row)


def _named_zones(ways: Ways, destinations: Sequence[Target], node: Ints) -> Ints:
    """The zones that tariffs name for lanes to the destinations, as `rate_rows` asks for them."""
    if not ways.lane_zones:
        return np.zeros((0, 0, 0), np.int64)
    named = np.full((len(destinations), len(node), len(ways.services)), NO_ZONE, np.int64)
    column = {number: place for place, number in enumerate(node.tolist())}
    for number, (country, prefix, _) in enumerate(destinations):
        prefixes = ways.lane_zones.get(country, {})
        for end in range(len(prefix) + 1):
            for service, from_node, lane_zone in prefixes.get(prefix[:end], ()):
                if (place := column.get(from_node)) is not None:
                    named[number, place, service] = lane_zone
    return named
