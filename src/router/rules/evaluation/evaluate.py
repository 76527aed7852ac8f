"""Rule sets over a batch: facts in, verdicts out. Cannot fail on a checked pack.

A rule that changes nothing for this batch leaves no trace in the verdicts. The instants of orders are part of the
facts: each order is judged at its own.
"""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import numpy as np

from router.domain.identifiers import Instant
from router.rules.blocks.effects import (
    DEFAULT_BACKORDER,
    DEFAULT_OBJECTIVE,
    DEFAULT_SPLIT,
    BackorderChoice,
    SplitChoice,
)
from router.rules.evaluation.asked import Asked, Program
from router.rules.evaluation.charges import charges_of
from router.rules.evaluation.evaluation import ActiveSets, Evaluation, with_calendar
from router.rules.evaluation.removals import removals_of
from router.rules.evaluation.stock_limits import stock_limits_of
from router.rules.expressions.grid import Batch, Bools, Ints, is_any
from router.rules.verdicts import Hold, ObjectivePolicy, OnAccount, SubstituteOffer, Together, Verdicts
from router.rules.vocabulary import Facts


def evaluate(program: Program, facts: Facts, at: Sequence[Instant], zones: Sequence[ZoneInfo]) -> Verdicts:
    """All effects of rule sets; `zones` are those in which they read facts of time."""
    assert len(at) == facts.order_count, "one instant for each order"
    evaluation = Evaluation(
        Batch(with_calendar(facts, at, zones), program.forms),
        np.array(at, np.int64),
        everyone=np.ones(facts.order_count, np.bool_),
    )
    active = [(one, evaluation.orders_of(one.rules)) for one in program.sets]
    active = [(one, orders) for one, orders in active if is_any(orders)]
    split_choices = [(choice, orders) for one, orders in active for choice in one.splits]
    backorder_choices = [(choice, orders) for one, orders in active for choice in one.backorder]
    objectives, objective = objective_of(active, facts.order_count)
    return Verdicts(
        holds=tuple(holds_of(evaluation, active)),
        on_account=tuple(on_account_of(evaluation, active)),
        removals=tuple(removals_of(evaluation, active)),
        together=tuple(together_of(evaluation, active)),
        substitutes=tuple(substitutes_of(evaluation, active)),
        stock_limits=tuple(stock_limits_of(evaluation, active)),
        charges=tuple(charges_of(evaluation, active)),
        split_policies=(DEFAULT_SPLIT, *(asked.rule.policy for asked, _ in split_choices)),
        split=first_match(evaluation, split_choices, of_lines=False),
        backorder_policies=(DEFAULT_BACKORDER, *(asked.rule.policy for asked, _ in backorder_choices)),
        backorder=first_match(evaluation, backorder_choices, of_lines=True),
        objective_policies=objectives,
        objective=objective,
    )


def holds_of(evaluation: Evaluation, active: ActiveSets) -> Iterator[Hold]:
    for one, orders in active:
        for rule, condition in one.holds:
            hits = evaluation.found(orders, condition)
            if hits is not None:
                yield Hold(rule.ref, evaluation.along(hits, of_lines=False))


def on_account_of(evaluation: Evaluation, active: ActiveSets) -> Iterator[OnAccount]:
    for one, orders in active:
        for rule, condition in one.on_account:
            hits = evaluation.found(orders, condition)
            if hits is not None:
                yield OnAccount(rule.ref, evaluation.along(hits, of_lines=False))


def together_of(evaluation: Evaluation, active: ActiveSets) -> Iterator[Together]:
    for one, orders in active:
        for rule, condition in one.together:
            hits = evaluation.found(orders, condition)
            if hits is not None:
                yield Together(rule.ref, evaluation.along(hits, of_lines=True))


def substitutes_of(evaluation: Evaluation, active: ActiveSets) -> Iterator[SubstituteOffer]:
    for one, orders in active:
        for rule, condition in one.substitutes:
            hits = evaluation.found(orders, condition)
            if hits is not None:
                yield SubstituteOffer(
                    rule.ref, evaluation.along(hits, of_lines=True), rule.offer, rule.unit_milli,
                    only_short=rule.only_short, consent_assumed=rule.consent_assumed,
                )  # fmt: skip


def first_match(
    evaluation: Evaluation,
    choices: Sequence[tuple[Asked[SplitChoice] | Asked[BackorderChoice], Bools]],
    *,
    of_lines: bool,
) -> Ints:
    """For each order or line 1 + the position of the first choice that holds, 0 for none."""
    count = evaluation.facts.line_count if of_lines else evaluation.facts.order_count
    chosen = np.zeros(count, np.int64)
    # The last first: whoever matches before it has the last word.
    for position, (asked, orders) in reversed(list(enumerate(choices, start=1))):
        hits = evaluation.found(orders, asked.condition)
        if hits is None:
            continue
        if hits.values.size == 1:
            # It holds somewhere, so everywhere.
            chosen.fill(position)
        else:
            np.copyto(chosen, position, where=evaluation.along(hits, of_lines=of_lines))
    return chosen


def objective_of(active: ActiveSets, order_count: int) -> tuple[tuple[ObjectivePolicy, ...], Ints | None]:
    """The policies, and for each order the number of the first whose rule set applies; None where none is stated."""
    stated = [(one.rules.objective, orders) for one, orders in active if one.rules.objective is not None]
    if not stated:
        return (), None
    chosen = np.zeros(order_count, np.int64)
    for position, (_, orders) in enumerate(stated, start=1):
        chosen[(chosen == 0) & orders] = position
    return (DEFAULT_OBJECTIVE, *(policy for policy, _ in stated)), chosen
