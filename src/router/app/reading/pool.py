"""The pool: orders that are decided and not over, in the order in which they are decided again."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge, nsmallest
from typing import NamedTuple, Self

from router.app.books.history import read_history
from router.app.ports.store import Reader, Store
from router.app.reading.pages import Page, key_of, page_of, size_of
from router.app.records.events import EVENTS_OF_AN_ORDER_MAX, FAILED_ATTEMPTS, Event
from router.app.records.filters import OrderFilter
from router.domain.identifiers import Day, Instant, OrderId
from router.domain.order import Order
from router.ledger.lifecycle import ORDER_TRANSITIONS, WAITING_STATES, OrderEvent, OrderState
from router.ledger.orders import OrderAccount

POOL = tuple(state for state in OrderState if (state, OrderEvent.REROUTE) in ORDER_TRANSITIONS)
NO_PROMISE = 1 << 40
ASKED_KEPT_MAX = 100_000
"""LIMIT: decisions of which is remembered what the order asks for."""

_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFilter:
    """Which orders; an empty field takes all. `tiers` are served in their order, all others after them."""

    waiting_only: bool = False
    skus: frozenset[str] = frozenset()
    node_id: str = ""
    tiers: tuple[str, ...] = ()


class Asked(NamedTuple):
    """What an order's place among those that wait hangs on, besides its number."""

    promise_day: Day | None
    tier: str
    place_time: Instant

    @classmethod
    def of(cls, order: Order) -> Self:
        return cls(order.promise_day, order.tier, order.place_time)


class Rank(NamedTuple):
    """When an order that waits is served, the smaller first: promised day, place of its tier, number of the order."""

    promise_day: int
    tier_place: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderException:
    """An order with waiting units that only a person has decided again, and its last rejection."""

    order: OrderAccount
    last: Event


class PoolQueries:
    """Answered from what is committed, beside the engine, by any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked: dict[int, Asked] = {}
        """By the number of the decision that says it, which never changes."""

    def list_pool(self, page_size: int, page_token: str, where: PoolFilter) -> Page[OrderId]:
        """In the order of routing; those that wait by promise, tier and age, who came first before who came later.

        LIMIT: every page of those that wait reads the orders of all of them, and decisions that none before it read.
        """
        size, after = size_of(page_size), key_of(page_token, tuple[int, int, int])
        with self._store.reader() as reader:
            if where.waiting_only:
                ranked = (
                    (rank_of(self._asked_of(reader, one), one.number, where.tiers), one.order_id)
                    for one in members(reader, 0, where)
                )
                rows = nsmallest(size + 1, (row for row in ranked if after is None or row[0] > after))
            else:
                rows = []
                for one in members(reader, after[2] if after else 0, where):
                    rows.append((Rank(0, 0, one.number), one.order_id))
                    if len(rows) > size:
                        break
        page = page_of(rows, size, lambda row: row[0])
        return Page(items=tuple(order_id for _, order_id in page.items), next_page_token=page.next_page_token)

    def _asked_of(self, reader: Reader, order: OrderAccount) -> Asked:
        asked = self._asked.get(order.decision_number)
        if asked is None:
            if len(self._asked) >= ASKED_KEPT_MAX:
                self._asked = {}
            asked = self._asked[order.decision_number] = Asked.of(read_history(reader, order).order)
        return asked

    def list_exceptions(self, page_size: int, page_token: str) -> Page[OrderException]:
        """In the order of routing."""
        size, after = size_of(page_size), key_of(page_token, int)
        with self._store.reader() as reader:
            orders = reader.list_orders(after, size + 1, OrderFilter(are_exceptions=True))
            page = page_of(orders, size, _number_of)
            items = tuple(
                OrderException(order=order, last=last_rejection(reader, order.order_id))
                for order in page.items
            )
        return Page(items=items, next_page_token=page.next_page_token)


def _number_of(order: OrderAccount) -> int:
    return order.number


def last_rejection(reader: Reader, order_id: OrderId) -> Event:
    """What was told when a node did not ship a shipment of the order the last time; of very many events any of them."""
    events = reader.list_events(0, EVENTS_OF_AN_ORDER_MAX, order_id)
    return next((event for event in reversed(events) if event.kind in FAILED_ATTEMPTS), events[-1])


def members(reader: Reader, after: int, where: PoolFilter) -> Iterator[OrderAccount]:
    """By number, behind one."""
    states = WAITING_STATES if where.waiting_only else POOL
    for order in merge(*(in_state(reader, after, state) for state in states), key=lambda one: one.number):
        if is_member(reader, order, where):
            yield order


def in_state(reader: Reader, after: int, state: OrderState) -> Iterator[OrderAccount]:
    while page := reader.list_orders(after, _PAGE, OrderFilter(state=state)):
        yield from page
        after = page[-1].number


def is_member(reader: Reader, order: OrderAccount, where: PoolFilter) -> bool:
    units = sum(
        line.backordered + (0 if where.waiting_only else line.reserved)
        for line in order.lines
        if not where.skus or line.sku in where.skus
    )
    if not units:
        return False
    return not where.node_id or any(
        one.left and one.account.node_id == where.node_id for one in reader.list_reservations(order.order_id)
    )


def rank_of(asked: Asked, number: int, tiers: tuple[str, ...]) -> Rank:
    """`tiers` go before all others."""
    place = tiers.index(asked.tier) if asked.tier in tiers else len(tiers)
    return Rank(NO_PROMISE if asked.promise_day is None else asked.promise_day, place, number)
