"""Policies on one stream of orders, each deciding an order when it arrives, and what they cost.

The exact policies answer every order with its cheapest plan at the prices of the moment: none, those of the first day,
or those of a look-ahead asked again and again. The published ones draw a center for each item from the linear program
over items and boxes; an item whose center has none left is not shipped.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from math import e

import numpy as np

from benchmarks.quality.stream_world import Floats, Stream, problem_of
from router.solver.problem import Ints
from router.solver.wave.field import no_plans, open_field
from router.solver.wave.look_ahead import SEARCH_WORK_MAX, Expectation
from router.solver.wave.sweep import insert_all

Draw = Callable[[np.random.Generator, Floats, int], Ints]
"""Centers [orders, items] for so many orders of a class; `use` [K + 1, items] is its part of the linear program."""


@dataclass(frozen=True, slots=True)
class Exact:
    """The exact policy: prices asked for `asked` times in the stream, at even distances; 0: never."""

    asked: int


def cost_exactly(stream: Stream, classes: Ints, policy: Exact) -> int:
    """What the stream costs in thousandths of a cent when each order gets its cheapest plan at the prices then."""
    problem = problem_of(stream)
    field = open_field(problem, SEARCH_WORK_MAX)
    left, plans, cost = problem.limit.copy(), no_plans(field), 0
    price = np.zeros(len(left), np.int64)
    expectation = Expectation(problem)
    cuts = np.linspace(0, len(classes), max(1, policy.asked) + 1).astype(int)
    for begin, end in itertools.pairwise(cuts):
        if policy.asked:
            to_come = stream.chance * stream.periods * (1 - begin / len(classes))
            price = expectation.prices(to_come, left).price
        for number in classes[begin:end]:
            insert_all(field, np.array([number]), price, left, plans)
            cost += int(plans.cost_milli[number])
    return cost


def bound_of(stream: Stream, expected: Floats) -> int:
    """What no policy can beat where each class comes `expected` times, be it in the mean of all streams."""
    problem = problem_of(stream)
    return Expectation(problem).prices(expected, problem.limit).bound_milli


def cost_of_draws(stream: Stream, classes: Ints, use: list[Floats], draw: Draw, seed: int) -> int:
    """What the stream costs when centers are drawn for the items of each order."""
    random = np.random.default_rng([seed, 2])
    centers: dict[int, list[list[int]]] = {}
    for number, count in zip(*np.unique(classes, return_counts=True)):
        centers[int(number)] = draw(random, use[number], int(count)).tolist()
    stock, nothing, cost = stream.stock.copy(), stream.nothing, 0
    for number in classes.tolist():
        region, opened = stream.region[number], set()
        for item, center in zip(stream.items_of[number], centers[number].pop()):
            if center != nothing and stock[center, item] > 0:
                stock[center, item] -= 1
            else:
                center = nothing
            cost += int(stream.unit_milli[center, region])
            opened.add(center)
        cost += sum(int(stream.box_milli[center, region]) for center in opened)
    return cost


def cost_nearest(stream: Stream, classes: Ints) -> int:
    """What the stream costs when every item comes from the nearest center that carries it, full or empty."""
    use = []
    for items, region in zip(stream.items_of, stream.region):
        whole = np.zeros((stream.nothing + 1, len(items)))
        whole[stream.nearest[list(items), region], np.arange(len(items))] = 1.0
        use.append(whole)
    return cost_of_draws(stream, classes, use, independent, 0)


def independent(random: np.random.Generator, use: Floats, count: int) -> Ints:
    """Each item by itself."""
    reach = np.cumsum(use / use.sum(axis=0), axis=0)
    drawn = random.random((count, 1, use.shape[1]))
    return np.minimum((drawn > reach).sum(axis=1), len(use) - 1)


def dilated_clocks(random: np.random.Generator, use: Floats, count: int) -> Ints:
    """A center opens at a random time; each item takes the center that opens first on its own dilated clock.

    SOURCE: Ma 2023, section 3.
    """
    opening = random.exponential(size=(count, len(use), 1))
    return _first_on_clock(opening, use)


def forced_clocks(random: np.random.Generator, use: Floats, count: int) -> Ints:
    """Dilated clocks on which the center that an item uses most is at times forced to open. SOURCE: Ma 2023."""
    opening = random.exponential(size=(count, len(use), 1))
    with np.errstate(divide="ignore"):
        seen = opening / use
    for item in range(use.shape[1]):
        most = int(use[:, item].argmax())
        share = use[most, item]
        # At a share of 1 both ways are the same, and the formula is 0 / 0.
        forced = (1 - share) / max(1e-12, 1 - share + share * np.exp(1 / share) - e)
        early = np.minimum(opening[:, most, 0], 1) / share
        seen[:, most, item] = np.where(random.random(count) < forced, 1 / share, early)
    chosen: Ints = seen.argmin(axis=1)
    return chosen


def layers(random: np.random.Generator, use: Floats, count: int) -> Ints:
    """One center is drawn with a layer of items that go there together; the others follow by themselves.

    Layer m of a center holds the m items that use it most, and is as thick as the m-th uses it more than the next.
    SOURCE: Jasin and Sinha, Operations Research 63 (2015), section 4.
    """
    nodes, items = use.shape
    rank = np.argsort(np.argsort(-use, axis=1, kind="stable"), axis=1, kind="stable")
    falling = np.hstack((-np.sort(-use, axis=1), np.zeros((nodes, 1))))
    thick = np.maximum(0.0, falling[:, :-1] - falling[:, 1:])
    size = np.arange(1, items + 1)
    together = thick * size / items
    apart = np.maximum(0.0, thick - together)
    # An item is in all layers from its rank on.
    alone = np.array([[apart[k, rank[k, i] :].sum() for i in range(items)] for k in range(nodes)])
    weight = together.ravel() / together.sum()
    node, layer = np.divmod(random.choice(weight.size, count, p=weight), items)
    chosen = np.empty((count, items), np.int64)
    for item in range(items):
        rest = alone[:, item]
        if rest.sum() > 0:
            chosen[:, item] = random.choice(nodes, count, p=rest / rest.sum())
        inside = rank[node, item] <= layer
        chosen[inside | (rest.sum() <= 0), item] = node[inside | (rest.sum() <= 0)]
    return chosen


def _first_on_clock(opening: Floats, use: Floats) -> Ints:
    with np.errstate(divide="ignore"):
        chosen: Ints = (opening / use).argmin(axis=1)
    return chosen
