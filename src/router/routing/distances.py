"""Distances from many nodes to one destination, to the kilometre those of `router.domain.place.distance_km`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from router.domain.place import EARTH_RADIUS_KM, Point, distance_km
from router.solver.problem import Ints

ROUNDING_DOUBT_KM = 1e-3
"""Far above the error of a vectorized sine, even between antipodes."""


@dataclass(frozen=True, slots=True)
class Places:
    """Points with what the haversine formula needs of each."""

    points: tuple[Point, ...]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]

    def distances_km(self, to: Point) -> Ints:
        """Whole kilometres from each point.

        Vectorized sines may differ in their last bit from one machine to the next. Where that could turn the
        rounding, the one definition of distance decides, so that a decision is the same everywhere.
        """
        half_lat = (np.radians(to.latitude_microdegrees / 1e6) - self.latitude) / 2
        half_lng = (np.radians(to.longitude_microdegrees / 1e6) - self.longitude) / 2
        cosines = np.cos(self.latitude) * np.cos(np.radians(to.latitude_microdegrees / 1e6))
        chord = np.sin(half_lat) ** 2 + cosines * np.sin(half_lng) ** 2
        exact = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord)))
        rounded: Ints = np.rint(exact).astype(np.int64)
        for number in np.flatnonzero(np.abs(exact - rounded) > 0.5 - ROUNDING_DOUBT_KM).tolist():
            rounded[number] = distance_km(self.points[number], to)
        return rounded


def places_of(points: Sequence[Point]) -> Places:
    """The points, ready to be measured from."""
    return Places(
        points=tuple(points),
        latitude=np.radians(np.array([point.latitude_microdegrees for point in points], np.float64) / 1e6),
        longitude=np.radians(np.array([point.longitude_microdegrees for point in points], np.float64) / 1e6),
    )
