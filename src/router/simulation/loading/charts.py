"""Charts as SVG text: lines over time or over percentiles, and bars beside their goals. Nothing is fetched."""

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 860, 300
NAMES, WORDS = 220, 260
"""How wide what stands left and right of bars can be."""
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 46, 40
COLORS = ("#0b6e99", "#9a6b00", "#4a7a2c", "#8b3a62")
INK, FAINT, MISSED = "#222222", "#dddddd", "#b3261e"


def lines(
    title: str,
    series: Mapping[str, Sequence[tuple[float, float]]],
    *,
    across: str,
    ticks: Mapping[float, str] | None = None,
) -> str:
    """One line for each of `series`, from zero up; `ticks` name places across, else first and last are named."""
    points = [point for one in series.values() for point in one] or [(0.0, 0.0)]
    low, high = min(x for x, _ in points), max(x for x, _ in points)
    top = nice(max(y for _, y in points))

    def place(x: float, y: float) -> str:
        return f"{at_x(x):.1f},{HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM):.1f}"

    def at_x(x: float) -> float:
        return LEFT + (x - low) / ((high - low) or 1) * (WIDTH - LEFT - RIGHT)

    parts = [*frame(title, HEIGHT), *steps(top)]
    for x, name in (ticks or {low: f"{low:g}", high: f"{high:g}"}).items():
        parts.append(text(at_x(x), HEIGHT - BOTTOM + 18, name, anchor="middle"))
    parts.append(text(WIDTH - RIGHT, HEIGHT - 6, across, anchor="end"))
    for number, (name, one) in enumerate(series.items()):
        color = COLORS[number % len(COLORS)]
        path = " ".join(place(x, y) for x, y in one)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts.append(text(LEFT + 150 * number, TOP - 8, name, color=color))
    return svg(parts, HEIGHT)


def bars(title: str, rows: Sequence[tuple[str, float, float, str]], *, limit: str = "goal") -> str:
    """A bar for each row (name, share, beyond what it is red, words), and a line at 1 that `limit` names."""
    height = TOP + 26 * len(rows) + 30
    top = max([1.2, *(min(share, 4.0) for _, share, _, _ in rows)])
    room = WIDTH - NAMES - WORDS - 10

    parts = frame(title, height)
    if limit:
        x = NAMES + room / top
        line = f'x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{height - 24}"'
        parts.append(f'<line {line} stroke="{INK}" stroke-dasharray="4 3"/>')
        parts.append(text(x, height - 8, limit, anchor="middle"))
    for number, (name, share, most, words) in enumerate(rows):
        y = TOP + 26 * number
        color = MISSED if share > most else COLORS[0]
        length = min(share, 4.0) / top * room
        parts.append(text(NAMES - 10, y + 16, name, anchor="end"))
        parts.append(
            f'<rect x="{NAMES}" y="{y + 4}" width="{max(1.0, length):.1f}" height="16" fill="{color}"/>'
        )
        parts.append(text(WIDTH - WORDS, y + 16, words))
    return svg(parts, height)


def nice(value: float) -> float:
    """The next round number above: 1, 2 or 5 times a power of ten."""
    size = 1e-3
    while True:
        for step in (1, 2, 5):
            if value <= step * size:
                return step * size
        size *= 10


def steps(top: float) -> list[str]:
    """Four lines across, and what they stand for."""
    found = []
    for number in range(5):
        y = HEIGHT - BOTTOM - number / 4 * (HEIGHT - TOP - BOTTOM)
        found.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{FAINT}"/>')
        found.append(text(LEFT - 8, y + 4, f"{top * number / 4:g}", anchor="end"))
    return found


def frame(title: str, height: int) -> list[str]:
    return [f'<rect width="{WIDTH}" height="{height}" fill="white"/>', text(20, 22, title, size=16)]


def text(x: float, y: float, words: str, *, size: int = 12, anchor: str = "start", color: str = INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{color}">'
        f"{escape(words)}</text>"
    )


def svg(parts: Sequence[str], height: int) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">'
    return "\n".join([head, *parts, "</svg>", ""])
