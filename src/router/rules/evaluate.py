"""Rule sets over a batch: facts in, verdicts out. Cannot fail on a checked pack.

A rule that changes nothing for this batch leaves no trace in the verdicts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from router.domain.identifiers import Instant
from router.rules.dates import ALWAYS, Window
from router.rules.effects import (
    DEFAULT_BACKORDER,
    DEFAULT_SPLIT,
    BackorderChoice,
    Ban,
    CarrierChoice,
    Cost,
    RuleSet,
    Score,
    SplitChoice,
)
from router.rules.grid import Batch, Bools, Grid, Ints
from router.rules.terms import Term
from router.rules.units import AMOUNT_MILLI_MAX
from router.rules.verdicts import Charge, Per, Removal, RuleRef, Verdicts
from router.rules.vocabulary import Facts


def evaluate(sets: Sequence[RuleSet], facts: Facts, at: Sequence[Instant]) -> Verdicts:
    """All effects of rule sets in falling priority. `at[o]` is the instant at which order o is decided."""
    assert len(at) == facts.order_count, "one instant for each order"
    evaluation = Evaluation(Batch(facts), np.array(at, np.int64))
    active = [(one, evaluation.orders_of(one)) for one in sets]
    active = [(one, orders) for one, orders in active if orders.any()]
    split_choices = [(rule, orders) for one, orders in active for rule in one.splits]
    backorder_choices = [(rule, orders) for one, orders in active for rule in one.backorder]
    return Verdicts(
        removals=tuple(evaluation.removals(active)),
        charges=tuple(evaluation.charges(active)),
        split_policies=(DEFAULT_SPLIT, *(rule.policy for rule, _ in split_choices)),
        split=evaluation.first_match(split_choices, of_lines=False),
        backorder_policies=(DEFAULT_BACKORDER, *(rule.policy for rule, _ in backorder_choices)),
        backorder=evaluation.first_match(backorder_choices, of_lines=True),
    )


ActiveSets = Sequence[tuple[RuleSet, Bools]]
"""Rule sets with the orders they apply to, [O]."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One batch at its instants."""

    batch: Batch
    at: Ints

    def orders_of(self, one: RuleSet) -> Bools:
        """The orders to which a rule set applies."""
        active = one.window.holds(self.at)
        return active & self.batch.grid(one.applies).bools[:, 0, 0] if active.any() else active

    def hits(self, orders: Bools, window: Window, condition: Term) -> Grid | None:
        """Where the condition holds, among these orders inside the window; None for nowhere."""
        if window != ALWAYS:
            orders = orders & window.holds(self.at)
        if not orders.any():
            return None
        left, right, of_lines = self.batch.joined(
            Grid(orders[:, None, None], of_lines=False), self.batch.grid(condition)
        )
        hits = np.logical_and(left, right)
        return Grid(hits, of_lines) if hits.any() else None

    def removals(self, active: ActiveSets) -> Iterator[Removal]:
        for one, orders in active:
            for rule in one.filters:
                yield from self.removal(rule.ref, self.hits(orders, rule.window, rule.condition))
            for ban in one.constraints:
                hard = orders if ban.soften is None else orders & ~ban.soften.window.holds(self.at)
                yield from self.removal(ban.ref, self.hits(hard, ban.window, ban.condition))
        yield from self.carrier_removals([(rule, orders) for one, orders in active for rule in one.carriers])

    def removal(self, ref: RuleRef, hits: Grid | None) -> Iterator[Removal]:
        if hits is not None:
            spread = self.batch.spread(hits)
            yield Removal(ref, spread.of_lines, spread.bools)

    def carrier_removals(self, choices: Sequence[tuple[CarrierChoice, Bools]]) -> Iterator[Removal]:
        """The first match of each order (or line) and node removes every service it does not name."""
        undecided = Grid(np.ones((1, 1, 1), np.bool_), of_lines=False)
        for rule, orders in choices:
            hits = self.hits(orders, rule.window, rule.condition)
            if hits is None:
                continue
            left, right, of_lines = self.batch.joined(undecided, hits)
            matched = Grid(np.logical_and(left, right), of_lines)
            undecided = Grid(np.logical_and(left, ~right.astype(np.bool_)), of_lines)
            services = self.batch.facts.columns["service.id"]
            others = np.array([name not in rule.use for name in services.dictionary or ()], np.bool_)[
                services.values
            ]
            removed = matched.bools & others[None, None, :]
            if removed.any():
                yield from self.removal(rule.ref, Grid(removed, of_lines))

    def charges(self, active: ActiveSets) -> Iterator[Charge]:
        for one, orders in active:
            for ban in one.constraints:
                if ban.soften is not None:
                    window = ban.window.intersect(ban.soften.window)
                    hits = self.hits(orders, window, ban.condition)
                    yield from self.charge(ban, ban.soften.per, hits, ban.soften.amount, softened=True)
            for score in one.scores:
                yield from self.score(score, self.hits(orders, score.window, score.condition))
            for cost in one.costs:
                yield from self.charge(
                    cost, cost.per, self.hits(orders, cost.window, cost.condition), cost.amount
                )

    def charge(
        self, rule: Ban | Cost, per: Per, hits: Grid | None, amount: Term, *, softened: bool = False
    ) -> Iterator[Charge]:
        if hits is not None:
            yield from self.charged(rule.ref, per, hits, self.batch.grid(amount), softened=softened)

    def score(self, rule: Score, hits: Grid | None) -> Iterator[Charge]:
        """A score is a negative charge: what it is worth is taken off the cost."""
        if hits is not None:
            value = self.batch.grid(rule.value)
            worth = np.rint(np.clip(value.values.astype(np.float64), 0.0, 1.0) * rule.full_milli).astype(
                np.int64
            )
            yield from self.charged(rule.ref, rule.per, hits, Grid(-worth, value.of_lines), softened=False)

    def charged(
        self, ref: RuleRef, per: Per, hits: Grid, amounts: Grid, *, softened: bool
    ) -> Iterator[Charge]:
        left, right, of_lines = self.batch.joined(hits, amounts)
        bounded = np.clip(right.astype(np.int64), -AMOUNT_MILLI_MAX, AMOUNT_MILLI_MAX)
        grid = Grid(np.where(left, bounded, np.int64(0)), of_lines)
        if per in (Per.LINE, Per.UNIT):
            grid = self.batch.lined(grid)
        assert grid.of_lines == (per in (Per.LINE, Per.UNIT)), (
            "checked: only charges of lines read facts of lines"
        )
        if grid.values.any():
            spread = self.batch.spread(grid)
            yield Charge(ref, per, spread.of_lines, spread.values.astype(np.int64, copy=False), softened)

    def first_match(
        self, choices: Sequence[tuple[SplitChoice | BackorderChoice, Bools]], *, of_lines: bool
    ) -> Ints:
        """For each order or line 1 + the position of the first choice that holds, 0 for none."""
        count = self.batch.facts.line_count if of_lines else self.batch.facts.order_count
        chosen = np.zeros(count, np.int64)
        for position, (rule, orders) in enumerate(choices, start=1):
            hits = self.hits(orders, rule.window, rule.condition)
            if hits is None:
                continue
            along = self.batch.spread(self.batch.lined(hits) if of_lines else hits).bools[:, 0, 0]
            chosen[(chosen == 0) & along] = position
        return chosen
