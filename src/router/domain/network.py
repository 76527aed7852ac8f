"""Everything about the network that a decision depends on, as one immutable, versioned value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import UNSET, UnsetType

from router.domain.carrier import Carrier, ServiceLevel
from router.domain.node import Node
from router.domain.order import Destination
from router.domain.place import Place, PlaceConfidence, Point
from router.domain.transfer_lane import TransferLane


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Nodes, carriers, service levels with their tariffs, and the place table; all tuples sorted by id.

    `places` maps a country to its postal prefixes and their points; the longest prefix wins.
    """

    currency: str = "USD"
    nodes: tuple[Node, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    service_levels: tuple[ServiceLevel, ...] = ()
    places: Mapping[str, Mapping[str, Point]] = field(default_factory=dict)
    transfer_lanes: tuple[TransferLane, ...] | UnsetType = UNSET
    """By their ends. Left out where there are none, so that networks of before keep their bytes."""

    def find_point(self, destination: Destination) -> Point | None:
        """The destination's own point, or the one of the longest known prefix of its postal code."""
        if destination.point is not None:
            return destination.point
        place = self.find_place(destination)
        return None if place is None else place.point

    def find_place(self, destination: Destination) -> Place | None:
        """The same with how exactly it is known: given by the client, or by how much of the postal code has a point."""
        if destination.point is not None:
            return Place(destination.point, PlaceConfidence.GIVEN)
        prefixes = self.places.get(destination.country, {})
        code = destination.postal_code.replace(" ", "").upper()
        for length in range(len(code), -1, -1):
            if (point := prefixes.get(code[:length])) is not None:
                return Place(point, _confidence_of(length, code))
        return None


def _confidence_of(known_length: int, code: str) -> PlaceConfidence:
    if not known_length:
        return PlaceConfidence.COUNTRY
    return PlaceConfidence.POSTAL_CODE if known_length == len(code) else PlaceConfidence.POSTAL_PREFIX
