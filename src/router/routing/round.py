"""One round: orders that are solved side by side, each on its own view of stock and capacity."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from router.domain.identifiers import NodeId, Sku
from router.routing.batch import Batch, read_batch
from router.routing.facts import facts_of
from router.routing.problems import Options, pose
from router.routing.world import OrderToRoute, View, World
from router.rules.verdicts import Verdicts
from router.solver.problem import Effort, OrderProblem, OrderProblems, Solution
from router.solver.solve import solve_orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The problems of a round: what was looked up, what the rules said, what the solver is to answer."""

    batch: Batch
    verdicts: Verdicts
    options: Options
    problems: OrderProblems


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(Asked):
    """All that was worked out: the problems and what was answered."""

    world: World
    effort: Effort
    solutions: tuple[Solution, ...]


@dataclass(frozen=True, slots=True)
class Solved:
    """One order of a round. `lines` are the numbers of its lines in the batch."""

    round: Round
    order: int
    lines: range

    @property
    def batch(self) -> Batch:
        return self.round.batch

    @property
    def request(self) -> OrderToRoute:
        return self.round.batch.requests[self.order]

    @property
    def verdicts(self) -> Verdicts:
        return self.round.verdicts

    @property
    def problem(self) -> OrderProblem:
        return self.round.problems[self.order]

    @property
    def solution(self) -> Solution:
        return self.round.solutions[self.order]

    def lane_of(self, option: int) -> tuple[int, int]:
        """The node column and the service level of one of the order's options."""
        options = self.round.options
        place = int(options.start[self.order]) + option
        return int(options.node[place]), int(options.service[place])

    def shipments(self) -> Iterator[tuple[NodeId, int, list[tuple[Sku, int]]]]:
        """Node, ship day and units of each shipment of the solution."""
        batch = self.batch
        for opened in self.solution.opened:
            column, _ = self.lane_of(opened.option)
            units = [(batch.lines[self.lines.start + line].sku, count) for line, count in opened.units]
            yield batch.node_ids[column], int(batch.ship_day[self.order, column]), units


def solve_round(
    requests: Sequence[OrderToRoute], world: World, views: Sequence[View], effort: Effort
) -> list[Solved]:
    """Find the best plan of each order as if it were the only one, order number o on views[o]."""
    asked = pose_round(requests, world, views)
    found = Round(
        world=world,
        effort=effort,
        batch=asked.batch,
        verdicts=asked.verdicts,
        options=asked.options,
        problems=asked.problems,
        solutions=solve_orders(asked.problems, effort),
    )
    return [Solved(found, order, asked.batch.lines_of(order)) for order in range(len(requests))]


def pose_round(requests: Sequence[OrderToRoute], world: World, views: Sequence[View]) -> Asked:
    """State the problem of each order, order number o on views[o]."""
    batch = read_batch(requests, world, views)
    facts = facts_of(batch, world.rules.fact_names)
    verdicts = world.rules.evaluate(facts, [request.decision_time for request in requests])
    posed = pose(batch, verdicts, world.prices)
    return Asked(batch=batch, verdicts=verdicts, options=posed.options, problems=posed.problems)
