"""One round: orders that are solved side by side, each on its own view of stock and capacity."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, repeat
from typing import TypeVar

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from router.domain.identifiers import NodeId, Sku
from router.routing.batch.batch import Batch, read_batch
from router.routing.batch.facts import facts_of
from router.routing.batch.gatherings import NO_COLUMN
from router.routing.batch.slices import sizes
from router.routing.batch.substituted import judge_substitutes
from router.routing.network.prepared import PreparedNetwork
from router.routing.problem.bringing import Given, given_to
from router.routing.problem.problems import Posed, pose
from router.routing.problem.sharing import settle_sharing
from router.routing.round.dispatches import Costed, Dispatch, cost_shipments, dispatches_of
from router.routing.round.efforts import Efforts
from router.routing.round.shipments import Shipments, line_up
from router.routing.world import OrderToRoute, View, World
from router.rules.verdicts import Verdicts
from router.solver.problem import Bools, Effort, Opened, OrderProblem, OrderProblems, Solution
from router.solver.solve import solve_each

ROUND_LANES_MAX = 4_000_000
"""Orders x nodes x service levels that one round may hold: some 100 MB."""

Taking = tuple[NodeId, int, list[tuple[Sku, int]]]
"""From where and on which day a shipment leaves, and the units that it takes there."""

Shipped = TypeVar("Shipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The problems of a round: what was looked up, what the rules said, what the solver is to answer."""

    batch: Batch
    verdicts: Verdicts
    posed: Posed

    @property
    def problems(self) -> OrderProblems:
        return self.posed.problems


