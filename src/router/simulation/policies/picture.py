"""The comparison as a picture: what looking ahead saved, order by order, and what there was to save."""

from itertools import accumulate

from router.domain.currency import amount_text
from router.simulation.policies.compare import Comparison

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 420, 110, 30, 70, 60
POINTS_MAX = 400


def draw(comparison: Comparison, currency: str) -> str:
    """An SVG that stands by itself. Up is saved, down is lost; the dashed line is all that could be saved."""
    pairs = zip(comparison.myopic.costs_milli, comparison.look_ahead.costs_milli, strict=True)
    saved = [0, *accumulate(myopic - ahead for myopic, ahead in pairs)]
    possible = comparison.myopic.cost_milli - comparison.clairvoyant_milli
    low, high = min(0, *saved, possible), max(0, *saved, possible)
    span = max(1, high - low)

    def across(place: int) -> float:
        return LEFT + place / max(1, len(saved) - 1) * (WIDTH - LEFT - RIGHT)

    def up(milli: int) -> float:
        return HEIGHT - BOTTOM - (milli - low) / span * (HEIGHT - TOP - BOTTOM)

    step = max(1, len(saved) // POINTS_MAX)
    places = [*range(0, len(saved) - 1, step), len(saved) - 1]
    line = " ".join(f"{across(place):.1f},{up(saved[place]):.1f}" for place in places)
    money = [amount_text(round(milli / 1000), currency) for milli in (abs(saved[-1]), possible)]
    did = "saved" if saved[-1] >= 0 else "cost more by"
    ends = LEFT, WIDTH - RIGHT
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            text(20, 28, f"Looking ahead {did} {money[0]} {currency} on {len(saved) - 1:,} orders", size=17),
            text(20, 50, f"dashed: {money[1]} {currency}, more than that nobody could have saved"),
            level(ends, up(possible), "#4a7a2c", dashed=True),
            level(ends, up(0), "#888888", dashed=False),
            f'<polyline points="{line}" fill="none" stroke="#0b6e99" stroke-width="2"/>',
            text(LEFT - 10, up(0) + 4, "0", anchor="end"),
            text(LEFT - 10, up(possible) + 4, money[1], anchor="end"),
            text(LEFT, HEIGHT - 24, "first order"),
            text(WIDTH - RIGHT, HEIGHT - 24, "last order", anchor="end"),
            "</svg>",
            "",
        )
    )


def level(ends: tuple[int, int], y: float, color: str, *, dashed: bool) -> str:
    dashes = ' stroke-dasharray="6 5"' if dashed else ""
    return f'<line x1="{ends[0]}" x2="{ends[1]}" y1="{y:.1f}" y2="{y:.1f}" stroke="{color}"{dashes}/>'


def text(x: float, y: float, words: str, *, size: int = 13, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="#222222">{words}</text>'
