"""Open a claim: money or a replacement is due though nothing comes back."""

from collections.abc import Iterable

from router.app.answers.returns import ReturnChanged
from router.app.books.books import Books
from router.app.books.changes import Changes, FiledOrder
from router.app.commands.returns import OpenClaim
from router.app.fulfillment.follow_reports import move_units
from router.app.records.ids import parse_shipment_id
from router.app.returns.authorize_return import exceeds, refuse_known, refuse_unknown_lines
from router.app.returns.refund_parts import charged_of
from router.app.returns.returnable import Returnable, returnable_units
from router.app.returns.tell_return import tell_return
from router.app.steps.file_shipment import file_shipment, tell_shipment
from router.domain.charges import parts_of_order, says_parts
from router.domain.identifiers import Instant, LineId
from router.domain.order import Order
from router.domain.reasons import Reason, RouterError
from router.ledger.accounts import Bucket, at_node, outside
from router.ledger.flows import EntryCode
from router.ledger.lifecycle import UNDER_WAY, ShipmentEvent, ShipmentState
from router.ledger.return_lifecycle import ReturnEvent, ReturnState
from router.ledger.returns import ClaimCause, Return, ReturnKind, ReturnLine, return_id_of
from router.ledger.shipments import ShipmentAccount, moved

CLAIMABLE = {
    ClaimCause.LOST: UNDER_WAY,
    ClaimCause.DAMAGED: frozenset({ShipmentState.DELIVERED}),
}
"""Where the shipment of a claim must be."""


def open_claim(books: Books, command: OpenClaim, at: Instant) -> tuple[Changes, ReturnChanged]:
    """Write down what is due for units that do not come back, and book them out: a parcel of which its carrier does
    not say that it is lost is lost from now on, and what was broken is gone.

    Refuses an unknown order or line, a shipment that is not where the cause says, units that came back or were
    claimed before, and with REFUND_EXCEEDS_CHARGE goodwill beyond what is left of the charge.
    """
    filed = books.get_order(command.order_id)
    refuse_beyond_charge(filed.order, command.goodwill_minor, books.returns.of_order(filed.order.id))
    changes = Changes(after=books.head, time=at)
    lines: tuple[ReturnLine, ...] = ()
    if command.cause is not ClaimCause.GOODWILL:
        shipment = claimed_shipment(filed, command)
        lines = claimed_lines(books, filed, command, shipment)
        if command.cause is ClaimCause.LOST and shipment.state is not ShipmentState.LOST:
            lose(changes, filed, shipment)
    number = changes.next_event_position
    return_id = command.return_id or return_id_of(number, ReturnKind.CLAIM)
    refuse_known(books, return_id)
    one = Return(
        id=return_id,
        number=number,
        order_id=filed.order.id,
        kind=ReturnKind.CLAIM,
        state=ReturnState.CLAIMED,
        reason_code=command.cause.name,
        cause=command.cause,
        lines=lines,
        create_time=at,
        currency=books.ready_network().network.currency,
        channel=filed.order.channel,
        charged=charged_of(filed.order) if says_parts(filed.order) else None,
        goodwill_minor=command.goodwill_minor,
    )
    if command.cause is ClaimCause.DAMAGED:
        for line in lines:
            write_off(changes, one, line)
    changes.returns.append(one)
    units = sum(line.authorized for line in lines)
    about = f"{units} units of shipment {command.shipment_id}" if units else "no units"
    tell_return(changes, one, ReturnEvent.CLAIM, f"{command.cause.name}: {about}")
    return changes, ReturnChanged(record=one, ledger_position=changes.position)


def refuse_beyond_charge(order: Order, goodwill_minor: int, returns: Iterable[Return]) -> None:
    """Refuse with REFUND_EXCEEDS_CHARGE more goodwill than is left of what the goods were charged, less what returns
    and claims gave back or owe. Where the order does not say its charge, payments are the limit when it is refunded.
    """
    if not (goodwill_minor and says_parts(order)):
        return
    charge, gone = parts_of_order(order).lines, spoken_for(returns)
    left = max(0, charge - gone)
    if goodwill_minor > left:
        raise RouterError(
            Reason.REFUND_EXCEEDS_CHARGE,
            f"goodwill_minor is {goodwill_minor}, the goods of order `{order.id}` were charged {charge}, of which"
            f" {gone} were given back or are owed; ask for at most {left}",
            order_id=order.id,
            part="goods",
            left=left,
        )


