"""Route orders: refuse those that cannot be decided, decide the others together, book every decision."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec.structs import replace

from router.app.answers.decided import NO_DECISION, Refused, Routed, RoutedOrders, Versions
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.channels.check_channel import find_refusal
from router.app.commands.deciding import RouteOrders
from router.app.orders.book_columns import book_in_columns
from router.app.orders.book_drafts import are_plain, book_drafts
from router.app.orders.book_order import book
from router.app.orders.drafts import NO_DRAFTS, Drafts
from router.app.purchasing.backorder_limits import within_limits
from router.app.purchasing.restocks import Queue
from router.app.reservations.order_reservation import hand_over
from router.app.steps.paid import paid_of
from router.domain.identifiers import Instant
from router.domain.order import Order
from router.domain.reasons import Reason
from router.routing.decision import Decision
from router.routing.world import CapacityView, OrderToRoute, StockView, World


class Route(Protocol):
    """The decision: `routing.route.route` with its effort and its judge set."""

    def __call__(
        self, requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
    ) -> Sequence[Decision]: ...


def route_orders(
    books: Books,
    commands: Sequence[RouteOrders],
    at: Instant,
    now: Instant,
    route: Route,
    drafts: Drafts = NO_DRAFTS,
) -> tuple[Changes, tuple[RoutedOrders, ...]]:
    """Decide the orders of all `commands` as one batch, exactly as if one after another.

    They are booked `at` the ledger's time. Decided they are for their command's instant or for `now`, what the clock
    says: the ledger's time may be ahead of it after the clock was wrong. A command that names a reservation comes
    alone. What was drafted before of the plans that `route` gives is in `drafts`.
    """
    refused = refuse_orders(books, [order for command in commands for order in command.orders])
    requests = [
        OrderToRoute(
            order=order,
            decision_time=now if command.decision_time is None else command.decision_time,
            paid=paid_of(books, order),
            deadline=command.deadline,
        )
        for command in commands
        for order in command.orders
    ]
    fresh = [request for index, request in enumerate(requests) if index not in refused]
    changes = Changes(after=books.head, time=at)
    stock: StockView = books
    if fresh and (reservation_id := commands[0].reservation_id):
        stock = hand_over(books, changes, reservation_id, fresh[0].order.id)
    results = iter(book_each(books, changes, refused, decide(books, fresh, route, stock), now, drafts))
    changes.file_recipients({key: value for one in commands for key, value in one.recipients.items()})
    answers = [RoutedOrders(results=tuple(next(results) for _ in command.orders)) for command in commands]
    return changes, tuple(answers)


def validate_orders(books: Books, command: RouteOrders, now: Instant, route: Route) -> RoutedOrders:
    """The answer to the same command if it were booked, but for ids that only a booking gives."""
    _, (answer,) = route_orders(books, [command], now, now, route)
    seen = books.head.position
    return RoutedOrders(results=tuple(without_booking(one, seen) for one in answer.results))


def refuse_orders(books: Books, orders: Sequence[Order]) -> dict[int, Refused]:
    """The refusals, by index in `orders`: of one routed before, and of those that name what nobody knows."""
    books.ready_network()
    known = books.known_orders([order.id for order in orders])
    refused: dict[int, Refused] = {}
    if not known and are_accepted(books, orders):
        return refused
    for index, order in enumerate(orders):
        if order.id in known:
            message = f"order `{order.id}` is routed already; edit it, or cancel it and send a new one"
            refused[index] = _refused(order, Reason.ORDER_ALREADY_ROUTED, message)
        elif (refusal := find_refusal(books.channels, order) or find_fault(books, order)) is not None:
            refused[index] = _refused(order, *refusal)
        else:
            known.add(order.id)
    return refused


def are_accepted(books: Books, orders: Sequence[Order]) -> bool:
    """Whether none of these is refused and each is there once, as far as is seen of all of them at once: where they go
    to points of their own, from anywhere and by any service, as most do.
    """
    skus = {line.sku for order in orders for line in order.lines}
    return (
        len({order.id for order in orders}) == len(orders)
        and skus <= books.products.keys()
        and all(one.destination.point for one in orders)
        and not any(one.pickup_node_id or one.service_level_ids for one in orders)
        and not any(find_refusal(books.channels, one) for one in orders)
    )


def find_fault(books: Books, order: Order) -> tuple[Reason, str] | None:
    """Why an order cannot be decided: what it names that nobody knows, as a reason and a sentence."""
    prepared, products = books.ready_network(), books.products
    if unknown := [line.sku for line in order.lines if line.sku not in products]:
        unknown = sorted(set(unknown))
        named = ", ".join(f"`{sku}`" for sku in unknown[:5])
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        return (
            Reason.UNKNOWN_SKU,
            f"order `{order.id}` names unknown products: {named}{more}; put them first",
        )
    if order.pickup_node_id and order.pickup_node_id not in prepared.node_index:
        return (
            Reason.UNKNOWN_NODE,
            f"order `{order.id}` is to be collected at node `{order.pickup_node_id}`,"
            " which the network does not have; name a node of it, or leave the pickup out",
        )
    if strange := [one for one in order.service_level_ids if one not in prepared.service_index]:
        return (
            Reason.UNKNOWN_SERVICE_LEVEL,
            f"order `{order.id}` is to ship by service level `{strange[0]}`,"
            " which the network does not have; name those of the network, or none for any",
        )
    if prepared.network.find_point(order.destination) is None:
        where = f"{order.destination.country} {order.destination.postal_code}".strip()
        return (
            Reason.INVALID_REQUEST,
            f"order `{order.id}` cannot be placed: `{where}` is not in the network's place table;"
            " send the destination's point or add the place",
        )
    return None


def decide(
    books: Books, requests: Sequence[OrderToRoute], route: Route, stock: StockView
) -> Sequence[Decision]:
    """Decisions on the books as they stand, from this stock."""
    if not requests:
        return ()
    decisions = route(requests, world_of(books), stock, books)
    assert len(decisions) == len(requests), "every order is decided"
    return decisions


def world_of(books: Books) -> World:
    """All that a decision is made from besides stock and capacity."""
    return World(
        network=books.ready_network(), products=books.products, rules=books.rules, prices=books.prices
    )


def book_each(
    books: Books,
    changes: Changes,
    refused: Mapping[int, Refused],
    decisions: Sequence[Decision],
    now: Instant,
    drafts: Drafts = NO_DRAFTS,
) -> list[Routed | Refused]:
    """Outcomes in the order of the orders: the refusals at their indexes, between them the decisions, booked."""
    queue = Queue(books, now)
    booked: Iterator[Routed]
    if changes.entries:
        booked = book_by_entries(books, changes, queue, decisions)
    elif drafts and are_plain(books, decisions):
        booked = iter(book_drafts(books, changes, decisions, drafts))
    else:
        booked = iter(book_in_columns(books, changes, queue, decisions))
    return [
        refused[index] if index in refused else next(booked) for index in range(len(refused) + len(decisions))
    ]


def book_by_entries(
    books: Books, changes: Changes, queue: Queue, decisions: Iterable[Decision]
) -> Iterator[Routed]:
    """What comes behind other entries."""
    return (book(books, changes, queue, within_limits(books, queue, one)) for one in decisions)


def _refused(order: Order, reason: Reason, message: str) -> Refused:
    return Refused(order_id=order.id, reason=reason.value, message=message)


def without_booking(one: Routed | Refused, seen: int) -> Routed | Refused:
    """An outcome without the ids that only a booking gives; `seen` is the position whose stock it saw."""
    if isinstance(one, Refused):
        return one
    versions = Versions(
        rules_digest=one.versions.rules_digest,
        network_digest=one.versions.network_digest,
        ledger_position=seen,
        decision_time=one.versions.decision_time,
    )
    return replace(one, decision_id=NO_DECISION, versions=versions)
