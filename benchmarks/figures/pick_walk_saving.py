"""Walking that pick lists save, beside the order in which shipments and their lines came, in three warehouses."""

import random
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from router.app.fulfillment.pick_lists import PickItem, walked
from router.domain.identifiers import NodeId, Sku
from router.domain.layout import Bin, Layout

LAYOUTS = {
    "one block": ((0, 3_000), 20, 3_000),
    "two blocks": ((0, 1_500, 3_000), 20, 3_000),
    "wide and shallow": ((0, 1_000), 60, 1_000),
}
"""Cross aisles along y, number of aisles, and their length, in centimetres; aisles are three metres apart."""
BIN_CM, AISLE_CM, SKUS, BINS_VISITED = 100, 300, 2_000, (10, 20, 40)


def measure(full: bool) -> dict[str, Any]:
    """Percent saved; the value is the median wave of the layout in which least is saved. 100 waves, or 10, of each."""
    savings = {name: [saved(name, seed) for seed in range(100 if full else 10)] for name in LAYOUTS}
    medians = {name: median(one[0] for one in waves) for name, waves in savings.items()}
    every = [one[0] for waves in savings.values() for one in waves]
    return {
        "figure": "pick_walk_saving",
        "value": round(min(medians.values()), 1),
        "unit": "percent",
        "runs": len(every),
        "min": round(min(every), 1),
        "max": round(max(every), 1),
        "goal": 25,
        "by_layout": {name: round(value, 1) for name, value in medians.items()},
        "beside_bins_by_aisle": round(median(one[1] for waves in savings.values() for one in waves), 1),
    }


def saved(name: str, seed: int) -> tuple[float, float]:
    """Percent of the walk in the order of coming, and of the walk aisle by aisle from front to back."""
    chance = random.Random(f"{name} {seed}")
    layout = a_layout(name, chance)
    skus = chance.sample(sorted(layout.bins), chance.choice(BINS_VISITED))
    found = walked("w-1", layout, [item(sku) for sku in skus])
    by_aisle = sorted(skus, key=lambda sku: (layout.bins[sku].x_cm, layout.bins[sku].y_cm))
    return (
        100 * (1 - found.walk_cm / found.scan_walk_cm),
        100 * (1 - found.walk_cm / length(layout, by_aisle)),
    )


def length(layout: Layout, skus: Sequence[Sku]) -> int:
    """Counted by hand: from the start through the bins and back."""
    places = [layout.start, *(layout.bins[sku] for sku in skus), layout.start]
    return sum(layout.walk_cm(a, b) for a, b in pairwise(places))


def a_layout(name: str, chance: random.Random) -> Layout:
    cross, aisles, deep = LAYOUTS[name]
    places = [(AISLE_CM * aisle, y) for aisle in range(aisles) for y in range(BIN_CM // 2, deep, BIN_CM)]
    return Layout(
        node_id=NodeId("lyon"),
        cross_aisles_cm=cross,
        start=Bin(label="desk", x_cm=0, y_cm=0),
        bins={
            Sku(f"S{number}"): Bin(label=f"B{number}", x_cm=x, y_cm=y)
            for number, (x, y) in enumerate(chance.choices(places, k=SKUS))
        },
    )


def item(sku: Sku) -> PickItem:
    return PickItem(bin="", sku=sku, lot="", quantity=1, parts=())
