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

    def at(self, numbers: Ints) -> "Places":
        """Some of the points."""
        some = tuple([self.points[number] for number in numbers.tolist()])
        return Places(points=some, latitude=self.latitude[numbers], longitude=self.longitude[numbers])

    def distances_km(self, to: Sequence[Point]) -> Ints:
        """Whole kilometres from each point to each of `to` [D, N].

        Vectorized sines may differ in their last bit from one machine to the next. Where that could turn the
        rounding, the one definition of distance decides, so that a decision is the same everywhere.
        """
        latitude, longitude = radians_of(to)
        half_lat = (latitude[:, None] - self.latitude) / 2
        half_lng = (longitude[:, None] - self.longitude) / 2
        cosines = np.cos(self.latitude) * np.cos(latitude)[:, None]
        chord = np.sin(half_lat) ** 2 + cosines * np.sin(half_lng) ** 2
        exact = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(chord)))
        rounded: Ints = np.rint(exact).astype(np.int64)
        doubtful = np.argwhere(np.abs(exact - rounded) > 0.5 - ROUNDING_DOUBT_KM)
        for destination, number in doubtful.tolist():
            rounded[destination, number] = distance_km(self.points[number], to[destination])
        return rounded


def places_of(points: Sequence[Point]) -> Places:
    """The points, ready to be measured from."""
    latitude, longitude = radians_of(points)
    return Places(points=tuple(points), latitude=latitude, longitude=longitude)


def radians_of(points: Sequence[Point]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitudes and longitudes."""
    return (
        np.radians(np.array([point.latitude_microdegrees for point in points], np.float64) / 1e6),
        np.radians(np.array([point.longitude_microdegrees for point in points], np.float64) / 1e6),
    )
