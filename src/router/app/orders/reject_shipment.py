"""Reject a shipment: its node does not ship it; the books learn what is missing, and its units are decided again."""

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from router.app.answers.decided import ShipmentRejected
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.deciding import Because, RejectShipment, RerouteOrders
from router.app.records.ids import parse_shipment_id
from router.app.steps import resolve
from router.app.steps.file_shipment import file_shipment, get_shipment
from router.domain.identifiers import Instant, LineId, NodeId, Sku
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.accounts import EMPTY, Bucket, outside
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import ORDER_EFFECTS, OrderEvent, ShipmentEvent
from router.ledger.orders import OrderAccount, after_shortage
from router.ledger.reservations import Reservation
from router.ledger.shipments import ShipmentAccount, moved


def reject_shipment(books: Books, command: RejectShipment, at: Instant) -> tuple[Changes, ShipmentRejected]:
    """Release what the shipment holds, book the units that are missing, and let all of them wait.

    Refuses with ORDER_STATE_FORBIDS a shipment that is packed or has left, and more missing units than it has.
    """
    filed, shipment = get_shipment(books, command.shipment_id)
    gone = moved(shipment, ShipmentEvent.REJECT)
    if command.unless_acknowledged and shipment.journey.acknowledge_time:
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{shipment.id}` was acknowledged, it ships from {shipment.node_id}",
            shipment_id=shipment.id,
            state=shipment.state.name,
        )
    held = tuple(one for one in filed.reservations if one.shipment == shipment.shipment and one.left)
    node_id = rejecting_node(command, shipment, held)
    lacking = held if node_id == shipment.node_id else kept_at(node_id, held)
    refuse_more_missing(command, lacking)
    changes = Changes(after=books.head, time=at)
    resolve.release(changes, [(one, one.left) for one in held], shipment.order_id)
    book_missing(books, changes, command, lacking)
    let_wait(changes, held, filed.account)
    changes.book_shipment(shipment.node_id, filed.plan.shipments[shipment.shipment - 1].ship_day, -1)
    count = books.count_rejections(shipment)
    after = without(changes, filed, held, count)
    units = sum(one.left for one in held)
    changes.tell_effect(
        ORDER_EFFECTS[OrderEvent.REJECT],
        order_id=shipment.order_id,
        subject=shipment.id,
        text=f"{node_id} does not ship {units} unit{'' if units == 1 else 's'}: {command.reason_code}",
        state=after.account.state.name,
        node_ids=dict.fromkeys((shipment.node_id, node_id)),
    )
    file_shipment(changes, after, gone)
    return changes, ShipmentRejected(shipment_id=shipment.id, rejection_count=count)


def rejecting_node(command: RejectShipment, shipment: ShipmentAccount, held: Sequence[Reservation]) -> NodeId:
    """The node that rejects. Refuses with INVALID_REQUEST one that neither ships nor still has any of the units."""
    node_id = command.node_id or shipment.node_id
    if node_id == shipment.node_id or kept_at(node_id, held):
        return node_id
    places = {one.account.node_id for one in held if one.account.bucket is Bucket.ON_HAND} | {
        shipment.node_id
    }
    message = (
        f"node_id is `{node_id}`, must be one of {', '.join(sorted(places))}: where units of the shipment are"
    )
    raise RouterError(
        Reason.INVALID_REQUEST,
        f"shipment `{shipment.id}`: {message}",
        violations=(Violation("node_id", "UNKNOWN_VALUE", message),),
    )


def kept_at(node_id: NodeId, held: Sequence[Reservation]) -> tuple[Reservation, ...]:
    """What the node has on its shelf of what is held."""
    return tuple(
        one for one in held if one.account.node_id == node_id and one.account.bucket is Bucket.ON_HAND
    )


def refuse_more_missing(command: RejectShipment, held: Sequence[Reservation]) -> None:
    units = Counter[Sku]()
    for one in held:
        units[one.account.sku] += one.left
    violations = [
        Violation(
            f"missing[{sku}]",
            "OUT_OF_RANGE",
            f"missing of `{sku}` is {count:,}, must be at most {units[sku]:,}: as many the shipment has",
        )
        for sku, count in command.missing.items()
        if count > units[sku]
    ]
    if violations:
        raise RouterError(
            Reason.INVALID_REQUEST,
            f"shipment `{command.shipment_id}`: {violations[0].description}; nothing was booked",
            violations=violations,
        )


def book_missing(
    books: Books, changes: Changes, command: RejectShipment, held: Sequence[Reservation]
) -> None:
    """Take missing units off the books; what a count took off already is not taken off again."""
    left = dict(command.missing)
    for one in held:
        here = one.account
        free = books.balances.get(here, EMPTY).free + one.left
        units = max(0, min(left.get(here.sku, 0), one.left, free))
        left[here.sku] = left.get(here.sku, 0) - units
        if units:
            changes.enter(
                EntryCode.ADJUST,
                debit=outside(Bucket.ADJUSTMENT, here.sku, here.lot),
                credit=here,
                quantity=units,
                reference=one.order_id,
                line_id=command.reason_code,
            )


def let_wait(changes: Changes, held: Sequence[Reservation], account: OrderAccount) -> None:
    """What waits is what was asked for, whatever was to be sent."""
    asked = {line.line_id: line.sku for line in account.lines}
    for one in held:
        changes.enter(
            EntryCode.BACKORDER_OPEN,
            debit=outside(Bucket.BACKORDER, asked[one.line_id]),
            credit=outside(Bucket.DEMAND_OPEN, asked[one.line_id]),
            quantity=one.left,
            reference=account.order_id,
            line_id=one.line_id,
        )


def without(changes: Changes, filed: FiledOrder, held: Sequence[Reservation], count: int) -> FiledOrder:
    """The order whose units of the shipment wait, with so many that were rejected."""
    after = {one.position: one for one in filed.reservations}
    waiting = Counter[LineId]()
    for one in held:
        after[one.position] = one.void(one.left)
        waiting[one.line_id] += one.left
        changes.reservations.append(after[one.position])
    account = after_shortage(filed.account, waiting, OrderEvent.REJECT)
    return replace(
        filed,
        account=replace(account, rejection_count=count),
        reservations=tuple(after.values()),
    )


def again_after(command: RejectShipment) -> RerouteOrders:
    """What decides the order again, in the same commit."""
    order_id, _ = parse_shipment_id(command.shipment_id)
    return RerouteOrders(
        request_id="",
        body_digest=b"",
        order_ids=(order_id,),
        because=Because.REJECT,
        move_milli=command.move_milli,
    )
