"""The picture of the experiment: every instance a dot, every policy a row, from what is possible to what is paid."""

from pathlib import Path

import numpy as np

from benchmarks.quality.stream_runs import CLAIRVOYANT, PUBLISHED, Instance

TARGET = Path(__file__).resolve().parents[1] / "pictures" / "look-ahead.svg"
WIDTH, LEFT, RIGHT, TOP, ROW = 860, 230, 90, 84, 34
OURS, THEIRS, LIMIT, INK, FAINT = "#0b6e99", "#9a6b00", "#4a7a2c", "#222222", "#dddddd"


def draw_policies(instances: list[Instance], places: str, target: Path = TARGET) -> None:
    """Write the picture, cheapest policy first."""
    policies = sorted(
        instances[0].cost_milli, key=lambda policy: np.mean([one.ratio(policy) for one in instances])
    )
    ratios = {policy: [one.ratio(policy) for one in instances] for policy in policies}
    low = min(min(of) for of in ratios.values()) - 0.005
    high = max(max(of) for of in ratios.values()) + 0.005

    def across(ratio: float) -> float:
        return LEFT + (ratio - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    height = TOP + ROW * len(policies) + 46
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        _text(20, 26, "Cost over the linear program of expected orders", size=17),
        _text(20, 48, f"{len(instances)} instances (dots) and their mean (bar); {places}"),
        _text(20, 66, "blue: this engine · brown: published policies · green: knows all orders beforehand"),
    ]
    bottom = TOP + ROW * len(policies)
    for tick in np.arange(np.ceil(low * 50) / 50, high, 0.02):
        x = across(float(tick))
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}" stroke="{FAINT}"/>')
        parts.append(_text(x, bottom + 20, f"{tick:.2f}", anchor="middle"))
    for place, (policy, of) in enumerate(ratios.items()):
        y = TOP + ROW * place + ROW / 2
        color = LIMIT if policy == CLAIRVOYANT else THEIRS if policy in PUBLISHED else OURS
        mean = float(np.mean(of))
        parts.append(_text(LEFT - 14, y + 4, policy, anchor="end"))
        parts.append(_text(WIDTH - RIGHT + 20, y + 4, f"{mean:.3f}"))
        parts += [
            f'<circle cx="{across(r):.1f}" cy="{y}" r="3.5" fill="{color}" fill-opacity="0.45"/>' for r in of
        ]
        x = across(mean)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y - 10}" y2="{y + 10}" stroke="{color}" stroke-width="3"/>'
        )
    target.parent.mkdir(exist_ok=True)
    target.write_text("\n".join([*parts, "</svg>", ""]), encoding="utf-8")


def _text(x: float, y: float, words: str, *, size: int = 13, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{INK}">{words}</text>'
    )
