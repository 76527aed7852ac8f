"""Distances from many nodes to many destinations, to the kilometre those of `router.domain.place.distance_km`."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from router.domain.place import EARTH_RADIUS_KM, Point, distance_km
from router.solver.problem import Ints
from router.solver.records import compiled

ROUNDING_DOUBT_KM = 1e-3
"""Far above the error of chords between unit vectors, even between antipodes."""


@dataclass(frozen=True, slots=True)
class Places:
    """Points, and for each the vector from the middle of the earth to it, the earth's radius being 1."""

    points: tuple[Point, ...]
    vectors: NDArray[np.float64]  # [N, 3]

    def distances_km(self, node: Ints, to: Sequence[Point]) -> Ints:
        """Whole kilometres from the points of these numbers to each of `to` [D, N].

        What is compiled may differ in its last bits from one machine to the next. Where that could turn the rounding,
        the one definition of distance decides, so that a decision is the same everywhere.
        """
        rounded, doubtful = measure(self.vectors.take(node, axis=0), vectors_of(to))
        for destination, place in doubtful.tolist():
            rounded[destination, place] = distance_km(self.points[node[place]], to[destination])
        return rounded


def places_of(points: Sequence[Point]) -> Places:
    """The points, ready to be measured from."""
    return Places(points=tuple(points), vectors=vectors_of(points))


def vectors_of(points: Sequence[Point]) -> NDArray[np.float64]:
    """The unit vector of each point."""
    flat = [one for point in points for one in (point.latitude_microdegrees, point.longitude_microdegrees)]
    return unit_vectors(np.fromiter(flat, np.int64, len(flat)).reshape(-1, 2))


@compiled
def unit_vectors(microdegrees: Ints) -> NDArray[np.float64]:
    """Of points given by latitude and longitude."""
    vectors = np.empty((len(microdegrees), 3))
    for number in range(len(microdegrees)):
        latitude, longitude = radians(microdegrees[number, 0] / 1e6), radians(microdegrees[number, 1] / 1e6)
        vectors[number, 0] = cos(latitude) * cos(longitude)
        vectors[number, 1] = cos(latitude) * sin(longitude)
        vectors[number, 2] = sin(latitude)
    return vectors


@compiled
def measure(places: NDArray[np.float64], to: NDArray[np.float64]) -> tuple[Ints, Ints]:
    """Whole kilometres between unit vectors [D, N], and the pairs [X, 2] (destination, place) that are in doubt."""
    rounded = np.empty((len(to), len(places)), np.int64)
    doubtful, count = np.empty((rounded.size, 2), np.int64), 0
    for destination in range(len(to)):
        for place in range(len(places)):
            square = 0.0
            for axis in range(3):
                square += (places[place, axis] - to[destination, axis]) ** 2
            exact = 2.0 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(square) / 2.0))
            nearest = np.rint(exact)
            rounded[destination, place] = int(nearest)
            if abs(exact - nearest) > 0.5 - ROUNDING_DOUBT_KM:
                doubtful[count, 0], doubtful[count, 1] = destination, place
                count += 1
    return rounded, doubtful[:count].copy()
