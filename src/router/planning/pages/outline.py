"""A simple map: land and borders as lines, and a flat picture of a part of the earth."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import NamedTuple

TWENTIETHS = 20


class Place(NamedTuple):
    """Degrees east and north."""

    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of the map: `land` (closed), `country` or `state`."""

    kind: str
    places: tuple[Place, ...]


def read_outline(text: str) -> Iterator[Stroke]:
    """The strokes of the outline file: kind, first point, steps, all in twentieths of a degree."""
    for row in text.splitlines():
        if row.startswith("#"):
            continue
        kind, *numbers = row.split()
        places = []
        east = north = 0
        for step_east, step_north in zip(numbers[::2], numbers[1::2], strict=True):
            east, north = east + int(step_east), north + int(step_north)
            places.append(Place(east / TWENTIETHS, north / TWENTIETHS))
        yield Stroke(kind, tuple(places))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A part of the earth on a sheet of `width` x `height`: parallels keep their length in the middle."""

    west: float
    north: float
    scale: float
    squeeze: float
    width: float
    height: float

    @classmethod
    def around(cls, places: Sequence[Place], width: float, height_max: float, margin: float = 0.08) -> "View":
        """The view that holds `places`, which are not none, with a margin."""
        west, east = min(place.longitude for place in places), max(place.longitude for place in places)
        south, north = min(place.latitude for place in places), max(place.latitude for place in places)
        grow = max(1.0, margin * (east - west), margin * (north - south))
        west, east, south, north = west - grow, east + grow, max(-85, south - grow), min(85, north + grow)
        squeeze = cos(radians((south + north) / 2))
        scale = min(width / ((east - west) * squeeze), height_max / (north - south))
        across = scale * (east - west) * squeeze
        return cls(
            west=west - (width - across) / (2 * scale * squeeze), north=north, scale=scale, squeeze=squeeze,
            width=width, height=scale * (north - south),
        )  # fmt: skip

    def put(self, place: Place) -> tuple[float, float]:
        """Where a place lies on the sheet, from its upper left corner."""
        return (place.longitude - self.west) * self.scale * self.squeeze, (
            self.north - place.latitude
        ) * self.scale

    def shows(self, place: Place) -> bool:
        x, y = self.put(place)
        return 0 <= x <= self.width and 0 <= y <= self.height

    def shows_some(self, places: Iterable[Place]) -> bool:
        """Whether the box around `places` meets the sheet."""
        points = [self.put(place) for place in places]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs) < self.width and max(xs) > 0 and min(ys) < self.height and max(ys) > 0


def path_of(stroke: Stroke, view: View) -> str:
    """The stroke as the `d` of an SVG path in tenths of a pixel; points of one tenth are drawn once."""
    steps: list[str] = []
    last = None
    for place in stroke.places:
        x, y = (round(10 * value) for value in view.put(place))
        if last is None:
            steps.append(f"M{x} {y}")
        elif (x, y) != last:
            steps.append(f"l{x - last[0]} {y - last[1]}")
        last = x, y
    return "".join(steps) + ("z" if stroke.kind == "land" else "")
