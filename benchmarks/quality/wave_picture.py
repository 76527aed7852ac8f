"""The picture of one wave: how far its plans lie above what is proven, over the processor time spent."""

from collections.abc import Sequence
from math import log10
from pathlib import Path
from typing import NamedTuple

from router.simulation.policies.front_picture import Scale
from router.simulation.policies.picture import text

PICTURES = Path(__file__).resolve().parents[1] / "pictures"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 440, 76, 110, 96, 62
COST, GAP, GRID = "#0b6e99", "#4a7a2c", "#dddddd"
LEAST_PERCENT = 0.001
WORDS = {
    "GREEDY": "one by one",
    "PRICES": "prices",
    "PRICED_GREEDY": "one by one at the prices",
    "DIVE": "dive",
    "CUTS": "cuts",
    "RECREATE": "ruin and recreate",
    "BLOCKS": "blocks",
}


class Mark(NamedTuple):
    """Where the search stood at the end of a phase."""

    seconds: float
    phase: str
    objective_milli: int
    bound_milli: int


def draw_course(marks: Sequence[Mark], title: str) -> str:
    """An SVG that stands by itself: percents on a logarithmic scale, from the first plan to the end."""
    last = marks[-1]
    costs = [_log_percent(mark.objective_milli, last.bound_milli) for mark in marks]
    gaps = [_log_percent(mark.objective_milli, mark.bound_milli) for mark in marks]
    across = Scale(0.0, last.seconds, LEFT, WIDTH - RIGHT)
    up = Scale(min(costs) - 0.2, max(gaps) + 0.1, HEIGHT - BOTTOM, TOP)
    end = WIDTH - RIGHT + 8
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            text(20, 28, title, size=17),
            text(20, 50, "green: cost above the bound proven by then (the gap that the answer would say)"),
            text(20, 68, "blue: cost above the bound proven at the end"),
            *_grid(across, up),
            _steps(marks, gaps, across, up, GAP),
            _steps(marks, costs, across, up, COST),
            *_phases(marks, gaps, across, up),
            text(end, up.at(costs[-1]) + 4, f"{10 ** costs[-1]:.2g} %, {last.seconds:.0f} s"),
            text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, "processor seconds", anchor="middle"),
            "</svg>",
            "",
        ]
    )


def _log_percent(objective_milli: int, bound_milli: int) -> float:
    return log10(max(LEAST_PERCENT, 100 * (objective_milli / bound_milli - 1)))


def _steps(marks: Sequence[Mark], values: Sequence[float], across: Scale, up: Scale, color: str) -> str:
    path = f"M{across.at(marks[0].seconds):.1f},{up.at(values[0]):.1f}" + "".join(
        f"H{across.at(mark.seconds):.1f}V{up.at(value):.1f}"
        for mark, value in zip(marks[1:], values[1:], strict=True)
    )
    return f'<path d="{path}" fill="none" stroke="{color}" stroke-width="2"/>'


def _phases(marks: Sequence[Mark], values: Sequence[float], across: Scale, up: Scale) -> list[str]:
    """The name of each phase where it first ended; a name that would stand on another climbs."""
    parts: list[str] = []
    taken: list[tuple[float, float]] = []
    named: set[str] = set()
    for mark, value in zip(marks, values, strict=True):
        if mark.phase not in WORDS or mark.phase in named:
            continue
        named.add(mark.phase)
        x, y = across.at(mark.seconds), up.at(value)
        height = y - 8
        end = x + 7 * len(WORDS[mark.phase])
        while any(x < other_end and abs(height - level) < 15 for other_end, level in taken):
            height -= 15
        taken.append((end, height))
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{GAP}"/>')
        parts.append(text(x + 6, height, WORDS[mark.phase]))
    return parts


def _grid(across: Scale, up: Scale) -> list[str]:
    parts = []
    for exponent in range(-3, 4):
        if up.low <= exponent <= up.high:
            y = up.at(exponent)
            parts.append(
                f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>'
            )
            parts.append(text(LEFT - 8, y + 4, f"{10.0**exponent:g} %", anchor="end"))
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000) if across.high <= 10 * step)
    for second in range(0, int(across.high) + 1, step):
        parts.append(text(across.at(second), HEIGHT - BOTTOM + 20, f"{second}", anchor="middle"))
    return parts
