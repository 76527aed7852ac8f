"""What softened bans, scores and costs charge in a batch."""

from collections.abc import Iterator

import numpy as np

from router.rules.evaluation.evaluation import ActiveSets, Evaluation
from router.rules.verdicts import Charge, Per

PER_LINE = (Per.LINE, Per.UNIT)


def charges_of(evaluation: Evaluation, active: ActiveSets) -> Iterator[Charge]:
    batch = evaluation.batch
    for one, orders in active:
        for ref, per, asked, box, softened in one.charges:
            due = evaluation.found(orders, asked)
            if due is None:
                continue
            if per in PER_LINE:
                due = batch.lined(due)
            assert due.of_lines == (per in PER_LINE), "checked: only charges of lines read facts of lines"
            amount_milli = batch.spread(due).values.astype(np.int64, copy=False)
            yield Charge(ref, per, due.of_lines, amount_milli, softened, box)
