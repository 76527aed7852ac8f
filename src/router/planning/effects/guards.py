"""How sure a change of cost is, and which nodes a change of rules would fill up."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from router.domain.identifiers import Day, NodeId
from router.planning.effects.comparison import Comparison
from router.routing.network.prepared import PreparedNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The 95 % confidence interval of the mean change of cost per order, paired, in thousandths of a minor unit."""

    mean: float
    low: float
    high: float


def interval_of(comparison: Comparison) -> Interval | None:
    """By the normal approximation of the mean of paired differences; None of fewer than two orders."""
    count = comparison.orders
    if count < 2:
        return None
    total = comparison.difference_milli
    mean = total / count
    # Exact integers first: the two terms are large and close to each other.
    variance = (comparison.squares * count - total * total) / (count * (count - 1))
    half = 1.96 * sqrt(variance / count)
    return Interval(mean=mean, low=mean - half, high=mean + half)


GUARD_PER_CENT = 90
"""A node whose busiest day would be above this share of what it can dispatch is marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The busiest day of a node on one side, of these orders alone: shipments, and per cent of what it can dispatch."""

    node_id: NodeId
    shipments_per_day: int
    before: int
    after: int

    @property
    def before_per_cent(self) -> int:
        return 100 * self.before // max(1, self.shipments_per_day)

    @property
    def after_per_cent(self) -> int:
        return 100 * self.after // max(1, self.shipments_per_day)

    @property
    def is_above_guard(self) -> bool:
        return 100 * self.after > GUARD_PER_CENT * self.shipments_per_day


def loads_of(comparison: Comparison, network: PreparedNetwork) -> tuple[Load, ...]:
    """The busiest days of the nodes with a limit that ship anything, the fullest after the change first."""
    peaks = peak_of(comparison.before.node_days), peak_of(comparison.after.node_days)
    loads = [
        Load(
            node_id=node.id,
            shipments_per_day=node.shipments_per_day,
            before=peaks[0].get(node.id, 0),
            after=peaks[1].get(node.id, 0),
        )
        for node in network.nodes
        if node.shipments_per_day is not None and (node.id in peaks[0] or node.id in peaks[1])
    ]
    return tuple(sorted(loads, key=lambda load: (-load.after / max(1, load.shipments_per_day), load.node_id)))


def peak_of(node_days: Mapping[tuple[NodeId, Day], int]) -> dict[NodeId, int]:
    """The most shipments of one day by node."""
    peaks: dict[NodeId, int] = {}
    for (node_id, _), count in node_days.items():
        peaks[node_id] = max(peaks.get(node_id, 0), count)
    return peaks
