"""What softened bans, scores and costs charge in a batch."""

from collections.abc import Iterator

import numpy as np

from router.rules.blocks.effects import Score
from router.rules.boxes import is_empty
from router.rules.evaluation.evaluation import ActiveSets, Evaluation
from router.rules.expressions.grid import Grid
from router.rules.expressions.terms import Literal, Term
from router.rules.expressions.units import AMOUNT_MILLI_MAX
from router.rules.verdicts import ANY_SHIPMENT, Box, Charge, Per, RuleRef

PER_LINE = (Per.LINE, Per.UNIT)


def charges_of(evaluation: Evaluation, active: ActiveSets) -> Iterator[Charge]:
    for one, orders in active:
        for ban in one.constraints:
            if ban.soften is not None:
                hits = evaluation.hits(orders, ban.window.intersect(ban.soften.window), ban.condition)
                if hits is not None:
                    due = _due(evaluation, hits, ban.soften.amount)
                    yield from _charged(evaluation, ban.ref, ban.soften.per, due, ban.box, softened=True)
        for score in one.scores:
            hits = evaluation.hits(orders, score.window, score.condition)
            if hits is not None:
                due = _where(evaluation, hits, _missed(evaluation, score))
                yield from _charged(evaluation, score.ref, score.per, due)
        for cost in one.costs:
            hits = evaluation.hits(orders, cost.window, cost.condition)
            if hits is not None:
                due = _due(evaluation, hits, cost.amount)
                yield from _charged(evaluation, cost.ref, cost.per, due, cost.box)


def _missed(evaluation: Evaluation, score: Score) -> Grid:
    """The price of the points that a place does not earn."""
    value, full_milli = evaluation.batch.grid(score.value), score.full_milli
    worth = np.minimum(np.maximum(value.values, 0.0), 1.0) * full_milli
    missed = Grid(full_milli - np.rint(worth).astype(np.int64), value.of_lines)
    if not (isinstance(score.earned, Literal) and score.earned.value):
        earned, amounts, of_lines = evaluation.batch.joined(evaluation.batch.grid(score.earned), missed)
        missed = Grid(np.where(earned, amounts, full_milli), of_lines)
    return missed if full_milli <= AMOUNT_MILLI_MAX else _bounded(missed)


def _due(evaluation: Evaluation, hits: Grid, amount: Term) -> Grid:
    """An amount where it falls due, and nothing elsewhere; most amounts are the same everywhere."""
    if not isinstance(amount, Literal):
        return _where(evaluation, hits, _bounded(evaluation.batch.grid(amount)))
    milli = max(min(int(amount.value), AMOUNT_MILLI_MAX), -AMOUNT_MILLI_MAX)
    return Grid(np.multiply(hits.values, milli, dtype=np.int64), hits.of_lines)


def _bounded(amounts: Grid) -> Grid:
    cut = np.minimum(amounts.values.astype(np.int64, copy=False), AMOUNT_MILLI_MAX)
    return Grid(np.maximum(cut, -AMOUNT_MILLI_MAX), amounts.of_lines)


def _where(evaluation: Evaluation, hits: Grid, amounts: Grid) -> Grid:
    if hits.values.size == 1:
        # It holds everywhere, or it would hold nowhere.
        return amounts
    left, right, of_lines = evaluation.batch.joined(hits, amounts)
    return Grid(np.where(left, right, np.int64(0)), of_lines)


def _charged(
    evaluation: Evaluation, ref: RuleRef, per: Per, grid: Grid, box: Box = ANY_SHIPMENT, *,
    softened: bool = False,
) -> Iterator[Charge]:  # fmt: skip
    batch = evaluation.batch
    if per in PER_LINE:
        grid = batch.lined(grid)
    assert grid.of_lines == (per in PER_LINE), "checked: only charges of lines read facts of lines"
    if np.count_nonzero(grid.values) and not is_empty(box):
        spread = batch.spread(grid)
        amount_milli = spread.values.astype(np.int64, copy=False)
        yield Charge(ref, per, spread.of_lines, amount_milli, softened=softened, box=box)
