"""One batch at its instants: for which orders a rule set is in force, and where one of its rules holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np

from router.domain.identifiers import Instant
from router.rules.blocks.dates import ALWAYS, Window
from router.rules.blocks.effects import RuleSet
from router.rules.expressions.calendar import calendar_columns
from router.rules.expressions.grid import Array, Batch, Bools, Grid, Ints
from router.rules.expressions.terms import Term
from router.rules.vocabulary import Facts

ActiveSets = Sequence[tuple[RuleSet, Bools]]
"""Rule sets with the orders they apply to, [O]."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`at[o]` is the instant at which order o is decided. `everyone` are all orders, where nothing narrows them."""

    batch: Batch
    at: Ints
    everyone: Bools

    @property
    def facts(self) -> Facts:
        return self.batch.facts

    def orders_of(self, one: RuleSet) -> Bools:
        """The orders to which a rule set applies, [O]."""
        active = one.window.holds(self.at)
        if active.any():
            active = active & self.batch.grid(one.applies).bools[:, 0, 0]
        return self.everyone if active.all() else active

    def hits(self, orders: Bools, window: Window, condition: Term) -> Grid | None:
        """Where the condition holds, among these orders inside the window; None for nowhere."""
        if window is not ALWAYS:
            orders = orders & window.holds(self.at)
            if not orders.any():
                return None
        hits = self.batch.grid(condition)
        if orders is not self.everyone:
            left, right, of_lines = self.batch.joined(Grid(orders[:, None, None], of_lines=False), hits)
            hits = Grid(np.logical_and(left, right), of_lines)
        return hits if holds_anywhere(hits.values) else None

    def along(self, hits: Grid, *, of_lines: bool) -> Bools:
        """Hits of orders or lines alone, [O] or [L]."""
        return self.batch.spread(self.batch.lined(hits) if of_lines else hits).bools[:, 0, 0]


def holds_anywhere(values: Array) -> bool:
    """Whether any is true. Many conditions have one value for all; numpy takes as long to count it as many."""
    return bool(values.item() if values.size == 1 else np.count_nonzero(values))


def with_calendar(facts: Facts, at: Sequence[Instant], zones: Sequence[ZoneInfo]) -> Facts:
    """The facts and those of time in each of the zones."""
    if not zones:
        return facts
    columns = dict(facts.columns)
    for zone in zones:
        columns |= calendar_columns(at, zone)
    return replace(facts, columns=columns)
