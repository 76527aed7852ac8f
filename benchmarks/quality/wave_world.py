"""Seeded waves at the solver's level: orders of a few lines that compete for scarce stock and the nodes' capacity.

Nodes and customers lie in a square; freight is a base by distance and service level and an amount per kilogram. Every
SKU lies at `nodes_per_sku` nodes, in all about `stock_ratio` times what the wave wants of an average SKU, seven tenths
of the difference to what it wants of this one made up: some run short and others do not. Large nodes hold up to twice
what small ones do, but all may dispatch as much, in all `capacity_ratio` times the units of the wave: where that does
not suffice, what lies there is for orders that nobody else can serve. Units of a line may come from several nodes, at
most four shipments an order. A unit not shipped costs 7, 14 or 21 times its freight, by the order's priority.

Chosen to have what the published measurements of such waves tell: docs/decisions/0051-a-wave-of-priorities.md.
"""

from dataclasses import dataclass

import numpy as np

from router.domain.plan import METRICS
from router.solver.problem import UNLIMITED, Brackets, Ints, OrderProblems
from router.solver.wave.problem import NO_ROW, JointProblem

ZONES = 8
SERVICES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """How scarce stock and capacity are against what the wave wants."""

    stock_ratio: float
    capacity_ratio: float


MODERATE = Regime(stock_ratio=1.50, capacity_ratio=1.30)
"""Of 1,000 orders one by one leave 1 to 2 % of the units unfilled."""
EXTREME = Regime(stock_ratio=1.10, capacity_ratio=1.08)
"""Of 1,000 orders one by one leave 10 % of the units unfilled."""

PRIORITIES = {4_000: 0.55, 8_000: 0.3, 12_000: 0.15}
"""What a unit not shipped costs in minor units, and the part of the orders for which it costs that."""
SIZES = (0.625, 1.375)
"""What a node holds beside an average one."""


def a_wave(
    order_count: int,
    regime: Regime,
    *,
    seed: int = 1,
    node_count: int = 20,
    sku_count: int = 500,
    nodes_per_sku: int = 8,
    with_capacity: bool = True,
) -> JointProblem:
    """A wave of so many orders; equal arguments give equal waves."""
    random = np.random.default_rng(seed)
    lines = _draw_lines(random, order_count, sku_count)
    stock, capacity = _draw_stock(random, lines, regime, node_count, sku_count, nodes_per_sku)
    return _pose(random, lines, stock, capacity if with_capacity else None)


@dataclass(frozen=True, slots=True)
class Lines:
    start: Ints
    order: Ints
    sku: Ints
    quantity: Ints
    unit_weight: Ints


def _draw_lines(random: np.random.Generator, order_count: int, sku_count: int) -> Lines:
    counts = random.choice([1, 2, 3, 4, 5], order_count, p=[0.3, 0.27, 0.2, 0.13, 0.1])
    counts = np.minimum(counts, sku_count)
    skus = [random.choice(sku_count, count, replace=False) for count in counts]
    sku = np.concatenate(skus).astype(np.int64)
    weight_of_sku = random.integers(2, 40, sku_count) * 100
    return Lines(
        start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        order=np.repeat(np.arange(order_count), counts),
        sku=sku,
        quantity=random.choice([1, 2, 3], len(sku), p=[0.55, 0.3, 0.15]),
        unit_weight=weight_of_sku[sku].astype(np.int64),
    )


def _draw_stock(
    random: np.random.Generator, lines: Lines, regime: Regime, node_count: int, sku_count: int, spread: int
) -> tuple[Ints, Ints]:
    """Units [SKU, node], and units that each node may dispatch: the same for all."""
    wanted = np.bincount(lines.sku, weights=lines.quantity, minlength=sku_count)
    size = random.uniform(*SIZES, node_count)
    stock = np.zeros((sku_count, node_count), np.int64)
    for sku in range(sku_count):
        units = int(np.ceil((0.7 * wanted[sku] + 0.3 * wanted.mean()) * regime.stock_ratio))
        chance = size / size.sum()
        nodes = random.choice(node_count, min(spread, node_count), replace=False, p=chance)
        stock[sku, nodes] = random.multinomial(units, size[nodes] / size[nodes].sum())
    capacity = int(np.ceil(lines.quantity.sum() * regime.capacity_ratio / node_count))
    return stock, np.full(node_count, capacity)


