"""All that a joint decision reads, standing still while it is searched for; and a wave found on it, kept or mended.

Orders whose plan still can be had keep it. Those that lost a race, and those that the search had to leave short, are
decided again, freely, on what all others left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from router.app.books.books import Books
from router.app.commands.deciding import RouteWave
from router.app.orders.route_orders import Route, refuse_orders, world_of
from router.app.steps.paid import paid_of
from router.domain.identifiers import Instant, NodeId, Sku
from router.routing.decision import Decision
from router.routing.wave.wave import Progress, WaveDecision
from router.routing.world import CapacityView, OrderToRoute, StockView, World
from router.solver.wave.patience import TimeUsed


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """While they are the same, the joint decision is. A stock view and a capacity view that nobody changes."""

    requests: tuple[OrderToRoute, ...]
    world: World
    stock: Mapping[Sku, Mapping[NodeId, int]]
    shipments: Mapping[NodeId, Mapping[int, int]]

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        return self.stock.get(sku, {})

    def shipments_booked(self, node_id: NodeId) -> Mapping[int, int]:
        return self.shipments.get(node_id, {})

    def are(self, later: "WaveFacts") -> bool:
        """Whether nothing is another."""
        return (
            self.requests == later.requests
            and self.stock == later.stock
            and self.shipments == later.shipments
            and self.world.products == later.world.products
            and self.world.network.digest == later.world.network.digest
            and self.world.rules.digest == later.world.rules.digest
        )


def read_facts(
    requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
) -> WaveFacts:
    """Copies of all that deciding these requests looks at."""
    skus = sorted({line.sku for request in requests for line in request.order.lines})
    held = {sku: dict(stock.available(sku)) for sku in skus}
    node_ids = {node_id for nodes in held.values() for node_id in nodes}
    return WaveFacts(
        requests=tuple(requests),
        world=replace(world, products={sku: world.products[sku] for sku in skus}),
        stock=held,
        shipments={node_id: dict(capacity.shipments_booked(node_id)) for node_id in node_ids},
    )


def freeze(books: Books, command: RouteWave, now: Instant) -> tuple[RouteWave, WaveFacts]:
    """The command for a fixed instant, and what it is decided from. Refuses with NETWORK_NOT_READY."""
    time = now if command.decision_time is None else command.decision_time
    refused = refuse_orders(books, command.orders)
    requests = [
        OrderToRoute(order=order, decision_time=time, paid=paid_of(books, order))
        for index, order in enumerate(command.orders)
        if index not in refused
    ]
    return replace(command, decision_time=time), read_facts(requests, world_of(books), books, books)


@dataclass(frozen=True, slots=True)
class FoundWave:
    """What was found for a wave on the facts as they were, as `DecideWave` on the facts as they are.

    `route` decides orders one after another, by the prices of stock that the search had.
    """

    facts: WaveFacts
    wave: WaveDecision
    route: Route

    def __call__(
        self,
        requests: Sequence[OrderToRoute],
        world: World,
        stock: StockView,
        capacity: CapacityView,
        *,
        progress: Progress,
        time_used: TimeUsed,
    ) -> WaveDecision:
        if self.facts.are(read_facts(requests, world, stock, capacity)):
            return self.wave
        world = replace(world, prices=self.facts.world.prices)
        asked = {request.order.id: request for request in requests}
        found = {decision.inputs.order.id: decision for decision in self.wave.decisions}
        confined = [one for one in self.wave.sequence if one.order.id in asked]
        new = [request for key, request in asked.items() if key not in found]
        decided = by_order(self.route([*confined, *new], world, stock, capacity))
        free = {one.order.id for one in confined if not keeps_all(decided[one.order.id], found[one.order.id])}
        if free:
            kept = [one for one in confined if one.order.id not in free]
            again = [asked[one.order.id] for one in confined if one.order.id in free]
            decided = by_order(self.route([*kept, *again, *new], world, stock, capacity))
        others = sum(key not in found or decided[key].plan != found[key].plan for key in asked)
        return replace(self.wave, decisions=tuple(decided[key] for key in asked), redecided_count=others)


def by_order(decisions: Sequence[Decision]) -> dict[str, Decision]:
    return {decision.inputs.order.id: decision for decision in decisions}


def keeps_all(now: Decision, found: Decision) -> bool:
    """Whether the order ships whole and for no more than was found, from what was set aside for it."""
    return not now.plan.unshipped and now.plan.objective_milli <= found.plan.objective_milli
