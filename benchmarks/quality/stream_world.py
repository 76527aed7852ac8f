"""Seeded streams of orders of several items, at the solver's level: the experiment of Ma (2023).

Regions ask for order types, each a set of items; centers hold items. In each period at most one order arrives. A box
from a center costs 8.759, and each unit in it 0.423 and 0.000541 a mile; an item that nobody ships costs twice the box
(once an order) and twice what the farthest center takes for the unit. A center carries an item with some chance, and
holds of it what its nearest regions want on average and half a standard deviation more.

SOURCE: Will Ma, Order-optimal correlated rounding for fulfilling multi-item e-commerce orders, M&SOM 25 (2023),
section 6, and the facts of the experiment published with it. The draws are ours.
"""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from router.domain.plan import METRICS
from router.solver.problem import UNLIMITED, Brackets, Ints, OrderProblems
from router.solver.wave.problem import NO_ROW, JointProblem

Floats = NDArray[np.float64]

BOX_USD, UNIT_USD, UNIT_USD_PER_MILE = 8.759, 0.423, 0.000541
KM_PER_MILE, EARTH_KM = 1.61, 6_371.0
MILLI_PER_USD = 100_000
SPARE_DEVIATIONS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Items, the largest order, order types of each size, periods, and the chance that a center carries an item."""

    items: int
    order_max: int
    types_per_size: int
    periods: int
    carry_chance: float


SMALL = Size(items=20, order_max=5, types_per_size=5, periods=10_000, carry_chance=0.75)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Regions with their share of all orders, and centers; latitude and longitude in degrees."""

    regions: Floats  # [J, 2]
    share: Floats  # [J]
    centers: Floats  # [K, 2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """An instance. Class c is an order type in a region; the last node, K, stands for not shipping an item."""

    items_of: tuple[tuple[int, ...], ...]  # [C]
    region: Ints  # [C]
    chance: Floats  # [C] that an order of the class arrives in a period; they sum up to less than 1
    stock: Ints  # [K, I]
    box_milli: Ints  # [K + 1, J]
    unit_milli: Ints  # [K + 1, J]
    nearest: Ints  # [I, J] the nearest center that carries the item, K where none does
    periods: int

    @property
    def nothing(self) -> int:
        """The node of items that nobody ships."""
        return len(self.stock)


def made_up_places(random: np.random.Generator, regions: int = 10, centers: int = 5) -> Places:
    """A few large regions and many small ones on a rectangle as large as a continent, and centers."""
    low, high = np.array([26.0, -122.0]), np.array([47.0, -71.0])
    weight = np.sort(random.pareto(1.2, regions) + 0.3)
    return Places(
        regions=random.uniform(low, high, (regions, 2)),
        share=weight / weight.sum(),
        centers=random.uniform(low, high, (centers, 2)),
    )


def a_stream(places: Places, seed: int, size: Size = SMALL) -> Stream:
    """An instance; equal arguments give equal instances."""
    random = np.random.default_rng(seed)
    types, type_chance = _draw_types(random, size)
    region_count, center_count = len(places.regions), len(places.centers)
    miles = _miles(places)
    unit = UNIT_USD + UNIT_USD_PER_MILE * miles
    unit = np.vstack((unit, 2 * unit.max(axis=0)))
    box = np.full((center_count + 1, region_count), BOX_USD)
    box[-1] *= 2
    carries = random.random((size.items, center_count)) < size.carry_chance
    by_item = np.where(carries[:, :, None], miles[None], np.inf)
    nearest = np.where(carries.any(axis=1)[:, None], by_item.argmin(axis=1), center_count)
    return Stream(
        items_of=tuple(items for items in types for _ in range(region_count)),
        region=np.tile(np.arange(region_count), len(types)),
        chance=np.outer(type_chance, places.share).ravel(),
        stock=_draw_stock(types, type_chance, places.share, nearest, size, center_count),
        box_milli=np.rint(box * MILLI_PER_USD).astype(np.int64),
        unit_milli=np.rint(unit * MILLI_PER_USD).astype(np.int64),
        nearest=nearest.astype(np.int64),
        periods=size.periods,
    )


def arrivals(stream: Stream, seed: int) -> Ints:
    """The class of each order of one stream, in order of arrival."""
    random = np.random.default_rng([seed, 1])
    none = 1 - stream.chance.sum()
    drawn = random.choice(len(stream.chance) + 1, stream.periods, p=np.append(stream.chance, none))
    return drawn[drawn < len(stream.chance)].astype(np.int64)