@dataclass(frozen=True, kw_only=True)
class Round(Asked):
    """All that was worked out: the problems and what was answered."""

    world: World
    efforts: Efforts
    solutions: tuple[Solution, ...]

    @cached_property
    def shipments(self) -> Shipments:
        """Those of all solutions."""
        return self.line_up(
            [(order, one) for order, solution in enumerate(self.solutions) for one in solution.opened]
        )

    def dispatches_of(self, order: int) -> list[Dispatch]:
        """Its shipments. They are worked out for all orders that ship all they want when the first of these is asked
        for, and likewise for the others: the plans of most of the former are written, and nobody asks.
        """
        ships_all = self.ships_all.item(order)
        if (found := self._dispatched.get(ships_all)) is None:
            found = self._dispatched[ships_all] = self._dispatch_where(self.ships_all == ships_all)
        return found[order]

    @cached_property
    def _dispatched(self) -> dict[bool, list[list[Dispatch]]]:
        return {}

    @cached_property
    def ships_all(self) -> Bools:
        """[O] whether the solution leaves nothing of the order out."""
        loads, bundles = self.shipments.loads, self.batch.bundles
        left = np.add.reduceat(bundles.quantity, bundles.start[:-1])
        np.subtract.at(left, loads.order.repeat(sizes(loads.start)), loads.units)
        return np.equal(left, 0)

    def _dispatch_where(self, is_asked: Bools) -> list[list[Dispatch]]:
        """By order its shipments; none of those that are not asked for."""
        shipments = self.shipments
        chosen = is_asked[shipments.order]
        made = iter(dispatches_of(self.batch, shipments, self.costed, chosen) if chosen.any() else ())
        return [
            list(islice(made, len(solution.opened))) if asked else []
            for solution, asked in zip(self.solutions, is_asked.tolist())
        ]

    @cached_property
    def costed(self) -> Costed:
        """What the shipments cost; there must be one at least."""
        return self._cost(self.shipments)

    @cached_property
    def takings(self) -> list[list[Taking]]:
        """By order what its shipments take, likewise."""
        batch, shipments = self.batch, self.shipments
        lines, counts = shipments.line.tolist(), shipments.count.tolist()
        units = list(zip([batch.lines[line].sku for line in lines], counts))
        columns, starts, ends = (
            one.tolist() for one in (shipments.node, shipments.line_start, shipments.line_end)
        )
        taken = [units[first:end] for first, end in zip(starts, ends)]
        if batch.gatherings is not None:
            for number, (column, first, end) in enumerate(zip(columns, starts, ends)):
                if column >= batch.plain_count:
                    own = [
                        self.own(line, column, counts[first + at]) for at, line in enumerate(lines[first:end])
                    ]
                    taken[number] = [(sku, count) for (sku, _), count in zip(taken[number], own) if count]
        days = batch.ship_day[shipments.order, shipments.node].tolist()
        return self._by_order(list(zip([batch.node_ids[column] for column in columns], days, taken)))

    def _by_order(self, of_shipments: Sequence[Shipped]) -> list[list[Shipped]]:
        made = iter(of_shipments)
        return [list(islice(made, len(solution.opened))) for solution in self.solutions]

    @cached_property
    def _apart(self) -> dict[int, OrderProblem]:
        return {}

    def problem_of(self, order: int) -> OrderProblem:
        """The problem of one order; taken out of those of the round once, however often it is looked at."""
        if (found := self._apart.get(order)) is None:
            found = self._apart[order] = self.problems[order]
        return found

    def dispatch(self, opened: Sequence[tuple[int, Opened]]) -> list[Dispatch]:
        """Shipments by the number of their order and what of it they would take."""
        shipments = self.line_up(opened)
        return dispatches_of(self.batch, shipments, self._cost(shipments)) if opened else []

    def line_up(self, opened: Sequence[tuple[int, Opened]]) -> Shipments:
        return line_up(self.batch, self.posed.options, opened)

    def _cost(self, shipments: Shipments) -> Costed:
        return cost_shipments(self.batch, self.verdicts, self.posed, self.world.prices, shipments)

    def own(self, line: int, column: int, count: int) -> int:
        """How many of so many units of a line the column's node itself gives to its shipment."""
        return sum(given for lane, _, given in self.given(line, column, count) if lane == NO_COLUMN)

    def given(self, line: int, column: int, count: int) -> Given:
        """Who gives how many of so many units of a line of the batch that a shipment from the column carries."""
        gatherings, brought = self.batch.gatherings, self.posed.brought
        one = None if gatherings is None else gatherings.of_column(column)
        if one is None or brought is None:
            return [(NO_COLUMN, column, count)]
        return given_to(self.batch, brought, one, line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """What else came into question for an order to which substitutes are offered: its other variants.

    No plan of any variant costs less than `bound_milli`, of those equal at the tiers. `is_proven`: none is better.
    `watched` look, with the order itself, at all stock that any variant looks at.
    """

    bound_milli: int
    is_proven: bool
    work: int
    watched: "tuple[Solved, ...]"


class Solved(Struct, frozen=True):
    """One order of a round."""

    round: Round
    order: int
    rivals: Rivals | None = None
    """None where nothing was offered."""

    @property
    def all_watched(self) -> "tuple[Solved, ...]":
        """Itself and the rivals that look at other stock."""
        return (self,) if self.rivals is None else (self, *self.rivals.watched)

    @property
    def asked(self) -> OrderToRoute:
        """What was asked, before anything was chosen to stand in for another product."""
        return self.request if self.rivals is None else replace(self.request, substitutions=None)

    @property
    def batch(self) -> Batch:
        return self.round.batch

    @property
    def lines(self) -> range:
        """The numbers of its lines in the batch."""
        return self.round.batch.lines_of(self.order)

    @property
    def bundles(self) -> range:
        """Likewise of its bundles."""
        return self.round.batch.bundles.of_order(self.order)

    @property
    def effort(self) -> Effort:
        return self.round.efforts[self.order]

    @property
    def request(self) -> OrderToRoute:
        return self.round.batch.requests[self.order]

    @property
    def verdicts(self) -> Verdicts:
        return self.round.verdicts

    @property
    def problem(self) -> OrderProblem:
        return self.round.problem_of(self.order)

    @property
    def solution(self) -> Solution:
        return self.round.solutions[self.order]

    @property
    def ships_all(self) -> bool:
        """Whether the solution leaves nothing out."""
        return self.round.ships_all.item(self.order)

    def lane_of(self, option: int) -> tuple[int, int]:
        """The node column and the service level of one of the order's options."""
        options = self.round.posed.options
        place = options.start.item(self.order) + option
        return options.node.item(place), options.service.item(place)

    def shipments(self) -> list[Taking]:
        """Each shipment of the solution, without the units that other nodes give to it."""
        return self.round.takings[self.order]

    def takings(self) -> Iterator[tuple[NodeId, Sku, int]]:
        """What the solution takes from where, for shipments of any node."""
        taken = [(node_id, units) for node_id, _, units in self.shipments()]
        for node_id, units in (*taken, *self.transfers()):
            yield from ((node_id, sku, count) for sku, count in units)

    def transfers(self) -> Iterator[tuple[NodeId, list[tuple[Sku, int]]]]:
        """Each node that gives units to a shipment of another node, and these units."""
        for opened in self.solution.opened:
            column, _ = self.lane_of(opened.option)
            units: dict[int, list[tuple[Sku, int]]] = {}
            for line, count in self.units_of(opened.units):
                for lane, source, given in self.round.given(line, column, count):
                    if lane != NO_COLUMN:
                        units.setdefault(source, []).append((self.batch.lines[line].sku, given))
            for source, given_units in units.items():
                yield self.batch.node_ids[source], given_units

    def units_of(self, load: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Units of each line of the batch in so many of the order's bundles, kits taken apart."""
        bundles, first = self.batch.bundles, self.bundles.start
        if bundles.are_lines:
            return [(first + bundle, count) for bundle, count in load]
        return [
            (line, count * units)
            for bundle, units in load
            for line, count in bundles.parts_of(first + bundle)
        ]


def round_size(network: PreparedNetwork) -> int:
    """How many orders one round may hold."""
    lanes = network.picks_up.size + network.transfer_lanes.gathering_count * len(network.services)
    return max(1, ROUND_LANES_MAX // max(1, lanes))


def solve_as_posed(
    requests: Sequence[OrderToRoute], world: World, views: Sequence[View], efforts: Efforts
) -> list[Solved]:
    """The best plan of each order as if it were the only one, order number o on views[o] and within efforts[o].

    Substitutes that rules offer are not looked at: `substitutes.solve_round` does that.
    """
    asked = pose_round(requests, world, views)
    solutions = solve_each(asked.problems, efforts.begin)
    posed, settled = settle_sharing(asked.batch, asked.posed, solutions, efforts.begin)
    found = Round(
        world=world,
        efforts=efforts,
        batch=asked.batch,
        verdicts=asked.verdicts,
        posed=posed,
        solutions=settled,
    )
    return list(map(Solved, repeat(found), range(len(requests))))


def pose_round(
    requests: Sequence[OrderToRoute],
    world: World,
    views: Sequence[View],
    *,
    with_levels: bool = True,
    gathers: bool = True,
) -> Asked:
    """State the problem of each order, order number o on views[o]; of money alone unless `with_levels`, of what lies at
    one node alone unless it `gathers`.
    """
    batch = read_batch(requests, world, views, gathers=gathers)
    facts = facts_of(batch, world.rules.fact_names, world.rules.attributes)
    verdicts = world.rules.evaluate(facts, [request.decision_time for request in requests])
    verdicts = judge_substitutes(batch, verdicts, world, views)
    posed = pose(batch, verdicts, world.prices, with_levels=with_levels)
    return Asked(batch=batch, verdicts=verdicts, posed=posed)
