"""An order as its customer wants it now: what an edit makes of it, and whether it comes too late for that."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from router.app.books.books import Books
from router.app.books.changes import FiledOrder
from router.app.commands.edits import EditOrder, LineEdit
from router.app.orders.route_orders import find_fault
from router.app.orders.standing import Movable
from router.app.steps.plausible import refuse_odd_promise
from router.domain.charges import is_even, line_charge
from router.domain.identifiers import LineId
from router.domain.limits import LINES_PER_ORDER_MAX, UNITS_PER_ORDER_MAX
from router.domain.order import Order, OrderLine
from router.domain.reasons import Reason, RouterError, Violation
from router.ledger.lifecycle import LEFT, ShipmentState
from router.ledger.orders import LineQuantities


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The whole `order` as edited, what of it can be decided, and by line the units added and dropped.

    `is_anew`: no shipment that stands is kept, because it goes elsewhere, otherwise or for another day.
    """

    order: Order
    remainder: Order
    added: Mapping[LineId, int]
    dropped: Mapping[LineId, int]
    is_anew: bool


def want(books: Books, before: FiledOrder, movable: Movable, command: EditOrder) -> Wanted:
    """What `command` makes of the order. Refuses what is too late or unknown, and an edit that leaves nothing."""
    order, added, dropped = edit_lines(before, command)
    changed: dict[str, object] = {}
    if command.destination is not None:
        changed["destination"] = command.destination
    if command.levels is not None:
        changed["service_level_ids"] = command.levels[0]
    if command.promise is not None:
        if command.promise[0] is not None:
            refuse_odd_promise(command.promise[0], order.place_time)
        changed["promise_day"] = command.promise[0]
    order = replace(order, attributes={**order.attributes, **command.attributes}, **changed)
    is_anew = any(getattr(before.order, name) != value for name, value in changed.items())
    if is_anew or command.recipient is not None:
        refuse_begun(before, movable)
    if command.recipient is not None and not order.customer_id:
        message = (
            "customer_id of the order is empty, a recipient is kept for a customer only; send a new order"
        )
        raise _invalid(f"order `{order.id}`: {message}", "recipient", "REQUIRED", message)
    if fault := find_fault(books, order):
        raise RouterError(*fault, order_id=order.id)
    pool = pool_of(before, movable)
    refuse_too_few(before, pool, dropped)
    left = {line.id: pool[line.id] + added.get(line.id, 0) - dropped.get(line.id, 0) for line in order.lines}
    lines = tuple(replace(line, quantity=left[line.id]) for line in order.lines if left[line.id])
    if not lines:
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"of order `{order.id}` nothing would be left that can still be decided; to drop units cancel them"
            " with CancelOrder",
            order_id=order.id,
        )
    if not (is_anew or command.recipient is not None or added or dropped):
        message = f"the edit changes nothing about order `{order.id}`"
        raise _invalid(f"{message}; name what is to be another", "lines", "NOTHING_CHANGES", message)
    return Wanted(
        order=order, remainder=replace(order, lines=lines), added=added, dropped=dropped, is_anew=is_anew
    )


def edit_lines(before: FiledOrder, command: EditOrder) -> tuple[Order, dict[LineId, int], dict[LineId, int]]:
    """The order with the lines as edited, and by line the units added and dropped."""
    order = before.order
    counted = {line.line_id: line for line in before.account.lines}
    known = {line.id: line for line in order.lines}
    added: dict[LineId, int] = {}
    dropped: dict[LineId, int] = {}
    new: list[OrderLine] = []
    for index, edit in enumerate(command.lines):
        line = known.get(edit.line_id)
        if line is None:
            new.append(new_line(order, edit, index))
            added[edit.line_id] = edit.quantity
            continue
        refuse_other(line, edit, index)
        difference = edit.quantity - wanted_of(counted[line.id])
        if difference and line.kit_id:
            message = f"line `{line.id}` is of kit `{line.kit_id}`, whose parts change together only"
            raise _invalid(
                f"{message}; cancel the order and send a new one", f"lines[{index}]", "KIT_LINE", message
            )
        if difference > 0:
            refuse_uneven(line, index)
            added[line.id] = difference
        elif difference < 0:
            dropped[line.id] = -difference
    lines = (*(grown(one, added.get(one.id, 0)) for one in order.lines), *new)
    units = sum(line.quantity for line in lines)
    if len(lines) > LINES_PER_ORDER_MAX or units > UNITS_PER_ORDER_MAX:
        message = (
            f"the order would have {len(lines):,} lines and {units:,} units, it may have"
            f" {LINES_PER_ORDER_MAX:,} and {UNITS_PER_ORDER_MAX:,}; send another order"
        )
        raise _invalid(message, "lines", "WRONG_COUNT", message)
    return replace(order, lines=lines), added, dropped


