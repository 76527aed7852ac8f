"""The experiment: every policy on the same streams, and how far each is above what is possible."""

from dataclasses import dataclass

import numpy as np

from benchmarks.quality.stream_items import solve_items
from benchmarks.quality.stream_policies import (
    Exact,
    bound_of,
    cost_exactly,
    cost_nearest,
    cost_of_draws,
    dilated_clocks,
    forced_clocks,
    independent,
    layers,
)
from benchmarks.quality.stream_world import Places, Stream, a_stream, arrivals, made_up_places
from benchmarks.real.data import FOLDER, rows

REGIONS, CENTERS = "wma-regions-10.csv", "wma-fulfilment-centres-5.csv"
ASKED_TIMES = 40

DRAWN = {
    "independent rounding": independent,
    "Jasin-Sinha": layers,
    "Ma, force-open": forced_clocks,
    "Ma, dilated clocks": dilated_clocks,
}
PUBLISHED = ("nearest center", *DRAWN)
MYOPIC, FIRST_DAY, LOOK_AHEAD, CLAIRVOYANT = (
    "exact, myopic",
    "exact, prices of the first day",
    "exact, look-ahead",
    "clairvoyant bound",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Costs by policy in thousandths of a cent, means over its streams, and both linear programs of expected orders."""

    seed: int
    cost_milli: dict[str, float]
    plans_milli: int
    """Over plans of whole orders: the stronger one."""
    items_milli: int
    """Over items and boxes, as published."""

    def ratio(self, policy: str) -> float:
        return self.cost_milli[policy] / self.plans_milli

    def ratio_over_items(self, policy: str) -> float:
        return self.cost_milli[policy] / self.items_milli


def real_places() -> Places | None:
    """Ten large cities of the United States and five centers, where the data is; their sizes are facts."""
    if not ((FOLDER / REGIONS).exists() and (FOLDER / CENTERS).exists()):
        return None
    regions, centers = list(rows(REGIONS)), list(rows(CENTERS))
    people = np.array([float(row["population"]) for row in regions])
    return Places(
        regions=np.array([[float(row["lat"]), float(row["lng"])] for row in regions]),
        share=people / people.sum(),
        centers=np.array([[float(row["lat"]), float(row["lng"])] for row in centers]),
    )


def places_for(seed: int, real: Places | None) -> Places:
    """The real places, or made-up ones of the instance's own."""
    return made_up_places(np.random.default_rng([seed, 3])) if real is None else real


def run_instance(places: Places, seed: int, streams: int) -> Instance:
    """One instance on so many streams."""
    stream = a_stream(places, seed)
    use, items_milli = solve_items(stream)
    runs = [run_stream(stream, use, 1_000 * seed + number) for number in range(streams)]
    return Instance(
        seed=seed,
        cost_milli={policy: sum(run[policy] for run in runs) / streams for policy in runs[0]},
        plans_milli=bound_of(stream, stream.chance * stream.periods),
        items_milli=items_milli,
    )


def run_stream(stream: Stream, use: list[np.ndarray], seed: int) -> dict[str, int]:
    """What each policy costs on one stream."""
    classes = arrivals(stream, seed)
    came = np.bincount(classes, minlength=len(stream.chance)).astype(np.float64)
    return {
        "nearest center": cost_nearest(stream, classes),
        **{name: cost_of_draws(stream, classes, use, draw, seed) for name, draw in DRAWN.items()},
        MYOPIC: cost_exactly(stream, classes, Exact(0)),
        FIRST_DAY: cost_exactly(stream, classes, Exact(1)),
        LOOK_AHEAD: cost_exactly(stream, classes, Exact(ASKED_TIMES)),
        CLAIRVOYANT: bound_of(stream, came),
    }


def gap_closed_percent(instances: list[Instance], policy: str = LOOK_AHEAD) -> float:
    """How much of the way from the exact myopic policy to the clairvoyant bound a policy goes, in the mean."""
    myopic, reached, best = (
        float(np.mean([one.ratio(name) for one in instances])) for name in (MYOPIC, policy, CLAIRVOYANT)
    )
    return 100 * (myopic - reached) / (myopic - best)


def run_all(*, full: bool) -> tuple[list[Instance], str]:
    """Fifteen instances, a stream of each or four in the full count; and which places they have."""
    real = real_places()
    instances = [run_instance(places_for(seed, real), seed, 4 if full else 1) for seed in range(15)]
    return instances, "made up" if real is None else "10 cities and 5 centers of the United States"
