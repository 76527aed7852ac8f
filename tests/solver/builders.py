"""Builders of one-order problems: small hand-made ones with defaults, seeded random ones with every feature."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

import numpy as np

from router.domain.plan import METRICS, ShipmentMetric
from router.solver.problem import UNLIMITED, Brackets, OrderProblem

FLAT = ((30_000, 5_000, 0),)
"""A tariff row of one bracket: 5 minor units up to 30 kg."""

PLAIN_FEATURES = (
    "rates", "parcels", "dimensional", "bans", "short_stock", "negative", "value_min", "ship_complete",
    "split_limit", "capacity", "divisible", "stock_prices",
)  # fmt: skip
BOX_FEATURES = ("charges", "credits", "forbidden", "groups", "money_weight")
"""Terms of three kinds, groups of lines, and a money weight."""

METHOD_FEATURES = PLAIN_FEATURES + BOX_FEATURES
"""What every method knows."""

FEATURES = (*METHOD_FEATURES, "gatherings")
"""What `random_problem` can vary beyond quantities, weights, stock and step tariffs."""


class Term(NamedTuple):
    """A term of an option; `milli` None forbids. Metrics left out may be anything."""

    option: int
    bounds: Mapping[ShipmentMetric, tuple[int, int]]
    milli: int | None


def brackets_of(*rows: Sequence[tuple[int, int, int]]) -> Brackets:
    """One tariff row each from its (weight_max, base_milli, rate_micro) brackets."""
    flat = [bracket for row in rows for bracket in row]
    return Brackets(
        row_start=np.cumsum([0, *map(len, rows)]).astype(np.int64),
        weight_max=np.array([weight_max for weight_max, _, _ in flat], np.int64),
        base_milli=np.array([base_milli for _, base_milli, _ in flat], np.int64),
        rate_micro=np.array([rate_micro for _, _, rate_micro in flat], np.int64),
    )


def a_problem(
    *,
    quantity: Sequence[int] = (1,),
    unit_weight: Any = 1_000,
    unit_volume: Any = 1_000,
    unit_value_minor: Any = 1_000,
    backorder_milli: Any = 1_000_000,
    divisible: Any = False,
    capacity: Any = UNLIMITED,
    dock: Sequence[int] | None = None,
    usable: Any = None,
    option_node: Sequence[int] = (0,),
    awaits: Any = 0,
    brings: Any = 0,
    row: Any = 0,
    fixed_milli: Any = 0,
    parcel_milli: Any = 0,
    weight_max: Any = None,
    volume_max: Any = None,
    dim_divisor: Any = 0,
    dim_volume_min: Any = 0,
    allowed: Any = True,
    line_milli: Any = 0,
    unit_milli: Any = 0,
    together: Any = -1,
    hazmat: Any = 0,
    cold: Any = 0,
    terms: Sequence[Term] = (),
    money_weight: int = 1,
    split_milli: int = 0,
    shipments_max: int = 16,
    value_min_minor: int = 0,
    ship_complete: bool = False,
    brackets: Brackets | None = None,
) -> OrderProblem:
    """A problem of len(quantity) lines and len(option_node) options; single numbers fill their whole array.

    Left out: every node holds everything, parcels are limited by the tariff row's last bracket alone. `hazmat` and
    `cold` mark lines with 1. Terms may come in any order.
    """
    table = brackets or brackets_of(FLAT)
    lines, options, nodes = len(quantity), len(option_node), max(option_node) + 1
    quantities = _filled(quantity, lines)
    rows = _filled(row, options)
    divisors = _filled(dim_divisor, options)
    last_weight = table.weight_max[table.row_start[rows + 1] - 1]
    weight_limit = _filled(last_weight if weight_max is None else weight_max, options)
    volume_limit = _filled(1 << 50 if volume_max is None else volume_max, options)
    volume_limit = np.where(divisors > 0, np.minimum(volume_limit, divisors * last_weight), volume_limit)
    weights, volumes = _filled(unit_weight, lines), _filled(unit_volume, lines)
    fits = (weights[:, None] <= weight_limit) & (volumes[:, None] <= volume_limit)
    return OrderProblem(
        quantity=quantities,
        unit_weight=weights,
        unit_volume=volumes,
        unit_value_minor=_filled(unit_value_minor, lines),
        backorder_milli=_filled(backorder_milli, lines),
        divisible=_filled(divisible, lines).astype(np.bool_),
        capacity=_filled(capacity, nodes),
        dock=_filled(range(nodes) if dock is None else dock, nodes),
        usable=_filled(quantities[:, None] if usable is None else usable, lines, nodes),
        option_node=_filled(option_node, options),
        awaits=_filled(awaits, options),
        brings=_filled(brings, lines, options),
        row=rows,
        fixed_milli=_filled(fixed_milli, options),
        parcel_milli=_filled(parcel_milli, options),
        weight_max=weight_limit,
        volume_max=volume_limit,
        dim_divisor=divisors,
        dim_volume_min=_filled(dim_volume_min, options),
        allowed=_filled(allowed, lines, options).astype(np.bool_) & fits,
        line_milli=_filled(line_milli, lines, options),
        unit_milli=_filled(unit_milli, lines, options),
        together=_filled(together, lines),
        metric=metric_of(
            weights, volumes, _filled(unit_value_minor, lines), _filled(hazmat, lines), _filled(cold, lines)
        ),
        **fields_of(sorted(terms, key=lambda term: term.option)),
        money_weight=money_weight,
        split_milli=split_milli,
        shipments_max=shipments_max,
        value_min_minor=value_min_minor,
        ship_complete=ship_complete,
        brackets=table,
    )


def metric_of(weight: Any, volume: Any, value: Any, hazmat: Any, cold: Any) -> Any:
    """What one unit of each line adds to each of METRICS."""
    by_metric = {
        ShipmentMetric.WEIGHT: weight,
        ShipmentMetric.VOLUME: volume,
        ShipmentMetric.VALUE: value,
        ShipmentMetric.UNITS: np.ones_like(weight),
        ShipmentMetric.LINES: np.ones_like(weight),
        ShipmentMetric.HAZMAT_UNITS: hazmat,
        ShipmentMetric.HAZMAT_WEIGHT: hazmat * weight,
        ShipmentMetric.COLD_UNITS: cold,
    }
    return np.stack([by_metric[metric] for metric in METRICS], axis=1)


def fields_of(terms: Sequence[Term]) -> dict[str, Any]:
    """The arrays of an `OrderProblem` that say these terms, which rise by option."""
    bounds = [[term.bounds.get(metric, (0, UNLIMITED)) for metric in METRICS] for term in terms]
    boxes = np.array(bounds, np.int64).reshape(len(terms), len(METRICS), 2)
    return {
        "term_option": np.array([term.option for term in terms], np.int64),
        "term_low": boxes[:, :, 0].copy(),
        "term_high": boxes[:, :, 1].copy(),
        "term_milli": np.array([term.milli or 0 for term in terms], np.int64),
        "term_forbids": np.array([term.milli is None for term in terms], np.bool_),
    }


def _filled(values: Any, *shape: int) -> Any:
    return np.ascontiguousarray(np.broadcast_to(np.asarray(values, np.int64), shape))


def random_brackets(seed: int, *, row_count: int = 6, with_rates: bool = True) -> Brackets:
    """Tariff rows of 2-6 brackets up to 30 kg and more; some bases fall with weight, some brackets have rates."""
    random = Random(seed)
    rows = []
    for _ in range(row_count):
        edges = sorted(random.sample(range(500, 30_000), random.randint(1, 5)))
        base = random.randint(1, 8) * 1_000
        row = []
        for edge in edges:
            rate = random.choice((0, random.randint(1, 3_000))) if with_rates else 0
            row.append((edge, base, rate))
            base = max(0, base + random.randint(-1, 6) * 500)
        rows.append((*row, (random.randint(30_000, 40_000), base, 0)))
    return brackets_of(*rows)


def random_problem(
    seed: int,
    *,
    line_count: int = 3,
    node_count: int = 3,
    service_count: int = 2,
    quantity_max: int = 3,
    features: Sequence[str] = METHOD_FEATURES,
    brackets: Brackets | None = None,
) -> OrderProblem:
    """A small order whose costs are of one size, so that splits, backorders and single shipments all win at times.

    Problems of one batch must share `brackets` (see `concatenate`).
    """
    assert set(features) <= set(FEATURES)
    random = Random(seed)
    table = brackets or random_brackets(seed, with_rates="rates" in features)
    options = node_count * service_count
    quantity = [random.randint(1, quantity_max) for _ in range(line_count)]

    def has(feature: str) -> bool:
        return feature in features and random.random() < 0.7

    def cells(columns: int, low: int, high: int) -> list[list[int]]:
        return [[random.randint(low, high) for _ in range(columns)] for _ in range(line_count)]

    stock_low = -2 if has("short_stock") else 1
    divisible = [has("divisible") for _ in range(line_count)]
    usable = [
        [min(units, max(0, random.randint(stock_low, quantity_max + 1))) for _ in range(node_count)]
        for units in quantity
    ]
    dimensional = has("dimensional")
    fixed_low = -2_000 if has("negative") else 0
    line_low = -500 if has("negative") else 0
    ban_share = 0.3 if has("bans") else 0.0
    light_parcels = has("parcels")
    problem = a_problem(
        quantity=quantity,
        unit_weight=[random.choice((0, 400, random.randint(1, 6_000))) for _ in quantity],
        unit_volume=[random.randint(0, 40_000) for _ in quantity],
        unit_value_minor=[random.randint(0, 2_000) for _ in quantity],
        backorder_milli=[random.randint(0, 8_000) for _ in quantity],
        divisible=divisible,
        capacity=[random.randint(0, 2) if has("capacity") else UNLIMITED for _ in range(node_count)],
        usable=usable,
        option_node=[option // service_count for option in range(options)],
        row=[random.randrange(len(table.row_start) - 1) for _ in range(options)],
        fixed_milli=[random.randint(fixed_low, 4_000) for _ in range(options)],
        parcel_milli=[random.choice((0, 300)) for _ in range(options)],
        weight_max=[random.randint(4_000, 9_000) if light_parcels else 30_000 for _ in range(options)],
        volume_max=[random.randint(30_000, 90_000) if light_parcels else 1 << 50 for _ in range(options)],
        dim_divisor=[random.choice((0, 5, 20)) if dimensional else 0 for _ in range(options)],
        dim_volume_min=[random.choice((0, 30_000)) for _ in range(options)],
        allowed=[[random.random() >= ban_share for _ in range(options)] for _ in quantity],
        line_milli=cells(options, line_low, 800),
        unit_milli=cells(options, 0, 600) if has("stock_prices") else 0,
        split_milli=random.choice((0, 700, 2_500)),
        shipments_max=random.randint(0, 3) if has("split_limit") else 16,
        value_min_minor=random.randint(0, 4_000) if has("value_min") else 0,
        ship_complete=has("ship_complete"),
        brackets=table,
    )
    boxed = with_boxes(problem, seed, features)
    return with_gatherings(boxed, seed) if "gatherings" in features else boxed


def with_gatherings(problem: OrderProblem, seed: int) -> OrderProblem:
    """The same order in which some nodes await what their lines bring, dearer than before, and share another's dock."""
    random = Random(seed * 31 + 7)
    whole_node = [False, *(random.random() < 0.6 for _ in problem.capacity[1:])]
    dock = [random.choice((0, node)) if is_whole else node for node, is_whole in enumerate(whole_node)]
    whole = np.array(whole_node)[problem.option_node]
    gathered = np.array([[random.random() < 0.8 for _ in dock] for _ in problem.quantity])
    usable = np.where(gathered, problem.quantity[:, None], 0)
    awaits = np.where(whole, [random.choice((1, 1, 3)) for _ in whole], 0)
    brings = np.array([[random.choice((0, 1, 1, 2, 3)) for _ in whole] for _ in problem.quantity])
    paid = problem.money_weight * whole
    return replace(
        problem,
        awaits=awaits,
        brings=brings & awaits,
        dock=np.array(dock),
        capacity=problem.capacity[dock],
        usable=np.where(whole_node, usable, problem.usable),
        fixed_milli=problem.fixed_milli + random.randint(-500, 1_500) * paid,
        line_milli=problem.line_milli + random.randint(0, 300) * paid,
    )


