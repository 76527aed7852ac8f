"""Points on the earth, the distance between them, and how exactly one is known."""

from dataclasses import dataclass
from enum import IntEnum
from math import asin, cos, radians, sin, sqrt

from msgspec import Struct

EARTH_RADIUS_KM = 6371.0088
"""SOURCE: IUGG mean radius R1."""


class Point(Struct, frozen=True, gc=False):
    """A WGS84 position in whole microdegrees (about 0.1 m)."""

    latitude_microdegrees: int
    longitude_microdegrees: int


class PlaceConfidence(IntEnum):
    """How exactly it is known where an address is. Numbers equal those of the public contract."""

    UNKNOWN = 1
    COUNTRY = 2
    POSTAL_PREFIX = 3
    POSTAL_CODE = 4
    GIVEN = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is, and how exactly that is known: never UNKNOWN."""

    point: Point
    confidence: PlaceConfidence


def distance_km(a: Point, b: Point) -> int:
    """Great-circle distance in whole kilometres, rounded half to even (haversine; within 0.5 % of the ellipsoid)."""
    lat_a, lat_b = radians(a.latitude_microdegrees / 1e6), radians(b.latitude_microdegrees / 1e6)
    half_lat = (lat_b - lat_a) / 2
    half_lng = radians((b.longitude_microdegrees - a.longitude_microdegrees) / 1e6) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lng) ** 2
    return round(2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord))))
