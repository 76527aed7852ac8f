"""How long shipments take from hand-over to delivery, learned from those that arrived: quantiles by group, and plain.

A shipment belongs to groups from the most specific to the most general, such as its lane, its service level to that
region, and its service level. What a group of few says is mixed with what the next one says, as if that had brought
BLEND shipments of its own; above all groups stand all shipments. What weekdays add is learned from what is left over.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

BLEND = 20
"""So many shipments the next group counts for."""

TRIPS_MIN = 30
"""From fewer nothing is learned."""

LOW, LIKELY, HIGH = 0.1, 0.5, 0.9
"""Eight of ten shipments arrive between the first and the last; as many before as after the middle one."""

WEEKDAYS = 7

Floats = npt.NDArray[np.float64]
_ALL: Hashable = ()


class Trip(NamedTuple):
    """A shipment that arrived: `days` after it left on a weekday, Monday is 0."""

    groups: tuple[Hashable, ...]
    weekday: int
    days: int


class Estimate(NamedTuple):
    """Days after the hand-over. `trips` is how many shipments of its own groups, but the last, it rests on."""

    low: int
    likely: int
    high: int
    trips: int


class TransitTimes:
    """What was learned; nothing of it changes any more."""

    def __init__(
        self, groups: Mapping[Hashable, tuple[int, Floats]], weekdays: Floats, trip_count: int
    ) -> None:
        self._groups = groups
        self._weekdays = weekdays
        self.trip_count = trip_count

    def estimate(self, groups: Sequence[Hashable], weekday: int) -> Estimate | None:
        """None where nothing is known of even the most general of its groups."""
        if self.trip_count < TRIPS_MIN or (groups and groups[-1] not in self._groups):
            return None
        _, days = self._groups[_ALL]
        own = 0
        for group in reversed(groups):
            if (known := self._groups.get(group)) is not None:
                count, quantiles = known
                days = (count * quantiles + BLEND * days) / (count + BLEND)
                own = count
        low, likely, high = days + self._weekdays[weekday]
        return Estimate(
            low=max(0, int(np.floor(low))),
            likely=max(0, round(float(likely))),
            high=max(0, int(np.ceil(high))),
            trips=own,
        )


def learn(trips: Iterable[Trip]) -> TransitTimes:
    """All that these trips tell."""
    known = list(trips)
    by_group: dict[Hashable, list[int]] = {}
    for trip in known:
        for group in (_ALL, *trip.groups):
            by_group.setdefault(group, []).append(trip.days)
    groups = {group: (len(days), quantiles_of(days)) for group, days in by_group.items()}
    plain = TransitTimes(groups, np.zeros(WEEKDAYS), len(known))
    left: list[list[float]] = [[] for _ in range(WEEKDAYS)]
    for trip in known:
        guess = plain.estimate(trip.groups, trip.weekday)
        if guess is not None:
            left[trip.weekday].append(trip.days - guess.likely)
    effects = [len(one) * float(np.mean(one)) / (len(one) + BLEND) if one else 0.0 for one in left]
    return TransitTimes(groups, np.array(effects), len(known))


def quantiles_of(days: Sequence[int]) -> Floats:
    found: Floats = np.quantile(np.array(days, dtype=np.float64), (LOW, LIKELY, HIGH))
    return found