def _pose(random: np.random.Generator, lines: Lines, stock: Ints, capacity: Ints | None) -> JointProblem:
    order_count, node_count = len(lines.start) - 1, stock.shape[1]
    at_node, at_order = random.random((node_count, 2)), random.random((order_count, 2))
    distance = np.hypot(*(at_order[:, None, :] - at_node[None, :, :]).transpose(2, 0, 1))
    zone = np.minimum((distance * ZONES / 1.2).astype(np.int64), ZONES - 1)
    is_urgent = random.random(order_count) < 0.3
    backorder = random.choice(list(PRIORITIES), order_count, p=list(PRIORITIES.values()))
    handling = random.integers(70, 280, node_count) * 1_000
    lateness = (
        np.array([0, 250, 900]) * 1_000
    )  # of the fast, the normal and the slow service of an urgent order
    fixed = handling[None, :, None] + np.where(is_urgent[:, None, None], lateness[None, None, :], 0)
    held = stock[lines.sku]
    usable = np.minimum(held, lines.quantity[:, None])
    options = node_count * SERVICES
    row = (zone[:, :, None] * SERVICES + np.arange(SERVICES)).reshape(order_count, options)
    allowed = np.repeat(usable > 0, SERVICES, axis=1)
    unit_pick = np.repeat(random.integers(15, 85, node_count) * 1_000, SERVICES)
    limit, stock_row = _stock_rows(lines, stock, usable)
    draw_start, draw_row = _draws(
        usable, stock_row[lines.sku], len(limit), with_capacity=capacity is not None
    )
    if capacity is not None:
        limit = np.concatenate((limit, capacity))
    count, per_option = len(lines.sku), order_count * options
    boxes = np.zeros((0, len(METRICS)), np.int64)
    problems = OrderProblems(
        line_start=lines.start,
        node_start=np.arange(order_count + 1) * node_count,
        option_start=np.arange(order_count + 1) * options,
        usable_start=lines.start * node_count,
        cell_start=lines.start * options,
        term_start=np.zeros(order_count + 1, np.int64),
        quantity=lines.quantity,
        unit_weight=lines.unit_weight,
        unit_volume=np.ones(count, np.int64),
        unit_value_minor=np.full(count, 1_000),
        backorder_milli=backorder[lines.order] * 1_000,
        divisible=lines.quantity > 1,
        capacity=np.full(order_count * node_count, UNLIMITED),
        dock=np.tile(np.arange(node_count), order_count),
        usable=usable.ravel(),
        option_node=np.tile(np.repeat(np.arange(node_count), SERVICES), order_count),
        awaits=np.zeros(per_option, np.int64),
        brings=np.zeros(allowed.size, np.int64),
        row=row.ravel(),
        fixed_milli=fixed.ravel(),
        parcel_milli=np.zeros(per_option, np.int64),
        weight_max=np.full(per_option, 1_000_000),
        volume_max=np.full(per_option, UNLIMITED),
        dim_divisor=np.zeros(per_option, np.int64),
        dim_volume_min=np.zeros(per_option, np.int64),
        allowed=allowed.ravel(),
        line_milli=np.zeros(allowed.size, np.int64),
        unit_milli=np.tile(unit_pick, (count, 1)).ravel(),
        together=np.full(count, -1),
        metric=np.zeros((count, len(METRICS)), np.int64),
        term_option=np.zeros(0, np.int64),
        term_low=boxes,
        term_high=boxes,
        term_milli=np.zeros(0, np.int64),
        term_forbids=np.zeros(0, np.bool_),
        money_weight=np.ones(order_count, np.int64),
        split_milli=np.full(order_count, 200_000),
        shipments_max=np.full(order_count, 4),
        value_min_minor=np.zeros(order_count, np.int64),
        ship_complete=np.zeros(order_count, np.bool_),
        brackets=_brackets(),
    )
    return JointProblem(
        orders=problems,
        draw_start=draw_start,
        draw_row=draw_row,
        draw_units=np.ones(len(draw_row), np.int64),
        slot_row=np.full(order_count * node_count, NO_ROW),
        limit=limit,
    )


def _brackets() -> Brackets:
    """One row for each zone and service level: a base and an amount per kilogram, both rising with distance."""
    zone, service = np.divmod(np.arange(ZONES * SERVICES), SERVICES)
    speed = np.array([1_250, 650, 350])[service]
    return Brackets(
        row_start=np.arange(ZONES * SERVICES + 1),
        weight_max=np.full(ZONES * SERVICES, 1_000_000),
        base_milli=(speed + 80 * zone) * 1_000,
        rate_micro=(np.array([85, 55, 35])[service] + 17 * zone) * 1_000,
    )


def _stock_rows(lines: Lines, stock: Ints, usable: Ints) -> tuple[Ints, Ints]:
    """The limits of all rows of stock that could run short, and the row [SKU, node] of each, NO_ROW elsewhere."""
    wanted = np.zeros_like(stock)
    np.add.at(wanted, lines.sku, usable)
    is_scarce = wanted > stock
    row = np.where(is_scarce, np.cumsum(is_scarce.ravel()).reshape(is_scarce.shape) - 1, NO_ROW)
    return stock[is_scarce], row


def _draws(usable: Ints, stock_row: Ints, first_capacity: int, *, with_capacity: bool) -> tuple[Ints, Ints]:
    """What a unit of each line takes at each node: of its SKU's row there, and of the node's."""
    node = np.broadcast_to(first_capacity + np.arange(usable.shape[1]), usable.shape)
    pairs = np.stack(
        (stock_row, node if with_capacity else np.full_like(stock_row, NO_ROW)), axis=-1
    ).reshape(-1, 2)
    pairs = np.where((usable > 0).reshape(-1, 1), pairs, NO_ROW)
    is_draw = pairs != NO_ROW
    return np.concatenate(([0], np.cumsum(is_draw.sum(axis=1)))), pairs[is_draw]
