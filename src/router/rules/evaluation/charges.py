"""What softened bans, scores and costs charge in a batch."""

from collections.abc import Iterator

import numpy as np

from router.rules.boxes import is_empty
from router.rules.evaluation.evaluation import ActiveSets, Evaluation
from router.rules.expressions.grid import Grid
from router.rules.verdicts import ANY_SHIPMENT, Box, Charge, Per, RuleRef

PER_LINE = (Per.LINE, Per.UNIT)


def charges_of(evaluation: Evaluation, active: ActiveSets) -> Iterator[Charge]:
    for one, orders in active:
        for ban in one.constraints:
            if ban.soften is not None:
                due = evaluation.found(orders, ban.window.intersect(ban.soften.window), ban.due)
                if due is not None and not is_empty(ban.box):
                    yield _charge(evaluation, ban.ref, ban.soften.per, due, ban.box, softened=True)
        for score in one.scores:
            due = evaluation.found(orders, score.window, score.due)
            if due is not None:
                yield _charge(evaluation, score.ref, score.per, due)
        for cost in one.costs:
            due = evaluation.found(orders, cost.window, cost.due)
            if due is not None and not is_empty(cost.box):
                yield _charge(evaluation, cost.ref, cost.per, due, cost.box)


def _charge(
    evaluation: Evaluation,
    ref: RuleRef,
    per: Per,
    due: Grid,
    box: Box = ANY_SHIPMENT,
    *,
    softened: bool = False,
) -> Charge:
    batch = evaluation.batch
    if per in PER_LINE:
        due = batch.lined(due)
    assert due.of_lines == (per in PER_LINE), "checked: only charges of lines read facts of lines"
    spread = batch.spread(due)
    amount_milli = spread.values.astype(np.int64, copy=False)
    return Charge(ref, per, spread.of_lines, amount_milli, softened=softened, box=box)
