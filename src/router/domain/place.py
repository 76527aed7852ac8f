"""Points on the earth and the distance between them."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""SOURCE: IUGG mean radius R1."""


@dataclass(frozen=True, slots=True)
class Point:
    """A WGS84 position in whole microdegrees (about 0.1 m)."""

    latitude_microdegrees: int
    longitude_microdegrees: int


def distance_km(a: Point, b: Point) -> int:
    """Great-circle distance in whole kilometres, rounded half to even (haversine; within 0.5 % of the ellipsoid)."""
    lat_a, lat_b = radians(a.latitude_microdegrees / 1e6), radians(b.latitude_microdegrees / 1e6)
    half_lat = (lat_b - lat_a) / 2
    half_lng = radians((b.longitude_microdegrees - a.longitude_microdegrees) / 1e6) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lng) ** 2
    return round(2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord))))