def with_boxes(problem: OrderProblem, seed: int, features: Sequence[str]) -> OrderProblem:
    """The same order with random groups, terms and money weight, as far as `features` name them.

    Their chance is another than the order's, so that a seed means the same order with and without them.
    """
    random = Random(~seed)

    def has(feature: str) -> bool:
        return feature in features and random.random() < 0.7

    lines, weights = problem.line_count, problem.unit_weight
    together = [random.choice((-1, -1, 0, 0, 3)) if has("groups") else -1 for _ in range(lines)]
    hazmat, cold = (np.array([random.randint(0, 1) for _ in range(lines)]) for _ in range(2))
    metric = metric_of(weights, problem.unit_volume, problem.unit_value_minor, hazmat, cold)
    kinds = [kind for kind in ("charges", "credits", "forbidden") if has(kind)]
    terms = random_terms(random, problem, metric, kinds) if kinds else []
    dearer = random.choice((1, 4)) if set(features) & set(BOX_FEATURES) else 1
    boxed = replace(
        problem,
        backorder_milli=dearer * problem.backorder_milli,
        together=np.array(together),
        metric=metric,
        **fields_of(terms),
    )
    return weighed(boxed, 7, random) if has("money_weight") else boxed


def weighed(problem: OrderProblem, money_weight: int, random: Random) -> OrderProblem:
    """The order with all money `money_weight` times as large, and a level below it that says little by itself."""
    amounts = ("backorder_milli", "fixed_milli", "parcel_milli", "line_milli", "unit_milli", "term_milli")
    scaled = {name: money_weight * getattr(problem, name) for name in amounts}
    scaled["fixed_milli"] += np.array([random.randrange(money_weight) for _ in range(problem.option_count)])
    return replace(
        problem, **scaled, split_milli=money_weight * problem.split_milli, money_weight=money_weight
    )


def random_terms(random: Random, problem: OrderProblem, metric: Any, kinds: Sequence[str]) -> list[Term]:
    """A few boxes, each for some options, with limits such as loads of the order reach."""
    totals = (metric * problem.quantity[:, None]).sum(axis=0).tolist()
    terms = []
    for _ in range(random.randint(1, 3)):
        bounds = {}
        for metric_name in random.sample(METRICS, random.choice((1, 1, 2))):
            total = len(metric) if metric_name is ShipmentMetric.LINES else totals[METRICS.index(metric_name)]
            low, high = sorted((random.randint(0, total + 1), random.randint(0, total + 1)))
            bounds[metric_name] = random.choice(((low, UNLIMITED), (low, UNLIMITED), (0, high), (low, high)))
        kind = random.choice(kinds)
        amount = {"charges": random.randint(1, 4_000), "credits": -random.randint(1, 4_000)}.get(kind)
        terms += [Term(p, bounds, amount) for p in range(problem.option_count) if random.random() < 0.7]
    return sorted(terms, key=lambda term: term.option)
