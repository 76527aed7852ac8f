"""The charts of a report, as SVG: bars side by side, the spread of changes, and how full nodes would be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from router.domain.currency import amount_text
from router.planning.effects.comparison import STEPS_MINOR
from router.planning.effects.guards import GUARD_PER_CENT, Load
from router.planning.pages.markup import Markup, join, tag

WIDTH = 560
LABEL_WIDTH = 185
VALUE_WIDTH = 92
ROW_HEIGHT = 34
BAR_HEIGHT = 11
BARS_MAX = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a bar chart."""

    name: str
    before: int
    after: int
    before_text: str
    after_text: str


def bars(title: str, rows: Sequence[Bar]) -> Markup:
    """Rows of two bars each, before above after, on one scale that begins at zero."""
    most = max((max(abs(row.before), abs(row.after)) for row in rows), default=0) or 1
    room = WIDTH - LABEL_WIDTH - VALUE_WIDTH
    drawn = []
    for number, row in enumerate(rows):
        top = number * ROW_HEIGHT + 4
        drawn.append(
            tag(
                "g",
                tag("title", f"{row.name}: {row.before_text} before, {row.after_text} after"),
                tag("text", shortened(row.name, 24), x=LABEL_WIDTH - 10, y=top + 16, class_="label"),
                bar("before", LABEL_WIDTH, top, room * abs(row.before) / most),
                bar("after", LABEL_WIDTH, top + BAR_HEIGHT + 1, room * abs(row.after) / most),
                value(row.before_text, room * abs(row.before) / most, top + 9, "quiet"),
                value(row.after_text, room * abs(row.after) / most, top + BAR_HEIGHT + 11, ""),
            )
        )
    return picture(title, len(rows) * ROW_HEIGHT + 6, drawn)


def bar(kind: str, x: float, y: float, length: float) -> Markup:
    return tag("rect", x=x, y=y, width=f"{max(1.0, length):.1f}", height=BAR_HEIGHT, rx=2, class_=kind)


def value(text: str, length: float, y: float, kind: str) -> Markup:
    return tag("text", text, x=f"{LABEL_WIDTH + length + 6:.1f}", y=y, class_=f"value {kind}".strip())


def picture(title: str, height: float, drawn: Sequence[Markup]) -> Markup:
    """An SVG that tells readers of the screen what it shows; the same figures stand in a table of the report."""
    return tag(
        "svg",
        join(drawn),
        class_="chart",
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        role="img",
        aria_label=title,
    )


def spread_chart(spread: Mapping[int, int], currency: str) -> Markup:
    """How many orders become cheaper or dearer, by how much: savings left of the middle, extra cost right."""
    steps = len(STEPS_MINOR) + 1
    most = max(spread.values(), default=0) or 1
    height, base = 190.0, 150.0
    slot = WIDTH / (2 * steps)
    drawn = []
    for place, step in enumerate([*range(-steps, 0), *range(1, steps + 1)]):
        count = spread.get(step, 0)
        tall = 120 * count / most
        middle = f"{slot * (place + 0.5):.1f}"
        words = f"{step_text(abs(step), currency)} {'dearer' if step > 0 else 'cheaper'}: {count:,} orders"
        drawn.append(
            tag(
                "g",
                tag("title", words),
                tag(
                    "rect", x=f"{slot * place + 2:.1f}", y=f"{base - max(tall, 1 if count else 0):.1f}",
                    width=f"{slot - 4:.1f}", height=f"{max(tall, 1 if count else 0):.1f}", rx=2,
                    class_="bad" if step > 0 else "good",
                ),
                tag("text", f"{count:,}", x=middle, y=f"{base - tall - 5:.1f}", class_="count") if count else None,
                tag("text", edge_text(abs(step), currency), x=middle, y=base + 15, class_="edge"),
            )
        )  # fmt: skip
    drawn.append(tag("line", x1=0, x2=WIDTH, y1=base, y2=base, class_="axis"))
    drawn.append(tag("line", x1=WIDTH / 2, x2=WIDTH / 2, y1=16, y2=base + 20, class_="axis"))
    drawn.append(tag("text", "← cheaper", x=WIDTH / 2 - 10, y=base + 34, class_="label"))
    drawn.append(tag("text", "dearer →", x=WIDTH / 2 + 10, y=base + 34, class_="value"))
    return picture("Orders by the change of their cost", height, drawn)


def step_text(step: int, currency: str) -> str:
    """`0.50 to 1.00`."""
    edges = [0, *STEPS_MINOR]
    low = amount_text(edges[step - 1], currency)
    return f"{low} to {amount_text(edges[step], currency)}" if step < len(edges) else f"{low} or more"


def edge_text(step: int, currency: str) -> str:
    """What stands below a column: the edge it stays below, without zeros behind the point."""
    edges = [*STEPS_MINOR, STEPS_MINOR[-1]]
    text = amount_text(edges[step - 1], currency)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"<{text}" if step <= len(STEPS_MINOR) else f"{text}+"


def load_chart(loads: Sequence[Load]) -> Markup:
    """The busiest day of each node as a share of what it can dispatch, with the guard as a line."""
    room = WIDTH - LABEL_WIDTH - VALUE_WIDTH
    most = max(110, *(min(200, max(load.before_per_cent, load.after_per_cent)) for load in loads))
    scale = room / most
    guard = LABEL_WIDTH + GUARD_PER_CENT * scale
    shown = loads[:BARS_MAX]
    drawn = []
    for number, load in enumerate(shown):
        top = number * 26 + 22
        kind = "over" if load.is_above_guard else "after"
        words = f"{load.node_id}: {load.before} before, {load.after} after, of {load.shipments_per_day} shipments a day"
        x = LABEL_WIDTH + min(200, load.before_per_cent) * scale
        drawn.append(
            tag(
                "g",
                tag("title", words),
                tag("text", shortened(load.node_id, 24), x=LABEL_WIDTH - 10, y=top + 12, class_="label"),
                tag("rect", x=LABEL_WIDTH, y=top, width=f"{100 * scale:.1f}", height=16, rx=2, class_="track"),
                tag(
                    "rect", x=LABEL_WIDTH, y=top, width=f"{min(200, load.after_per_cent) * scale:.1f}", height=16,
                    rx=2, class_=kind,
                ),
                tag("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=top - 3, y2=top + 19, class_="was"),
                tag(
                    "text", f"{load.before_per_cent} → {load.after_per_cent} %", x=WIDTH - 4, y=top + 12,
                    class_="label",
                ),
            )
        )  # fmt: skip
    bottom = len(shown) * 26 + 24
    drawn.append(tag("line", x1=f"{guard:.1f}", x2=f"{guard:.1f}", y1=14, y2=bottom, class_="guard"))
    drawn.append(tag("text", f"{GUARD_PER_CENT} % guard", x=f"{guard:.1f}", y=10, class_="edge"))
    return picture("How full nodes would be on their busiest day", bottom + 6, drawn)


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
