"""How many units of a line's SKU may leave a node: what safety stock and stock caps allow in a batch."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from router.rules.blocks.effects import StockCap
from router.rules.evaluation.evaluation import ActiveSets, Evaluation
from router.rules.expressions.grid import Array, Grid, Ints
from router.rules.expressions.terms import Term
from router.rules.verdicts import METRIC_MAX, StockLimit

AVAILABLE = "stock.available"


def stock_limits_of(evaluation: Evaluation, active: ActiveSets) -> Iterator[StockLimit]:
    yield from _safety_limits(evaluation, active)
    for one, orders in active:
        for cap, condition in one.stock_caps:
            hits = evaluation.found(orders, condition)
            if hits is not None:
                limits = np.where(_everywhere(evaluation, hits), _cap(evaluation, cap), METRIC_MAX)
                yield StockLimit(cap.ref, limits, is_cap=True)


def _safety_limits(evaluation: Evaluation, active: ActiveSets) -> Iterator[StockLimit]:
    """One limit for each rule that decides anywhere: the highest rank, then the most kept, then the first read."""
    rules = [(*asked, orders) for one, orders in active for asked in one.safety_stock]
    if not rules:
        return
    shape = evaluation.facts.line_count, evaluation.facts.node_count
    decisive, rank, kept = (np.full(shape, -1, np.int64) for _ in range(3))
    for number, (rule, condition, orders) in enumerate(rules):
        hits = evaluation.found(orders, condition)
        if hits is None:
            continue
        keep = _units(evaluation, rule.keep)
        better = _everywhere(evaluation, hits).astype(np.bool_) & (
            (rule.rank > rank) | ((rule.rank == rank) & (keep > kept))
        )
        decisive[better], rank[better] = number, rule.rank
        kept = np.where(better, keep, kept)
    available = _available(evaluation)
    for number, (rule, _, _) in enumerate(rules):
        if (decides := decisive == number).any():
            yield StockLimit(rule.ref, np.where(decides, np.maximum(available - kept, 0), METRIC_MAX))


def _cap(evaluation: Evaluation, cap: StockCap) -> Ints:
    """What the cap allows wherever it holds."""
    if not isinstance(cap.limit, Fraction):
        return _units(evaluation, cap.limit)
    return _available(evaluation) * cap.limit.numerator // cap.limit.denominator


def _available(evaluation: Evaluation) -> Ints:
    return evaluation.facts.columns[AVAILABLE].values.astype(np.int64, copy=False)


def _units(evaluation: Evaluation, count: Term) -> Ints:
    """A number of units for every line and node, at least zero."""
    return np.maximum(_everywhere(evaluation, evaluation.batch.grid(count)).astype(np.int64), 0)


def _everywhere(evaluation: Evaluation, grid: Grid) -> Array:
    """The grid for every line and node, [L, N]."""
    shape = evaluation.facts.line_count, evaluation.facts.node_count
    return np.broadcast_to(evaluation.batch.lined(grid).values[:, :, 0], shape)
