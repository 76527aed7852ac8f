"""Whether what concurrent clients saw could have happened one after another: the ledger says in which order.

Every operation gets its place in the journal; in that order a sequential router (a page of code) must give the same
answers, and no operation may stand before one that had ended before it began.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from router.app.answers.decided import Routed
from router.app.answers.stock import AvailabilityFound, StockAdjusted
from router.app.commands.deciding import RouteOrders
from router.app.commands.orders import CancelOrder
from router.app.commands.questions import GetAvailability
from router.app.commands.stock import AdjustStock
from router.domain.reasons import RouterError
from router.ledger.entries import Entry

Place = tuple[str, str]
"""A node and a SKU."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a client saw: when it asked, when it had the outcome, and what that was."""

    command: Any
    invoked: int
    returned: int
    outcome: Any


@dataclass(slots=True)
class Sequential:
    """The router without concurrency: figures by place, and what each order holds."""

    nodes: Sequence[str]
    on_hand: Counter[Place] = field(default_factory=Counter)
    reserved: Counter[Place] = field(default_factory=Counter)
    held: dict[str, Counter[Place]] = field(default_factory=dict)

    def answer(self, command: Any) -> Any:
        if isinstance(command, AdjustStock):
            self.on_hand[command.node_id, command.sku] += command.delta
            return self.on_hand[command.node_id, command.sku]
        if isinstance(command, GetAvailability):
            places = [(node, sku) for sku in command.skus for node in self.nodes]
            return without_zeros({place: (self.on_hand[place], self.reserved[place]) for place in places})
        if isinstance(command, CancelOrder):
            taken = self.held.pop(command.order_id)
            self.reserved -= taken
            return taken.total()
        return self._route(command)

    def _route(self, command: RouteOrders) -> Counter[Place]:
        (order,) = command.orders
        taken: Counter[Place] = Counter()
        for line in order.lines:
            missing = line.quantity
            for node in self.nodes:
                place = (node, line.sku)
                units = min(missing, max(0, self.on_hand[place] - self.reserved[place]))
                self.reserved[place] += units
                taken[place] += units
                missing -= units
        self.held[order.id] = +taken
        return +taken


def told(seen: Seen) -> Any:
    """What the client was told, in the words of `Sequential.answer`."""
    answer = seen.outcome
    if isinstance(answer, StockAdjusted):
        return answer.row.on_hand
    if isinstance(answer, AvailabilityFound):
        return without_zeros({(row.node_id, row.sku): (row.on_hand, row.reserved) for row in answer.rows})
    if isinstance(seen.command, CancelOrder):
        return answer.released_quantity
    skus = {line.id: line.sku for line in seen.command.orders[0].lines}
    taken: Counter[Place] = Counter()
    for shipment in routed_of(seen).plan.shipments:
        for line_id, units in shipment.quantities().items():
            taken[shipment.node_id, skus[line_id]] += units
    return taken


def without_zeros(figures: Mapping[Place, tuple[int, int]]) -> dict[Place, tuple[int, int]]:
    """A place that never held anything is not told at all."""
    return {place: pair for place, pair in figures.items() if any(pair)}


def routed_of(seen: Seen) -> Routed:
    (routed,) = seen.outcome.results
    assert isinstance(routed, Routed), routed
    return routed


def place_in_journal(seen: Seen, canceled_at: Mapping[str, int]) -> tuple[int, int, int]:
    """A write stands at its first entry; what changed nothing, behind the last entry it knew of."""
    if isinstance(seen.command, GetAvailability):
        return (seen.outcome.ledger_position, 1, seen.invoked)
    if isinstance(seen.command, AdjustStock):
        return (seen.outcome.ledger_position, 0, seen.invoked)
    if isinstance(seen.command, CancelOrder):
        return (canceled_at[seen.command.order_id], 0, seen.invoked)
    return (routed_of(seen).versions.ledger_position + 1, 0, seen.invoked)


def faults_of(operations: Sequence[Seen], journal: Sequence[Entry], nodes: Sequence[str]) -> list[str]:
    """Every way in which the operations are not those of a sequential router; empty when they are."""
    canceled_at: dict[str, int] = {}
    for entry in journal:
        if entry.code.name in ("VOID", "BACKORDER_CLOSE"):
            canceled_at.setdefault(entry.reference, entry.position)
    done = [one for one in operations if not isinstance(one.outcome, RouterError)]
    placed = sorted((place_in_journal(one, canceled_at), number) for number, one in enumerate(done))
    in_order = [done[number] for _, number in placed]
    faults, router, latest = [], Sequential(nodes), 0
    figures: dict[Place, list[tuple[int, int]]] = {}
    for ((position, *_), _), seen in zip(placed, in_order, strict=True):
        if seen.returned < latest:
            faults.append(f"{seen.command} had ended before something that stands before it began")
        latest = max(latest, seen.invoked)
        expected = router.answer(seen.command)
        if told(seen) != expected:
            faults.append(f"{seen.command} at {position} was told {told(seen)}, not {expected}")
        if isinstance(seen.command, AdjustStock):
            where = (seen.command.node_id, seen.command.sku)
            figures.setdefault(where, [(0, 0)]).append((position, expected))
    positions = [place[0] for place, _ in placed]
    refused = [one for one in operations if isinstance(one.outcome, RouterError)]
    return faults + refusal_faults(refused, in_order, positions, figures)


def refusal_faults(
    refused: Sequence[Seen],
    in_order: Sequence[Seen],
    positions: Sequence[int],
    figures: Mapping[Place, Sequence[tuple[int, int]]],
) -> list[str]:
    """A refused adjustment names a figure: it must have been the true one at some moment while it was waited for."""
    by_return = sorted((one.returned, position) for one, position in zip(in_order, positions, strict=True))
    by_invoke = sorted((one.invoked, position) for one, position in zip(in_order, positions, strict=True))
    reached = list(accumulate((position for _, position in by_return), max))
    ahead = list(accumulate((position for _, position in reversed(by_invoke)), min))[::-1]
    faults = []
    for one in refused:
        before = bisect_left(by_return, (one.invoked, 0))
        after = bisect_right(by_invoke, (one.returned, 0))
        first = reached[before - 1] if before else 0
        last = ahead[after] if after < len(ahead) else positions[-1] + 1
        of_place = figures.get((one.command.node_id, one.command.sku), [(0, 0)])
        start = max(0, bisect_right(of_place, (first, 1 << 60)) - 1)
        values = {value for position, value in of_place[start:] if position <= last}
        if int(one.outcome.facts.get("on_hand", "-1")) not in values:
            faults.append(f"{one.command} was refused for {one.outcome.message}, but had {values}")
    return faults
