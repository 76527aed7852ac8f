"""Orders that are decided later than they are posed: what holds of them whatever stock is there by then."""

from dataclasses import replace

import numpy as np

from router.routing.problem.groups import FREE
from router.routing.round.round import Asked
from router.rules.verdicts import SplitUnits


def as_if_short(asked: Asked) -> Asked:
    """The same, every line that rules let be shared out where no node holds all of it shared out freely.

    A node that holds the whole line now need not hold it when the order's turn comes, so no plan that the order may get
    then is missing: what is proven of these problems holds for all stock that is left.
    """
    problems, verdicts = asked.problems, asked.verdicts
    never = np.array([policy.split_units is SplitUnits.NEVER for policy in verdicts.split_policies])
    may_be_shared = ~never[verdicts.split[asked.batch.bundles.order]]
    divisible = may_be_shared & (problems.quantity > 1) & (problems.together == FREE)
    return replace(asked, posed=replace(asked.posed, problems=replace(problems, divisible=divisible)))
