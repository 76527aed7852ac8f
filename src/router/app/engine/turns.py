"""Decide ahead, book in turn: how an engine works on books that other engines commit to as well.

    look (catch up) -> decide ahead, while others book -> turn: catch up, keep what still holds, book, commit

Deciding is what takes long, and nobody waits for it. Only who has the turn books, on books that are up to date, so
positions, hash chain and the law of batches are those of one engine, and every use case is as if there were no others.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from router.app.books.books import Books
from router.app.books.clock_watch import ClockWatch
from router.app.books.stored import without_collecting
from router.app.books.touched import Touched
from router.app.commands.command import Command
from router.app.commands.deciding import RouteOrders
from router.app.engine.deciders import DecideAhead, Deciders
from router.app.orders.drafts import Draft, draft
from router.app.orders.route_orders import refuse_orders, world_of
from router.app.ports.store import Store, StoreUnreachable, TurnLost
from router.app.steps.paid import paid_of
from router.domain.identifiers import Instant, OrderId
from router.domain.reasons import RouterError
from router.routing.decision import NO_PRICES, Decision, Prices
from router.routing.network.transit import TransitTimes, learn
from router.routing.replay import pack_plan
from router.routing.world import CapacityView, OrderToRoute, StockView, World


class UpToDate:
    """The books of a store, caught up whenever the store is looked at."""

    def __init__(self, store: Store, clock: ClockWatch) -> None:
        self._store = store
        self._clock = clock
        self._books: Books | None = None
        self.prices: Prices = NO_PRICES
        """Of stock and capacity, for all that is decided from the next look or turn on; any thread may set them."""
        self.transits: TransitTimes = learn(())

    @property
    def books(self) -> Books:
        """As they were when last looked."""
        assert self._books is not None, "looked at once"
        return self._books

    def forget(self) -> None:
        """What is in memory is not what the store has: it is read anew at the next look."""
        self._books = None

    def next_due(self) -> Instant | None:
        """When something happens by itself, as far as is known."""
        return None if self._books is None else self._books.next_due()

    @contextmanager
    def look(self) -> Iterator[Books]:
        """The newest books; others may commit meanwhile. TurnLost when the database is lost before the end."""
        with self._store.look(), lost_on_the_way():
            yield self._caught_up()

    @contextmanager
    def turn(self) -> Iterator[Books]:
        """The newest books, on which nobody else books until the end. TurnLost likewise."""
        with self._store.turn(), lost_on_the_way():
            yield self._caught_up()

    def _caught_up(self) -> Books:
        books = self._followed() or self._read()
        books.prices = self.prices
        books.transits = self.transits
        self._books = books
        return books

    def _read(self) -> Books:
        with without_collecting():
            return Books(self._store, self._clock)

    def _followed(self) -> Books | None:
        """The books as they were, with what was committed since; None where they must be read anew."""
        if self._books is None:
            return None
        news = self._store.read_news(self._books.head.batch_number)
        if news is None:
            return None
        self._books.follow(news)
        return self._books


@contextmanager
def lost_on_the_way() -> Iterator[None]:
    """A database that was there a moment ago is worth another try."""
    try:
        yield
    except StoreUnreachable as error:
        raise TurnLost(str(error)) from error


class OrdersAhead:
    """The orders of a batch: decided and drafted ahead on the books as they were, then decided on them as they are."""

    def __init__(self, books: Books, ahead: DecideAhead) -> None:
        self._books = books
        self._ahead = ahead
        self.drafts: dict[OrderId, Draft] = {}

    def decide(self, commands: Sequence[RouteOrders], now: Instant) -> None:
        """What is refused now is refused or decided in turn."""
        asked = [(command, order) for command in commands for order in command.orders]
        try:
            refused = refuse_orders(self._books, [order for _, order in asked])
        except RouterError:
            return
        requests = [
            OrderToRoute(
                order=order,
                decision_time=now if command.decision_time is None else command.decision_time,
                paid=paid_of(self._books, order),
                deadline=command.deadline,
            )
            for index, (command, order) in enumerate(asked)
            if index not in refused
        ]
        if not requests:
            return
        plans = self._ahead.decide(requests, world_of(self._books), self._books, self._books)
        network = self._books.ready_network()
        for request in requests:
            plan = plans[request.order.id]
            self.drafts[request.order.id] = draft(request.order, plan, network, pack_plan(plan))

    def route(
        self, requests: Sequence[OrderToRoute], world: World, stock: StockView, capacity: CapacityView
    ) -> Sequence[Decision]:
        """As `Route`: whatever was booked since, by others or earlier in this batch, is taken into account."""
        note(self._books.take_touched(), self._ahead)
        return self._ahead.route(requests, world, stock, capacity)


def note(touched: Touched, ahead: DecideAhead) -> None:
    for node_id, sku in touched.stock:
        ahead.note_stock(node_id, sku)
    for node_id in touched.nodes:
        ahead.note_shipments(node_id)
    if touched.products:
        ahead.note_products(touched.products)


def decide_ahead(
    books: Books,
    commands: Sequence[Command],
    now: Instant,
    deciders: Deciders,
    make_ahead: Callable[[], DecideAhead] | None,
) -> Deciders:
    """Decide on `books` what `commands` ask for; gives what decides it again when it is their turn.

    An exception on the way is left to the turn, where it meets the command that is at fault.
    """
    books.take_touched()
    routing = orders_on_stock_of_all(commands)
    if make_ahead is None or not routing:
        return deciders
    orders = OrdersAhead(books, make_ahead())
    try:
        orders.decide(routing, now)
    except Exception:
        return deciders
    return replace(deciders, route=orders.route, drafts=orders.drafts)


def orders_on_stock_of_all(commands: Sequence[Command]) -> list[RouteOrders]:
    """What routes orders for good, but for orders that any command gives the units of a reservation."""
    orders = [one for one in commands if isinstance(one, RouteOrders)]
    reserved = {order.id for one in orders if one.reservation_id for order in one.orders}
    return [
        one
        for one in orders
        if not one.validate_only and not any(order.id in reserved for order in one.orders)
    ]
