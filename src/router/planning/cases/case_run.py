"""Runs the cases of a pack: each is decided as the server would decide its order alone.

Cases that share a network are decided side by side, each on its own view of stock and capacity, which is what
`routing.route` does with a batch of one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from router.domain.identifiers import NodeId, Sku
from router.planning.cases.account import account_of
from router.planning.cases.case import Case
from router.planning.cases.case_files import read_cases
from router.planning.cases.case_report import CaseReport, CaseResult, Unmet
from router.planning.cases.coverage import coverage_of
from router.planning.cases.firing import Ways, fired_rules, removed_from, ways_of
from router.planning.cases.fixtures import Fixture
from router.planning.cases.outcome import Outcome
from router.routing.network.dates import ready_day
from router.routing.network.prepared import prepare
from router.routing.plan.plans import plan_of
from router.routing.round.round import Solved
from router.routing.route import judge, parts_of
from router.routing.substitutes import solve_round
from router.routing.world import OrderToRoute, View, World
from router.rules.ruleset import Compilation, CompiledRules
from router.solver.problem import DEFAULT_EFFORT


@dataclass(frozen=True, slots=True)
class Shelf:
    """Stock and bookings as one case sees them."""

    case: Case

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        return {**self.case.fixture.stock.get(sku, {}), **self.case.stock.get(sku, {})}

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        count = self.case.booked.get(node_id, 0)
        node = next(node for node in self.case.fixture.network.nodes if node.id == node_id)
        day = ready_day(node.calendar, self.case.now)
        return {day: count} if count and day is not None else {}


def run_cases(compilation: Compilation) -> CaseReport:
    """Decide every case of the pack and compare. Nothing runs where the rules or the cases have errors."""
    rules = compilation.rules
    if rules is None:
        return CaseReport(diagnostics=compilation.diagnostics)
    book = read_cases(rules, compilation.case_files, compilation.tests)
    if not book.is_sound:
        return CaseReport(diagnostics=book.diagnostics)
    outcomes = decide(book.cases, rules)
    results = tuple(result_of(case, outcomes[number]) for number, case in enumerate(book.cases))
    return CaseReport(
        diagnostics=book.diagnostics,
        results=results,
        coverage=coverage_of(rules, [outcome.fired for outcome in outcomes]),
    )


def decide(cases: Sequence[Case], rules: CompiledRules) -> list[Outcome]:
    """The outcome of each case."""
    outcomes: list[Outcome | None] = [None] * len(cases)
    fixtures: list[Fixture] = []
    for case in cases:
        if not any(case.fixture is known for known in fixtures):
            fixtures.append(case.fixture)
    for fixture in fixtures:
        numbers = [number for number, case in enumerate(cases) if case.fixture is fixture]
        world = World(network=prepare(fixture.network), products=fixture.products, rules=rules)
        for number, outcome in zip(numbers, outcomes_in(world, [cases[number] for number in numbers])):
            outcomes[number] = outcome
    return [outcome for outcome in outcomes if outcome is not None]


def outcomes_in(world: World, cases: Sequence[Case]) -> Iterator[Outcome]:
    """The outcomes of cases that share one network."""
    requests = [OrderToRoute(order=case.order, decision_time=case.now, paid=case.paid) for case in cases]
    first = 0
    for part, _ in parts_of(requests, world.network):
        shelves = [Shelf(case) for case in cases[first : first + len(part)]]
        first += len(part)
        solved = solve_round(part, world, shelves, DEFAULT_EFFORT)
        # Those that got a substitute were solved in a round of their own.
        rounds = {id(one.round): one.round for one in solved}
        fired = {key: fired_rules(round) for key, round in rounds.items()}
        ways = {key: ways_of(round.batch) for key, round in rounds.items()}
        for order, one in enumerate(solved):
            judge(one)
            key = id(one.round)
            names = frozenset(name for name, rows in fired[key].items() if rows[one.order])
            yield outcome_of(one, shelves[order], ways[key], names)


def outcome_of(solved: Solved, view: View, ways: Ways, fired: frozenset[str]) -> Outcome:
    verdicts, batch = solved.verdicts, solved.batch
    return Outcome(
        solved=solved,
        view=view,
        plan=plan_of(solved),
        fired=fired,
        removed=removed_from(ways, verdicts, solved.order),
        held_by=tuple(hold.rule for hold in verdicts.holds if hold.mask[solved.order]),
        split_rule=verdicts.split_policies[verdicts.split[solved.order]].rule,
        backorder_rules={
            batch.lines[line].sku: verdicts.backorder_policies[verdicts.backorder[line]].rule
            for line in solved.lines
        },
        currency=batch.network.network.currency,
    )


def result_of(case: Case, outcome: Outcome) -> CaseResult:
    """What of the case is not met, and why."""
    unmet = tuple(
        Unmet(
            key=one.key,
            line=one.line,
            expected=one.expected,
            got=got,
            because=account_of(one, outcome),
        )
        for one in case.expectations
        if (got := one.got(outcome)) is not None
    )
    return CaseResult(name=case.name, file=case.file, line=case.line, is_todo=case.is_todo, unmet=unmet)
