"""What decides within a batch, and how each is made: with how much effort, and whether a judge looks on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from router.app.orders.drafts import Drafts
from router.app.orders.reroute_order import Reroute
from router.app.orders.route_orders import Route
from router.app.orders.route_wave import DecideWave
from router.domain.identifiers import NodeId, OrderId, Sku
from router.routing.ahead import Ahead
from router.routing.decision import Decision
from router.routing.reroute import reroute as reroute_exactly
from router.routing.route import route as route_exactly
from router.routing.route import route_apart as route_exactly_apart
from router.routing.wave.wave import route_wave as route_jointly
from router.routing.world import CapacityView, OrderToRoute, StockView, World
from router.routing.written_plan import Planned
from router.solver.problem import DEFAULT_EFFORT, Effort


@dataclass(frozen=True, slots=True)
class Deciders:
    """What decides within a batch; `route_apart` each order as if it were the only one. `drafts` are of plans that
    `route` gives.
    """

    route: Route
    route_apart: Route
    decide_wave: DecideWave
    reroute: Reroute
    drafts: Drafts = field(default_factory=dict)


class DecideAhead(Protocol):
    """Decisions of one batch: `routing.ahead.Ahead`."""

    def decide(
        self, requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
    ) -> Mapping[OrderId, Planned]: ...

    def note_stock(self, node_id: NodeId, sku: Sku) -> None: ...

    def note_shipments(self, node_id: NodeId) -> None: ...

    def note_products(self, skus: set[Sku]) -> None: ...

    def route(
        self, requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
    ) -> Sequence[Decision]: ...


def routing(
    effort: Effort = DEFAULT_EFFORT, *, verify: bool = False, monotonic: Callable[[], float] | None = None
) -> Route:
    """The decision with its effort, or what a deadline by `monotonic` leaves of it; `verify` lets the independent
    judge check every solution.
    """
    return partial(route_exactly, effort=effort, verify=verify, monotonic=monotonic)


def routing_apart(
    effort: Effort = DEFAULT_EFFORT, *, verify: bool = False, monotonic: Callable[[], float] | None = None
) -> Route:
    """The decision of each order as if it were the only one, limited and judged likewise."""
    return partial(route_exactly_apart, effort=effort, verify=verify, monotonic=monotonic)


def each_alone(route: Route) -> Route:
    """The same by any other decision: one order after the other, and each of them alone."""

    def route_apart(
        requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
    ) -> Sequence[Decision]:
        return [route([request], world, stock, capacity)[0] for request in requests]

    return route_apart


def deciding_waves(effort: Effort = DEFAULT_EFFORT, *, verify: bool = False) -> DecideWave:
    """The joint decision with its effort, judged likewise."""
    return partial(route_jointly, effort=effort, verify=verify)


def deciding_ahead(
    effort: Effort = DEFAULT_EFFORT, *, verify: bool = False, monotonic: Callable[[], float] | None = None
) -> Callable[[], DecideAhead]:
    """What decides the orders of a batch before its turn, limited likewise, on a store that others commit to too."""
    return partial(Ahead, effort, verify=verify, monotonic=monotonic)


def deciding_again(effort: Effort = DEFAULT_EFFORT, *, verify: bool = False) -> Reroute:
    """The decision of an order that stands, judged likewise."""
    return partial(reroute_exactly, effort=effort, verify=verify)