def problem_of(stream: Stream) -> JointProblem:
    """One order of each class on the stock of the first day; the rows are [K, I]."""
    classes, nodes = len(stream.items_of), len(stream.stock) + 1
    counts = np.array([len(items) for items in stream.items_of])
    line_start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    item = np.array([one for items in stream.items_of for one in items], np.int64)
    region_of_line = np.repeat(stream.region, counts)
    held = np.vstack((stream.stock, np.ones(stream.stock.shape[1], np.int64)))[:, item].T
    usable = np.minimum(held, 1)
    is_draw = usable > 0
    is_draw[:, -1] = False
    row = np.arange(nodes)[None, :] * stream.stock.shape[1] + item[:, None]
    lines, options, cells = len(item), classes * nodes, len(item) * nodes
    zeros = np.zeros
    boxes = zeros((0, len(METRICS)), np.int64)
    problems = OrderProblems(
        line_start=line_start,
        node_start=np.arange(classes + 1) * nodes,
        option_start=np.arange(classes + 1) * nodes,
        usable_start=line_start * nodes,
        cell_start=line_start * nodes,
        term_start=zeros(classes + 1, np.int64),
        quantity=np.ones(lines, np.int64),
        unit_weight=np.ones(lines, np.int64),
        unit_volume=np.ones(lines, np.int64),
        unit_value_minor=np.ones(lines, np.int64),
        backorder_milli=np.full(lines, 1_000 * MILLI_PER_USD),
        divisible=zeros(lines, np.bool_),
        capacity=np.full(options, UNLIMITED),
        dock=np.tile(np.arange(nodes), classes),
        usable=usable.ravel(),
        option_node=np.tile(np.arange(nodes), classes),
        awaits=zeros(options, np.int64),
        brings=zeros(cells, np.int64),
        row=zeros(options, np.int64),
        fixed_milli=stream.box_milli[:, stream.region].T.ravel(),
        parcel_milli=zeros(options, np.int64),
        weight_max=np.full(options, 1_000_000),
        volume_max=np.full(options, UNLIMITED),
        dim_divisor=zeros(options, np.int64),
        dim_volume_min=zeros(options, np.int64),
        allowed=(usable > 0).ravel(),
        line_milli=zeros(cells, np.int64),
        unit_milli=stream.unit_milli[:, region_of_line].T.ravel(),
        together=np.full(lines, -1),
        metric=zeros((lines, len(METRICS)), np.int64),
        term_option=zeros(0, np.int64),
        term_low=boxes,
        term_high=boxes,
        term_milli=zeros(0, np.int64),
        term_forbids=zeros(0, np.bool_),
        money_weight=np.ones(classes, np.int64),
        split_milli=zeros(classes, np.int64),
        shipments_max=np.full(classes, nodes),
        value_min_minor=zeros(classes, np.int64),
        ship_complete=zeros(classes, np.bool_),
        brackets=Brackets(
            row_start=np.array([0, 1]),
            weight_max=np.array([1_000_000]),
            base_milli=np.array([0]),
            rate_micro=np.array([0]),
        ),
    )
    return JointProblem(
        orders=problems,
        draw_start=np.concatenate(([0], np.cumsum(is_draw.ravel()))).astype(np.int64),
        draw_row=row[is_draw],
        draw_units=np.ones(int(is_draw.sum()), np.int64),
        slot_row=np.full(options, NO_ROW),
        limit=stream.stock.ravel().astype(np.int64),
    )


def _draw_types(random: np.random.Generator, size: Size) -> tuple[list[tuple[int, ...]], Floats]:
    """Item sets and their chances. A share of the periods, drawn like that of a size, brings no order."""
    share = random.random(size.order_max + 1)
    share /= share.sum()
    types: list[tuple[int, ...]] = []
    chance: list[float] = []
    for count in range(1, size.order_max + 1):
        within = random.random(size.types_per_size)
        within *= share[count] / within.sum()
        for one in within:
            types.append(tuple(sorted(random.choice(size.items, count, replace=False).tolist())))
            chance.append(float(one))
    return types, np.array(chance)


def _draw_stock(
    types: list[tuple[int, ...]], type_chance: Floats, share: Floats, nearest: Ints, size: Size, centers: int
) -> Ints:
    wanted = np.zeros((centers + 1, size.items))
    for items, chance in zip(types, type_chance, strict=True):
        for item in items:
            np.add.at(wanted[:, item], nearest[item], chance * share)
    mean = wanted[:centers]
    spread = np.sqrt(size.periods * mean * (1 - mean))
    return np.rint(size.periods * mean + SPARE_DEVIATIONS * spread).astype(np.int64)


def _miles(places: Places) -> Floats:
    """Great-circle miles [K, J]."""
    return np.array([[_kilometers(a, b) / KM_PER_MILE for b in places.regions] for a in places.centers])


def _kilometers(a: Floats, b: Floats) -> float:
    north, south = radians(a[0]), radians(b[0])
    part = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(part))