def grown(line: OrderLine, units: int) -> OrderLine:
    """The line with so many units more, each charged and taxed as those before."""
    quantity = line.quantity + units
    amount, tax = (
        None if one is None else one * quantity // line.quantity
        for one in (line.amount_minor, line.tax_minor)
    )
    return replace(line, quantity=quantity, amount_minor=amount, tax_minor=tax)


def refuse_uneven(line: OrderLine, index: int) -> None:
    """Refuse more units of a line whose units are not charged the same: what those before cost must not change."""
    if not is_even(line):
        message = (
            f"the {line.quantity} units of line `{line.id}` are charged {line_charge(line)} with"
            f" {line.tax_minor or 0} of tax together, which is not the same for each; add a line with another id"
        )
        raise _invalid(message, f"lines[{index}].quantity", "UNEVEN_CHARGE", message)


def wanted_of(line: LineQuantities) -> int:
    return line.ordered - line.canceled


def new_line(order: Order, edit: LineEdit, index: int) -> OrderLine:
    if not edit.sku or not edit.quantity:
        message = f"order `{order.id}` has no line `{edit.line_id}`, a new one needs a sku and a quantity"
        raise _invalid(message, f"lines[{index}]", "UNKNOWN_LINE", message)
    return OrderLine(
        id=edit.line_id, sku=edit.sku, quantity=edit.quantity, unit_price_minor=edit.unit_price_minor
    )


def refuse_other(line: OrderLine, edit: LineEdit, index: int) -> None:
    """A line stays what it is: refuse another product, or a price."""
    if (edit.sku and edit.sku != line.sku) or edit.unit_price_minor not in (0, line.unit_price_minor):
        message = (
            f"line `{line.id}` is of product `{line.sku}` at its price; leave sku and unit_price_minor out, or"
            " remove the line and add one with another id"
        )
        raise _invalid(message, f"lines[{index}]", "LINE_EXISTS", message)


def pool_of(before: FiledOrder, movable: Movable) -> Counter[LineId]:
    """Units by line that can still be decided: movable and waiting ones."""
    pool = Counter({line.line_id: line.backordered for line in before.account.lines})
    for reservation in movable.reservations:
        pool[reservation.line_id] += reservation.left
    return pool


def refuse_begun(before: FiledOrder, movable: Movable) -> None:
    """Refuse with ORDER_STATE_FORBIDS another address, service level or promise once a shipment must leave as it is."""
    for one, why in fixed_shipments(before, movable):
        raise RouterError(
            Reason.ORDER_STATE_FORBIDS,
            f"shipment `{one}` {why}, so the order goes where, how and when it was to; cancel what has not left"
            " and send a new order",
            order_id=before.order.id,
            shipment_id=one,
        )


def refuse_too_few(before: FiledOrder, pool: Counter[LineId], dropped: Mapping[LineId, int]) -> None:
    """Refuse with ORDER_STATE_FORBIDS to drop units that left or that a node has begun on."""
    for line in before.account.lines:
        if dropped.get(line.line_id, 0) > pool[line.line_id]:
            fixed = wanted_of(line) - pool[line.line_id]
            raise RouterError(
                Reason.ORDER_STATE_FORBIDS,
                f"line `{line.line_id}` of order `{before.order.id}` cannot have fewer than {fixed} units:"
                f" {line.dispatched} left and {fixed - line.dispatched} are in shipments that their node has to"
                " begin on; cancel those with CancelOrder while they have not left",
                order_id=before.order.id,
                line_id=line.line_id,
                quantity_min=fixed,
            )


def fixed_shipments(before: FiledOrder, movable: Movable) -> Iterator[tuple[str, str]]:
    """Shipments that leave as they are, and why."""
    free = {one.number for one in movable.standing}
    for one in before.shipments:
        if one.shipment in free or one.state is ShipmentState.CANCELED:
            continue
        if one.state in LEFT:
            yield one.id, "has left its node"
        elif one.state is ShipmentState.PLANNED:
            yield one.id, "is past its cut-off"
        else:
            yield one.id, f"is {one.state.name}"


def _invalid(message: str, field: str, code: str, description: str) -> RouterError:
    return RouterError(Reason.INVALID_REQUEST, message, violations=(Violation(field, code, description),))
