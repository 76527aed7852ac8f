"""A front as a picture: what less of each measure costs, and how far each point is proven."""

from collections.abc import Sequence
from typing import NamedTuple

from router.simulation.policies.picture import text

WIDTH, PANEL, LEFT, RIGHT, TOP, BOTTOM = 940, 230, 90, 40, 112, 74
LINE, FAINT, PROOF, GRID = "#0b6e99", "#9fc3d3", "#4a7a2c", "#dddddd"


class Spot(NamedTuple):
    """A plan: its cost, what it is proven to cost at least, and what it comes to at each measure."""

    cost: float
    bound: float
    measured: tuple[float, ...]
    is_decided: bool = False


class Scale(NamedTuple):
    """From numbers to places."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        return self.begin + (value - self.low) / max(1e-9, self.high - self.low) * (self.end - self.begin)


def draw_front(spots: Sequence[Spot], measures: Sequence[str], title: str, cost: str) -> str:
    """An SVG that stands by itself: a panel for each measure, cost to the right, the measure upwards."""
    height = TOP + len(measures) * (PANEL + BOTTOM)
    costs = [value for spot in spots for value in (spot.cost, spot.bound)]
    room = 0.03 * (max(costs) - min(costs) or 1.0)
    across = Scale(min(costs) - room, max(costs) + room, LEFT, WIDTH - RIGHT)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        text(20, 28, title, size=17),
        text(
            20,
            50,
            "each dot is a plan that no other beats; the line joins those that are best for its measure",
        ),
        text(
            20, 68, "green: from the proven least cost to the cost found, of a plan no worse in all measures"
        ),
    ]
    for number, measure in enumerate(measures):
        top = TOP + number * (PANEL + BOTTOM)
        parts += panel(spots, number, measure, across, top)
        parts.append(text((LEFT + WIDTH - RIGHT) / 2, top + PANEL + 38, cost, anchor="middle"))
    return "\n".join([*parts, "</svg>", ""])


def panel(spots: Sequence[Spot], number: int, measure: str, across: Scale, top: float) -> list[str]:
    values = [spot.measured[number] for spot in spots]
    room = 0.06 * (max(values) - min(values) or 1.0)
    up = Scale(min(values) - room, max(values) + room, top + PANEL, top)
    parts = [text(20, top - 12, measure, size=14)]
    for value in ticks(up):
        y = up.at(value)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>')
        parts.append(text(LEFT - 8, y + 4, f"{value:,g}", anchor="end"))
    for value in ticks(across):
        x = across.at(value)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + PANEL}" stroke="{GRID}"/>')
        parts.append(text(x, top + PANEL + 18, f"{value:,g}", anchor="middle"))
    best = lower_left(spots, number)
    joined = " ".join(f"{across.at(spot.cost):.1f},{up.at(spot.measured[number]):.1f}" for spot in best)
    parts.append(f'<polyline points="{joined}" fill="none" stroke="{LINE}" stroke-width="1.5"/>')
    for spot in spots:
        x, y, begin = across.at(spot.cost), up.at(spot.measured[number]), across.at(spot.bound)
        color = LINE if spot in best else FAINT
        parts.append(
            f'<line x1="{begin:.1f}" x2="{x:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{PROOF}" stroke-width="3"/>'
        )
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>')
        if spot.is_decided:
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="none" stroke="{LINE}"/>')
            parts.append(text(x + 12, y - 8, "decided"))
    return parts


def lower_left(spots: Sequence[Spot], number: int) -> list[Spot]:
    """Those that no other beats at cost and this measure alone, by rising cost."""
    best: list[Spot] = []
    for spot in sorted(spots, key=lambda one: (one.cost, one.measured[number])):
        if not best or spot.measured[number] < best[-1].measured[number]:
            best.append(spot)
    return best


def ticks(scale: Scale) -> list[float]:
    """Some five round numbers."""
    span = scale.high - scale.low
    step = 10.0 ** len(str(int(span))) if span >= 1 else 1.0
    while span / step < 4:
        step /= 2 if str(step).lstrip("0.").startswith(("2", "1")) else 2.5
    first = -(-scale.low // step)
    found = []
    while (value := first * step) <= scale.high:
        found.append(round(value, 9))
        first += 1
    return found
