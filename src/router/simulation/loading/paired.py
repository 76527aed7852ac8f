"""Two versions measured by turns: how much slower or faster the second is, and how sure that is.

Runs that are made by turns share what else the machine does, so the ratio of two neighbors is steadier than either.
"""

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

SURENESS = 0.95
LIMIT_FORM = re.compile(r"\s*([\w.]+)\s*([<>])\s*([0-9.]+)\s*")


class NotComparable(ValueError):
    """The runs or the condition cannot be compared; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """The second over the first of each pair: the median, and the interval that holds the true one.

    `sureness` is how sure that is; of few pairs even their whole span is not 95 % sure.
    """

    name: str
    pairs: int
    median: float
    low: float
    high: float
    sureness: float


@dataclass(frozen=True, slots=True)
class Limit:
    """What must not be: the ratio of `name` above (or below) `bound`."""

    name: str
    sign: str
    bound: float

    def is_broken_by(self, ratio: Ratio) -> bool:
        """Only when the whole interval lies on the wrong side: noise alone breaks nothing."""
        return ratio.low > self.bound if self.sign == ">" else ratio.high < self.bound


def read_limit(words: str) -> Limit:
    """`wait_ms.p99 > 1.1` or `durable_batch_vs_floor>1.05`; refuses anything else."""
    if (found := LIMIT_FORM.fullmatch(words)) is None:
        raise NotComparable(
            f"`{words}` is no condition; write the name of a figure, < or >, and a ratio such as 1.1"
        )
    return Limit(found[1], found[2], float(found[3]))


def numbers_of(run: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of one run by name: of a figure its value, of a load what it came to, of a benchmark each median, and
    of counted instructions each count.
    """
    if "figure" in run:
        return {str(run["figure"]): float(run["value"])}
    if "benchmarks" in run:
        return {str(one["name"]): float(one["stats"]["median"]) for one in run["benchmarks"]}
    if run.get("kind") == "load":
        waits = {f"wait_ms.{name}": float(wait) for name, wait in run["wait_ms"].items()}
        return {"accepted_per_second": float(run["accepted_per_second"]), **waits}
    if run.get("kind") == "instructions":
        return {f"instructions.{name}": float(count) for name, count in run["instructions"].items()}
    raise NotComparable(
        "a run is neither a figure, a load, counted instructions nor a result of pytest-benchmark"
    )


def compare_runs(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Ratio]:
    """The ratio of every number that both have, run n of the one beside run n of the other."""
    values = [by_name(runs) for runs in (before, after)]
    if not (shared := [name for name in values[0] if name in values[1]]):
        raise NotComparable("the two files have no figure in common")
    found = []
    for name in shared:
        pairs = list(zip(values[0][name], values[1][name], strict=False))
        if len(values[0][name]) != len(values[1][name]):
            raise NotComparable(
                f"`{name}` has {len(values[0][name])} runs in the first file and {len(values[1][name])} "
                "in the second; run both equally often, by turns"
            )
        if usable := [second / first for first, second in pairs if first > 0]:
            found.append(ratio_of(name, usable))
    return found


def by_name(runs: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {}
    for run in runs:
        for name, number in numbers_of(run).items():
            values.setdefault(name, []).append(number)
    return values


def ratio_of(name: str, ratios: Sequence[float]) -> Ratio:
    """The median with its interval by ranks: it needs no belief in how the ratios are spread."""
    ordered, count = sorted(ratios), len(ratios)
    skipped = 0
    while sureness_of(count, skipped + 1) >= SURENESS:
        skipped += 1
    return Ratio(
        name=name,
        pairs=count,
        median=statistics.median(ordered),
        low=ordered[skipped],
        high=ordered[count - 1 - skipped],
        sureness=sureness_of(count, skipped),
    )


def sureness_of(count: int, skipped: int) -> float:
    """That the true median lies within `count` values without the `skipped` least and greatest ones."""
    if 2 * skipped >= count:
        return 0.0
    return 1 - sum(comb(count, number) for number in range(skipped + 1)) / float(2 ** (count - 1))
