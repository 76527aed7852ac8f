"""An order that names a stock reservation: its units are given back and taken again, by this order, in one commit."""

from collections import Counter
from collections.abc import Mapping

from msgspec.structs import replace

from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.reservations.change_reservation import held
from router.app.steps.resolve import release
from router.domain.identifiers import NodeId, OrderId, Sku
from router.ledger.event_kinds import EventKind
from router.ledger.stock_reservations import ReservationState, Units, choose_units, resolved
from router.routing.world import StockView


class Released:
    """The books' stock and, for one order only, the units that were reserved for it."""

    def __init__(self, books: Books, units: Units) -> None:
        self._available: dict[Sku, dict[NodeId, int]] = {}
        self._books = books
        own: Counter[tuple[NodeId, Sku]] = Counter()
        for part, quantity in units:
            if not books.lots.is_over(part.account, books.clock.limit_now):
                own[part.account.node_id, part.account.sku] += quantity
        for (node_id, sku), quantity in own.items():
            nodes = self._available.setdefault(sku, dict(books.available(sku)))
            # Where the shelf holds fewer than are promised, not all of them are there.
            nodes[node_id] = max(0, books.free_at(node_id, sku) + quantity)

    def available(self, sku: Sku) -> Mapping[NodeId, int]:
        own = self._available.get(sku)
        return self._books.available(sku) if own is None else own


def hand_over(books: Books, changes: Changes, reservation_id: str, order_id: OrderId) -> StockView:
    """Give the reservation's units to the order: the stock that it may look at.

    Refuses a reservation that is unknown, resolved or out of time.
    """
    before = held(books, reservation_id)
    units = choose_units(before, {})
    release(changes, units, before.id)
    after = resolved(replace(before, order_id=order_id), released=units, ending=ReservationState.ORDERED)
    changes.stock_reservations.append(after)
    count = sum(quantity for _, quantity in units)
    changes.tell(
        EventKind.RESERVATION_ORDERED,
        order_id=order_id,
        subject=before.id,
        text=f"{count} unit{'' if count == 1 else 's'} for order {order_id}",
    )
    return Released(books, units)
