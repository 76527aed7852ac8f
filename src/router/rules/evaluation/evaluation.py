"""One batch at its instants: for which orders a rule set is in force, and where one of its rules holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np

from router.domain.identifiers import Instant
from router.rules.blocks.dates import ALWAYS
from router.rules.blocks.effects import RuleSet
from router.rules.evaluation.asked import AskedSet, Question
from router.rules.expressions.calendar import calendar_columns
from router.rules.expressions.columns import NOTHING, NOWHERE
from router.rules.expressions.grid import Batch, Bools, Grid, Ints, is_any
from router.rules.vocabulary import Facts

ActiveSets = Sequence[tuple[AskedSet, Bools]]
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
        active = self.everyone if one.window is ALWAYS else one.window.holds(self.at)
        if is_any(active):
            active = active & self.batch.grid(one.applies).bools[:, 0, 0]
        return self.everyone if np.count_nonzero(active) == len(active) else active

    def found(self, orders: Bools, asked: Question) -> Grid | None:
        """Where a condition holds, or what is due, among these orders inside the window; None for nowhere, nothing."""
        form, of_lines, tells_empty, window = asked
        values = form(self.batch.columns)
        if (values is NOWHERE or values is NOTHING) if tells_empty else not is_any(values):
            return None
        found = Grid(values, of_lines)
        if window is not ALWAYS:
            orders = orders & window.holds(self.at)
        if orders is self.everyone:
            return found
        left, right, of_lines = self.batch.joined(Grid(orders[:, None, None], of_lines=False), found)
        among = np.multiply(left, right)
        return Grid(among, of_lines) if is_any(among) else None

    def along(self, hits: Grid, *, of_lines: bool) -> Bools:
        """Hits of orders or lines alone, [O] or [L]."""
        return self.batch.spread(self.batch.lined(hits) if of_lines else hits).bools[:, 0, 0]


def with_calendar(facts: Facts, at: Sequence[Instant], zones: Sequence[ZoneInfo]) -> Facts:
    """The facts and those of time in each of the zones."""
    if not zones:
        return facts
    columns = dict(facts.columns)
    for zone in zones:
        columns |= calendar_columns(at, zone)
    return replace(facts, columns=columns)
