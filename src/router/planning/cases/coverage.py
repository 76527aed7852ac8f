"""Which rules the cases of a pack put to the test: fired in one case, silent in another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from router.rules.blocks.effects import Block
from router.rules.ruleset import CompiledRules, RuleRow

ALWAYS = (Block.COSTS, Block.SCORES)
"""Blocks whose rules have their effect on every order if they have no `when`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCover:
    """In how many cases a rule fired, and in how many it was silent."""

    name: str
    file: str
    line: int
    fired: int
    silent: int
    asks: bool

    @property
    def is_full(self) -> bool:
        """Whether cases show both. Of a rule without condition that it fires is all there is to show."""
        return self.fired > 0 and (self.silent > 0 or not self.asks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All rules, in the order in which they are read."""

    rules: tuple[RuleCover, ...]

    @property
    def percent(self) -> int:
        """Of the rules, rounded down; 100 where there are none."""
        full = sum(rule.is_full for rule in self.rules)
        return 100 * full // len(self.rules) if self.rules else 100

    @property
    def gaps(self) -> tuple[RuleCover, ...]:
        return tuple(rule for rule in self.rules if not rule.is_full)


def coverage_of(rules: CompiledRules, fired: Sequence[Collection[str]]) -> Coverage:
    """The coverage by cases, `fired` naming the rules that fired in each."""
    return Coverage(rules=tuple(_cover(row, fired) for row in rules.describe()))


def _cover(row: RuleRow, fired: Sequence[Collection[str]]) -> RuleCover:
    count = sum(row.name in names for names in fired)
    file, _, line = row.position.rpartition(":")
    asks = bool(row.when) or (row.block not in ALWAYS and not row.name.endswith(".default"))
    return RuleCover(
        name=row.name, file=file, line=int(line), fired=count, silent=len(fired) - count, asks=asks
    )
