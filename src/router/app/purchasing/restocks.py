"""Which units to come cover which units that wait. One function answers for promises, orders and lists of who waits."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from router.app.answers.restocks import Arrival, Restock
from router.app.books.books import Books
from router.app.purchasing.promise_stock import arrivals_of, waiting_of
from router.domain.identifiers import Instant, LineId, Sku
from router.domain.plan import Plan, UnshippedAction

NOBODY: Mapping[Sku, int] = MappingProxyType({})


def cover(line_id: LineId, sku: Sku, quantity: int, ahead: int, arrivals: Sequence[Arrival]) -> Restock:
    """What brings `quantity` units of a line when `ahead` units are served before them.

    `arrivals` are those with a day, the first first. What is needed ahead of the line takes of the first.
    """
    sources: list[Arrival] = []
    left = quantity
    for one in arrivals:
        passed = min(ahead, one.quantity)
        ahead -= passed
        if taken := min(left, one.quantity - passed):
            sources.append(replace(one, quantity=taken))
            left -= taken
        if not left:
            break
    return Restock(
        line_id=line_id,
        sku=sku,
        quantity=quantity,
        expected_day=None if left or not sources else sources[-1].expected_day,
        sources=tuple(sources),
    )


class Queue:
    """Units of each product that wait, while orders are decided one after another: each waits behind those before.

    `without` are units of an order that waits already and is decided anew: it is not behind itself.
    """

    def __init__(self, books: Books, now: Instant, without: Mapping[Sku, int] = NOBODY) -> None:
        self._without = without
        self._books = books
        self._now = now
        self._waiting: dict[Sku, int] = {}
        self._arrivals: dict[Sku, Sequence[Arrival]] = {}

    def waiting(self, sku: Sku) -> int:
        """Units of orders that wait, for stock or for a person, those of this queue among them."""
        if sku not in self._waiting:
            self._waiting[sku] = waiting_of(self._books, sku) - self._without.get(sku, 0)
        return self._waiting[sku]

    def add(self, plan: Plan) -> tuple[Restock, ...]:
        """Put what waits by a plan at the end, and say when it can be there."""
        restocks: list[Restock] = []
        for one in plan.unshipped:
            if one.action is UnshippedAction.CANCEL:
                continue
            ahead = self.waiting(one.sku)
            self._waiting[one.sku] = ahead + one.quantity
            if one.action is UnshippedAction.BACKORDER:
                restocks.append(cover(one.line_id, one.sku, one.quantity, ahead, self._dated(one.sku)))
        return tuple(restocks)

    def _dated(self, sku: Sku) -> Sequence[Arrival]:
        if sku not in self._arrivals:
            self._arrivals[sku] = arrivals_of(self._books, sku, self._now)[0]
        return self._arrivals[sku]
