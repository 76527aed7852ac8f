"""Quote promises: what an order would get if it were placed now, by each service level. Nothing is written.

Each promise is a decision of the order with that service level alone, on the stock as it stands, by what decides
orders that are placed: so the order placed with it on the same stock gets the same plan. All are decided at once.
"""

from msgspec.structs import replace

from router.app.answers.decided import Versions
from router.app.answers.promises import Promise, PromisesQuoted
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.questions import QuotePromise
from router.app.orders.route_orders import Route, refuse_orders, world_of
from router.app.purchasing.backorder_limits import within_limits
from router.app.purchasing.restocks import Queue
from router.app.reservations.order_reservation import hand_over
from router.domain.identifiers import Instant, ServiceLevelId
from router.domain.limits import PROMISES_MAX
from router.domain.reasons import Reason, RouterError
from router.routing.decision import Decision
from router.routing.world import OrderToRoute, StockView


def quote_promise(books: Books, command: QuotePromise, now: Instant, route_apart: Route) -> PromisesQuoted:
    """The promise of the order as it is, then one for each service level: those named, else those that ship anything.

    `route_apart` decides each order as if it were the only one. Refuses what routing the order would refuse.
    """
    decision_time = now if command.decision_time is None else command.decision_time
    levels = levels_of(books, command)
    all_levels = tuple(dict.fromkeys((*command.order.service_level_ids, *levels)))
    for refused in refuse_orders(books, [replace(command.order, service_level_ids=all_levels)]).values():
        raise RouterError(Reason(refused.reason), refused.message)
    world, stock = world_of(books), stock_for(books, command, now)

    def promise(level: ServiceLevelId | None, decided: Decision) -> Promise:
        queue = Queue(books, now)
        plan = within_limits(books, queue, decided).plan
        return Promise(service_level_id=level, plan=plan, restocks=queue.add(plan))

    ways = [command.order, *(replace(command.order, service_level_ids=(level,)) for level in levels)]
    requests = [OrderToRoute(order=order, decision_time=decision_time) for order in ways]
    by_any, *by_level = route_apart(requests, world, stock, books)
    alone = [promise(level, decided) for level, decided in zip(levels, by_level, strict=True)]
    return PromisesQuoted(
        order_id=command.order.id,
        promises=(
            promise(None, by_any),
            *(one for one in alone if command.service_level_ids or one.plan.shipments),
        ),
        versions=Versions(
            rules_digest=world.rules.digest,
            network_digest=world.network.digest,
            ledger_position=books.head.position,
            decision_time=decision_time,
        ),
    )


def levels_of(books: Books, command: QuotePromise) -> tuple[ServiceLevelId, ...]:
    """Those named, else those that the customer chose from, else all of the network, if they are not too many."""
    if named := command.service_level_ids or command.order.service_level_ids:
        return named
    levels = tuple(level.id for level in books.ready_network().services)
    if len(levels) > PROMISES_MAX:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"the network has {len(levels):,} service levels, one call quotes {PROMISES_MAX};"
            " name those that you offer in `service_level_ids`",
        )
    return levels


def stock_for(books: Books, command: QuotePromise, now: Instant) -> StockView:
    """The stock that the order may look at, with its reservation's units if it names one; nothing is given back."""
    if not command.reservation_id:
        return books
    unused = Changes(after=books.head, time=books.next_time(now))
    return hand_over(books, unused, command.reservation_id, command.order.id)
