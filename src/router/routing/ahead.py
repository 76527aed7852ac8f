"""Orders decided ahead of their turn, on stock that may be another when it comes.

    decide (on what is there now) ... others take, receive, cancel: note ... route (on what is there then)

What comes of it is exactly what `routing.route.route` gives on the later view. Every order is looked at again in its
turn by the law of batches; only those to which a noted change, or what an order before now does otherwise, could
matter are solved again. Many orders on which only stock has a bearing are looked at in columns (`settle_columns`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from router.domain.identifiers import NodeId, OrderId, Sku
from router.routing.changes import Changes
from router.routing.decision import Decision, Inputs
from router.routing.inputs import inputs_in_turn, inputs_of
from router.routing.plan.plans import plan_of
from router.routing.remaining import Remaining
from router.routing.round.efforts import Budget
from router.routing.round.round import Solved
from router.routing.route import judge, parts_of, plans_of, settle, take
from router.routing.settle_columns import fit_columns, solved_side_by_side, stock_in_turn
from router.routing.substitutes import solve_round_within
from router.routing.world import CapacityView, OrderToRoute, StockView, Views, World
from router.routing.written_plan import Planned
from router.solver.problem import DEFAULT_EFFORT, Effort


class Ahead:
    """For one batch. Whatever changes between `decide` and `route`, and from one `route` to the next, is noted, or the
    world is another one.
    """

    def __init__(
        self,
        effort: Effort = DEFAULT_EFFORT,
        *,
        verify: bool = False,
        monotonic: Callable[[], float] | None = None,
    ) -> None:
        self._budget = Budget(effort, monotonic)
        self._verify = verify
        self._world: World | None = None
        self._changes: Changes | None = None
        self._solved: dict[OrderId, Solved] = {}
        self._plans: dict[OrderId, Planned] = {}

    def decide(
        self, requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
    ) -> Mapping[OrderId, Planned]:
        """Solve `requests` as if it were their turn, and plan them: gives the plans. Refuses what `route` refuses."""
        left = Remaining(Views.of(stock, capacity))
        self._world, self._changes = world, Changes(world.network, world.rules)
        for part, is_last in parts_of(requests, world.network):
            current = solve_round_within(part, world, [left] * len(part), self._budget.efforts(part))
            first = current[0].round
            count = len(stock_in_turn(first, first.shipments)) if fit_columns(current) else 0
            for solved, plan in zip(current[:count], plans_of(first, current[:count])):
                self._keep(solved, plan)
            if is_last and count == len(current):
                break
            for solved in current[:count]:
                take(solved, left, self._changes)
            for solved in settle(part[count:], current[count:], self._changes, world, left, self._budget):
                self._keep(solved, plan_of(solved))
        return self._plans

    def _keep(self, solved: Solved, plan: Planned) -> None:
        order_id = solved.request.order.id
        self._solved[order_id], self._plans[order_id] = solved, plan

    def note_stock(self, node_id: NodeId, sku: Sku) -> None:
        """The units of `sku` at the node may be others now."""
        if self._changes is not None:
            self._changes.note_stock(node_id, sku)

    def note_shipments(self, node_id: NodeId) -> None:
        """The shipments planned at the node may be others now."""
        if self._changes is not None:
            self._changes.note_shipments(node_id)

    def note_products(self, skus: Iterable[Sku]) -> None:
        """What is known of the products may be another now: orders of them are decided anew."""
        gone = frozenset(skus)
        if self._world is not None and not gone.isdisjoint(self._world.rules.offered_skus):
            self._solved = {}
        self._solved = {
            order_id: solved
            for order_id, solved in self._solved.items()
            if not any(line.sku in gone for line in solved.request.order.lines)
        }

    def route(
        self, requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
    ) -> tuple[Decision, ...]:
        """Decide each of `requests`, as if one after another, whether or not it was decided ahead."""
        if not self._is_of(world):
            self._solved = {}
            self._world, self._changes = world, Changes(world.network, world.rules)
        left = Remaining(Views.of(stock, capacity))
        return tuple(
            decision
            for part, is_last in parts_of(requests, world.network)
            for decision in self._route_part(part, world, left, is_last=is_last)
        )

    def _is_of(self, world: World) -> bool:
        """Whether the orders were solved under the same network and rules."""
        before = self._world
        return (
            before is not None
            and before.network.digest == world.network.digest
            and before.rules.digest == world.rules.digest
            and before.prices == world.prices
        )

    def _route_part(
        self, requests: Sequence[OrderToRoute], world: World, left: Remaining, *, is_last: bool
    ) -> Iterator[Decision]:
        """Decide orders that fit one round; takes what they ship out of `left` unless nobody comes after them."""
        assert self._changes is not None, "the world is known"
        found = [self._find(request) for request in requests]
        missing = [request for request, solved in zip(requests, found, strict=True) if solved is None]
        # They see what the orders before leave only when their turn comes, as in any first round.
        views = [left] * len(missing)
        efforts = self._budget.efforts(missing)
        rest = iter(solve_round_within(missing, world, views, efforts) if missing else ())
        current = [next(rest) if solved is None else solved for solved in found]
        side_by_side = current[: solved_side_by_side(found)]
        final: Sequence[Inputs] = ()
        if side_by_side and fit_columns(side_by_side):
            first = current[0].round
            seen = stock_in_turn(first, first.shipments, left)
            final = inputs_in_turn(first, seen[: len(side_by_side)])
        for solved, inputs in zip(side_by_side, final):
            if self._verify:
                judge(solved)
            yield Decision(inputs=inputs, planned=self._plan_of(solved))
        count = len(final)
        if is_last and count == len(current):
            return
        for solved in current[:count]:
            take(solved, left, self._changes)
        for solved in settle(
            requests[count:], current[count:], self._changes, world, left, self._budget, verify=self._verify
        ):
            yield Decision(inputs=inputs_of(solved, left), planned=self._plan_of(solved))

    def _plan_of(self, solved: Solved) -> Planned:
        """A plan says nothing that its solution does not: it is made again only with that."""
        order_id = solved.request.order.id
        return self._plans[order_id] if self._solved.get(order_id) is solved else plan_of(solved)

    def _find(self, request: OrderToRoute) -> Solved | None:
        solved = self._solved.get(request.order.id)
        return solved if solved is not None and solved.asked == request else None
