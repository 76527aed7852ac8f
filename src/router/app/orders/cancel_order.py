"""Cancel an order or some of its units that have not left: waiting units first, then the youngest shipment's."""

from collections.abc import Mapping

from msgspec.structs import replace

from router.app.answers.orders import OrderCanceled
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.orders import CancelOrder
from router.app.reading.order_records import record_of
from router.app.steps import resolve
from router.app.steps.kits import kits_of
from router.domain.identifiers import Instant, LineId
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.accounts import Bucket, outside
from router.ledger.allowed import check_allowed
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ORDER_EFFECTS, OrderEvent, ShipmentEvent
from router.ledger.orders import LineQuantities, OrderAccount, Release, after_release, plan_release
from router.ledger.picking import state_with
from router.ledger.reservations import Reservation
from router.ledger.shipments import moved


def cancel_order(books: Books, command: CancelOrder, at: Instant) -> tuple[Changes, OrderCanceled]:
    """Release what is taken back, and the day's dispatch of every shipment that becomes empty by it.

    Refuses an unknown order or line, parts of a kit without the others, and with ORDER_STATE_FORBIDS more units than
    can still be canceled.
    """
    filed = books.get_order(command.order_id)
    check_allowed(command.order_id, filed.account.state, OrderEvent.CANCEL)
    wanted = units_wanted(filed.account, command.lines)
    refuse_torn_kits(filed.order, filed.account, wanted)
    release = plan_release(filed.account, filed.reservations, wanted)
    changes = Changes(after=books.head, time=at)
    close_backorders(changes, filed.account, release)
    canceled = replace(
        filed,
        account=after_release(filed.account, release),
        reservations=void_reservations(changes, filed, release),
    )
    canceled = release_shipments(changes, filed, canceled)
    changes.orders.append(canceled)
    count = sum(wanted.values())
    changes.tell_effect(
        ORDER_EFFECTS[OrderEvent.CANCEL],
        order_id=command.order_id,
        subject=command.reason,
        text=f"{count} unit{'' if count == 1 else 's'} canceled, now {canceled.account.state.name}",
        state=canceled.account.state.name,
        node_ids=(),
    )
    released = sum(units for _, units in release.reserved)
    return changes, OrderCanceled(record=record_of(canceled), released_quantity=released)


def units_wanted(account: OrderAccount, asked: Mapping[LineId, int]) -> dict[LineId, int]:
    """Units to cancel by line; asking for none in particular means all that have not left."""
    lines = {line.line_id: line for line in account.lines}
    if not asked:
        return {line.line_id: line.reserved + line.backordered for line in account.lines}
    if unknown := [line_id for line_id in asked if line_id not in lines]:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"order `{account.order_id}` has no line `{unknown[0]}`",
            violations=(
                Violation(f"lines[{line_id}]", "UNKNOWN_LINE", f"order `{account.order_id}` has no such line")
                for line_id in unknown
            ),
        )
    for line_id, quantity in asked.items():
        refuse_excess(account, lines[line_id], quantity)
    return dict(asked)


def refuse_excess(account: OrderAccount, line: LineQuantities, quantity: int) -> None:
    """Refuse with ORDER_STATE_FORBIDS to cancel more units of a line than have not left."""
    left = line.reserved + line.backordered
    if quantity > left:
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"line `{line.line_id}` of order `{account.order_id}` has {left} units that can be canceled, not"
            f" {quantity}: {line.reserved} reserved, {line.backordered} backordered,"
            f" {line.dispatched} dispatched, {line.canceled} canceled",
            order_id=account.order_id,
            line_id=line.line_id,
            cancelable=left,
            asked=quantity,
        )


def refuse_torn_kits(order: Order, account: OrderAccount, wanted: Mapping[LineId, int]) -> None:
    """Refuse with INVALID_REQUEST to leave parts where whole kits were left."""
    before = {line.line_id: line.reserved + line.backordered for line in account.lines}
    after = {line_id: units - wanted.get(line_id, 0) for line_id, units in before.items()}
    violations = []
    for kit in kits_of(order):
        if kit.torn_in(after) and not kit.torn_in(before):
            each = " and ".join(f"{count} of line `{line_id}`" for line_id, count in kit.each.items())
            text = f"kit `{kit.id}` is {each}, of which whole kits can be canceled only"
            violations.append(Violation("lines", "KIT_LINE", text))
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"order `{order.id}`: {'; '.join(one.description for one in violations)}",
            violations=violations,
            order_id=order.id,
        )


def close_backorders(changes: Changes, account: OrderAccount, release: Release) -> None:
    """Units that wait no longer."""
    skus = {line.line_id: line.sku for line in account.lines}
    for line_id, units in release.backordered:
        changes.enter(
            EntryCode.BACKORDER_CLOSE,
            debit=outside(Bucket.DEMAND_OPEN, skus[line_id]),
            credit=outside(Bucket.BACKORDER, skus[line_id]),
            quantity=units,
            reference=account.order_id,
            line_id=line_id,
        )


def void_reservations(changes: Changes, filed: FiledOrder, release: Release) -> tuple[Reservation, ...]:
    """Give reserved units back; the order's reservations afterwards."""
    after = {reservation.position: reservation for reservation in filed.reservations}
    resolve.release(changes, release.reserved, filed.account.order_id)
    for reservation, units in release.reserved:
        after[reservation.position] = reservation.void(units)
        changes.reservations.append(after[reservation.position])
    return tuple(after.values())


def release_shipments(changes: Changes, before: FiledOrder, after: FiledOrder) -> FiledOrder:
    """The order where a shipment that had units and has none now is canceled, and its node's dispatch of that day free.

    Refuses with ORDER_STATE_FORBIDS to take units from a shipment that is past it.
    """
    lost = {r.shipment for r, now in zip(before.reservations, after.reservations, strict=True) if r != now}
    has = {reservation.shipment for reservation in after.reservations if reservation.left}
    touched = []
    for number in sorted(lost):
        known = before.shipments[number - 1]
        is_empty = number not in has
        touched.append(moved(known, ShipmentEvent.CANCEL, state_with(known, after.reservations)))
        if is_empty:
            shipment = before.plan.shipments[number - 1]
            changes.book_shipment(shipment.node_id, shipment.ship_day, -1)
    changes.shipments.extend(touched)
    return after.with_shipments(touched)
