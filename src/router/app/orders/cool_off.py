"""A node that did not find goods is offered none of them for a time, until somebody has looked."""

from collections.abc import Iterable

from router.app.books.books import Books
from router.app.books.changes import Changes
from router.app.commands.deciding import RejectShipment
from router.app.commands.fulfillment import ShortPick
from router.app.steps.file_shipment import get_shipment
from router.app.steps.hold_units import hold_units
from router.domain.identifiers import Instant, LineId, NodeId, Sku
from router.ledger.event_kinds import EventKind
from router.ledger.stock_reservations import AskedLine, ReservationState, StockReservation


def cool_off(books: Books, command: RejectShipment, at: Instant) -> Changes | None:
    """Of all SKUs of the shipment that the node rejected, or was to give to it. None when there is nothing to hold."""
    filed, shipment = get_shipment(books, command.shipment_id)
    node_id = command.node_id or shipment.node_id
    skus = {
        one.account.sku
        for one in filed.reservations
        if one.shipment == shipment.shipment
        and (node_id == shipment.node_id or one.account.node_id == node_id)
    }
    changes = Changes(after=books.head, time=at)
    return hold_all(
        books,
        changes,
        id=f"cool-off/{command.shipment_id}",
        node_id=node_id,
        skus=skus,
        seconds=command.cool_off_seconds,
        why=command.reason_code,
    )


def cool_off_after_short_pick(books: Books, command: ShortPick, at: Instant) -> Changes | None:
    """Of the SKU that was missing. None when there is nothing to hold."""
    _, shipment = get_shipment(books, command.shipment_id)
    changes = Changes(after=books.head, time=at)
    return hold_all(
        books,
        changes,
        id=f"cool-off/{command.shipment_id}/{changes.next_event_position}",
        node_id=shipment.node_id,
        skus=(command.sku,),
        seconds=command.cool_off_seconds,
        why=command.reason,
    )


def hold_all(
    books: Books, changes: Changes, *, id: str, node_id: NodeId, skus: Iterable[Sku], seconds: int, why: str
) -> Changes | None:
    """Hold for a time all that the node could still promise of the SKUs.

    It is an ordinary reservation of stock: it is seen, audited, survives a restart, and whoever knows better voids it.
    """
    there = [(sku, books.available(sku).get(node_id, 0)) for sku in sorted(skus)]
    lines = tuple(
        AskedLine(line_id=LineId(str(number)), node_id=node_id, sku=sku, quantity=units)
        for number, (sku, units) in enumerate(((sku, units) for sku, units in there if units), start=1)
    )
    if not (lines and seconds):
        return None
    parts = [
        part
        for line in lines
        for part in hold_units(
            books,
            changes,
            node_id=node_id,
            sku=line.sku,
            quantity=line.quantity,
            reference=id,
            line_id=line.line_id,
        )
    ]
    changes.stock_reservations.append(
        StockReservation(
            id=id,
            number=changes.next_event_position,
            reference=id.removeprefix("cool-off/"),
            state=ReservationState.HELD,
            create_time=changes.time,
            expire_time=books.clock.in_seconds(seconds),
            lines=lines,
            parts=tuple(parts),
        )
    )
    changes.tell(
        EventKind.STOCK_RESERVED,
        subject=id,
        text=f"{node_id} cools off for {', '.join(sorted(skus))}: {why}",
    )
    return changes
