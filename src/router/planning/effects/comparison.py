"""The same orders decided under two versions of the rules, side by side: sums that add up, and what changed most.

A `Comparison` of many orders is the sum of the comparisons of its parts, in whatever parts and sequence they come.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar

from router.domain.identifiers import Instant, NodeId, ServiceLevelId
from router.domain.place import Point
from router.planning.effects.changes import (
    Aspect,
    Change,
    Pair,
    Sending,
    aspects_of,
    change_of,
    ships_otherwise,
)
from router.planning.effects.sums import Sums, added_counts, sum_up

EXAMPLES_MAX = 500
EXAMPLES_PER_ASPECT = EXAMPLES_MAX // len(Aspect)
IDS_PER_KEY = 5

STEPS_MINOR = (50, 100, 200, 500, 1_000, 2_000, 5_000)
"""Where one step of the spread of changes ends and the next begins, in minor units."""

Cell = tuple[int, int]
"""Whole degrees of latitude and longitude, rounded down: a square of the map."""

Changes = tuple[Change, ...]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both sides of many orders.

    `changed` orders ship otherwise than before (nodes, service levels, dates, units); `repriced` ones ship the same at
    another cost. `squares` sums the squared differences of cost, for a confidence interval; `spread` counts orders by
    the step of `STEPS_MINOR` that their difference reaches, from 1, negative where it is a saving. `why` counts the
    orders, changed or repriced, of which each rule says something else. `examples` keeps for each aspect the changes
    largest in money, `node_examples` and `service_examples` the orders that move to or from each; at most
    `EXAMPLES_MAX` and `IDS_PER_KEY`. `places` and `places_changed` count orders by square of the map.
    """

    before: Sums = field(default_factory=Sums)
    after: Sums = field(default_factory=Sums)
    changed: int = 0
    repriced: int = 0
    squares: int = 0
    spread: Mapping[int, int] = field(default_factory=dict)
    why: Mapping[str, int] = field(default_factory=dict)
    aspects: Mapping[Aspect, int] = field(default_factory=dict)
    places: Mapping[Cell, int] = field(default_factory=dict)
    places_changed: Mapping[Cell, int] = field(default_factory=dict)
    first_at: Instant | None = None
    last_at: Instant | None = None
    examples: Mapping[Aspect, Changes] = field(default_factory=dict)
    node_examples: Mapping[NodeId, Changes] = field(default_factory=dict)
    service_examples: Mapping[ServiceLevelId, Changes] = field(default_factory=dict)

    def __add__(self, other: Self) -> "Comparison":
        return Comparison(
            before=self.before + other.before,
            after=self.after + other.after,
            changed=self.changed + other.changed,
            repriced=self.repriced + other.repriced,
            squares=self.squares + other.squares,
            spread=added_counts(self.spread, other.spread),
            why=added_counts(self.why, other.why),
            aspects=added_counts(self.aspects, other.aspects),
            places=added_counts(self.places, other.places),
            places_changed=added_counts(self.places_changed, other.places_changed),
            first_at=least(self.first_at, other.first_at),
            last_at=largest(self.last_at, other.last_at),
            examples=merged(self.examples, other.examples, EXAMPLES_PER_ASPECT),
            node_examples=merged(self.node_examples, other.node_examples, IDS_PER_KEY),
            service_examples=merged(self.service_examples, other.service_examples, IDS_PER_KEY),
        )

    @property
    def orders(self) -> int:
        return self.before.orders

    @property
    def difference_milli(self) -> int:
        return self.after.cost_milli - self.before.cost_milli

    def largest_changes(self) -> Changes:
        """Every kept example of an aspect once, the largest change of cost first; at most `EXAMPLES_MAX`."""
        kept = {change.decision_id: change for changes in self.examples.values() for change in changes}
        return tuple(sorted(kept.values(), key=lambda change: change.rank))


def least(left: Instant | None, right: Instant | None) -> Instant | None:
    return right if left is None else left if right is None else min(left, right)


def largest(left: Instant | None, right: Instant | None) -> Instant | None:
    return right if left is None else left if right is None else max(left, right)


def merged(left: Mapping[Key, Changes], right: Mapping[Key, Changes], count: int) -> Mapping[Key, Changes]:
    """The `count` largest changes of each key."""
    if not left or not right:
        return left or right
    keys = [*left, *(key for key in right if key not in left)]
    return {key: top((*left.get(key, ()), *right.get(key, ())), count) for key in keys}


def top(changes: Iterable[Change], count: int) -> Changes:
    return tuple(sorted(changes, key=lambda change: change.rank)[:count])


def compare(pairs: Sequence[Pair]) -> Comparison:
    """The comparison of these orders."""
    found = [(pair, aspects_of(pair), ships_otherwise(pair.before, pair.after)) for pair in pairs]
    touched = [
        (pair, otherwise)
        for pair, _, otherwise in found
        if otherwise or pair.before.objective_milli != pair.after.objective_milli
    ]
    differences = [pair.after.objective_milli - pair.before.objective_milli for pair, _ in touched]
    changes = {pair.decision_id: change_of(pair, aspects) for pair, aspects, _ in found if aspects}
    examples = {
        aspect: top((change for change in changes.values() if aspect in change.aspects), EXAMPLES_PER_ASPECT)
        for aspect in Aspect
    }
    times = [pair.at for pair in pairs]
    return Comparison(
        before=sum_up((pair.order, pair.before) for pair in pairs),
        after=sum_up((pair.order, pair.after) for pair in pairs),
        changed=sum(otherwise for _, otherwise in touched),
        repriced=sum(not otherwise for _, otherwise in touched),
        squares=sum(difference**2 for difference in differences),
        spread=dict(Counter(step_of(difference) for difference in differences if difference)),
        why=dict(Counter(rule for pair, _ in touched for rule in pair.why)),
        aspects=dict(Counter(aspect for _, aspects, _ in found for aspect in aspects)),
        places=count_cells(pairs),
        places_changed=count_cells([pair for pair, otherwise in touched if otherwise]),
        first_at=min(times, default=None),
        last_at=max(times, default=None),
        examples={aspect: kept for aspect, kept in examples.items() if kept},
        node_examples=by_key(changes.values(), lambda sending: sending.node_id),
        service_examples=by_key(changes.values(), lambda sending: sending.service_level_id),
    )


def step_of(difference_milli: int) -> int:
    """The step of a difference that is not zero."""
    step = 1 + sum(abs(difference_milli) >= 1_000 * edge for edge in STEPS_MINOR)
    return step if difference_milli > 0 else -step


def by_key(changes: Iterable[Change], key_of: Callable[[Sending], Key]) -> Mapping[Key, Changes]:
    """The largest changes by what they move to or from: those keys of which an order uses more or fewer than before."""
    found: dict[Key, list[Change]] = {}
    for change in changes:
        before = Counter(key_of(sending) for sending in change.before.sendings)
        after = Counter(key_of(sending) for sending in change.after.sendings)
        for key in (before - after) + (after - before):
            found.setdefault(key, []).append(change)
    return {key: top(kept, IDS_PER_KEY) for key, kept in found.items()}


def count_cells(pairs: Iterable[Pair]) -> Mapping[Cell, int]:
    return dict(Counter(cell_of(pair.place) for pair in pairs if pair.place is not None))


def cell_of(place: Point) -> Cell:
    return place.latitude_microdegrees // 1_000_000, place.longitude_microdegrees // 1_000_000
