"""The map of a report: where orders go, which of them change, and what each node ships before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from router.domain.identifiers import NodeId
from router.planning.effects.comparison import Cell, Comparison
from router.planning.pages.markup import Markup, join, tag
from router.planning.pages.outline import Place, Stroke, View, path_of
from router.routing.network.prepared import PreparedNetwork

WIDTH, HEIGHT_MAX = 980, 560
CELLS_MAX = 1_500
NAMES_MAX = 14
LETTER_WIDTH = 7.8
NODE_RADIUS = 18
OUTSIDE_SHARE = 0.01
"""So much of the orders may lie beyond each edge: a few far ones should not make everything else small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A node with what it ships."""

    node_id: NodeId
    place: Place
    before: int
    after: int


def draw_map(comparison: Comparison, network: PreparedNetwork, outline: Sequence[Stroke]) -> Markup | None:
    """The map, None where nothing has a place."""
    spots = spots_of(comparison, network)
    cells = sorted(comparison.places.items(), key=lambda item: (-item[1], item[0]))[:CELLS_MAX]
    if not spots and not cells:
        return None
    view = View.around([*(spot.place for spot in spots), *inner_places(comparison.places)], WIDTH, HEIGHT_MAX)
    most_orders = max((count for _, count in cells), default=1)
    most_shipments = max((max(spot.before, spot.after) for spot in spots), default=1) or 1
    return tag(
        "svg",
        tag("rect", width=f"{view.width:.0f}", height=f"{view.height:.0f}", class_="sea"),
        join(ground(outline, view)),
        tag(
            "g", join(destination(cell, count, comparison, view, most_orders) for cell, count in cells),
            class_="destinations",
        ),
        tag("g", join(node(spot, view, most_shipments) for spot in spots), class_="nodes"),
        tag("g", join(names(spots, view, most_shipments)), class_="names", aria_hidden="true"),
        class_="map", viewBox=f"0 0 {view.width:.0f} {view.height:.0f}", role="img",
        aria_label="Map of destinations and nodes; the tables of nodes and orders say the same in figures",
    )  # fmt: skip


def spots_of(comparison: Comparison, network: PreparedNetwork) -> list[Spot]:
    """The nodes that ship anything, the largest first so that small ones lie on top."""
    before, after = comparison.before.node_shipments, comparison.after.node_shipments
    spots = [
        Spot(
            node_id=one.id,
            place=Place(one.point.longitude_microdegrees / 1e6, one.point.latitude_microdegrees / 1e6),
            before=before.get(one.id, 0),
            after=after.get(one.id, 0),
        )
        for one in network.nodes
        if before.get(one.id) or after.get(one.id)
    ]
    return sorted(spots, key=lambda spot: (-max(spot.before, spot.after), spot.node_id))


def inner_places(places: Mapping[Cell, int]) -> list[Place]:
    """Corners that hold nearly all destinations."""
    if not places:
        return []
    edges = [inner_range([(cell[axis], count) for cell, count in places.items()]) for axis in (0, 1)]
    (south, north), (west, east) = edges
    return [Place(west, south), Place(east + 1, north + 1)]


def inner_range(counts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The least and the greatest value with `OUTSIDE_SHARE` of the weight beyond each."""
    total = sum(count for _, count in counts)
    found = []
    for backwards in (False, True):
        passed = 0
        for number, count in sorted(counts, reverse=backwards):
            passed += count
            if passed > OUTSIDE_SHARE * total:
                found.append(number)
                break
    return found[0], found[1]


def ground(outline: Sequence[Stroke], view: View) -> list[Markup]:
    """Land and borders that lie on the sheet, drawn in tenths of a pixel."""
    drawn = []
    for kind in ("land", "state", "country"):
        paths = "".join(
            path_of(stroke, view)
            for stroke in outline
            if stroke.kind == kind and view.shows_some(stroke.places)
        )
        if paths:
            drawn.append(tag("path", d=paths, class_=kind, transform="scale(.1)"))
    return drawn


def destination(cell: Cell, count: int, comparison: Comparison, view: View, most: int) -> Markup | None:
    """A square degree that orders go to: a disc of all of them, and one of those that change inside it."""
    latitude, longitude = cell
    place = Place(longitude + 0.5, latitude + 0.5)
    if not view.shows(place):
        return None
    x, y = view.put(place)
    changed = comparison.places_changed.get(cell, 0)
    north, east = ("N" if latitude >= 0 else "S"), ("E" if longitude >= 0 else "W")
    words = f"around {abs(latitude)}° {north}, {abs(longitude)}° {east}"
    return tag(
        "g",
        tag("title", f"{words}: {count:,} orders, {changed:,} ship otherwise"),
        disc(x, y, 2 + 10 * sqrt(count / most), "all"),
        disc(x, y, (2 + 10 * sqrt(count / most)) * sqrt(changed / count), "changed") if changed else None,
    )


def node(spot: Spot, view: View, most: int) -> Markup | None:
    """A node: a ring for what it ships before, a disc for what it ships after."""
    if not view.shows(spot.place):
        return None
    x, y = view.put(spot.place)
    kind = "more" if spot.after > spot.before else "fewer" if spot.after < spot.before else "even"
    return tag(
        "g",
        tag("title", f"{spot.node_id}: {spot.before:,} shipments before, {spot.after:,} after"),
        disc(x, y, NODE_RADIUS * sqrt(spot.after / most), f"after {kind}") if spot.after else None,
        disc(x, y, NODE_RADIUS * sqrt(spot.before / most), "was") if spot.before else None,
        disc(x, y, 1.6, "dot"),
    )


def disc(x: float, y: float, radius: float, kind: str) -> Markup:
    return tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{max(1.5, radius):.1f}", class_=kind)


def names(spots: Sequence[Spot], view: View, most: int) -> list[Markup]:
    """The names of the nodes that change most, right or left of them, where they do not cover each other."""
    taken: list[tuple[float, float, float]] = []
    drawn: list[Markup] = []
    for spot in sorted(spots, key=lambda one: (-abs(one.after - one.before), -one.after, one.node_id)):
        x, y = view.put(spot.place)
        away = 5 + NODE_RADIUS * sqrt(max(spot.before, spot.after) / most)
        change = spot.after - spot.before
        text = f"{spot.node_id} {change:+,}" if change else spot.node_id
        width = LETTER_WIDTH * len(text)
        if len(drawn) == NAMES_MAX or not view.shows(spot.place):
            continue
        for left in (x + away, x - away - width):
            is_covering = any(
                abs(y - other) < 13 and left < end and start < left + width for start, end, other in taken
            )
            if left >= 0 and left + width < view.width and not is_covering:
                taken.append((left, left + width, y))
                # Widths are guessed: what stands left of its node is told where it ends.
                anchored = (
                    {"x": f"{x + away:.1f}"} if left > x else {"x": f"{x - away:.1f}", "text_anchor": "end"}
                )
                drawn.append(tag("text", text, **anchored, y=f"{y + 4:.1f}"))
                break
    return drawn
