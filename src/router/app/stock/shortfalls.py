"""Shortfalls: promises for which there are no units any more, and who must be routed again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from router.app.answers.feeds import ShortReservation, StockShortfall
from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.books.held import Held
from router.domain.identifiers import NodeId, Sku
from router.ledger.event_kinds import EventKind
from router.ledger.shipments import shipment_id_of


@dataclass(frozen=True, slots=True)
class Short:
    """A node has `missing` units of a SKU fewer than are reserved; `is_news` when a figure just fell."""

    node_id: NodeId
    sku: Sku
    missing: int
    is_news: bool


def short_of(books: Books, node_id: NodeId, sku: Sku, units: int) -> list[Short]:
    """Whether reserved units are missing once `units` are on hand."""
    missing = books.stock_at(node_id, sku).credits_pending - units
    return [Short(node_id, sku, missing, is_news=True)] if missing > 0 else []


def tell_shortfalls(
    books: Books, changes: Changes, short: Sequence[Short], cause: str
) -> tuple[StockShortfall, ...]:
    """Name the reservations that cannot be kept, the youngest first, and tell each order's in an event."""
    if not short:
        return ()
    held = books.list_held({(one.node_id, one.sku) for one in short})
    shortfalls = []
    for one in short:
        named = youngest_first(held.get((one.node_id, one.sku), ()), one.missing)
        shortfalls.append(
            StockShortfall(node_id=one.node_id, sku=one.sku, quantity=one.missing, reservations=named)
        )
        if one.is_news:
            tell_each(changes, one, named, cause)
    return tuple(shortfalls)


def youngest_first(held: Iterable[Held], missing: int) -> tuple[ShortReservation, ...]:
    """Those that were made last, until their units are as many as are missing: who came first is served."""
    named = []
    for reservation_id, one in sorted(held, key=lambda one: -one.reservation.position):
        if missing <= 0:
            break
        units = min(missing, one.left)
        missing -= units
        named.append(
            ShortReservation(
                order_id=one.order_id,
                line_id=one.line_id,
                shipment_id="" if reservation_id else shipment_id_of(one.order_id, one.shipment),
                quantity=units,
                reservation_id=reservation_id,
            )
        )
    return tuple(named)


def tell_each(changes: Changes, short: Short, named: Sequence[ShortReservation], cause: str) -> None:
    """An event for each reservation that cannot be kept."""
    for one in named:
        changes.tell(
            EventKind.STOCK_SHORTFALL,
            order_id=one.order_id,
            node_ids=(short.node_id,),
            subject=one.shipment_id or one.reservation_id,
            text=f"{one.quantity} of {short.sku} for line {one.line_id} are not at {short.node_id} any more: {cause}",
        )