def spoken_for(returns: Iterable[Return]) -> int:
    """What returns and claims of one order gave back for goods, and what they owe now."""
    returns = list(returns)
    done = sum(refund.lines_minor - refund.fee_minor for one in returns for refund in one.refunds)
    return done + sum(one.owed_minor for one in returns)


def claimed_shipment(filed: FiledOrder, command: OpenClaim) -> ShipmentAccount:
    """Refuses with ORDER_NOT_FOUND what the order does not have, with ORDER_STATE_FORBIDS what is elsewhere."""
    order_id, number = parse_shipment_id(command.shipment_id)
    shipment = filed.find_shipment(number) if order_id == filed.order.id else None
    if shipment is None:
        raise RouterError(
            Reason.ORDER_NOT_FOUND,
            f"order `{filed.order.id}` has no shipment `{command.shipment_id}`",
            shipment_id=command.shipment_id,
        )
    states = CLAIMABLE[command.cause]
    if shipment.state not in states:
        names = ", ".join(sorted(state.name for state in states))
        is_on_its_way = command.cause is ClaimCause.DAMAGED and shipment.state in UNDER_WAY
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{shipment.id}` is {shipment.state.name}, to claim it as {command.cause.name} it must be"
            f" {names}" + ("; claim as LOST what will not arrive" if is_on_its_way else ""),
            shipment_id=shipment.id,
            state=shipment.state.name,
        )
    return shipment


def claimed_lines(
    books: Books, filed: FiledOrder, command: OpenClaim, shipment: ShipmentAccount
) -> tuple[ReturnLine, ...]:
    """The units that are claimed, all of the shipment if none are named. Refuses with RETURN_EXCEEDS_DELIVERED."""
    refuse_unknown_lines(filed, command.lines)
    found = [
        one
        for one in returnable_units(books, filed, books.returns.of_order(filed.order.id))
        if one.place.shipment == shipment.shipment
    ]
    wanted: dict[LineId, int] = dict(command.lines)
    if not wanted:
        for one in found:
            wanted[one.place.line_id] = wanted.get(one.place.line_id, 0) + one.units
    if not wanted:
        raise RouterError(
            Reason.RETURN_EXCEEDS_DELIVERED,
            f"all of shipment `{shipment.id}` was returned or claimed before; see ListReturns",
            shipment_id=shipment.id,
        )
    lines: list[ReturnLine] = []
    for line_id, units in wanted.items():
        of_line: list[Returnable] = [one for one in found if one.place.line_id == line_id]
        left = units
        for one in of_line:
            taken = min(left, one.units)
            left -= taken
            if taken:
                lines.append(one.line(taken))
        if left:
            raise exceeds(filed, line_id, units, units - left, units - left)
    return tuple(lines)


def lose(changes: Changes, filed: FiledOrder, shipment: ShipmentAccount) -> None:
    """The shipment is lost, though its carrier has not said so: all its units are nowhere."""
    after = moved(shipment, ShipmentEvent.LOSE)
    gone = [one for one in filed.reservations if one.shipment == shipment.shipment and one.posted]
    move_units(changes, EntryCode.DISCREPANCY, gone, Bucket.SHIPPED, Bucket.LOST)
    tell_shipment(changes, filed, after, ShipmentEvent.LOSE, "its customer has not got it")
    file_shipment(changes, filed, after)


def write_off(changes: Changes, one: Return, line: ReturnLine) -> None:
    """Broken goods stay where they are, and count no more as what the customer has."""
    changes.enter(
        EntryCode.CLAIM,
        debit=outside(Bucket.LOST, line.sku, line.lot),
        credit=at_node(Bucket.DELIVERED, line.from_node_id, line.sku, line.lot),
        quantity=line.authorized,
        reference=one.id,
        line_id=line.line_id,
    )
