"""The judge of the rules: what a pack says of one line, node, service and shipment, slowly, rule after rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from router.domain.plan import METRICS
from router.rules.blocks.effects import Ban, Block, Cost, Rule, RuleSet, SafetyStock, Score, StockCap
from router.rules.expressions.scalar import Cell, evaluate, value_at
from router.rules.expressions.shipment_parts import METRIC_OF_FACT
from router.rules.expressions.terms import Compare, Not, Read, Term
from router.rules.expressions.units import AMOUNT_MILLI_MAX
from router.rules.ruleset import CompiledRules
from router.rules.verdicts import METRIC_MAX
from router.rules.vocabulary import FACTS, Facts, Type


@dataclass(frozen=True, kw_only=True)
class Judge:
    """`facts` have those of time too; `metrics` measure the shipment that is meant."""

    rules: CompiledRules
    facts: Facts
    at: Sequence[int]

    def holding(self, block: Block, cell: Cell, metrics: Sequence[int]) -> Iterator[Any]:
        """The rules of a block that hold, rule sets in falling priority."""
        for one in self.rules.sets:
            for rule in one.block(block):
                if self.in_force(one, cell) and self.holds(rule, cell, metrics):
                    yield rule

    def in_force(self, one: RuleSet, cell: Cell) -> bool:
        return one.window.start <= self.now(cell) < one.window.end and bool(self.value(one.applies, cell))

    def holds(self, rule: Rule, cell: Cell, metrics: Sequence[int]) -> bool:
        return (
            rule.window.start <= self.now(cell) < rule.window.end
            and bool(self.value(rule.condition, cell))
            and all(measured(term, metrics) for term in rule.shipment_terms)
        )

    def now(self, cell: Cell) -> int:
        return self.at[self.facts.line_order[cell.line]]

    def value(self, term: Term, cell: Cell) -> Any:
        return evaluate(term, self.facts, cell)

    def softened(self, ban: Ban, cell: Cell) -> bool:
        return ban.soften is not None and ban.soften.window.start <= self.now(cell) < ban.soften.window.end

    def removed_by(self, cell: Cell, metrics: Sequence[int]) -> set[str]:
        """The rules that take the service away at the node, for the line, in such a shipment."""
        names = {rule.ref.name for rule in self.holding(Block.FILTERS, cell, metrics)}
        for ban in self.holding(Block.CONSTRAINTS, cell, metrics):
            if not self.softened(ban, cell):
                names.add(ban.ref.name)
        choice = next(self.holding(Block.CARRIERS, cell, metrics), None)
        if choice is not None and value_at(FACTS["service.id"], self.facts, cell) not in choice.use:
            names.add(choice.ref.name)
        return names

    def charged_by(self, cell: Cell, metrics: Sequence[int]) -> Mapping[str, int]:
        """What each rule charges there, where that is not nothing."""
        amounts: dict[str, int] = {}
        for ban in self.holding(Block.CONSTRAINTS, cell, metrics):
            if self.softened(ban, cell):
                amounts[ban.ref.name] = self.amount(ban.soften.amount, cell)
        for score in self.holding(Block.SCORES, cell, metrics):
            amounts[score.ref.name] = self.missed(score, cell)
        for cost in self.holding(Block.COSTS, cell, metrics):
            assert isinstance(cost, Cost)
            amounts[cost.ref.name] = self.amount(cost.amount, cell)
        return {name: amount for name, amount in amounts.items() if amount}

    def amount(self, term: Term, cell: Cell) -> int:
        return max(-AMOUNT_MILLI_MAX, min(AMOUNT_MILLI_MAX, int(self.value(term, cell))))

    def missed(self, score: Score, cell: Cell) -> int:
        if not self.value(score.earned, cell):
            return score.full_milli
        return score.full_milli - round(score.full_milli * max(0.0, min(1.0, self.value(score.value, cell))))

    def limited_by(self, cell: Cell) -> Mapping[str, int]:
        """The limits that rules set on the line's units from the node."""
        available = int(value_at(FACTS["stock.available"], self.facts, cell) or 0)
        limits: dict[str, int] = {}
        for cap in self.holding(Block.STOCK_CAPS, cell, ()):
            assert isinstance(cap, StockCap)
            share = isinstance(cap.limit, Fraction)
            units = available * cap.limit // 1 if share else max(0, self.value(cap.limit, cell))
            limits[cap.ref.name] = int(units)
        decisive: SafetyStock | None = None
        for rule in self.holding(Block.SAFETY_STOCK, cell, ()):
            if decisive is None or (rule.rank, self.kept(rule, cell)) > (
                decisive.rank,
                self.kept(decisive, cell),
            ):
                decisive = rule
        if decisive is not None:
            limits[decisive.ref.name] = max(0, available - self.kept(decisive, cell))
        return {name: units for name, units in limits.items() if units < METRIC_MAX}

    def kept(self, rule: SafetyStock, cell: Cell) -> int:
        return max(0, int(self.value(rule.keep, cell)))

    def named_in(self, block: Block, cell: Cell) -> set[str]:
        return {rule.ref.name for rule in self.holding(block, cell, ())}

    def first_in(self, block: Block, cell: Cell) -> str:
        rule = next(self.holding(block, cell, ()), None)
        return f"built-in/{block}.default" if rule is None else rule.ref.name

    def objective(self, cell: Cell) -> str:
        for one in self.rules.sets:
            if one.objective is not None and self.in_force(one, cell):
                return one.objective.rule.name
        return "built-in/objective"


def measured(term: Term, metrics: Sequence[int]) -> bool:
    """Whether what a term asks of a shipment is true of one with these metrics."""
    match term:
        case Not():
            return not measured(term.operand, metrics)
        case Read(fact=fact):
            return metrics[METRICS.index(METRIC_OF_FACT[fact.name])] > 0
        case Compare(left=Read(fact=fact), sign=sign, right=right):
            scale = 1_000 if fact.type is Type.MONEY else 1
            value = scale * metrics[METRICS.index(METRIC_OF_FACT[fact.name])]
            bound = int(evaluate(right, None, Cell(line=0, node=0, service=0)))
            holds = {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}
            return holds.get(sign, value == bound)
    raise AssertionError(f"not of shipments: {term}")
